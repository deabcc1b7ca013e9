"""Rings alarms and sweeps; the only place that asks what time it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import bindparam, select, update

from bot.channels import Busy
from bot.events import Alarm, Event
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import moment
from bot.store.store import Store
from bot.store.sweeping import sweep
from bot.store.tx import Tx

LEASE = 30.0
"""Seconds after which an alarm that was claimed and not taken rings again."""
MOST = 50
POLL = 1.0
SWEEP = 600.0

_alarm = t.alarm.c
_due = (
    select(_alarm.name, _alarm.about, _alarm.at)
    .where(_alarm.next_at <= bindparam("now"))
    .order_by(_alarm.next_at)
    .limit(MOST)
    .with_for_update(skip_locked=True)
)
DUE = Prepared(_due)
_one = (_alarm.name == bindparam("named"), _alarm.about == bindparam("on"), _alarm.at == bindparam("when"))
HOLD = Prepared(update(t.alarm).where(*_one).values(next_at=bindparam("lease")))
LET_GO = Prepared(
    update(t.alarm)
    .where(_alarm.at <= bindparam("now"), _alarm.next_at > bindparam("now"))
    .values(next_at=bindparam("now"))
)


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


def let_go(tx: Tx) -> int:
    """Makes every alarm due that was claimed and not taken."""
    return tx.do(LET_GO, now=tx.at)


def claim(tx: Tx) -> tuple[Alarm, ...]:
    """What is due, kept from others for a while. The turn that takes it removes it (`store/accept.py`)."""
    rows = tx.all(DUE, now=tx.at)
    for name, about, at in rows:
        tx.do(HOLD, named=name, on=about, when=at, lease=tx.at + LEASE if at <= tx.at else at)
    return tuple(
        Alarm(id=f"alarm:{name}:{about}:{at}", at=moment(at), name=name, about=about)
        for name, about, at in rows
        if at <= tx.at  # else it was postponed, and waits on
    )
