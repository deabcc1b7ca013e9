"""Where people of one platform may have written while nobody listened."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from time import monotonic

from sqlalchemy import Connection, func, or_, select, union_all

from bot.store import tables as t
from bot.store.letters import FLYING, SENT
from bot.store.rows import DAY, stamp
from bot.store.store import Store

RECENT = DAY
"""Seconds: who left a conversation longer ago was hardly in the middle of it."""
MOST = 500
SETTLES, LOOK = 30.0, 0.1
"""Seconds in which such letters are sent again or found; and between two looks."""
_open = t.ticket.c.state.in_(("ours", "yours"))


class Whereabouts:
    """Of the newest first, so many. Raises `Busy` when the database does not answer."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store, self._channel = store, channel

    async def chats(self) -> Sequence[str]:
        """Chats of people in the middle of something, or with an open ticket."""
        since = stamp(self._store.rules.now()) - RECENT
        return await self._store.read(_chats, channel=self._channel, since=since)

    def teams(self) -> Collection[str]:
        """The teams' chats on that platform, by the ids they have now."""
        return tuple(chat for channel, chat in tuple(self._store.rules.chats) if channel == self._channel)

    async def rooms(self) -> Sequence[tuple[str, str]]:
        """Of open tickets: the chat, and the message everything hangs under.

        What may stand there already without our knowing it (a card that was on its way when the power went) is noted first.
        """
        unsure = await self._store.read(_unsure, channel=self._channel)
        until = monotonic() + SETTLES
        while unsure and monotonic() < until:
            await asyncio.sleep(LOOK)
            unsure = await self._store.read(_unsent, letters=unsure)
        return await self._store.read(_rooms, channel=self._channel)


def _unsure(connection: Connection, channel: str) -> Sequence[int]:
    """Letters to tickets' rooms of which nobody knows whether they arrived."""
    found = connection.scalars(
        select(t.outbox.c.id)
        .join_from(t.outbox, t.lane, t.lane.c.key == t.outbox.c.lane)
        .where(t.lane.c.channel == channel, t.lane.c.ticket > 0, t.outbox.c.state < SENT)
        .where(or_(t.outbox.c.state == FLYING, t.outbox.c.attempts > 0))
        .limit(MOST)
    )
    return tuple(found)


def _unsent(connection: Connection, letters: Sequence[int]) -> Sequence[int]:
    return tuple(connection.scalars(select(t.outbox.c.id).where(t.outbox.c.id.in_(letters), t.outbox.c.state < SENT)))


def _chats(connection: Connection, channel: str, since: float) -> Sequence[str]:
    talking = select(t.dialogue.c.chat, t.dialogue.c.touched).where(
        t.dialogue.c.channel == channel, t.dialogue.c.touched > since
    )
    waiting = (
        select(t.person.c.chat, t.ticket.c.touched)
        .select_from(t.ticket.join(t.person, t.person.c.id == t.ticket.c.person))
        .where(_open, t.person.c.channel == channel)
    )
    both = union_all(talking, waiting).subquery()
    found = select(both.c.chat).group_by(both.c.chat).order_by(func.max(both.c.touched).desc()).limit(MOST)
    return tuple(connection.scalars(found))


def _rooms(connection: Connection, channel: str) -> Sequence[tuple[str, str]]:
    found = connection.execute(
        select(t.thread.c.chat, t.thread.c.root)
        .select_from(t.thread.join(t.ticket, t.ticket.c.id == t.thread.c.ticket))
        .where(_open, t.thread.c.channel == channel, t.thread.c.root != "")
        .order_by(t.ticket.c.touched.desc())
        .limit(MOST)
    )
    return tuple((chat, root) for chat, root in found)
