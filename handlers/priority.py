"""An agent says how urgent a request is; the date follows, and the customer reads it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.config import Priority
from bot.desk.promises import reprioritised
from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Prompt, Text, _
from bot.effects import Effects, Record, Seen
from bot.events import Message
from bot.values import replace
from handlers import cards
from handlers.saving import saved
from handlers.saying import OUT_OF_DATE, to_customer, whisper

NAMES: Mapping[Priority, Text] = {"urgent": _("Urgent"), "normal": _("Normal"), "low": _("Can wait")}


def ask(seen: Seen, _event: Message, ticket: Ticket) -> Effects:
    choices = tuple(Choice(f"prio.{name}", words) for name, words in NAMES.items() if name != ticket.priority)
    words = _("How urgent is *{code}*? Its date follows.", code=ticket.code)
    yield from cards.question(seen, ticket, Prompt(words, choices, ticket.key), "priority")


def chosen(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    found = next((name for name in NAMES if choice == f"prio.{name}"), None)
    if found is None or found == ticket.priority:
        yield whisper(seen, event, OUT_OF_DATE)
        return
    now = replace(reprioritised(seen.desk, ticket, found, seen.now), touched=seen.now)
    yield from saved(seen, now, ticket)
    yield Record(cards.happened(seen, now, event, f"priority {found}"))
    told = _("{agent}: *{priority}*.", agent=event.who.name, priority=NAMES[found])
    yield cards.decided(seen, event, now, Prompt(told))
    yield cards.card(seen, now)
    if now.state == "ours" and now.due != ticket.due:
        words = _("*{code}* has another date: you will hear from us by *{due}*.", code=now.code, due=now.due)
        yield to_customer(seen, now, Prompt(cards.linked(words, now)))
