"""Throwing away what nobody needs any more, a little at a time so that no turn waits long."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, bindparam, delete, func, or_, select

from bot.desk.people import HOOK, MAIL
from bot.store import tables as t
from bot.store.letters import SENT
from bot.store.prepared import Prepared
from bot.store.rows import DAY
from bot.store.slots import CLEAR_ALL
from bot.store.tx import Tx

KEYS = 3 * DAY
"""Longer than the 24 h in which Telegram sends an update again, shorter than the quiet week after which its numbers
may begin anew (core.telegram.org/bots/api#update)."""
MONTH = 30 * DAY
ASIDE = 90 * DAY
"""For events and chores that were set aside: until then somebody may mend what they stumbled over, and run them again."""
MOST = 500

_row = t.outbox.c


def _old(at: Column[float], *more: ColumnElement[bool]) -> Prepared:
    """Deletes some rows for which that moment lies before another."""
    (key,) = at.table.primary_key
    some = select(key).where(at < bindparam("before"), *more).limit(MOST)
    return Prepared(delete(at.table).where(key.in_(some)))


# Looks no further than to the first young one, and goes around what still waits, however old. The newest row of all stays:
# SQLite gives out the number after the highest there is, and a letter's number is never to be used again.
_newest = select(func.max(_row.id)).scalar_subquery()
_young = select(_row.id).where(_row.at >= bindparam("before")).order_by(_row.id).limit(1).scalar_subquery()
_over = (_row.id < func.coalesce(_young, _newest), _row.id < _newest, _row.state >= SENT, _row.news == 0)
LETTERS = Prepared(delete(t.outbox).where(_row.id.in_(select(_row.id).where(*_over).order_by(_row.id).limit(MOST))))

OVER: tuple[tuple[Prepared, float], ...] = (
    (_old(t.taken.c.at), KEYS),
    (_old(t.failure.c.at), KEYS),
    (LETTERS, MONTH),
    (_old(t.login.c.until), 0.0),
    (_old(t.knock.c.at), DAY),
    (_old(t.proof.c.at), DAY),
    (_old(t.invite.c.until), 0.0),
    # What was set aside is little: no index is needed.
    (_old(t.dead_letter.c.at), ASIDE),
    (_old(t.chore.c.next_at, t.chore.c.dead == 1), ASIDE),
)
"""What goes, and how many seconds after it was over."""

# Letters of such a line have been swept before; a line that is wanted after all is made anew.
_lane = t.lane.c
QUIET = Prepared(
    select(_lane.key)
    .where(
        or_(_lane.channel == MAIL, _lane.channel == HOOK),
        _lane.pending == 0,
        _lane.owner == "",
        _lane.next_at < bindparam("before"),
    )
    .limit(MOST)
    .with_for_update(skip_locked=True)
)
QUIET_LANE = Prepared(delete(t.lane).where(_lane.key == bindparam("key")))


def _quiet(tx: Tx) -> int:
    """Lines of addresses and of requests, to which nobody writes any more; those of chats go with their people."""
    found = tx.all(QUIET, before=tx.at - MONTH - DAY)
    for (key,) in found:
        tx.do(CLEAR_ALL, key=key)
        tx.do(QUIET_LANE, key=key)
    return len(found)


def sweep(tx: Tx) -> bool:
    """Removes some of what is too old; True when there may be more."""
    gone = [tx.do(statement, before=tx.at - age) for statement, age in OVER]
    return MOST in (*gone, _quiet(tx))
