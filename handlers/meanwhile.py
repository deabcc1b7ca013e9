"""The team answers an earlier request while its customer is writing another one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.desk.ticket import Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow
from bot.dialogue.words import Said, _, lines
from bot.effects import Effects, Seen
from bot.events import Message
from handlers import opening, tickets
from handlers.draft import Draft
from handlers.labels import offered, pressed


def asked(seen: Seen, event: Message, flow: Flow[Any]) -> Ticket | None:
    """The request about which the team asked something below our question, or wrote at all below one that was left alone:
    it is what they read last. Whoever answers the question's own message, or says what it offers, means the question.
    """
    match seen.dialogue, event.answer:
        case Dialogue(draft=Draft(), heard=datetime() as heard, paused=alone) as dialogue, Said() if not event.reply_to:
            heard = heard + opening.NUDGE if alone else heard
            last = ((t.spoke, t) for t in seen.open_tickets if t.spoke and t.spoke[0] == event.where)
            spoken = [(when, t) for (_where, when, asks), t in last if asks or alone]
            when, ticket = max(spoken, key=lambda one: one[0], default=(heard, None))
            ways = (*offered(flow, dialogue), *opening.RESUME)
            said = pressed(ways, event.answer, seen.person.language)
            return ticket if when > heard and isinstance(said, Said) else None
    return None


def answered(seen: Seen, event: Message, flow: Flow[Any], ticket: Ticket) -> Effects:
    """It goes to the team, and our question comes again below; one that was left alone goes on waiting."""
    if isinstance(event.answer, Said):
        yield from tickets.add(seen, event, ticket, event.answer)
    if seen.dialogue and not seen.dialogue.paused:
        again = lines(_("Back to the request you are writing."), engine.ask(flow, seen.dialogue).text)
        yield from opening.ask(seen, event, flow, seen.dialogue, again)
