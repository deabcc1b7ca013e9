"""What other systems ask for: requests by their number, one after another, each with all that was said in it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import bindparam, select, tuple_

from bot.desk.resources import Conversation, TicketResource, conversation_of
from bot.desk.ticket import State, Ticket
from bot.store import tables as t
from bot.store.belongings import entries
from bot.store.facts import BY_CODE, TICKET
from bot.store.hooks import resource
from bot.store.prepared import Prepared
from bot.store.rows import Row, read_ticket
from bot.store.tx import Tx

_ticket = t.ticket.c
_number = (
    select(_ticket.body, _ticket.id)
    .where(_ticket.id > bindparam("after"))
    .order_by(_ticket.id)
    .limit(bindparam("most"))
)
_promise = (
    select(_ticket.body, _ticket.due, _ticket.id)
    .where(
        _ticket.state == bindparam("state"),
        tuple_(_ticket.due, _ticket.id) > tuple_(bindparam("due"), bindparam("after")),
    )
    .order_by(_ticket.due, _ticket.id)
    .limit(bindparam("most"))
)
_theirs = _ticket.person == bindparam("customer")
BY_NUMBER, THEIRS_BY_NUMBER = Prepared(_number), Prepared(_number.where(_theirs))
BY_PROMISE, THEIRS_BY_PROMISE = Prepared(_promise), Prepared(_promise.where(_theirs))
KEPT = Prepared(
    select(t.file.c.id).where(
        t.file.c.id == bindparam("file"), t.file.c.ticket == bindparam("of"), t.file.c.state == "kept"
    )
)

UNDER = Prepared(select(t.taken.c.key).where(t.taken.c.key.between(bindparam("under"), bindparam("last"))))


def done_under(tx: Tx, under: str) -> frozenset[str]:
    """The events that were taken whose ids are `under` and hexadecimal digits."""
    return frozenset(str(key) for key in tx.values(UNDER, under=under, last=f"{under}g"))


def named(tx: Tx, code: str) -> Ticket | None:
    """The one that was given this number, though it may be merged into another by now."""
    return tx.read(read_ticket, BY_CODE, code=code)


def conversation(tx: Tx, code: str) -> Conversation | None:
    ticket = named(tx, code)
    return conversation_of(resource(tx, ticket), entries(tx, ticket.id)) if ticket else None


class Some(Struct, frozen=True):
    """A page of a list."""

    tickets: tuple[TicketResource, ...]
    last: Row
    """Where it ends: the date and the number of its last one, or the number alone; empty: there are no more."""


def listed(tx: Tx, *, after: int, most: int, customer: int = 0) -> Some:
    """By number, those after that one: so nothing is left out or told twice when others are opened meanwhile.
    `customer`: theirs alone.
    """
    by, whose = (THEIRS_BY_NUMBER, {"customer": customer}) if customer else (BY_NUMBER, {})
    return _some(tx, tx.all(by, after=after, most=most + 1, **whose), most)


def waiting(tx: Tx, *, state: State, due: float, after: int, most: int, customer: int = 0) -> Some:
    """Those whose turn it is, by promise."""
    by, whose = (THEIRS_BY_PROMISE, {"customer": customer}) if customer else (BY_PROMISE, {})
    return _some(tx, tx.all(by, state=state, due=due, after=after, most=most + 1, **whose), most)


def these(tx: Tx, numbers: Sequence[int]) -> tuple[TicketResource, ...]:
    """In that order; what has gone meanwhile is left out."""
    found = (tx.read(read_ticket, TICKET, ticket=number) for number in numbers)
    return tuple(resource(tx, ticket) for ticket in found if ticket)


def _some(tx: Tx, rows: Sequence[Row], most: int) -> Some:
    """`rows`: one more than fits the page, if there is a next one."""
    told = tuple(resource(tx, read_ticket(body)) for body, *_place in rows[:most])
    return Some(told, tuple(rows[most - 1][1:]) if len(rows) > most else ())


def has_kept(tx: Tx, ticket: Ticket, file: str) -> bool:
    """Whether that file belongs to it and is there."""
    return tx.one(KEPT, file=file, of=ticket.id) is not None
