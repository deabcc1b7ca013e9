"""Rings alarms, sweeps, and minds the clock itself; the only place that asks what time it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from bot.channels import Busy
from bot.desk.mornings import next_digest
from bot.events import Address, Event, TicketId, key_of
from bot.store.alarms import MOST, claim, let_go, plant, uproot
from bot.store.finding import astray
from bot.store.rows import stamp
from bot.store.setback import newest, set_back
from bot.store.store import Store
from bot.store.sweeping import sweep
from bot.store.tx import Tx
from handlers.morning import about

log = logging.getLogger(__name__)

POLL = 1.0
SWEEP = 600.0
SETBACK = 2.0
"""Seconds; what a clock is put right by in less makes no difference to anybody."""


def now() -> datetime:
    """The time, in UTC. Given to everybody who needs it; tests give another."""
    return datetime.now(UTC)


async def rung(bell: asyncio.Event, within: float) -> bool:
    """Whether it rings within so many seconds. (Python 3.11's `wait_for` can forget that we were cancelled.)"""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await bell.wait()
    return bell.is_set()


async def mornings(store: Store, teams: Iterable[Address]) -> None:
    """Sets the alarm for each team's next digest, and takes away those of chats that are no team's."""
    while True:
        with suppress(Busy):
            return await store.run(_plant_digests, teams=tuple(map(about, teams)))
        await asyncio.sleep(POLL)


def _plant_digests(tx: Tx, teams: tuple[str, ...]) -> None:
    desk = tx.rules.desk
    first = next_digest(desk.hours, desk.team.digest, tx.now)
    uproot(tx, "digest", teams if first else ())
    if first:
        for team in teams:
            plant(tx, "digest", team, first)


async def strays(store: Store) -> None:
    """Sets an alarm for each request in a chat that is no team's any more: it goes where the team is now."""
    while store.rules.chats:
        with suppress(Busy):
            if found := await store.look(astray):
                await store.run(_plant_strays, found=found)
            return
        await asyncio.sleep(POLL)


def _plant_strays(tx: Tx, found: tuple[TicketId, ...]) -> None:
    for ticket in found:
        plant(tx, "astray", key_of(ticket), tx.now)


class Watch:
    """Sees that the clock was set back between two looks."""

    def __init__(self, now: Callable[[], datetime], last: float = 0.0) -> None:
        self._now, self._last = now, last

    def back(self) -> float:
        """By how many seconds since the last look; 0: it goes on as it should."""
        at = stamp(self._now())
        by, self._last = self._last - at, at
        return by if by > SETBACK else 0.0


class Clock:
    """One for each process that rings; an alarm rings in one of them."""

    def __init__(self, store: Store, take: Callable[[Event], Awaitable[object]]) -> None:
        self._store, self._take = store, take
        self._watch: Watch | None = None
        self._back = 0.0

    async def run(self, *, alone: bool = False) -> None:
        """Rings and sweeps until cancelled. `alone`: no other process serves this database, so what one that died had
        in hand rings at once.
        """
        if alone:
            await self._store.run(let_go)
        loop = asyncio.get_running_loop()
        broom = loop.time()
        while True:
            more = False
            with suppress(Busy):
                await self.mind()
                more = await self.round() == MOST
            if loop.time() >= broom:
                with suppress(Busy):
                    broom = loop.time() + (0.0 if await self._store.run(sweep) else SWEEP)
            await asyncio.sleep(0 if more else POLL)

    async def mind(self) -> None:
        """Looks whether the clock was set back, at the first look also since the last event that was taken."""
        self._watch = self._watch or Watch(self._store.rules.now, await self._store.run(newest))
        self._back += self._watch.back()
        if self._back:
            log.warning("the clock was set back by %.0f s: what waits is moved along", self._back)
            await self._store.run(set_back, by=self._back)
            self._back = 0.0

    async def round(self) -> int:
        """Rings every alarm that is due now, one after another; returns how many there were."""
        alarms = await self._store.run(claim)
        for alarm in alarms:
            with suppress(Busy):  # it rings again when its lease is over
                await self._take(alarm)
        return len(alarms)
