"""Finding what a handler asked to have looked up before it runs: lists of tickets, page by page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import MsgspecError
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from bot.desk.promises import reopens_until
from bot.desk.ticket import Entry, Ticket
from bot.effects import Seen
from bot.events import Address, EntryId, TicketId
from bot.queries import (
    Added,
    Around,
    Asked,
    Followers,
    Found,
    Issues,
    Morning,
    MyTickets,
    Query,
    Queue,
    Standing,
    These,
)
from bot.store import known, team
from bot.store import tables as t
from bot.store.facts import PERSON, TICKET
from bot.store.joining import inviting
from bot.store.letters import lane_key
from bot.store.people import person_of
from bot.store.prepared import Prepared
from bot.store.rows import Value, read_entry, read_parcel, read_ticket, stamp
from bot.store.tx import Tx
from bot.values import replace

log = logging.getLogger(__name__)

_c = t.ticket.c


def _paged(where: Iterable[ColumnElement[bool]], order: Iterable[ColumnElement[Any]]) -> tuple[Prepared, Prepared]:
    """Some tickets of a list, and how many there are in all."""
    some = select(_c.body).where(*where).order_by(*order).limit(bindparam("most")).offset(bindparam("start"))
    return Prepared(some), Prepared(select(func.count()).select_from(t.ticket).where(*where))


MINE = _paged((_c.person == bindparam("person"),), (_c.due.desc(), _c.id.desc()))
_by_promise = (_c.state != "ours", _c.due, _c.id)
_awake = (_c.state == "ours", _c.asleep <= bindparam("now"))
_open = or_(_c.state == "ours", _c.state == "yours")
# What waits for us, mine first; all that is mine; all that is open. Each by promise.
QUEUES = {
    "queue": _paged(_awake, (_c.agent != bindparam("mine"), _c.due, _c.id)),
    "mine": _paged((_open, _c.agent == bindparam("mine")), _by_promise),
    "all": _paged((_open,), _by_promise),
}
MORNING = Prepared(select(_c.body).where(*_awake).order_by(_c.due, _c.id).limit(1000))
LIVELY = Prepared(
    select(_c.id, _c.body)
    .where(or_(_open, and_(_c.state == "solved", _c.touched > bindparam("since"))))
    .order_by(_c.id)
)
LONG = 52
"""So many weeks ago a request was solved that nobody opens it again, whatever the desk says."""
SHUT = 8
"""Weeks in which a desk may be closed; in all others there is at least one business day."""

RECENT = 10_000
"""Letters to anybody, among which the last thing said in a chat is looked for."""

# The last lines of a ticket that people wrote.
AROUND = Prepared(
    select(t.entry.c.body)
    .where(t.entry.c.ticket == bindparam("ticket"), t.entry.c.kind != "event")
    .order_by(t.entry.c.at.desc(), t.entry.c.id)
    .limit(30)
)


# The last lines of a ticket: what waits to be shown is among them, since no more than that is taken of one rush.
LINES = Prepared(
    select(t.entry.c.body)
    .where(t.entry.c.ticket == bindparam("ticket"), t.entry.c.kind == "asked")
    .order_by(t.entry.c.at.desc(), t.entry.c.id)
    .limit(200)
)

NEWEST = Prepared(
    select(t.outbox.c.body)
    .where(t.outbox.c.lane == bindparam("in_lane"))
    .where(t.outbox.c.id > select(func.max(t.outbox.c.id)).scalar_subquery() - RECENT)
    .order_by(t.outbox.c.id.desc())
    .limit(bindparam("most"))
)
NOTICES = 5
"""So many may lie below what somebody answers."""

_d = t.dialogue.c
STANDING = Prepared(
    select(_d.channel, _d.chat, _d.thread, _d.flow, _d.body)
    .join_from(
        t.door, t.dialogue, and_(_d.channel == t.door.c.channel, _d.chat == t.door.c.user, _d.who == t.door.c.user)
    )
    .where(t.door.c.person == bindparam("person"))
    .order_by(_d.channel, _d.chat, _d.thread)
)


def find(tx: Tx, seen: Seen, query: Query) -> Found:
    """What a handler asked for."""
    match query:
        case Added(ticket, album):
            lines = map(read_entry, reversed(tx.values(LINES, ticket=ticket)))
            unseen = tuple(_until_another([line for line in lines if line.sent is None], album))
            return Found((), 0, len(unseen), unseen)
        case MyTickets(start, most):
            return _page(tx, MINE, start, most, person=seen.person.id)
        case Queue(agent, start, most, of):
            return _page(tx, QUEUES[of], start, most, mine=agent, now=tx.at)
        case These(tickets):
            found = [body for number in tickets for body in tx.values(TICKET, ticket=number)]
            return Found(_tickets(tx, found), 0, len(found))
        case _:
            return _further(tx, seen, query)


def _page(tx: Tx, of: tuple[Prepared, Prepared], start: int, most: int, **values: Value) -> Found:
    """From `start` on; past the end it is the last page."""
    some, number = of
    total = int(tx.value(number, **values))
    start = max(0, start if start < total else (total - 1) // most * most)
    found = tx.values(some, start=start, most=most, **values)
    return Found(_tickets(tx, found), start, total)


def _tickets(tx: Tx, bodies: Iterable[str]) -> tuple[Ticket, ...]:
    return tuple(tx.rules.housed(read_ticket(body)) for body in bodies)


def _until_another(unseen: Sequence[Entry], album: EntryId) -> Iterator[Entry]:
    """The lines above the next album that is still coming in; those below it wait until it is there."""
    reached = not album
    for line in unseen:
        reached = reached or line.id == album
        if not line.album or line.id == album:
            yield line
        elif reached:
            return


def _further(tx: Tx, seen: Seen, query: Issues | Followers | Around | Morning | Standing | Asked) -> Found:
    match query:
        case Around():
            return _around(tx, seen, query)
        case Morning(at):
            return morning(tx, at)
        case Standing():
            return _standing(tx, seen.person.id)
        case Asked(where, past, issues):
            page = _asked(tx, where, NOTICES if past else 0)
            return replace(page, issues=known.find(tx, seen.person, issues).issues) if issues else page
        case _:
            return known.find(tx, seen.person, query)


def _around(tx: Tx, seen: Seen, query: Around) -> Found:
    lines = tx.values(AROUND, ticket=seen.ticket.id) if seen.ticket else []
    return Found(
        (),
        0,
        0,
        entries=tuple(map(read_entry, lines)),
        colleagues=team.colleagues(tx, tx.rules.home(seen.ticket.agents)) if query.people and seen.ticket else (),
        canned=team.stocked(tx) if query.canned else (),
    )


def _standing(tx: Tx, person: int) -> Found:
    """What this release cannot read any more is left out."""
    rows = tx.all(STANDING, person=person)
    each = ((Address(*place), tx.rules.drafts.read(flow, body)) for *place, flow, body in rows)
    return Found(standing=tuple((where, dialogue) for where, dialogue in each if dialogue))


def _asked(tx: Tx, where: Address, notices: int) -> Found:
    rows = tx.all(NEWEST, in_lane=lane_key(tx.rules.home(where)), most=notices + 1)
    each = [read_parcel(body).buttons for (body,) in rows]
    below = next((n for n, shown in enumerate(each) if shown), 0)
    shown = each[below] if each else ()
    buttons = tuple((asks, name) for asks, _bar, name in (button.data.partition("|") for button in shown))
    whose = next(filter(None, (inviting(tx, name) for _asks, name in buttons)), 0)
    people = tx.all(PERSON, person=whose) if whose else ()
    about = re.fullmatch(r"ticket\.([0-9]{1,18})", buttons[0][0]) if buttons else None
    tickets = tuple(map(read_ticket, tx.values(TICKET, ticket=int(about[1])) if about else ()))
    return Found(tickets, 0, len(tickets), people=tuple(map(person_of, people)), buttons=buttons, noticed=below)


def morning(tx: Tx, at: Address) -> Found:
    """Which team has a ticket is told by the ticket alone; what waits is little."""
    waiting = map(read_ticket, tx.values(MORNING, now=tx.at))
    mine = tuple(ticket for ticket in waiting if tx.rules.home(ticket.agents) == tx.rules.home(at))
    return Found(mine, 0, len(mine))


def astray(tx: Tx) -> tuple[TicketId, ...]:
    """Requests that are open, or may be again, in a chat that is no team's any more: another was named since."""
    since = tx.now - timedelta(weeks=min(tx.rules.desk.life.reopen + SHUT, LONG))
    strays = (ticket for ticket in _lively(tx, since) if not _in_a_team(tx, ticket.agents))
    return tuple(t.id for t in strays if t.state != "solved" or reopens_until(tx.rules.desk, t) > tx.now)


def _lively(tx: Tx, since: datetime) -> Iterator[Ticket]:
    """Those that are open, or were solved since then. One that a newer release wrote may be unreadable, and is passed over."""
    for number, body in tx.all(LIVELY, since=stamp(since)):
        try:
            yield read_ticket(body)
        except MsgspecError as trouble:
            log.warning(
                "ticket %d cannot be read, so nobody sees whether its chat is still a team's: %r", number, trouble
            )


def _in_a_team(tx: Tx, chat: Address) -> bool:
    home = tx.rules.home(chat)
    return tx.rules.of_team(home.channel, home.chat)
