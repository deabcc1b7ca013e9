"""The clock was set back: what is kept until a moment, or good until one, lasts no longer for it.

Without this a desk would be silent for as long as its clock was set back: every pace, lease and wait is a moment in the
rows. What people were promised by a date (alarms, promises, blocks) stays where the calendar has it.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, update

from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.tx import Tx
from bot.store.upsert import put

UNTIL = (
    t.lane.c.next_at,
    t.lane.c.tat,
    t.bucket.c.tat,
    t.chore.c.next_at,
    t.login.c.until,
    t.knock.c.until,
    t.invite.c.until,
    t.proof.c.until,
    t.taken.c.at,
)
"""The last one is when something happened: `newest` would else see the same step back at every start."""
ALIKE = 60.0
"""Seconds within which all processes of a desk notice one and the same setback."""

EARLIER = tuple(
    Prepared(update(until.table).where(until > bindparam("now")).values({until.name: until - bindparam("by")}))
    for until in UNTIL
)
# What rang before its time rings when that comes: an alarm's name holds its moment, and would count as heard. Alone of all
# names it is a digest (`accept.py`).
UNHEARD = Prepared(
    delete(t.taken).where(
        t.taken.c.at > bindparam("now"), func.length(t.taken.c.key) == 64, ~t.taken.c.key.contains(":")
    )
)
NEWEST = Prepared(select(func.max(t.taken.c.at)))
ONCE = Prepared(put(t.taken, "at", where=func.abs(t.taken.c.at - bindparam("at")) > ALIKE))


def newest(tx: Tx) -> float:
    """When the last event was taken, by whatever the clock said then."""
    return tx.value(NEWEST) or 0.0


def set_back(tx: Tx, by: float) -> None:
    """Moves it all along by so many seconds; once, however many processes notice."""
    if not tx.do(ONCE, key="setback", at=tx.at):
        return
    tx.do(UNHEARD, now=tx.at)
    for statement in EARLIER:
        tx.do(statement, now=tx.at, by=by)
    tx.stirred |= {"outbox", "chore"}
