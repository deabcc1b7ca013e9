"""What people wrote while we were away for longer than Slack tries again, some six minutes: read once, at the start, and
when a connection that was cut is back.

Slack gives up on an event after its third retry (https://docs.slack.dev/apis/events-api/#retries). What was missed stands
in the conversations; whatever we have taken before is known by where and when it was said. Where somebody is not known to
be in the middle of anything, most often because they wrote for the first time, their chat is looked up in Slack's list.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from bot.channels import Gone, Later
from bot.channels.lenient import leniently
from bot.channels.patience import persistently
from bot.channels.slack import shapes
from bot.channels.slack.line import Line, Refusal
from bot.channels.slack.people import TROUBLE, People
from bot.channels.slack.places import SLACKBOT, apart, is_person, of_message, together
from bot.channels.slack.workspaces import Workspaces
from bot.outbox.retry import pauses

HOUR = 3600.0
"""Seconds we look back; a longer outage is noticed by everybody."""
ROUNDS = 20
"""How often we look, some eight minutes in all, where Slack has troubles of its own."""
MOST = 200
"""Messages of one conversation, in which others may hang that are younger; of a thread, in one page."""
MOST_OTHERS, KINDLY = 100, 1.2
"""Chats of a workspace that we look into although nobody there is in the middle of anything, the newest first; and
seconds after each, as reading is for others, too (https://docs.slack.dev/apis/web-api/rate-limits/#tier_t3)."""
EARLY = 0.05
"""Seconds by which a loop may wake us too soon: uvloop counts from where its turn began."""
LISTED, MOST_PAGES = 999, 10
"""Chats in a page of Slack's list; and pages that we read, of that and of a thread."""

_log = logging.getLogger(__name__)


class Lately(Protocol):
    """Where somebody may have written."""

    async def chats(self) -> Sequence[str]:
        """Of people who were in the middle of something, or have an open ticket."""

    async def rooms(self) -> Sequence[tuple[str, str]]:
        """Of open tickets: the chat, and the message everything hangs under."""


class Never:
    """For a desk that keeps nothing."""

    async def chats(self) -> Sequence[str]:
        return ()

    async def rooms(self) -> Sequence[tuple[str, str]]:
        return ()


class Past(shapes.Happening):
    """A message of a conversation; `latest_reply`: others hang under it, which the conversation does not list."""

    latest_reply: str | None = None


class Heard(shapes.Paged, kw_only=True):
    messages: list[dict[str, Any]]
    """One that is odd does not hide the others."""


class Page(Struct, frozen=True):
    messages: list[Past]
    cursor: str
    """To the next one; empty: this is the last."""


class Gaps(Struct, frozen=True):
    workspaces: Workspaces
    people: People
    lately: Lately
    hear: Callable[[shapes.Envelope], Awaitable[object]]
    """Takes one message as if it had come just now. Raises `Busy`."""

    async def fill(self, until: float) -> None:
        """Takes what was said in the hour before `until` (seconds since 1970). What cannot be read just now is read a
        little later, beside nobody's waiting; what Slack will not tell is left. Both are said.
        """
        chats = await persistently("where people may have written", self.lately.chats, TROUBLE)
        rooms = await persistently("where the team may have written", self.lately.rooms, TROUBLE)
        left = [(chat, partial(self._talk, chat, until)) for chat in chats if is_person(apart(chat)[1])]
        left += [(chat, partial(self._thread, chat, root, until)) for chat, root in rooms]
        teams = await persistently("which workspaces there are", self.workspaces.teams, TROUBLE)
        left += [(team or "our workspace", partial(self._others, team, set(chats), until)) for team in teams]
        for pause in islice(pauses(), ROUNDS):
            left = [(chat, messages) for chat, messages in left if not await self._read(chat, messages())]
            if not left:
                return
            await asyncio.sleep(pause)

    async def _read(self, chat: str, messages: AsyncIterator[shapes.Envelope]) -> bool:
        """Whether there is no use in another try."""
        try:
            async for envelope in messages:
                await persistently(f"a message that was missed in {chat}", partial(self.hear, envelope), TROUBLE)
        except TROUBLE as no:
            _log.warning("what was said in %s while we were away cannot be read: %s", chat, no)
            return isinstance(no, Refusal | Gone)
        return True

    async def _talk(self, chat: str, until: float) -> AsyncIterator[shapes.Envelope]:
        team, _ = apart(chat)
        line = await self.workspaces.at(team)
        where = {"channel": await self.people.talk(chat, line)}
        said = await _page(line, "conversations.history", {**where, "limit": str(MOST)})
        roots = [root.ts for root in said.messages if root.ts and _at(root.latest_reply) > until - HOUR]
        below = [await _below(line, {**where, "ts": root}, until) for root in roots]
        fresh = (message for message in said.messages if _is_missed(message, until))
        for envelope in _in_order([*fresh, *chain(*below)], where["channel"], team):
            yield envelope

    async def _others(self, team: str, read: set[str], until: float) -> AsyncIterator[shapes.Envelope]:
        """What was said in the chats that are not `read` yet. Those that are get into it: another try goes on from there."""
        for private in await _newest(await self.workspaces.at(team)):
            chat = together(team, private.user)
            if chat in read:
                continue
            self.people.met(chat, private.id)
            try:
                async for envelope in self._talk(chat, until):
                    yield envelope
            except Refusal as no:
                _log.info("what %s may have said while we were away cannot be read: %s", chat, no)
            read.add(chat)
            await asyncio.sleep(KINDLY)

    async def _thread(self, chat: str, root: str, until: float) -> AsyncIterator[shapes.Envelope]:
        team, channel = apart(chat)
        line = await self.workspaces.at(team)
        where = {"channel": channel, "ts": of_message(root)[1]}
        for envelope in _in_order(await _below(line, where, until), channel, team):
            yield envelope


async def _newest(line: Line) -> list[shapes.Private]:
    """Chats of people with us, the newest first: whoever wrote for the first time has a new one."""
    found: list[shapes.Private] = []
    cursor: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        page = await line.ask("conversations.list", {"types": "im", "limit": LISTED, **cursor}, shapes.Privates)
        found += (one for one in page.channels if _is_somebody(one))
        if not page.following:
            break
        cursor = {"cursor": page.following}
    return sorted(found, key=lambda one: one.created, reverse=True)[:MOST_OTHERS]


def _is_somebody(private: shapes.Private) -> bool:
    return is_person(private.user) and private.user != SLACKBOT and not private.is_user_deleted


async def _below(line: Line, thread: dict[str, str], until: float) -> list[Past]:
    """What hangs there; the message it hangs under, which Slack tells first, only when it is as young."""
    found: list[Past] = []
    params = {**thread, "oldest": f"{until - HOUR:.6f}", "limit": str(MOST)}
    for _ in range(MOST_PAGES):
        page = await _page(line, "conversations.replies", params)
        found += (message for message in page.messages if _is_missed(message, until))
        if not page.cursor:
            break
        params["cursor"] = page.cursor
    return found


async def _page(line: Line, method: str, params: dict[str, str]) -> Page:
    try:
        heard = await line.ask(method, params, Heard)
    except Later as later:
        await asyncio.sleep(later.seconds + EARLY)
        heard = await line.ask(method, params, Heard)
    read = (leniently(msgspec.json.encode(message), Past) for message in heard.messages)
    return Page([message for message in read if message is not None], heard.following)


def _is_missed(message: Past, until: float) -> bool:
    """What was said later comes by itself."""
    return until - HOUR < _at(message.ts) <= until


def _at(ts: str | None) -> float:
    try:
        return float(ts or 0)
    except ValueError:
        return 0.0


def _in_order(said: Iterable[Past], channel: str, team: str) -> Iterator[shapes.Envelope]:
    """In the order in which it was said, each once."""
    for _ts, message in sorted({message.ts or "": message for message in said}.items()):
        message.type, message.channel = "message", channel
        yield shapes.Envelope(type="event_callback", team_id=team or None, event_id="missed", event=message)
