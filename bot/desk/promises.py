"""By when an answer is due, and what becomes of that date while it is the customer's turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk.config import Desk, Hours, Priority, Term
from bot.desk.hours import after, business_day, length, open_time, opening, opening_on_wall, wall
from bot.desk.ticket import Ticket
from bot.values import replace

DAY = Term(days=1)


def promise(hours: Hours, asked: datetime, term: Term = DAY) -> datetime:
    """In UTC. Of days: the same time of day so many business days later, Friday 13:00 becomes Monday 13:00. Of
    minutes: when so much open time has passed.

    What is asked outside opening hours counts from the next opening. Where the later day is closed at that time (it
    has other frames), the promise is for the opening that follows.
    """
    if not term.days:
        return after(hours, asked, timedelta(minutes=term.minutes))
    start = wall(hours, opening(hours, asked))
    due = datetime.combine(business_day(hours, start.date(), term.days), start.time())
    return opening_on_wall(hours, due)


def term(desk: Desk, category: str, priority: Priority, *, further: bool = False) -> Term:
    """What is promised for such a request: its priority's own term, else its category's, else the desk's."""
    promises, found = desk.promises, desk.category(category)
    own = {"urgent": promises.urgent, "low": promises.low}.get(priority)
    usual = (promises.further if further else None) or promises.answer
    return own or (found.promise if found else None) or usual


def holds(desk: Desk, said: Term | None, category: str) -> bool:
    """Whether it is true of a new request of that category that we answer within so long."""
    if said is None:
        return True
    found = desk.category(category)
    ours = term(desk, category, found.priority if found else "normal")
    return _minutes(desk.hours, ours) <= _minutes(desk.hours, said)


def _minutes(hours: Hours, given: Term) -> int:
    """Of opening hours: those of a day are as many as its shortest has."""
    return given.days * min((length(frames) for frames in hours.frames if frames), default=0) + given.minutes


def promised(desk: Desk, ticket: Ticket, now: datetime) -> Ticket:
    """With a date reckoned from now on."""
    wanted = term(desk, ticket.category, ticket.priority, further=ticket.answered is not None)
    return replace(ticket, since=now, due=promise(desk.hours, now, wanted), left=None, sorry=None)


def turned(desk: Desk, before: Ticket, ticket: Ticket, now: datetime) -> Ticket:
    """With the date that fits whose turn it is now.

    The clock stands still while it is the customer's turn: what was left of the promise is left when it is ours again.
    When we have answered, or it was solved, nothing is left of it, and the next word of the customer begins another. So it
    is when its date has passed: then the new one is as late as the old one was.
    """
    if ticket.state == before.state:
        return ticket
    ticket = replace(ticket, asleep=None)
    if ticket.state == "yours":
        left = open_time(desk.hours, now, before.due) if before.state == "ours" else None
        return replace(ticket, left=left or None, waits=now, reminded=None)
    if ticket.state != "ours":
        return replace(ticket, left=None)
    ticket = replace(ticket, held=now)
    if before.left is None:
        owed = before.state == "yours" and ticket.answered is None
        return replace(promised(desk, ticket, now), sorry=before.sorry if owed else None)
    return replace(ticket, since=now, due=after(desk.hours, now, before.left), left=None)


def reprioritised(desk: Desk, ticket: Ticket, priority: Priority, now: datetime) -> Ticket:
    """With the date of its new priority, reckoned from when the promise began; never one that has passed already.

    While it is the customer's turn nothing is promised, so what was left of the old promise goes.
    """
    ticket = replace(ticket, priority=priority, asleep=None)
    if ticket.state != "ours":
        return replace(ticket, left=None)
    wanted = term(desk, ticket.category, priority, further=ticket.answered is not None)
    due = promise(desk.hours, ticket.since or ticket.opened, wanted)
    return replace(ticket, due=due) if due > now else promised(desk, ticket, now)


def replied(desk: Desk, ticket: Ticket, now: datetime) -> Ticket:
    """An answer has kept the promise, or come too late. Where it is still our turn, the next one has its own date."""
    if ticket.answered == now:
        ticket = replace(ticket, late=now > (ticket.sorry or ticket.due))
    if ticket.state == "ours":
        return promised(desk, ticket, now)
    return replace(ticket, left=None, sorry=None, waits=now, reminded=None)


def parted(desk: Desk, ticket: Ticket, whole: Ticket, now: datetime) -> Ticket:
    """One that is by itself again. If we have apologised for its date while it was part of the other one, the new date
    holds; where the date has passed, it is as late as any, and gets another. What its customer did not say of it meanwhile
    is no silence.
    """
    if ticket.state == "yours":
        return replace(ticket, waits=now, reminded=None)
    if ticket.state != "ours":
        return ticket
    if whole.state == "ours" and whole.sorry == ticket.due:
        ticket = replace(ticket, since=whole.since, due=whole.due, sorry=whole.sorry)
    if now < ticket.due:
        return ticket
    return replace(promised(desk, ticket, now), sorry=ticket.sorry or ticket.due)


# -- in business days ------------------------------------------------------------------------------------


def reopens_until(desk: Desk, ticket: Ticket) -> datetime:
    """Until when a solved ticket is opened again by just writing."""
    solved = ticket.solved or ticket.touched
    return promise(desk.hours, solved, Term(days=desk.life.reopen)) if desk.life.reopen else solved


def stays_solved(desk: Desk, ticket: Ticket, now: datetime) -> bool:
    """Solved so long ago that it is not opened again."""
    return ticket.state == "solved" and now > reopens_until(desk, ticket)


def patience(desk: Desk, ticket: Ticket) -> datetime:
    """When we remind the customer whose turn it is; after that, when we close it."""
    since, days = (ticket.reminded, desk.life.close) if ticket.reminded else (ticket.waits, desk.life.remind)
    return promise(desk.hours, since or ticket.touched, Term(days=days))


# -- keeping it ----------------------------------------------------------------------------------------


def marks(hours: Hours, ticket: Ticket) -> tuple[datetime, datetime]:
    """When to remind the team, and when to apologise: at 75 and at 90 % of the open time until the promise."""
    since = opening(hours, ticket.since or ticket.opened)
    span = open_time(hours, since, ticket.due)
    return after(hours, since, span * 3 / 4), after(hours, since, span * 9 / 10)


def baton(desk: Desk, ticket: Ticket, heard: datetime) -> datetime | None:
    """When its holder, of whom nothing was heard since then, has been silent for too long; None: never. While it is
    not our turn they owe nothing.
    """
    if ticket.agent is None or ticket.state != "ours" or ticket.asleep or desk.team.baton is None:
        return None
    return promise(desk.hours, heard, desk.team.baton)


def slept(desk: Desk, ticket: Ticket, until: datetime, now: datetime) -> Ticket:
    """Put aside until then. It keeps its date if it wakes before we would have to apologise for it; else the clock
    stands still while it sleeps, and what was left of the promise is left when it wakes: the customer hears of it now.
    """
    asleep = replace(ticket, asleep=until, touched=now)
    if ticket.state != "ours" or until <= marks(desk.hours, ticket)[1]:
        return asleep
    left = open_time(desk.hours, now, ticket.due)
    due = after(desk.hours, until, left) if left else promised(desk, ticket, until).due
    return replace(asleep, since=until, due=due, sorry=ticket.sorry or ticket.due)


def late(desk: Desk, ticket: Ticket, now: datetime) -> Ticket:
    """With the new date that our apology names."""
    return replace(promised(desk, ticket, now), sorry=ticket.due)
