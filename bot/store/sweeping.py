"""Throwing away what nobody needs any more, a little at a time so that no turn waits long."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, delete, func, select

from bot.store import tables as t
from bot.store.prepared import Prepared
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
    ]
    return MOST in gone
