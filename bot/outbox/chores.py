"""Slow work that waits in rows: fetching a file, most of all. Done beside the turns, tried again after a failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from random import random

from sqlalchemy import bindparam, delete, select, update

from bot.channels import Busy
from bot.outbox.retry import TRIES, wait
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import Fetch, read_fetch
from bot.store.store import Store
from bot.store.tx import Tx

log = logging.getLogger(__name__)

LEASE = 120.0
"""Seconds a claimed chore may take; after that another process may begin it anew."""
AT_ONCE = 4
POLL = 1.0

_chore = t.chore.c
CLAIM = Prepared(
    update(t.chore)
    .where(
        _chore.id.in_(
            select(_chore.id)
            .where(_chore.dead == 0, _chore.next_at <= bindparam("now"))
            .order_by(_chore.next_at)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(next_at=bindparam("lease"))
    .returning(_chore.id, _chore.kind, _chore.body, _chore.attempts)
)
LET_GO = Prepared(
    update(t.chore).where(_chore.dead == 0, _chore.next_at > bindparam("now")).values(next_at=bindparam("now"))
)
DONE = Prepared(delete(t.chore).where(_chore.id == bindparam("chore")))
FAILED = Prepared(
    update(t.chore)
    .where(_chore.id == bindparam("chore"))
    .values(attempts=bindparam("tries"), next_at=bindparam("until"), error=bindparam("why"), dead=bindparam("over"))
)


@dataclass(frozen=True, slots=True)
class Chore:
    id: int
    kind: str
    body: str
    attempts: int = 0

    @property
    def last(self) -> bool:
        """No further try comes: whoever waits has to be told now."""
        return self.attempts + 1 >= TRIES

    def fetch(self) -> Fetch:
        """What a chore of the kind `fetch` is about."""
        return read_fetch(self.body)


class Chores:
    """Does chores until cancelled. `work` reports what came of it as an event of its own, then returns; a chore whose
    work raises is done again later, so the work must be harmless to repeat.
    """

    def __init__(self, store: Store, work: Callable[[Chore], Awaitable[None]]) -> None:
        self._store, self._work = store, work
        self._bell = store.bell("chore")
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, *, alone: bool = False) -> None:
        """`alone`: no other process serves this database, so what one that died had in hand is done at once."""
        if alone:
            await self._store.run(let_go)
        while True:
            self._bell.clear()
            with suppress(Busy):
                await self.round()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):  # Python 3.11's `wait_for` can forget that we were cancelled
                    await self._bell.wait()

    async def round(self) -> int:
        """Claims what is due, as much as fits in hand, and begins it; returns how many."""
        free = AT_ONCE - len(self._tasks)
        chores = await self._store.run(partial(claim, most=free)) if free > 0 else ()
        for chore in chores:
            task = asyncio.ensure_future(self._do(chore))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        return len(chores)

    async def rest(self) -> None:
        """Waits until nothing is in hand."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.set()  # there is room for another

    async def _do(self, chore: Chore) -> None:
        try:
            await self._work(chore)
        except Exception as error:  # noqa: BLE001 - whatever a network or a file can raise: noted and tried again
            log.warning("chore %s (%s) failed: %r", chore.id, chore.kind, error)
            end = partial(failed, chore=chore, error=repr(error))
        else:
            end = partial(done, chore=chore)
        with suppress(Busy):  # then its lease runs out, and it is done once more
            await self._store.run(end)


def claim(tx: Tx, most: int) -> tuple[Chore, ...]:
    return tuple(Chore(*row) for row in sorted(tx.all(CLAIM, now=tx.at, lease=tx.at + LEASE, most=most)))


def let_go(tx: Tx) -> int:
    """Makes every chore due: those that were claimed, and those that wait after a failure, since a start is a good
    moment to try again.
    """
    return tx.do(LET_GO, now=tx.at)


def done(tx: Tx, chore: Chore) -> None:
    tx.do(DONE, chore=chore.id)


def failed(tx: Tx, chore: Chore, error: str) -> None:
    tries = chore.attempts + 1
    until = tx.at + wait(tries, random())  # noqa: S311 - spreads retries, hides nothing
    tx.do(FAILED, chore=chore.id, tries=tries, until=until, why=error[:2000], over=int(chore.last))
