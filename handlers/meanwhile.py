"""The team answers an earlier request while its customer is writing another one, or something else that we asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.desk import courtesy
from bot.desk.ticket import Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow
from bot.dialogue.words import Choice, Said, Speech, _, lines
from bot.effects import Effects, Seen
from bot.events import Address, Message
from handlers import opening, tickets, which
from handlers.draft import Draft
from handlers.labels import below, offered, pressed
from handlers.pieces import AT_ONCE
from handlers.rating import SAY_WHY, Why


def asked(seen: Seen, event: Message, flow: Flow[Any]) -> Ticket | None:
    """The request about which the team asked something below our question, or wrote at all below one that was left alone:
    it is what they read last; and the rest of what they answer. Whoever answers the question's own message, or says what
    it offers, means the question.
    """
    match seen.dialogue, event.answer:
        case Dialogue(draft=Draft() | which.Loose() | Why(), heard=datetime() as heard) as dialogue, Said() as said if (
            not event.reply_to and not _names(dialogue, said)
        ):
            those = [t for t in seen.open_tickets if t.spoke and (t.spoke[2] or dialogue.paused)]
            ticket = _last_spoken(those, event.where, heard) or _just_answered(seen.open_tickets, event.at, heard)
            ways = () if event.passed_on else _ways(flow, dialogue)
            if ticket and isinstance(pressed(ways, said, seen.person.language), Said):
                return ticket
    return None


def thanked(seen: Seen, event: Message, flow: Flow[Any] | None) -> Effects | None:
    """A thank-you below the word that a request is solved, or below ours for its stars, is for that one, whatever else is
    open or half written; but for what our question offers.
    """
    under = below(seen)
    match event.answer, seen.found.tickets:
        case Said(text) as said, (Ticket(state="solved") as ticket,) if {
            (ticket.key, way) for way in ("reopen", SAY_WHY.name)
        }.intersection(under):
            ways = _ways(flow, seen.dialogue) if flow and seen.dialogue else ()
            mine = ticket.person == seen.person.id and isinstance(pressed(ways, said, seen.person.language), Said)
            return tickets.add(seen, event, ticket, said) if mine and courtesy.thanks(text, ticket.holder) else None
    return None


def _names(dialogue: Dialogue[Any], said: Said) -> bool:
    """Whether it is the number of one of those among which they choose."""
    match dialogue.draft:
        case which.Loose(mine=mine):
            return which.named(mine, said.text) is not None
    return False


def _ways(flow: Flow[Any], dialogue: Dialogue[Any]) -> Iterator[Choice]:
    if dialogue.paused:
        yield from opening.RESUME
    yield from offered(flow, dialogue)


def _last_spoken(those: Sequence[Ticket], here: Address, since: datetime) -> Ticket | None:
    spoken = [(t.spoke[1], t) for t in those if t.spoke and t.spoke[0] == here and t.spoke[1] > since]
    return max(spoken, key=lambda one: one[0])[1] if spoken else None


def _just_answered(those: Sequence[Ticket], at: datetime, heard: datetime) -> Ticket | None:
    """What comes at once behind an answer to the team goes on with it: nobody has read our question again by then."""
    return next((t for t in those if t.touched == heard), None) if at - heard <= AT_ONCE else None


def answered(seen: Seen, event: Message, flow: Flow[Any], ticket: Ticket) -> Effects:
    """It goes to the team, and our question comes again below; what was left alone goes on waiting."""
    if isinstance(event.answer, Said):
        yield from tickets.add(seen, event, ticket, event.answer)
    if seen.dialogue and not seen.dialogue.paused:
        again = lines(_back(seen.dialogue), engine.ask(flow, seen.dialogue).text)
        yield from opening.ask(seen, event, flow, seen.dialogue, again)


def _back(dialogue: Dialogue[Any]) -> Speech | None:
    match dialogue.draft:
        case Draft():
            return _("Back to the request you are writing.")
        case which.Loose():
            return _("And what you wrote before:")
    return None  # the question says what it is about
