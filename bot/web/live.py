"""Tells open pages that their ticket has changed; what has changed they ask for themselves.

One look a second serves all the pages of this process, and none is taken while nobody watches.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from bot.channels import Busy
from bot.clock import rung
from bot.store import pages
from bot.store.store import Store

PAUSE = 1.0
"""Seconds between two looks."""
PULSE = 15.0
"""Seconds after which something is said even if nothing has changed, so that nobody on the way takes us for dead."""
MOST = 1_000
"""Open pages of one process."""
FOR_ONE = 4
"""Open pages of one person. A browser has six lines to one address and each page keeps one: with all of them taken it would
open no other page, and send nothing.
"""

log = logging.getLogger(__name__)


class Live:
    """Who watches which ticket."""

    def __init__(self, store: Store, leaving: asyncio.Event) -> None:
        self._store, self._leaving = store, leaving
        self._bells: dict[int, set[asyncio.Event]] = {}
        self._people: dict[int, int] = {}
        self._marks: dict[int, str] = {}
        self._looking: asyncio.Task[None] | None = None

    def crowded(self, person: int) -> bool:
        """Too many pages are open, of all or of this one: the browser may ask again later."""
        return sum(self._people.values()) >= MOST or self._people.get(person, 0) >= FOR_ONE

    async def feed(
        self, ticket: int, person: int, mark: str, still: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[str]:
        """What an open page hears, until it may not see the ticket any more or we leave."""
        with self._watching(ticket, person) as bell:
            yield "retry: 2000\n\n"
            while not self._leaving.is_set():
                bell.clear()
                now = self._marks.get(ticket, mark)
                if now != mark:
                    mark = now
                    if not await still():
                        return
                    yield f"id: {mark}\ndata: {mark}\n\n"
                elif not await rung(bell, within=PULSE):
                    if not await still():
                        return
                    yield ":\n\n"

    @contextmanager
    def _watching(self, ticket: int, person: int) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self._bells.setdefault(ticket, set()).add(bell)
        self._people[person] = self._people.get(person, 0) + 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield bell
        finally:
            self._bells[ticket].discard(bell)
            if not self._bells[ticket]:
                del self._bells[ticket]
                self._marks.pop(ticket, None)
            self._people[person] -= 1
            if not self._people[person]:
                del self._people[person]

    async def _look(self) -> None:
        while self._bells and not self._leaving.is_set():
            try:
                marks = await self._store.look(pages.marks, tickets=tuple(self._bells))
            except Busy as busy:
                log.warning("cannot see what has changed: %s", busy)
                marks = {}
            for ticket, mark in marks.items():
                if ticket in self._bells and self._marks.get(ticket) != mark:
                    self._marks[ticket] = mark
                    for bell in self._bells[ticket]:
                        bell.set()
            await rung(self._leaving, within=PAUSE)
        for bells in self._bells.values():  # we leave: those who wait have to hear it
            for bell in bells:
                bell.set()
