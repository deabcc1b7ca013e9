"""Who somebody is, where they are talked to, and who belongs to a channel; asked of Slack and kept for a while."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

import aiohttp

from bot.channels import Busy, Gone, Later
from bot.channels.slack import shapes
from bot.channels.slack.content import MOST_NAME
from bot.channels.slack.line import TALK, Line, Refusal
from bot.channels.slack.places import apart, is_person, together
from bot.channels.slack.way import is_foreign
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.markup import tame
from bot.events import Caller
from bot.values import replace

K = TypeVar("K")
V = TypeVar("V")

NAME_WITHIN = 1.0
MEMBER_WITHIN = 1.5
PAUSE = 0.1
FRESH = 3600.0
UNKNOWN = 30.0
"""All in seconds; `UNKNOWN`: before we ask again about whom Slack did not tell."""
MOST_KEPT = 20_000
PAGE = 500
MOST_NAMED = 60
"""Members of a channel whose names we ask for at once."""

TROUBLE = (Refusal, Later, Gone, Busy, TimeoutError, aiohttp.ClientError, OSError)
_log = logging.getLogger(__name__)


class Shelf(Generic[K, V]):
    """Keeps so many; the oldest makes room."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def kept(self, key: K) -> V | None:
        """However long ago it was put there."""
        return self._kept.get(key, (0.0, None))[1]

    def put(self, key: K, value: V, seconds: float = FRESH) -> V:
        self._kept.pop(key, None)
        self._kept[key] = (time.monotonic() + seconds, value)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return value


