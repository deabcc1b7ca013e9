"""Throwing away what nobody needs any more, a little at a time so that no turn waits long."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, delete, func, or_, select

from bot.desk.people import HOOK, MAIL
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.slots import CLEAR_ALL
from bot.store.tx import Tx

DAY = 86_400.0
KEYS = 3 * DAY
"""Longer than the 24 h in which Telegram sends an update again, shorter than the quiet week after which its numbers
may begin anew (core.telegram.org/bots/api#update)."""
LETTERS = 30 * DAY
ASIDE = 90 * DAY
"""For events and chores that were set aside: until then somebody may mend what they stumbled over, and run them again."""
MOST = 500

_row = t.outbox.c


def _old(table: Table) -> Prepared:
    old = select(table.c.key).where(table.c.at < bindparam("before")).limit(MOST)
    return Prepared(delete(table).where(table.c.key.in_(old)))


TAKEN, FAILURES = _old(t.taken), _old(t.failure)
# Looks no further than to the first young one, and goes around what still waits, however old. The newest row of all stays:
# SQLite gives out the number after the highest there is, and a letter's number is never to be used again.
_newest = select(func.max(_row.id)).scalar_subquery()
_young = select(_row.id).where(_row.at >= bindparam("before")).order_by(_row.id).limit(1).scalar_subquery()
_over = (_row.id < func.coalesce(_young, _newest), _row.id < _newest, _row.state >= 2, _row.news == 0)
SENT = Prepared(delete(t.outbox).where(_row.id.in_(select(_row.id).where(*_over).order_by(_row.id).limit(MOST))))

_ended = select(t.login.c.hash).where(t.login.c.until < bindparam("before")).limit(MOST)
LOGINS = Prepared(delete(t.login).where(t.login.c.hash.in_(_ended)))
_void = select(t.knock.c.hash).where(t.knock.c.at < bindparam("before")).limit(MOST)
KNOCKS = Prepared(delete(t.knock).where(t.knock.c.hash.in_(_void)))

_proved = select(t.proof.c.id).where(t.proof.c.at < bindparam("before")).limit(MOST)
PROOFS = Prepared(delete(t.proof).where(t.proof.c.id.in_(_proved)))

_stale = select(t.invite.c.hash).where(t.invite.c.until < bindparam("before")).limit(MOST)
INVITES = Prepared(delete(t.invite).where(t.invite.c.hash.in_(_stale)))

# What was set aside is little: no index is needed.
_given_up = select(t.dead_letter.c.id).where(t.dead_letter.c.at < bindparam("before")).limit(MOST)
EVENTS = Prepared(delete(t.dead_letter).where(t.dead_letter.c.id.in_(_given_up)))
_dead = select(t.chore.c.id).where(t.chore.c.dead == 1, t.chore.c.next_at < bindparam("before")).limit(MOST)
CHORES = Prepared(delete(t.chore).where(t.chore.c.id.in_(_dead)))


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
    found = tx.all(QUIET, before=tx.at - LETTERS - DAY)
    for (key,) in found:
        tx.do(CLEAR_ALL, key=key)
        tx.do(QUIET_LANE, key=key)
    return len(found)


def sweep(tx: Tx) -> bool:
    """Removes some of what is too old; True when there may be more."""
    gone = [
        tx.do(TAKEN, before=tx.at - KEYS),
        tx.do(FAILURES, before=tx.at - KEYS),
        tx.do(SENT, before=tx.at - LETTERS),
        tx.do(LOGINS, before=tx.at),
        tx.do(KNOCKS, before=tx.at - DAY),
        tx.do(PROOFS, before=tx.at - DAY),
        tx.do(INVITES, before=tx.at),
        tx.do(EVENTS, before=tx.at - ASIDE),
        tx.do(CHORES, before=tx.at - ASIDE),
        _quiet(tx),
    ]
    return MOST in gone
