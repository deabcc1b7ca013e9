"""What waits to be sent, what never left, and what was set aside: seen by an operator, and put in line again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, delete, func, select, true, update

from bot.dialogue.markup import plain
from bot.store import tables as t
from bot.store.chores import add
from bot.store.failures import LET_GO
from bot.store.letters import DEAD, FLYING, SENT, WAITING, receipt_of
from bot.store.prepared import Prepared
from bot.store.rows import json, read_parcel
from bot.store.tx import Tx
from bot.values import replace

_row, _lane, _aside = t.outbox.c, t.lane.c, t.dead_letter.c


class Standing(Struct, frozen=True):
    """How much of what kind there is."""

    waiting: int
    oldest: float
    """Seconds for which the letter that has waited longest could have left; 0: none is late."""
    lanes: int
    """Chats and rooms with something waiting."""
    undelivered: int
    aside: int
    chores: int
    """Files still to be fetched."""


class Stuck(Struct, frozen=True):
    """A letter that has not left yet, or never will."""

    id: int
    dead: bool
    lane: str
    """`channel|chat|#ticket`, as the outbox calls the line it stands in."""
    at: float
    """When it was written, in seconds since 1970."""
    tries: int
    error: str
    words: str
    """What it says, without markup."""
    opens: float
    """When it may be tried next, in seconds since 1970."""


class Aside(Struct, frozen=True):
    """An event whose turn failed five times."""

    id: int
    key: str
    at: float
    error: str
    body: str


def standing(connection: Connection, now: float) -> Standing:
    late = case((_lane.next_at < now, _lane.next_at))
    lanes = connection.execute(
        select(func.count(), func.coalesce(func.sum(_lane.pending), 0), func.min(late)).where(_lane.pending > 0)
    ).one()
    return Standing(
        waiting=int(lanes[1]),
        oldest=max(0.0, now - lanes[2]) if lanes[2] is not None else 0.0,
        lanes=int(lanes[0]),
        undelivered=_count(connection, t.outbox, _row.state == DEAD),
        aside=_count(connection, t.dead_letter, true()),
        chores=_count(connection, t.chore, t.chore.c.dead == 0),
    )


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(where)) or 0)


def stuck(connection: Connection, *, dead: bool, most: int = 50) -> tuple[Stuck, ...]:
    """The newest that never left, or the oldest that wait."""
    state = _row.state == DEAD if dead else _row.state.in_((WAITING, FLYING))
    found = connection.execute(_stuck.where(state).order_by(_row.id.desc() if dead else _row.id).limit(most))
    return tuple(_as_stuck(row) for row in found)


def letter(connection: Connection, number: int) -> Stuck | None:
    """One of them, also when it has been sent meanwhile: then None."""
    row = connection.execute(_stuck.where(_row.id == number, _row.state.in_((WAITING, FLYING, DEAD)))).first()
    return _as_stuck(row) if row else None


_stuck = select(
    _row.id, _row.state, _row.lane, _row.at, _row.attempts, _row.error, _row.body, func.coalesce(_lane.next_at, 0.0)
).select_from(t.outbox.outerjoin(t.lane, _lane.key == _row.lane))


def _as_stuck(row: Sequence[Any]) -> Stuck:
    number, state, lane, at, tries, error, body, opens = row
    return Stuck(number, state == DEAD, lane, at, tries, error, plain(read_parcel(body).text), opens)


def set_aside(connection: Connection, most: int = 50) -> tuple[Aside, ...]:
    """The newest events that were set aside."""
    found = connection.execute(
        select(_aside.id, _aside.key, _aside.at, _aside.error, _aside.body).order_by(_aside.id.desc()).limit(most)
    )
    return tuple(Aside(*row) for row in found)


# -- putting in line again -------------------------------------------------------------------------

LANE = Prepared(select(_row.lane, _row.body).where(_row.id == bindparam("letter"), _row.state == DEAD))
REVIVE = Prepared(
    update(t.outbox)
    .where(_row.id == bindparam("letter"), _row.state == DEAD)
    .values(state=WAITING, attempts=0, news=0, error="", body=bindparam("new"))
)
TOLD = Prepared(delete(t.taken).where(t.taken.c.key == bindparam("receipt")))
# A line that somebody has in hand, or that waits after a failure, keeps its time.
LINE_UP = Prepared(
    update(t.lane)
    .where(_lane.key == bindparam("in_lane"))
    .values(pending=_lane.pending + 1, next_at=case((_lane.pending == 0, bindparam("now")), else_=_lane.next_at))
)
# Its number stays, so that it is never given to another letter; what stood in it goes.
DROP = Prepared(
    update(t.outbox)
    .where(_row.id == bindparam("letter"), _row.state == DEAD)
    .values(lane="", slot="", body="{}", error="", news=0, state=SENT)
)
TAKE_UP = Prepared(select(_aside.key, _aside.body).where(_aside.id == bindparam("aside")).with_for_update())


def requeue(tx: Tx, number: int) -> bool:
    """Puts an undelivered letter at the place in its line that its number gives it. False: it is none any more.

    The customer or the team was told that it failed; when it arrives now, they are told again, of a part of it too.
    """
    row = tx.one(LANE, letter=number)
    if row is None:
        return False
    key, body = row
    parcel = read_parcel(body)
    tx.do(LINE_UP, in_lane=key, now=tx.at)
    tx.do(REVIVE, letter=number, new=json(replace(parcel, over="", more=False)))
    tx.do(TOLD, receipt=receipt_of(number))
    tx.stirred.add("outbox")
    return True


def drop(tx: Tx, number: int) -> bool:
    """Forgets an undelivered letter. False: it is none."""
    return tx.do(DROP, letter=number) == 1


def rerun(tx: Tx, number: int) -> bool:
    """Hands an event that was set aside to whoever works, who takes it through the desk once more. False: no such."""
    row = tx.one(TAKE_UP, aside=number)
    if row is None:
        return False
    add(tx, "rerun", json(Rerun(number, *row)))
    tx.do(LET_GO, aside=number)
    return True


class Rerun(Struct, frozen=True):
    """The chore of taking an event once more (kind `rerun`)."""

    aside: int
    key: str
    body: str


read_rerun = msgspec.json.Decoder(Rerun).decode
