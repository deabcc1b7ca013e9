"""A ticket as it is now, with the alarms that go with whose turn it is and who has it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk.promises import baton, marks, patience
from bot.desk.ticket import Ticket
from bot.effects import Effects, Save, Seen, Wake
from handlers import gathering

SETTLED = timedelta(minutes=10)
"""So long after solving, if it is still solved, we ask how it was."""


def saved(seen: Seen, ticket: Ticket, before: Ticket | None = None) -> Effects:
    """Alarms of the turn before are left to ring in vain: whoever hears them looks whose turn it is."""
    yield Save(ticket)
    about = ticket.key
    if ticket.state == "ours" and (before is None or (before.state, before.due) != ("ours", ticket.due)):
        yield Wake(marks(seen.desk.hours, ticket)[0], "promise", about)
    elif ticket.state == "yours" and (before is None or before.waits != ticket.waits):
        yield Wake(patience(seen.desk, ticket), "silence", about)
    if before and gathering.rushing(before) and ticket.state != before.state:
        yield Wake(seen.now, "gathered", about)  # whatever this was decided upon, it was not that
    if over := _baton(seen, ticket, before):
        yield Wake(over, "baton", about)
    if ticket.state == "solved" and ticket.rating is None and seen.desk.life.rating:
        yield Wake(seen.now + SETTLED, "rate", about)


def _baton(seen: Seen, ticket: Ticket, before: Ticket | None) -> datetime | None:
    """When a silent holder loses it, if that is news."""
    over = baton(seen.desk, ticket, ticket.held or seen.now)
    return over if before is None or over != baton(seen.desk, before, before.held or seen.now) else None
