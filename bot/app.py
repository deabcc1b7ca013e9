"""The only place where the parts meet: settings in, a running desk out."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from time import perf_counter

import msgspec
import structlog
from msgspec import Struct

from bot import turn
from bot.channels import Attachment, Busy, Channel, Took
from bot.clock import Clock, mornings, now, strays
from bot.desk import calendars
from bot.desk.config import Desk
from bot.desk.numbers import due
from bot.dialogue.words import File
from bot.events import Event, Fetched, Message, led_to
from bot.graves import drop_unknown, erase_again, retire, tidy, unkeep
from bot.media.fetch import Looked, fetch, too_many
from bot.metrics import Tally, drawn
from bot.outbox.chores import Chores
from bot.outbox.postman import Postman
from bot.parts import (
    TEAMS,
    below_a_path,
    email,
    hook,
    learn,
    load_holidays,
    named_teams,
    open_keep,
    open_store,
    read_desk,
    slack,
    socket_at,
    telegram,
    unreachable,
)
from bot.settings import Settings, Unfit
from bot.store import backlog, quota, views
from bot.store.backlog import read_rerun
from bot.store.chores import Chore
from bot.store.rows import DAY, Fetch, stamp
from bot.store.whereabouts import Whereabouts
from bot.store.workspaces import Workspaces
from bot.store.written import unwritten
from bot.turn import SCRIPT
from bot.values import replace
from bot.web.app import build, signs
from bot.web.server import server
from bot.web.site import Site

LATE = 60.0
"""Seconds a letter may wait although it could be sent; then we say that we are not well."""
COUNT = 600.0
"""Seconds between two counts of the figures."""
CALM = 0.5
"""Seconds after the start that belong to the first calls: a thread that imports would hold them up."""
FAREWELL = 5.0
"""Seconds for letters under way when we are asked to stop; with all else less than the ten before hosts kill us."""

log = logging.getLogger(__name__)


class Roles(Struct, frozen=True):
    """What this process does."""

    web: bool = True
    work: bool = True

    @property
    def alone(self) -> bool:
        return self.web and self.work


def _channels(*channels: Channel | None) -> dict[str, Channel]:
    return {channel.name: channel for channel in channels if channel}


class App:
    """A desk at work."""

    def __init__(self, settings: Settings, desk: Desk, roles: Roles) -> None:
        self.settings, self.desk, self.roles = settings, desk, roles
        self.telegram = telegram(settings, desk) if settings.telegram_bot_token else None
        self.slack = slack(settings, desk) if settings.slack else None
        self.email = email(settings, desk) if settings.smtp_url else None
        self.hook = hook(settings) if settings.hook_url else None
        self.channels = _channels(self.telegram, self.slack, self.email, self.hook)
        self.keep = open_keep(settings.media_url)
        self.store = open_store(settings, desk, self.channels, alone=roles.alone)
        if self.slack:
            name = self.slack.name
            at = Whereabouts(self.store, name)
            self.slack.remember(Workspaces(self.store, name), at, at.teams)
        self.tally = Tally()
        self.postman = Postman(self.store, self.channels, self.attachment, self.take, self.tally.send)
        self.turns = structlog.get_logger().bind()

    async def take(self, event: Event) -> Took:
        """One event through the desk. What it says is sent by this process at once, after the commit."""
        begun, kind = perf_counter(), type(event).__name__
        try:
            taken = await turn.take(event, self.store, SCRIPT, notices=True)
        except Busy:
            self.tally.turn(kind, "busy", perf_counter() - begun)
            raise
        if taken.letters:
            self.postman.post(taken.letters)
        seconds = perf_counter() - begun
        self.tally.turn(kind, "repeat" if taken.repeat else "taken", seconds)
        self.turns.info("turn", of=kind, id=event.id, repeat=taken.repeat, ms=round(seconds * 1000, 1))
        return Took(taken.whispered, taken.sheet)

    async def count(self) -> None:
        """Keeps the figures of the last weeks fresh, for whoever is told of them."""
        while True:
            await asyncio.sleep(COUNT)
            with suppress(Busy):
                await self.store.count()

    async def weekly(self) -> None:
        """Tells the team how the last week was, in the first hours of the next."""
        told: date | None = None
        while True:
            await asyncio.sleep(COUNT)
            monday = due(self.desk, now())
            if monday and monday != told:
                try:
                    await self._week(monday)
                    told = monday
                except Exception as trouble:  # noqa: BLE001 - a database or a bucket that is away: tried again
                    log.warning("the week cannot be told yet: %r", trouble)

    async def tidy(self) -> None:
        """Whoever was erased stays so on a restored copy; what nobody refers to goes, and what is not kept, once a day."""
        pause, erased = 0.0, False
        while True:
            await asyncio.sleep(pause)
            pause = COUNT
            try:
                erased = erased or await erase_again(self.store, self.keep) >= 0
                await tidy(self.store, self.keep)
                await retire(self.store)
                pause = DAY
            except Exception as trouble:  # noqa: BLE001 - a database or a bucket that is away: looked at again
                log.warning("cannot look after what is gone: %r", trouble)

    async def _week(self, monday: date) -> None:
        from bot.weekly import tell  # what draws pictures is of no use to the start

        await tell(self.store, self.keep, self.take, monday)

    async def attachment(self, file: File) -> Attachment:
        """A kept file, ready to be sent on."""
        kept = await self.keep.shown(file.id, file.name or file.kind)
        return Attachment(kept.name, "photo" if kept.gone else file.kind, kept.mime, kept.data)

    async def chore(self, chore: Chore) -> None:
        """Slow work of each kind."""
        match chore.kind:
            case "rerun":
                await self.take(_rerun(chore))
            case "again":
                await self.take(await self._confirmed(chore))
            case "search":
                from bot.store.searching import searched  # of no use to the start

                await self.take(await searched(self.store, chore))
            case "unkeep":
                gone = msgspec.json.decode(chore.body, type=list[str])
                await unkeep(self.keep, gone, self.settings.database_url.reveal())
            case _:
                await self.fetch(chore)

    async def fetch(self, chore: Chore) -> None:
        """Fetches a file; the desk hears what came of it."""
        wanted = chore.fetch()
        try:
            looked = await self._looked(wanted)
            trouble, name, limit = looked.trouble, looked.name, looked.limit
        except Exception:
            if not chore.last:
                raise
            log.exception("file %s could not be fetched", wanted.file.id)
            trouble, name, limit = "lost", wanted.file.name, 0
        await self.take(
            Fetched(
                id=f"fetched:{wanted.file.id}",
                at=now(),
                where=wanted.where,
                file=wanted.file.id,
                name=name,
                trouble=trouble,
                limit=limit,
            )
        )
        await drop_unknown(self.store, self.keep, [wanted.file.id])

    async def _looked(self, wanted: Fetch) -> Looked:
        if await self.store.look(quota.past, wanted=wanted):
            return too_many(wanted.file, self.desk.bounds)
        return await fetch(self.channels[wanted.where.channel], wanted.file, self.keep, self.desk.bounds)

    async def _confirmed(self, chore: Chore) -> Event:
        """A press that came before anybody could tell whether it may be; the last time, they are told to press again."""
        event = unwritten(chore.body)
        assert isinstance(event, Message)
        event = replace(event, id=led_to(event.id, "again"))
        try:
            if self.slack:
                return await self.slack.confirmed(event)
        except Busy:
            if not chore.last:
                raise
        return replace(event, who=replace(event.who, unsure="still"))

    # -- what pages ask ------------------------------------------------------------------------------

    async def ready(self) -> str | None:
        """Why we cannot work just now; None: we can."""
        late = await self.store.read(views.overdue, now=stamp(now()))
        return f"messages have been waiting for {late:.0f} s" if late > LATE else None

    async def ailing(self) -> str | None:
        """What an operator has to mend, while everything that can go on does."""
        if self.store.away:
            return "the database takes nothing; the log says why"
        if self.keep.away:
            return "files cannot be kept, or had; `conserje doctor` says how to mend it"
        if locked := next((c.ailing for c in (self.telegram, self.slack) if c and c.ailing), ""):
            return locked
        lost = await self.store.read(views.deserted)
        teams = {at.channel.capitalize() for at in lost if self.store.rules.of_team(at.channel, at.chat)}
        where = " and in ".join(sorted(teams))
        return f"the team's chat in {where} cannot be reached; `conserje doctor` says how to mend it" if where else None

    async def metrics(self) -> bytes:
        """The numbers of the desk and of this process."""
        at = stamp(now())
        standing = await self.store.read(backlog.standing, now=at)
        tickets = await self.store.read(views.open_tickets)
        overdue = await self.store.read(views.broken_promises, now=at)
        counted = await self.store.read(views.counted)
        return drawn(self.tally, standing, tickets, overdue, counted)

    def site(self) -> Site:
        return Site(
            address=self.settings.public_url,
            store=self.store,
            keep=self.keep,
            take=self.take,
            ready=self.ready,
            ailing=self.ailing,
            metrics=self.metrics,
            slips=(self.telegram.mini_app,) if self.telegram else (),
            sign_ins=self.slack.sign_ins() if self.slack else (),
            by_mail=self.email is not None,
            metrics_token=self.settings.metrics_token.reveal(),
            api_token=self.settings.api_token.reveal(),
        )

    # -- running -------------------------------------------------------------------------------------

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what is under way."""
        await learn(self.store)
        async with self._serving(), self._working():
            log.info("at work: %s", self._manner())
            await stop.wait()
            log.info("stopping")
        await self.postman.rest(FAREWELL)
        for channel in (self.telegram, self.slack, self.hook):
            if channel:
                await channel.close()
        self.store.close()

    def _manner(self) -> str:
        """What this process does, for whoever reads the log."""
        parts = [f"pages at {self.settings.public_url}" if self.roles.web else "no pages"]
        if self.telegram:
            way = "webhook" if self.telegram.by_webhook else "polling" if self.roles.work else "none"
            parts.append(f"Telegram by {way}")
        if self.slack:
            parts.append(f"Slack by {'Socket Mode' if self.slack.by_socket else 'HTTP'}")
        if self.email:
            parts.append("e-mail")
        if self.hook:
            parts.append("events to another system")
        return ", ".join(parts)

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        """Answers HTTP; the webhooks' doors are open before any platform is told of them."""
        named = "PORT" if self.roles.web else "METRICS_PORT"
        port = self.settings.port if self.roles.web else self.settings.metrics_port
        if not port:
            yield
            return
        routes = self.telegram.routes(self.take) if self.telegram and self.telegram.by_webhook else []
        routes += self.slack.routes(self.take) if self.slack else []
        site = self.site()
        http = server(build(site, routes) if self.roles.web else signs(site))
        serving = asyncio.create_task(http.serve(sockets=[socket_at(self.settings.host, port, named)]))
        try:
            yield
        finally:
            site.leaving.set()
            http.leaving.set()
            await serving

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        """Everything that goes on by itself. A part that fails ends the program: whoever runs it starts it again."""
        try:
            async with asyncio.TaskGroup() as group:
                parts = [group.create_task(part) for part in self._parts()]
                yield
                for part in parts:
                    part.cancel()
        except* Unfit as unfit:
            raise unfit.exceptions[0] from None

    def _parts(self) -> Iterator[Coroutine[None, None, None]]:
        # Where updates come by webhook, the web side says where; else whoever works fetches them.
        if self.telegram and (self.roles.web if self.telegram.by_webhook else self.roles.work):
            yield self.telegram.listen(self.take)
        if self.slack:
            listens = self.roles.work if self.slack.by_socket else self.roles.web
            yield self.slack.listen(self.take) if listens else self.slack.introduce()
        if self.roles.work:
            yield self.postman.run(alone=self._embedded)
            yield Chores(self.store, self.chore).run(alone=self._embedded)
            yield Clock(self.store, self.take).run(alone=self._embedded)
            yield self.weekly()
            yield self.tidy()
        else:
            yield self.postman.mind()
        yield self.count()
        yield self._by_the_calendar()

    async def _by_the_calendar(self) -> None:
        """What is reckoned with the public holidays, beside the turns that wait for them too."""
        await self._load_holidays()
        if self.roles.work:
            await mornings(self.store, named_teams(self.settings, self.desk))
            await self._look_for_strays()

    async def _load_holidays(self) -> None:
        if self.desk.hours.holidays:
            with calendars.loading():
                await asyncio.sleep(CALM)
                await asyncio.to_thread(load_holidays, self.desk, self.settings.desk_path(), now().year)

    async def _look_for_strays(self) -> None:
        """Again and again: another process may still be at work by the settings of before."""
        while True:
            await strays(self.store)
            await asyncio.sleep(COUNT)

    @property
    def _embedded(self) -> bool:
        return self.roles.alone and self.settings.database_url.reveal().startswith("sqlite")


def _rerun(chore: Chore) -> Event:
    """An event that was set aside, under an id of its own: the old one counts as taken."""
    wanted = read_rerun(chore.body)
    return replace(unwritten(wanted.body), id=led_to(wanted.key, f"again:{wanted.aside}"))


async def serve(settings: Settings, roles: Roles) -> None:
    """Runs a desk until SIGTERM or SIGINT. Raises `Unfit`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = App(settings, read_desk(settings.desk_path()), roles)
    if app.channels and (lost := unreachable(settings, app.desk)):
        raise Unfit(*lost)
    if pathed := below_a_path(settings):
        log.warning(pathed)
    if not (app.telegram or app.slack):
        log.warning(
            "no platform is set up: TELEGRAM_BOT_TOKEN or SLACK_BOT_TOKEN is missing. Only the pages are served."
        )
    elif not app.store.rules.chats:
        settings_of_teams = " or ".join(TEAMS[channel].upper() for channel in app.channels if channel in TEAMS)
        log.warning(
            "%s is missing: nobody can receive requests. Add the bot to your group; it says the id", settings_of_teams
        )
    await app.run(stop)
