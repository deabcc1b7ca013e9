"""Somebody adds one thing after another: the team gets the first ones as they come, and the rest as one. A flood is
stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.ticket import Ticket
from bot.dialogue.words import Prompt, _, lines, n_
from bot.effects import Count, Effects, Record, Save, Seen, Wake
from bot.events import Alarm, ticket_in
from bot.queries import Added
from bot.values import replace
from handlers import cards
from handlers.pieces import AT_ONCE, SETTLE
from handlers.saying import to_customer

SOON = timedelta(minutes=1)
"""Sooner after the last one it belongs to the same rush; so long the rest is gathered."""
A_WHILE = timedelta(hours=1)
"""So long after the last one they still know how to speak of something else."""
FEW = 3
"""So many are shown at once."""


def counted(ticket: Ticket, now: datetime, *, waits: bool) -> Ticket:
    """`waits`: it is of a kind that may be gathered. What is shown at once in any case makes no rush longer, so the first
    that is held is the one after the few.
    """
    last, number = ticket.burst or (now, 0)
    number = number + 1 if now - last <= SOON else 1
    return replace(ticket, burst=(now, number if waits else min(number, FEW)))


def rushing(ticket: Ticket, *, over: int = FEW) -> bool:
    return ticket.burst is not None and ticket.burst[1] > over


def follows_album(ticket: Ticket, now: datetime) -> bool:
    """Whether an album is still coming in: what is said now stands below it."""
    return ticket.album is not None and now - ticket.album <= SETTLE


def goes_on(ticket: Ticket, at: datetime, others: Iterable[Ticket]) -> bool:
    """Whether what comes at that moment goes with what they added last: soon behind it. While the team waits for their
    word about another, only what comes at once, or while we gather.
    """
    waits = any(other.state == "yours" or (other.spoke and other.spoke[2]) for other in others)
    long = SOON if rushing(ticket) or not waits else AT_ONCE
    return ticket.burst is not None and at - ticket.burst[0] <= long


def keeps_adding(before: Ticket, ticket: Ticket) -> bool:
    """Whether what they add now follows something else that they added a while ago, and we have not answered since."""
    if before.burst is None or ticket.burst is None:
        return False
    last, now = before.burst[0], ticket.burst[0]
    return now - last <= A_WHILE and (before.spoke is None or before.spoke[1] < last)


def full(ticket: Ticket, now: datetime, most: int) -> bool:
    """Whether what somebody writes now would be too much at once."""
    return rushing(counted(ticket, now, waits=ticket.state == "ours"), over=most)


def with_room(ticket: Ticket, most: int) -> Ticket:
    """For what was taken before it was clear whose it is: it is no more of a flood than what was written here."""
    return replace(ticket, burst=(ticket.burst[0], min(ticket.burst[1], most - 1))) if ticket.burst else ticket


def too_many(seen: Seen, ticket: Ticket) -> Effects:
    """Said once: what comes until the rush is over is not taken, and nobody has to read a flood."""
    if ticket.burst and ticket.burst[1] == seen.desk.bounds.at_once + 1:
        yield Save(ticket)
        yield Count("rush.refused")
        words = _(
            "That is a lot at once, and I can't take any more just now. I have kept what you wrote until here; "
            "please send what follows in a minute."
        )
        yield to_customer(seen, ticket, Prompt(words))


def held(seen: Seen, ticket: Ticket) -> Effects:
    """Said once; the others of the rush are taken without a word."""
    if ticket.burst and ticket.burst[1] == FEW + 1:
        yield Wake(seen.now + SOON, "gathered", ticket.key)
        words = _("I gather what you write now, and the team gets it together. Take your time.")
        yield to_customer(seen, ticket, Prompt(words))


def needs(event: Alarm, seen: Seen) -> Added:
    """An album that is all there takes along what was gathered before it."""
    if seen.entry:
        return Added(seen.entry.ticket, seen.entry.id)
    return Added(ticket_in(event.about))


def gathered(seen: Seen, _event: Alarm) -> Effects:
    """A minute of it, as one; or what came along with an album."""
    ticket, found = seen.ticket, seen.found
    if ticket is None or not found.entries:
        return
    yield Save(replace(ticket, burst=ticket.burst and (ticket.burst[0], min(ticket.burst[1], FEW))))
    for entry in found.entries:
        yield Record(replace(entry, sent=seen.now))
    there = [entry for entry in found.entries if not entry.gone]
    if not there:
        return
    head = n_("*{name}* adds one message:", "*{name}* adds {n} messages:", len(there), name=there[-1].by)
    files = tuple(file for entry in there for file in entry.files)
    rows = (row for entry in there for row in (cards.words(entry), *cards.missing(entry)))
    prompt = Prompt(lines(head, *rows, between="\n"), (), there[-1].key)
    yield replace(cards.tell(seen, ticket, prompt), files=files)
    words = n_("Added to *{code}*: one message.", "Added to *{code}*: {n} messages.", len(there), code=ticket.code)
    yield to_customer(seen, ticket, Prompt(words))
