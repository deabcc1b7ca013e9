"""A ticket as it is now, with the alarm that goes with whose turn it is."""

from __future__ import annotations

from bot.desk.promises import marks
from bot.desk.ticket import Ticket
from bot.effects import Effects, Save, Seen, Wake


def saved(seen: Seen, ticket: Ticket, before: Ticket | None = None) -> Effects:
    """Alarms of the turn before are left to ring in vain: whoever hears them looks whose turn it is."""
    yield Save(ticket)
    if ticket.state == "ours" and (before is None or (before.state, before.due) != ("ours", ticket.due)):
        yield Wake(marks(seen.desk.hours, ticket)[0], "promise", f"ticket.{ticket.id}")
