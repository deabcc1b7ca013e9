"""Slow work, fetching a file most of all: done beside the turns, tried again after a failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from bot.channels import Busy
from bot.clock import rung
from bot.store.chores import LEASE, Chore, claim, done, failed, let_go, renew
from bot.store.store import Store

log = logging.getLogger(__name__)

AT_ONCE = 4
POLL = 1.0


class Chores:
    """Does chores until cancelled. `work` reports what came of it as an event of its own, then returns; a chore whose
    work raises is done again later, so the work must be harmless to repeat.
    """

    def __init__(self, store: Store, work: Callable[[Chore], Awaitable[None]]) -> None:
        self._store, self._work = store, work
        self._bell = store.bell("chore")
        self._in_hand: dict[asyncio.Task[None], Chore] = {}
        self._kept = 0.0

    async def run(self, *, alone: bool = False) -> None:
        """`alone`: no other process serves this database, so what one that died had in hand is done at once."""
        if alone:
            await self._store.run(let_go)
        while True:
            self._bell.clear()
            with suppress(Busy):
                await self.keep()
                await self.round()
            await rung(self._bell, within=POLL)

    async def round(self) -> int:
        """Claims what is due, as much as fits in hand, and begins it; returns how many."""
        free = AT_ONCE - len(self._in_hand)
        chores = await self._store.run(claim, most=free) if free > 0 else ()
        for chore in chores:
            task = asyncio.ensure_future(self._do(chore))
            self._in_hand[task] = chore
            task.add_done_callback(self._done)
        return len(chores)

    async def keep(self) -> None:
        """Renews the claims of what is in hand."""
        now = asyncio.get_running_loop().time()
        if self._in_hand and now - self._kept > LEASE / 4:
            await self._store.run(renew, chores=tuple(self._in_hand.values()))
            self._kept = now

    async def rest(self) -> None:
        """Waits until nothing is in hand."""
        while self._in_hand:
            await asyncio.wait(set(self._in_hand))

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._in_hand[task]
        self._bell.set()  # there is room for another

    async def _do(self, chore: Chore) -> None:
        try:
            await self._work(chore)
        except Exception as error:  # noqa: BLE001 - whatever a network or a file can raise: noted and tried again
            log.warning("chore %s (%s) failed: %r", chore.id, chore.kind, error)
            if chore.last and isinstance(error, Busy):
                return  # nobody could be told how it ended: its lease runs out, and it is done once more
            end = partial(failed, chore=chore, error=repr(error))
        else:
            end = partial(done, chore=chore)
        with suppress(Busy):  # then its lease runs out, and it is done once more
            await self._store.run(end)
