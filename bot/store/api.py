"""What other systems ask for: requests by their number, one after another, each with all that was said in it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import bindparam, select, tuple_

from bot.desk.resources import Conversation, TicketResource, conversation_of
from bot.desk.ticket import State, Ticket
from bot.store import tables as t
from bot.store.belongings import entries
from bot.store.hooks import resource
from bot.store.prepared import Prepared
from bot.store.rows import Row, read_ticket
from bot.store.tx import Tx

_ticket = t.ticket.c
BY_CODE = Prepared(select(_ticket.body).where(_ticket.code == bindparam("code")))
BY_NUMBER = Prepared(
    select(_ticket.body, _ticket.id)
    .where(_ticket.id > bindparam("after"))
    .order_by(_ticket.id)
    .limit(bindparam("most"))
)
BY_PROMISE = Prepared(
    select(_ticket.body, _ticket.due, _ticket.id)
    .where(
        _ticket.state == bindparam("state"),
        tuple_(_ticket.due, _ticket.id) > tuple_(bindparam("due"), bindparam("after")),
    )
    .order_by(_ticket.due, _ticket.id)
    .limit(bindparam("most"))
)
KEPT = Prepared(
    select(t.file.c.id).where(
        t.file.c.id == bindparam("file"), t.file.c.ticket == bindparam("of"), t.file.c.state == "kept"
    )
)


def named(tx: Tx, code: str) -> Ticket | None:
    """The one that was given this number, though it may be merged into another by now."""
    row = tx.one(BY_CODE, code=code)
    return read_ticket(row[0]) if row else None


def conversation(tx: Tx, code: str) -> Conversation | None:
    ticket = named(tx, code)
    return conversation_of(resource(tx, ticket), entries(tx, ticket.id)) if ticket else None


class Some(Struct, frozen=True):
    """A page of a list."""

    tickets: tuple[TicketResource, ...]
    last: Row
    """Where it ends: the date and the number of its last one, or the number alone; empty: there are no more."""


def listed(tx: Tx, after: int, most: int) -> Some:
    """All by their numbers, from behind that one: nothing is missed or told twice when others are opened meanwhile."""
    return _some(tx, tx.all(BY_NUMBER, after=after, most=most + 1), most)


def waiting(tx: Tx, state: State, due: float, after: int, most: int) -> Some:
    """Those whose turn it is, by promise."""
    return _some(tx, tx.all(BY_PROMISE, state=state, due=due, after=after, most=most + 1), most)


def _some(tx: Tx, rows: Sequence[Row], most: int) -> Some:
    """One more than is told was looked for."""
    told = tuple(resource(tx, read_ticket(body)) for body, *_place in rows[:most])
    return Some(told, tuple(rows[most - 1][1:]) if len(rows) > most else ())


def has_kept(tx: Tx, ticket: Ticket, file: str) -> bool:
    """Whether that file belongs to it and is there."""
    return tx.one(KEPT, file=file, of=ticket.id) is not None
