"""Slack: events in by HTTP or Socket Mode, parcels out by the Web API, a thread for each ticket, forms as modals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct
from starlette.routing import Route

from bot.channels import Attachment, Busy, Finding, Limits, Parcel, Take
from bot.channels.patience import persistently
from bot.channels.slack import guard, shapes, webhook
from bot.channels.slack.belonging import Belonging, Teams
from bot.channels.slack.examine import Ways, examine
from bot.channels.slack.gaps import Gaps, Lately, Never
from bot.channels.slack.install import App, Installing
from bot.channels.slack.line import Line
from bot.channels.slack.listen import Desk, Ear
from bot.channels.slack.people import TROUBLE, People
from bot.channels.slack.places import CHANNEL, Me, Names, apart, room
from bot.channels.slack.send import Sender
from bot.channels.slack.signin import SignIn
from bot.channels.slack.sockets import Sockets
from bot.channels.slack.wire import Wire
from bot.channels.slack.workspaces import Installed, Nowhere, Safe, Workspaces
from bot.events import Address, Message
from bot.outbox.pace import Pace
from bot.values import replace

API = "https://slack.com/api/"
WIDE = "SLACK_BOT_TOKEN is of a whole organisation: install the app in one workspace, put its token"

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Keys(Struct, frozen=True, kw_only=True):
    """What the operator was given, or made; their repr shows none of it."""

    token: str = ""
    """Of the one workspace we serve without being installed by OAuth."""
    signing_secret: str = ""
    """Two during a rotation, with a comma between."""
    app_token: str = ""
    client_id: str = ""
    client_secret: str = ""
    secret_key: str = ""

    def __repr__(self) -> str:
        return "Keys()"


class Slack:
    """The channel."""

    name = CHANNEL
    limits = Limits(
        text=6000, button=75, album=10, call="/support ", fleeting=True, group=Pace(1, 10), everywhere=Pace(6, 20)
    )
    """One message a second in a channel with short bursts, several hundred a minute in a workspace
    (https://docs.slack.dev/apis/web-api/rate-limits/#overview)."""

    def __init__(
        self,
        keys: Keys,
        *,
        api_url: str = API,
        public_url: str = "",
        commands: Iterable[str] = (),
        team_commands: Iterable[str] = (),
        room_commands: Iterable[str] = (),
        teams: tuple[str, ...] = (),
        group: Callable[[str], str] = lambda _locale: "group",
        shared: tuple[str, ...] = (),
        now: Callable[[], datetime] = _now,
    ) -> None:
        """`commands`: the names people may say, `team_commands` those for a team's chat only, `room_commands` those that
        stand behind a `!` in a thread there. `teams`: these chats. `group`: what a group of people is
        called in a language. `shared`: the workspaces that companies are named by.
        """
        self._keys, self._public_url, self._now = keys, public_url, now
        self._teams: Teams = lambda: teams
        self._shared, self._group = shared, group
        self._names = Names(frozenset(commands), frozenset(team_commands), frozenset(room_commands))
        self._wire = Wire(api_url)
        self._workspaces = Workspaces(self._wire, keys.token, Safe(keys.secret_key), Nowhere())
        self._people = People(self._workspaces)
        self._sender = Sender(self._workspaces, self._people, now)
        self._lately: Lately = Never()
        self._me: Me | None = None
        self._ears: list[Ear] = []
        self.by_socket = bool(keys.app_token)
        self.limits = replace(Slack.limits, room=self._room)

    @property
    def ailing(self) -> str:
        """What an operator has to mend; empty: nothing."""
        return WIDE if self._me and self._me.wide else self._workspaces.ailing

    def remember(self, installed: Installed, lately: Lately, teams: Teams | None = None) -> None:
        """Where the tokens of further workspaces are kept, and where people may have written while we were away; the teams'
        chats by the ids they have now.
        """
        self._workspaces.installed, self._lately = installed, lately
        self._teams = teams or self._teams

    async def listen(self, take: Take, /) -> None:
        """Over Socket Mode; with HTTP `routes` does the listening. Beside it reads what was missed."""
        self._me = await persistently("auth.test", self._introduced, TROUBLE)
        ear = self._ear(take)
        missed = partial(self._catch_up, ear)
        async with asyncio.TaskGroup() as at_once:
            at_once.create_task(missed())
            if self.by_socket:
                at_once.create_task(Sockets(self._wire, self._keys.app_token, ear, missed).listen())
            at_once.create_task(asyncio.Event().wait())

    async def introduce(self) -> None:
        """Where another process listens: what is said here names the addresses of our workspace all the same."""
        self._me = self._me or await persistently("auth.test", self._introduced, TROUBLE)

    async def _catch_up(self, ear: Ear) -> None:
        gaps = Gaps(self._workspaces, self._people, self._lately, lambda missed: ear.heard(missed, ""))
        await gaps.fill(self._now().timestamp())

    def routes(self, take: Take, /) -> list[Route]:
        """The doors for the web server to mount."""
        ear: list[Ear] = []

        async def introduced() -> Ear:
            if not ear:
                await self._myself()
                ear.append(self._ear(take))
            return ear[0]

        keys = self._keys
        secrets = guard.secrets_of(keys.signing_secret)
        door = [Route(webhook.PATH, webhook.Endpoint(introduced, secrets, self._now), methods=["POST"])]
        if not (keys.client_id and keys.client_secret):
            return door if secrets else []
        app = App(keys.client_id, keys.client_secret, self._public_url)
        pages = Installing(app, self._wire, self._workspaces, secret_key=keys.secret_key, now=self._now)
        return [*(door if secrets else ()), *pages.routes()]

    def sign_ins(self) -> tuple[SignIn, ...]:
        """How people may show us who they are there."""
        keys = self._keys
        if not (keys.client_id and keys.client_secret):
            return ()
        app = App(keys.client_id, keys.client_secret, self._public_url)
        return (SignIn(app, self._wire, self._myself, self._now),)

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        return await self._sender.deliver(to, parcel, files)

    async def open_thread(self, _at: Address, _title: str, /) -> str:
        """A thread begins with its first message."""
        return ""

    async def fetch(self, ref: str, /) -> bytes:
        return await self._sender.fetch(ref)

    async def confirmed(self, event: Message, /) -> Message:
        """A press or a command that came before anybody could tell whether whoever it was belongs there.

        Raises `Busy` when nobody can tell us now, either.
        """
        me = await self._myself()
        return await Belonging(self._people, me.team, self._teams).confirmed(event)

    async def examine(self, teams: Sequence[str], *, elsewhere: bool) -> AsyncIterator[Finding]:
        """What an operator may have forgotten; `teams` are the agents' channels, `elsewhere` says that there are others."""
        keys = self._keys
        secret = next(iter(guard.secrets_of(keys.signing_secret)), b"")
        app = Line(self._wire, keys.app_token) if keys.app_token else None
        ways = Ways(app, self._public_url.rstrip("/") + webhook.PATH, secret, self._wire)
        line = Line(self._wire, keys.token)
        async for finding in examine(line, ways, teams, elsewhere=elsewhere, shared=self._shared):
            yield finding

    async def close(self) -> None:
        """Waits for what is under way, then lets the connections go."""
        for ear in self._ears:
            await ear.close()
        await self._wire.close()

    def _room(self, chat: str, message: str) -> str:
        return room(message, self._me.address if self._me and not apart(chat)[0] else "")

    def _ear(self, take: Take) -> Ear:
        desk = Desk(take, self._now, self._group, self._teams)
        me = self._me or Me(names=self._names)
        self._ears.append(Ear(self._workspaces, self._people, desk, me, self._catch_up))
        return self._ears[-1]

    async def _introduced(self) -> Me:
        """Without a workspace of our own, every id has its team in front."""
        home = self._workspaces.home
        if home is None:
            return Me(names=self._names)
        found = await home.ask("auth.test", {}, shapes.Ourselves)
        if found.is_enterprise_install:
            _log.error(WIDE)
        wide = found.is_enterprise_install
        return Me(found.team_id, found.user_id, found.bot_id or "", self._names, found.url or "", wide=wide)

    async def _myself(self) -> Me:
        """Asked for once. Raises `Busy`."""
        if self._me is None:
            try:
                self._me = await self._introduced()
            except TROUBLE:
                raise Busy from None
        return self._me


__all__ = ["Installed", "Keys", "Slack"]
