"""Payloads come in, by HTTP or by Socket Mode; each is taken through the desk before Slack hears that we have it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from math import inf
from typing import Any
from weakref import WeakValueDictionary

from msgspec import Struct

from bot.channels import Busy, Early, Sheet, Take, Took
from bot.channels.slack import modal, places, shapes
from bot.channels.slack.belonging import Belonging, Teams
from bot.channels.slack.line import Refusal
from bot.channels.slack.mentions import groups, mentioned, named
from bot.channels.slack.outages import Outage
from bot.channels.slack.people import TROUBLE, People
from bot.channels.slack.places import Me, apart, is_private
from bot.channels.slack.read import read
from bot.channels.slack.way import organisation_of, team_of
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.words import Command, Said
from bot.events import Address, Deleted, Edited, Event, Filled, Joined, Message, Visited, led_to
from bot.values import replace

ANSWER_WITHIN = 2.6
"""Seconds; Slack gives us three (https://docs.slack.dev/apis/events-api/#responding)."""
SHOW_WITHIN = 2.5
FAREWELL = 1.0
PAUSE = 0.1
"""Between two runs of a turn."""
APART = 5.0
"""Seconds: Slack tells in whole ones when something happened, and its clock and ours may differ by some."""
RUNS, RUNS_ONCE = 2, 5
"""Runs of a turn in one request: of an event, which Slack sends up to four times, and of what it sends only once. So a
turn that always fails has its five in either case."""
_ENDED = frozenset({"tokens_revoked", "app_uninstalled"})

Reply = dict[str, Any]
_log = logging.getLogger(__name__)


class Desk(Struct, frozen=True):
    """What the channel asks of the desk."""

    take: Take
    now: Callable[[], datetime]
    group: Callable[[str], str] = lambda _locale: "group"
    """What a group of people is called whose name Slack does not tell, by the writer's locale."""
    teams: Teams = tuple
    """The chats of those who answer."""


class Ear:
    """Takes one payload at a time through the desk, and answers forms with forms."""

    def __init__(
        self,
        workspaces: Workspaces,
        people: People,
        desk: Desk,
        me: Me,
        missed: Callable[[Ear], Awaitable[None]],
    ) -> None:
        """`missed`: reads what Slack may have given up on, and has it heard."""
        self._workspaces, self._people, self._desk, self._me = workspaces, people, desk, me
        self._belonging = Belonging(people, me.team, desk.teams)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._newest: dict[str, str] = {}
        """The last choice in a form that is being drawn again."""
        self._outage = Outage(partial(missed, self))
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, payload: shapes.Payload, key: str) -> Reply | None:
        """What to answer Slack; returns after the commit. Raises `Busy`. `key`: see `read`."""
        try:
            return await self.heard(payload, key)
        except Early:
            raise
        except Busy:
            if self._outage.lasts():
                self._spawn(self._outage.read())
            raise

    async def heard(self, payload: shapes.Payload, key: str) -> Reply | None:
        """As `hear`, of what Slack does not bring by itself."""
        until = asyncio.get_running_loop().time() + ANSWER_WITHIN
        if isinstance(payload, shapes.Envelope):
            await self._mind(payload)
        event = read(payload, self._me, key, self._desk.now())
        if event is None:
            return None
        self._meet(payload)
        async with self._lined_up(event, until):
            try:
                event = await self._told(self._placed(event), organisation_of(payload), groups(payload))
            except Busy:
                self._fill_page(payload, event)
                raise
            took = await self._taken(event, RUNS if isinstance(payload, shapes.Envelope) else RUNS_ONCE, until)
        self._outage.over()
        return self._answered(payload, event, took)

    async def close(self) -> None:
        """Waits a moment for what is under way, and lets go of the rest."""
        if self._tasks:
            _done, late = await asyncio.wait(self._tasks, timeout=FAREWELL)
            for task in late:
                task.cancel()

    # -- before ----------------------------------------------------------------------------------------

    async def _mind(self, envelope: shapes.Envelope) -> None:
        """What is none of the desk's business."""
        if envelope.type == "app_rate_limited":
            _log.error("Slack holds events back: too many in an hour for workspace %s", envelope.team_id)
        if envelope.event is None or envelope.event.type not in _ENDED:
            return
        revoked = envelope.event.type == "app_uninstalled" or (envelope.event.tokens or shapes.Tokens()).bot
        if revoked:
            await self._workspaces.forget(
                self._foreign(team_of(envelope)), envelope.event_time + APART if envelope.event_time else inf
            )

    def _foreign(self, team: str) -> str:
        """The token of our own workspace stands in the settings and is not ours to forget."""
        return "" if team == self._me.team else team

    def _meet(self, payload: shapes.Payload) -> None:
        match payload:
            case shapes.Envelope(event=shapes.Happening(type="message", channel=str(channel), user=str(user))):
                if is_private(channel):
                    self._people.met(self._me.id(team_of(payload), user), channel)

    @asynccontextmanager
    async def _lined_up(self, event: Event, until: float) -> AsyncIterator[None]:
        """What somebody writes is taken in their order, though Slack may tell us later of the first than of the second who
        they are. Raises `Busy`.
        """
        if not isinstance(event, Message) or not event.ref:
            yield
            return
        line = self._lines.setdefault(f"{event.where.chat}|{event.who.id}", asyncio.Lock())
        try:
            async with asyncio.timeout_at(until):
                await line.acquire()
        except TimeoutError:
            raise Busy("what they wrote before takes too long") from None
        try:
            yield
        finally:
            line.release()

    def _placed(self, event: Event) -> Event:
        """Slack takes a command anywhere; one of the team's alone is elsewhere a private matter of whoever gave it."""
        match event:
            case Message(private=False, answer=Command(), ref="") if event.where.chat not in self._desk.teams():
                return replace(event, where=replace(event.where, chat=event.who.id), private=True)
        return event

    async def _told(self, event: Event, organisation: str, groups: Mapping[str, str]) -> Event:
        """With what only Slack knows: who may do it, and what those are called whom it mentions."""
        checking, people = self._belonging.checked(event, organisation), mentioned(event)
        if not isinstance(event, Message | Edited | Deleted | Filled) or not (people or groups):
            return await checking
        team = apart(event.who.id)[0]
        told, names = await asyncio.gather(checking, self._people.called(team, people))
        assert isinstance(told, Message | Edited | Deleted | Filled)
        word = self._desk.group(told.who.locale) if groups else ""
        return named(told, {**{one: name or word for one, name in groups.items()}, **names})

    # -- the turn --------------------------------------------------------------------------------------

    async def _taken(self, event: Event, runs: int, until: float) -> Took:
        while True:
            try:
                return await self._once(event, until)
            except Busy as busy:
                runs -= not isinstance(busy, Early)
                if not runs or asyncio.get_running_loop().time() + PAUSE >= until:
                    raise
                await asyncio.sleep(PAUSE)

    async def _once(self, event: Event, until: float) -> Took:
        """A turn that takes too long goes on alone; should Slack bring it again, it has been taken."""
        task: asyncio.Task[Took] = self._spawn(self._desk.take(event))
        await asyncio.wait({task}, timeout=max(until - asyncio.get_running_loop().time(), 0.0))
        if not task.done():
            raise Busy("the turn takes too long")
        return task.result()

    # -- after -----------------------------------------------------------------------------------------

    def _answered(self, payload: shapes.Payload, event: Event, took: Took) -> Reply | None:
        match event, payload:
            case Filled(moment="sent"), shapes.Interaction(view=shapes.View() as view):
                if took.sheet is None:
                    self._spawn(self._turn_page(event, organisation_of(payload)))
                return modal.reply(took.sheet, view)
            case Filled(moment="changed"), shapes.Interaction(view=shapes.View() as view) if took.sheet:
                self._spawn(self._redraw(event, view, took.sheet))
            case Filled(moment="opened"), shapes.Interaction() | shapes.Slash() if took.sheet:
                self._spawn(self._show(event, payload.trigger_id or "", took.sheet))
            case Joined(), _ if event.where.chat in self._desk.teams():  # what was said there while we were out
                self._spawn(self._outage.read())
            case Message(), shapes.Interaction(container=shapes.Container(is_ephemeral=True), response_url=str(url)):
                self._spawn(self._put_away(event, url))
        return None

    async def _show(self, event: Filled, trigger: str, sheet: Sheet) -> None:
        """A trigger is good for three seconds; too late, the same is asked in the conversation."""
        try:
            line = await self._workspaces.at(apart(event.where.chat)[0])
            await line.tell("views.open", {"trigger_id": trigger, "view": modal.view(sheet)}, within=SHOW_WITHIN)
        except TROUBLE as no:
            _log.warning("a form could not be opened, so we ask in the conversation: %r", no)
            await self._converse(event)

    async def _converse(self, event: Filled) -> None:
        begun = Message(
            id=led_to(event.id, "talk"),
            at=event.at,
            where=event.where,
            who=event.who,
            answer=Command("new", event.brought.text),
        )
        try:
            await self._desk.take(begun)
            if event.brought.files:
                await self._desk.take(
                    replace(begun, id=led_to(event.id, "files"), answer=Said(files=event.brought.files))
                )
        except Busy as no:
            _log.warning("the conversation instead of a form could not begin: %s", no)

    async def _turn_page(self, event: Filled, organisation: str) -> None:
        """Their page may lie open under the form they sent, and lists requests: Slack does not tell us to draw it anew."""
        where = Address(event.where.channel, event.where.chat, places.HOME)
        visit = Visited(id=led_to(event.id, "home"), at=event.at, where=where, who=event.who)
        with suppress(Busy):
            await self._desk.take(await self._belonging.checked(visit, organisation))

    def _fill_page(self, payload: shapes.Payload, event: Event) -> None:
        """With what everybody may see, where nothing stands yet: it may be a minute until Slack brings the visit again."""
        match event, payload:
            case Visited(), shapes.Envelope(event=shapes.Happening(view=None)):
                self._spawn(self._receive(replace(event, id=led_to(event.id, "meanwhile"))))

    async def _receive(self, visit: Visited) -> None:
        with suppress(Busy):
            await self._desk.take(replace(visit, who=await self._people.introduced(visit.who)))

    async def _put_away(self, event: Message, url: str) -> None:
        """What was shown to them alone has done its work. There is no other way to take it back, and until they load
        Slack anew it would ask to be pressed again.
        """
        try:
            line = await self._workspaces.at(apart(event.where.chat)[0])
            await line.answer(url, {"delete_original": True})
        except TROUBLE as no:
            _log.info("what somebody saw alone could not be put away: %r", no)

    async def _redraw(self, event: Filled, view: shapes.View, sheet: Sheet) -> None:
        """Only what they saw when they chose, unless what has changed since is the answer to an earlier choice of theirs."""
        params: dict[str, Any] = {"view_id": view.id, "view": modal.view(sheet)}
        self._newest[view.id] = event.id
        try:
            line = await self._workspaces.at(apart(event.where.chat)[0])
            try:
                await line.tell("views.update", {**params, **({"hash": view.hash} if view.hash else {})})
            except Refusal as no:
                if no.word != "hash_conflict" or self._newest.get(view.id) != event.id:
                    raise
                await line.tell("views.update", params)
        except TROUBLE as no:
            _log.info("a form could not be drawn again: %r", no)
        finally:
            if self._newest.get(view.id) == event.id:
                del self._newest[view.id]

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # told to whoever waited; who no longer waits needs no warning
