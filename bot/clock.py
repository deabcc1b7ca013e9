"""Rings alarms and sweeps; the only place that asks what time it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from bot.channels import Busy
from bot.events import Event
from bot.store.alarms import MOST, claim, let_go
from bot.store.store import Store
from bot.store.sweeping import sweep

POLL = 1.0
SWEEP = 600.0


def now() -> datetime:
    """The time, in UTC. Given to everybody who needs it; tests give another."""
    return datetime.now(UTC)


class Clock:
    """One for each process that rings; an alarm rings in one of them."""

    def __init__(self, store: Store, take: Callable[[Event], Awaitable[object]]) -> None:
        self._store, self._take = store, take

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
                more = await self.round() == MOST
            if loop.time() >= broom:
                with suppress(Busy):
                    broom = loop.time() + (0.0 if await self._store.run(sweep) else SWEEP)
            await asyncio.sleep(0 if more else POLL)

    async def round(self) -> int:
        """Rings every alarm that is due now, one after another; returns how many there were."""
        alarms = await self._store.run(claim)
        for alarm in alarms:
            with suppress(Busy):  # it rings again when its lease is over
                await self._take(alarm)
        return len(alarms)
