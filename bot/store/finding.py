"""Finding what a handler asked to have looked up before it runs: lists of tickets, page by page."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from bot.desk.people import Person
from bot.effects import Added, Alone, Followers, Issues, MyTickets, Page, Query, Queue
from bot.store import known
from bot.store import tables as t
from bot.store.look import TICKET
from bot.store.prepared import Prepared
from bot.store.rows import Row, read_entry, read_ticket
from bot.store.tx import Tx

ALL_TICKETS = Prepared(
    select(t.ticket.c.body)
    .where(t.ticket.c.person == bindparam("person"))
    .order_by(t.ticket.c.due.desc(), t.ticket.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("start"))
)
TOTAL = Prepared(select(func.count()).select_from(t.ticket).where(t.ticket.c.person == bindparam("person")))
# Mine first, then by promise.
QUEUE = Prepared(
    select(t.ticket.c.body)
    .where(t.ticket.c.state == "ours")
    .order_by((t.ticket.c.agent != bindparam("mine")), t.ticket.c.due, t.ticket.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("start"))
)
WAITING = Prepared(select(func.count()).select_from(t.ticket).where(t.ticket.c.state == "ours"))


# The last lines of a ticket: what waits to be shown is among them.
LINES = Prepared(
    select(t.entry.c.body)
    .where(t.entry.c.ticket == bindparam("ticket"), t.entry.c.kind == "asked")
    .order_by(t.entry.c.at.desc(), t.entry.c.id)
    .limit(100)
)


def find(tx: Tx, person: Person, query: Query) -> Page:
    """What a handler asked for."""
    match query:
        case Added(ticket):
            lines = (read_entry(body) for (body,) in reversed(tx.all(LINES, ticket=ticket)))
            unseen = tuple(line for line in lines if line.sent is None and not line.album)
            return Page((), 0, len(unseen), unseen)
        case MyTickets(start, most):
            total = _count(tx.one(TOTAL, person=person.id))
            start = _within(start, most, total)
            rows = tx.all(ALL_TICKETS, person=person.id, start=start, most=most)
        case Queue(agent, start, most):
            total = _count(tx.one(WAITING))
            start = _within(start, most, total)
            rows = tx.all(QUEUE, mine=agent, start=start, most=most)
        case Alone(ticket):
            start, rows = 0, tx.all(TICKET, ticket=ticket)
            total = len(rows)
        case Issues() | Followers():
            return known.find(tx, person, query)
    return Page(tuple(read_ticket(body) for (body,) in rows), start, total)


def _count(row: Row | None) -> int:
    return int(row[0]) if row else 0


def _within(start: int, most: int, total: int) -> int:
    """Past the end is the last page."""
    return max(0, start if start < total else (total - 1) // most * most)
