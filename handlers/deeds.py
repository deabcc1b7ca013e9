"""What a canned answer does beside being sent: by a button of its own, all at once."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.config import Deed, Priority
from bot.desk.promises import reprioritised
from bot.desk.ticket import Entry, Held, Ticket
from bot.dialogue.words import Choice, Lines, Text, _, p_
from bot.effects import Seen
from bot.events import Message
from bot.values import replace
from handlers import cards

DEEDS: Mapping[Deed, Text] = {
    "solve": p_("with an answer", "solve"),
    "wait": p_("with an answer", "wait for customer"),
    "urgent": p_("with an answer", "urgent"),
    "normal": p_("with an answer", "normal"),
    "low": p_("with an answer", "can wait"),
    "mine": p_("with an answer", "mine"),
}
PRIORITIES: tuple[Priority, ...] = ("urgent", "normal", "low")


def way(entry: Entry) -> tuple[Choice, ...]:
    """All that a canned answer does, by one button; what the others do stands on those."""
    if not set(entry.does) - {"solve", "wait"}:
        return ()
    what = Lines(tuple(DEEDS[deed] for deed in entry.does), " + ")
    return (Choice("send-all", _("Send + {what}", what=what)),)


def done(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Ticket:
    """As a canned answer leaves it, before it is answered."""
    priority = next((name for name in PRIORITIES if name in entry.does and name != ticket.priority), None)
    if priority:
        ticket = reprioritised(seen.desk, ticket, priority, seen.now)
    return ticket.claim(cards.agent_of(event), seen.now) if "mine" in entry.does else ticket


def before(event: Message, ticket: Ticket) -> Held:
    """What `undone` gives back."""
    return Held(ticket.priority, ticket.agent, ticket.held, cards.agent_of(event))


def undone(ticket: Ticket, entry: Entry) -> Ticket:
    """Without what the answer did beside being sent; what somebody changed since then stays."""
    if entry.was is None:
        return ticket
    if ticket.priority in entry.does:
        ticket = replace(ticket, priority=entry.was.priority)
    if "mine" in entry.does and ticket.agent == entry.was.taker:
        ticket = replace(ticket, agent=entry.was.agent, held=entry.was.since)
    return ticket