class People:
    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._known: Shelf[str, shapes.Known] = Shelf()
        self._talks: Shelf[str, str] = Shelf()
        self._asking: dict[str, tuple[float, asyncio.Task[shapes.Known]]] = {}
        """Since when somebody is asked after."""
        self._titles: Shelf[str, str] = Shelf()

    async def introduced(self, who: Caller) -> Caller:
        """With the name and language Slack knows, or knew when it does not answer soon; else as they came."""
        if not who.id:
            return who
        known = self._known.get(who.id) or await self._asked(who.id)
        return replace(who, name=_name(known) or who.name, locale=tame(known.locale or "")[:16] or who.locale)

    async def called(self, team: str, ids: Sequence[str]) -> dict[str, str]:
        """What these people and channels are called, as far as Slack tells us in time. `team`: empty for our workspace."""
        names = await asyncio.gather(*(self._called(together(team, one)) for one in ids))
        return {one: name for one, name in zip(ids, names, strict=True) if name}

    async def _called(self, one: str) -> str:
        return (await self.introduced(Caller(one, ""))).name if is_person(apart(one)[1]) else await self._title(one)

    async def _title(self, chat: str) -> str:
        """Of a channel; empty where Slack does not show it to us."""
        team, channel = apart(chat)
        if (known := self._titles.get(chat)) is not None:
            return known
        try:
            async with asyncio.timeout(NAME_WITHIN):
                line, params = await self._workspaces.at(team), {"channel": channel}
                found = await line.ask("conversations.info", params, shapes.Opened, within=NAME_WITHIN)
        except TROUBLE as no:
            _log.info("channel %s has no name for us: %r", chat, no)
            return self._titles.put(chat, self._titles.kept(chat) or "", UNKNOWN)
        return self._titles.put(chat, tame(found.channel.name or "")[:MOST_NAME])

    async def talk(self, person: str, line: Line) -> str:
        """The conversation with this person."""
        found = self._talks.get(person)
        if found is None:
            opened = await line.ask("conversations.open", {"users": apart(person)[1]}, shapes.Opened)
            found = self._talks.put(person, opened.channel.id)
        return found

    def met(self, person: str, channel: str) -> None:
        """They wrote from there."""
        if self._talks.get(person) != channel:
            self._talks.put(person, channel)

    async def belongs(self, chat: str, person: str) -> bool:
        """Whether they are in that channel at this moment. Raises `Busy` when Slack does not say in time."""
        team, channel = apart(chat)
        try:
            async with asyncio.timeout(MEMBER_WITHIN):
                return await self._told(await self._workspaces.at(team), channel, apart(person)[1])
        except Refusal as no:
            _log.warning("cannot ask who belongs to channel %s: %s", chat, no)
            if no.word in ("channel_not_found", "not_in_channel"):
                return False
            raise Busy(str(no)) from None
        except TROUBLE as no:
            raise Busy(f"cannot ask who belongs to channel {chat}: {no!r}") from None

    async def members(self, chat: str, home: str, organisation: str) -> tuple[Caller, ...]:
        """Those of that channel who are people of ours, as far as Slack names them in time."""
        team, channel = apart(chat)
        try:
            async with asyncio.timeout(NAME_WITHIN):
                line, params = await self._workspaces.at(team), {"channel": channel, "limit": MOST_NAMED}
                found = (await line.ask("conversations.members", params, shapes.Members, within=NAME_WITHIN)).members
        except TROUBLE as no:
            _log.warning("cannot ask who belongs to channel %s: %r", chat, no)
            return ()
        people = await asyncio.gather(*(self.introduced(Caller(together(team, user), "")) for user in found))
        return tuple(who for who in people if who.name and not self._is_other(who.id, home, organisation))

    def _is_other(self, person: str, home: str, organisation: str) -> bool:
        known = self._known.get(person)
        closed = bool(known and known.deleted)
        return closed or self.is_app(person) or bool(self.is_guest(person, home, organisation))

    def is_app(self, person: str) -> bool:
        """Whether they are nobody, as far as Slack has told us: another app's user."""
        known = self._known.get(person)
        return bool(known and known.is_bot)

    async def _told(self, line: Line, channel: str, user: str) -> bool:
        """An error or a cut line is no answer yet: a press comes only once, so we ask again while there is time."""
        while True:
            try:
                return await self._is_member(line, channel, user)
            except Later as later:
                await asyncio.sleep(later.seconds)
            except (aiohttp.ClientError, OSError) as no:
                _log.info("asking once more who belongs to channel %s: %r", channel, no)
                await asyncio.sleep(PAUSE)

    def is_guest(self, person: str, home: str, organisation: str) -> bool | None:
        """Whether they are of another company, and only share a channel with the workspace `home` (Slack Connect);
        None when Slack has not told us.
        """
        known = self._known.get(person)
        if known is None or not known.id:
            return None
        employer = known.enterprise_user.enterprise_id if known.enterprise_user else ""
        return is_foreign(home, known.team_id) and not (organisation and employer == organisation)

    async def _is_member(self, line: Line, channel: str, user: str) -> bool:
        cursor: dict[str, str] = {}
        while True:
            params = {"channel": channel, "limit": PAGE, **cursor}
            page = await line.ask("conversations.members", params, shapes.Members, within=MEMBER_WITHIN)
            if user in page.members:
                return True
            if not page.following:
                return False
            cursor = {"cursor": page.following}

    async def _asked(self, person: str) -> shapes.Known:
        """As far as Slack tells us in time. What comes later is known from then on, and nobody waits for it meanwhile."""
        begun, asking = self._asking.get(person) or self._begun(person)
        await asyncio.wait({asking}, timeout=max(0.0, begun + NAME_WITHIN - time.monotonic()))
        return asking.result() if asking.done() else self._known.kept(person) or shapes.Known()

    def _begun(self, person: str) -> tuple[float, asyncio.Task[shapes.Known]]:
        asking = asyncio.create_task(self._told_of(person))
        asking.add_done_callback(lambda _: self._asking.pop(person))
        begun = self._asking[person] = time.monotonic(), asking
        return begun

    async def _told_of(self, person: str) -> shapes.Known:
        team, user = apart(person)
        try:
            async with asyncio.timeout(TALK):
                line = await self._workspaces.at(team)
                answer = await line.ask("users.info", {"user": user, "include_locale": "true"}, shapes.Asked)
        except TROUBLE as no:
            _log.info("nothing is known of %s: %r", person, no)
            return self._known.put(person, self._known.kept(person) or shapes.Known(), UNKNOWN)
        answer.user.id = user  # so that it can be told from silence
        return self._known.put(person, answer.user)


def _name(known: shapes.Known) -> str:
    return tame(next(_names(known), ""))[:MOST_NAME]


def _names(known: shapes.Known) -> Iterator[str]:
    """As Slack shows people: by the name they chose."""
    for name in (known.profile.display_name, known.profile.real_name, known.real_name, known.name):
        if name and name.strip():
            yield name.strip()
