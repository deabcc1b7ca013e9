"""A request is handed to a colleague: to somebody who acted in the team's chat, or whom its platform names, and who belongs
there at this moment.
"""

from __future__ import annotations

from bot.desk.people import Agent
from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Mention, Prompt, _
from bot.effects import Effects, Record, Seen
from bot.events import COLLEAGUE, Message
from handlers import cards
from handlers.answers import looking
from handlers.saving import saved
from handlers.saying import OUT_OF_DATE, to_customer, whisper

MOST = 12
"""Colleagues that are offered at once: first those who were here last."""
LONGEST = 30
"""Letters of a choice's name: a platform's id fits."""


def ask(seen: Seen, event: Message, ticket: Ticket, start: int = 0) -> Effects:
    people = [agent for agent in _people(seen) if ticket.agent is None or agent.id != ticket.agent.id]
    if not people:
        yield whisper(seen, event, _("I know nobody else here yet: whoever writes or presses something is known."))
        return
    named = tuple(Choice(_choice(agent), _("{name}", name=agent.name)) for agent in people)
    choices = cards.paged(named, start, MOST, "assigns")
    words = _("Who shall look at *{code}*?", code=ticket.code)
    yield from cards.question(seen, ticket, Prompt(words, choices, ticket.key), "assign")


def turned(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    """The next ones."""
    yield from ask(seen, event, ticket, cards.page_at(choice, "assigns"))


def chosen(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    agent = next((agent for agent in _people(seen) if _choice(agent) == choice), None)
    if agent is None:
        yield whisper(seen, event, OUT_OF_DATE)
    elif event.absent:
        yield whisper(seen, event, _("{agent} no longer belongs to this group.", agent=agent.name))
    elif ticket.agent and ticket.agent.id == agent.id:
        yield whisper(seen, event, _("{agent} has it already.", agent=agent.name))
    else:
        yield from _assigned(seen, event, ticket, agent)


def _assigned(seen: Seen, event: Message, ticket: Ticket, agent: Agent) -> Effects:
    """Said in a message of its own: one that is written over rings nobody."""
    now = ticket.claim(agent, seen.now)
    yield from saved(seen, now, ticket)
    yield Record(cards.happened(seen, now, event, f"assigned to {agent.id}"))
    yield cards.unasked(ticket, "assign")
    if agent.id != cards.agent_of(event).id:
        called = Mention(agent.id.partition(":")[2], agent.name)
        told = _("{agent}: {by} asks you to look at *{code}*.", agent=called, by=event.who.name, code=ticket.code)
        yield cards.tell(seen, now, Prompt(told))
    yield cards.card(seen, now)
    yield to_customer(seen, now, Prompt(looking(now)))


def _people(seen: Seen) -> tuple[Agent, ...]:
    """Who can be named by a button."""
    found = seen.found.colleagues
    return tuple(agent for agent in found if len(_choice(agent)) <= LONGEST)


def _choice(agent: Agent) -> str:
    return f"{COLLEAGUE}{agent.id.partition(':')[2]}"
