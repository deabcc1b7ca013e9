"""What a canned answer does beside being sent: by a button of its own, all at once."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.canned import tags
from bot.desk.config import PRIORITIES, Deed
from bot.desk.promises import reprioritised
from bot.desk.ticket import Entry, Held, Ticket
from bot.dialogue.words import Choice, Lines, Text, _, p_
from bot.effects import Effects, Record, Seen
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


def way(entry: Entry) -> tuple[Choice, ...]:
    """All that a canned answer does, by one button; what the others do stands on those."""
    if not set(entry.does) - {"solve", "wait"}:
        return ()
    what = Lines(tuple(DEEDS.get(deed) or _("{tag}", tag=deed) for deed in entry.does), " + ")
    return (Choice("send-all", _("Send + {what}", what=what)),)


def done(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Ticket:
    """As a canned answer leaves it, before it is answered."""
    priority = next((name for name in PRIORITIES if name in entry.does and name != ticket.priority), None)
    if priority:
        ticket = reprioritised(seen.desk, ticket, priority, seen.now)
    ticket = replace(ticket, tags=tuple(dict.fromkeys((*ticket.tags, *tags(entry.does)))))
    return ticket.claim(cards.agent_of(event), seen.now) if "mine" in entry.does else ticket


def before(event: Message, ticket: Ticket) -> Held:
    """What `undone` gives back."""
    return Held(ticket.priority, ticket.agent, ticket.held, cards.agent_of(event), ticket.tags)


def undone(ticket: Ticket, entry: Entry) -> Ticket:
    """Without what the answer did beside being sent; what somebody changed since then stays."""
    if entry.was is None:
        return ticket
    if ticket.priority in entry.does:
        ticket = replace(ticket, priority=entry.was.priority)
    if "mine" in entry.does and ticket.agent == entry.was.taker:
        ticket = replace(ticket, agent=entry.was.agent, held=entry.was.since)
    given = {*tags(entry.does)} - {*entry.was.tags}
    return replace(ticket, tags=tuple(tag for tag in ticket.tags if tag not in given))


def told(seen: Seen, event: Message, before: Ticket, ticket: Ticket) -> Effects:
    """What of it the history tells."""
    if ticket.priority != before.priority:
        yield Record(cards.happened(seen, ticket, event, f"priority {ticket.priority}"))
    if ticket.tags != before.tags:
        line = cards.happened(seen, ticket, event, " ".join(("tags", *ticket.tags)))
        yield Record(replace(line, id=f"{seen.fresh}-2"))
