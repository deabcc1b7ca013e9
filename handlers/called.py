"""What another system does through the API: the same as if an agent had done it in the ticket's room, whose team sees it there.

Nothing is shown back first: whoever writes such a program has shown it to its own people.
"""

from __future__ import annotations

from bot.desk.people import HOOK
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Said
from bot.effects import Effects, Say, Seen
from bot.events import Address, Called, Caller, Message
from bot.values import replace
from handlers import agents, answers, cards

HERE = Address(HOOK, "")


def called(seen: Seen, event: Called) -> Effects:
    """Whatever would be whispered to an agent, the API has looked at before."""
    if seen.ticket is not None:
        effects = _done(seen, event, seen.ticket)
        yield from (effect for effect in effects if not (isinstance(effect, Say) and effect.to == HERE))


def _done(seen: Seen, event: Called, ticket: Ticket) -> Effects:
    said = Said(event.text)
    message = Message(id=event.id, at=event.at, where=HERE, who=Caller(event.by, event.by), answer=said, private=False)
    match event.deed:
        case "answer":
            state = event.state or answers.usual(ticket)
            yield from answers.sent(seen, message, ticket, _line(seen, message, ticket, said), state)
        case "note":
            yield from answers.keep(seen, message, ticket, _line(seen, message, ticket, said))
        case "state" if ticket.state != event.state:
            yield from _turned(seen, event, message, ticket)


def _line(seen: Seen, message: Message, ticket: Ticket, said: Said) -> Entry:
    """It stands in no chat that somebody could edit."""
    line = cards.written(seen, message, ticket.id, said, "draft")
    return replace(line, origin=None)


def _turned(seen: Seen, event: Called, message: Message, ticket: Ticket) -> Effects:
    match event.state:
        case "solved":
            yield from agents.solve(seen, message, ticket)
        case "yours":
            yield from agents.wait(seen, message, ticket)
        case "ours":
            yield from (agents.reopen if ticket.over else agents.ours)(seen, message, ticket)
