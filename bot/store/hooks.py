"""What another system hears of requests, as letters of a lane for each: in order, at least once, and never before the commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from bot.channels import Parcel
from bot.desk.people import HOOK
from bot.desk.resources import Change, Changed, Erased, Farewell, Notice, Opened, TicketResource, line_of, ticket_of
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Link, _
from bot.events import Address, TicketId
from bot.store.facts import TICKET
from bot.store.letters import Way, lane_key
from bot.store.placing import place
from bot.store.rows import json, read_ticket
from bot.store.tx import Tx

PACE = "chat"
"""Thirty at once about one request, then one a second."""


def lane_of(ticket: TicketId) -> Address:
    return Address(HOOK, str(ticket))


def resource(tx: Tx, ticket: Ticket) -> TicketResource:
    url = tx.rules.words.plain(_("{link}", link=Link(f"/t/{ticket.public}")), tx.rules.desk.language)
    return ticket_of(ticket, url, _kept(tx, ticket.into) if ticket.into else None)


def notices(tx: Tx, tickets: Mapping[TicketId, Ticket], entries: Collection[Entry]) -> Iterator[tuple[Address, Parcel]]:
    """One for each request of which something was written in this turn. `tickets`: as they are stored now."""
    if HOOK not in tx.rules.limits:
        return
    lines: dict[TicketId, list[Entry]] = defaultdict(list)
    for entry in entries:
        lines[entry.ticket].append(entry)
    for number in sorted({*tickets, *lines}):
        ticket = tickets.get(number) or _kept(tx, number)
        if ticket:
            yield lane_of(number), _parcel(_told(tx, ticket, lines[number], new=number in tickets))


def _told(tx: Tx, ticket: Ticket, lines: Collection[Entry], *, new: bool) -> Notice:
    """The first version of a request is its opening."""
    change = Change(resource(tx, ticket), tuple(line_of(ticket.code, line) for line in lines))
    return Opened(tx.now, change) if new and ticket.version == 1 else Changed(tx.now, change)


def erased(tx: Tx, tickets: Collection[Ticket]) -> None:
    """Tells that these have been erased. Whatever else was to be told of them is deleted already."""
    if HOOK not in tx.rules.limits:
        return
    last = {ticket.id: _parcel(Erased(tx.now, Farewell(ticket.code))) for ticket in tickets}
    ways = {lane_key(lane_of(number)): Way(lane_of(number), PACE, hot=False, parcels=[last[number]]) for number in last}
    for key in sorted(ways):  # in the order in which everybody takes lanes
        place(tx, key, ways[key])
        tx.stirred.add("outbox")


def _kept(tx: Tx, number: TicketId) -> Ticket | None:
    return tx.read(read_ticket, TICKET, ticket=number)


def _parcel(notice: Notice) -> Parcel:
    return Parcel(text=json(notice))
