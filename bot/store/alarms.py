"""Alarms that are due: claimed by one process, so that each rings once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from bot.events import Alarm
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import moment, stamp
from bot.store.tx import Tx
from bot.store.upsert import upsert

LEASE = 10.0
"""Seconds after which an alarm that was claimed and not taken rings again."""
MOST = 50

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
_sooner: dict[str, Any] = {"at": bindparam("when"), "next_at": bindparam("when")}
PLANT = Prepared(
    upsert(t.alarm)
    .values(name=bindparam("named"), about=bindparam("on"), **_sooner)
    .on_conflict_do_update(index_elements=["name", "about"], set_=_sooner, where=_alarm.at > bindparam("when"))
)
NAMED = Prepared(select(_alarm.about).where(_alarm.name == bindparam("named")))
NEVER_MIND = Prepared(delete(t.alarm).where(_alarm.name == bindparam("named"), _alarm.about == bindparam("on")))
SOONEST = Prepared(select(func.min(_alarm.next_at)))
LET_GO = Prepared(
    update(t.alarm)
    .where(_alarm.at <= bindparam("now"), _alarm.next_at > bindparam("now"))
    .values(next_at=bindparam("now"))
)


def soonest(tx: Tx) -> datetime | None:
    """When the next one rings, if any will."""
    at = tx.value(SOONEST)
    return moment(at) if at else None


def plant(tx: Tx, name: str, about: str, at: datetime) -> None:
    """Sets an alarm that is to ring whether anybody does anything or not. One that rings sooner stays."""
    tx.do(PLANT, named=name, on=about, when=stamp(at))


def uproot(tx: Tx, name: str, keep: Collection[str]) -> None:
    """Removes the alarms of that name, all but those about one of `keep`."""
    for on in tx.values(NAMED, named=name):
        if on not in keep:
            tx.do(NEVER_MIND, named=name, on=on)


def let_go(tx: Tx) -> int:
    """Makes every alarm due that was claimed and not taken."""
    return tx.do(LET_GO, now=tx.at)


def claim(tx: Tx) -> tuple[Alarm, ...]:
    """What is due, kept from others for a while. The turn that takes it removes it (`accept.py`)."""
    rows = tx.all(DUE, now=tx.at)
    for name, about, at in rows:
        tx.do(HOLD, named=name, on=about, when=at, lease=tx.at + LEASE if at <= tx.at else at)
    return tuple(
        Alarm(id=f"alarm:{name}:{about}:{at}", at=moment(at), name=name, about=about)
        for name, about, at in rows
        if at <= tx.at  # else it was postponed, and waits on
    )
