"""Slow work that waits in rows: claimed for a while, done, or tried again later."""

from __future__ import annotations

from random import random

from msgspec import Struct
from sqlalchemy import bindparam, delete, insert, select, update

from bot.outbox.retry import TRIES, wait
from bot.store import tables as t
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Fetch, read_fetch
from bot.store.tx import Tx

LEASE = 10.0
"""Seconds after which another process may begin a claimed chore anew, unless whoever has it renews the claim."""

AWAITED = frozenset({"fetch", "again"})
FEW = 5
"""Tries for what somebody waits for: after a minute and a half they should know that it did not work."""

_chore = t.chore.c
ADD = Prepared(insert(t.chore).values(parameters("kind", "body", "next_at")))
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
# SQLite gives the number of a chore that is over to the next one: only with what it is about is it the same.
_this = (_chore.id == bindparam("chore"), _chore.body == bindparam("about"))
RENEW = Prepared(update(t.chore).where(*_this).values(next_at=bindparam("lease")))
LET_GO = Prepared(
    update(t.chore).where(_chore.dead == 0, _chore.next_at > bindparam("now")).values(next_at=bindparam("now"))
)
DONE = Prepared(delete(t.chore).where(*_this))
FAILED = Prepared(
    update(t.chore)
    .where(*_this)
    .values(attempts=bindparam("tries"), next_at=bindparam("until"), error=bindparam("why"), dead=bindparam("over"))
)


class Chore(Struct, frozen=True):
    id: int
    kind: str
    body: str
    attempts: int = 0

    @property
    def last(self) -> bool:
        """No further try comes: whoever waits has to be told now."""
        return self.attempts + 1 >= (FEW if self.kind in AWAITED else TRIES)

    def fetch(self) -> Fetch:
        """What a chore of the kind `fetch` is about."""
        return read_fetch(self.body)


def add(tx: Tx, kind: str, body: str) -> None:
    tx.do(ADD, kind=kind, body=body, next_at=tx.at)
    tx.stirred.add("chore")


def claim(tx: Tx, most: int) -> tuple[Chore, ...]:
    return tuple(Chore(*row) for row in sorted(tx.all(CLAIM, now=tx.at, lease=tx.at + LEASE, most=most)))


def renew(tx: Tx, chores: tuple[Chore, ...]) -> None:
    """Claims for longer what this process has in hand."""
    for chore in chores:
        tx.do(RENEW, chore=chore.id, about=chore.body, lease=tx.at + LEASE)


def let_go(tx: Tx) -> int:
    """Makes every chore due: those that were claimed, and those that wait after a failure, since a start is a good
    moment to try again.
    """
    return tx.do(LET_GO, now=tx.at)


def done(tx: Tx, chore: Chore) -> None:
    tx.do(DONE, chore=chore.id, about=chore.body)


def failed(tx: Tx, chore: Chore, error: str) -> None:
    tries = chore.attempts + 1
    until = tx.at + wait(tries, random())  # noqa: S311 - spreads retries, hides nothing
    over = int(chore.last)
    tx.do(FAILED, chore=chore.id, about=chore.body, tries=tries, until=until, why=error[:2000], over=over)
