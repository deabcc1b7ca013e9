"""Where people of one platform may have written while nobody listened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, select, union

from bot.store import tables as t
from bot.store.rows import stamp
from bot.store.store import Store

RECENT = 86_400.0
"""Seconds: who left a conversation longer ago was hardly in the middle of it."""
MOST = 500
_open = t.ticket.c.state.in_(("ours", "yours"))


class Whereabouts:
    """Of the newest first, so many. Raises `Busy` when the database does not answer."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store, self._channel = store, channel

    async def chats(self) -> Sequence[str]:
        """Chats of people in the middle of something, or with an open ticket."""
        since = stamp(self._store.rules.now()) - RECENT
        return await self._store.read(partial(_chats, channel=self._channel, since=since))

    async def rooms(self) -> Sequence[tuple[str, str]]:
        """Of open tickets: the chat, and the message everything hangs under."""
        return await self._store.read(partial(_rooms, channel=self._channel))


def _chats(connection: Connection, channel: str, since: float) -> Sequence[str]:
    talking = select(t.dialogue.c.chat).where(t.dialogue.c.channel == channel, t.dialogue.c.touched > since)
    waiting = (
        select(t.person.c.chat)
        .select_from(t.ticket.join(t.person, t.person.c.id == t.ticket.c.person))
        .where(_open, t.person.c.channel == channel)
    )
    return tuple(connection.scalars(union(talking, waiting).limit(MOST)))


def _rooms(connection: Connection, channel: str) -> Sequence[tuple[str, str]]:
    found = connection.execute(
        select(t.thread.c.chat, t.thread.c.root)
        .select_from(t.thread.join(t.ticket, t.ticket.c.id == t.thread.c.ticket))
        .where(_open, t.thread.c.channel == channel, t.thread.c.root != "")
        .order_by(t.ticket.c.touched.desc())
        .limit(MOST)
    )
    return tuple((chat, root) for chat, root in found)
