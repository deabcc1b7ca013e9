"""A request is put aside until a morning: it comes back by itself, and at once when its customer writes.

Its date is kept while it wakes in time. One that sleeps past it gets the date that is left when it wakes
(`promises.slept`), and the customer reads that at once: nobody is left to wait for a day we know to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bot.desk.hours import is_business_day, is_open, opening, opening_on_wall, wall
from bot.desk.promises import slept
from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Mention, Prompt, Speech, Text, _, lines
from bot.effects import Effects, Record, Seen, Wake
from bot.events import Alarm, Message
from bot.values import replace
from handlers import cards
from handlers.keeping import sorry
from handlers.saving import saved
from handlers.saying import OUT_OF_DATE, to_customer, whisper

MONDAY, WEEK = 0, 7


def ask(seen: Seen, _event: Message, ticket: Ticket) -> Effects:
    words: Speech = _(
        "Until when shall *{code}* sleep? It wakes sooner when {name} writes.", code=ticket.code, name=ticket.name
    )
    if ticket.state == "ours":
        due = _(
            "We promised an answer by *{due}*: if it sleeps too long for that, {name} is told another date.",
            due=ticket.due, name=ticket.name,
        )  # fmt: skip
        words = lines(words, due, between="\n")
    choices = tuple(Choice(f"sleep.{name}", label) for name, label, _at in _mornings(seen))
    yield from cards.question(seen, ticket, Prompt(words, choices, ticket.key), "snooze")


def chosen(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    until = next((at for name, _label, at in _mornings(seen) if choice == f"sleep.{name}"), None)
    if until is None:
        yield whisper(seen, event, OUT_OF_DATE)
        return
    now = slept(seen.desk, ticket, until, seen.now)
    yield from saved(seen, now, ticket)
    yield Wake(until, "wake", ticket.key)
    yield Record(cards.happened(seen, now, event, f"asleep until {until.isoformat()}"))
    told = _("{agent} lets it sleep until *{when}*.", agent=event.who.name, when=until)
    yield cards.decided(seen, event, now, Prompt(told))
    yield cards.card(seen, now)
    if now.due != ticket.due:
        yield to_customer(seen, now, Prompt(sorry(seen, now)))


def wake(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """Somebody of the team wakes it."""
    if ticket.asleep is None:
        yield whisper(seen, event, _("It is awake already."))
        return
    awake = replace(ticket, asleep=None, held=seen.now, touched=seen.now)
    yield Wake(None, "wake", ticket.key)
    yield from saved(seen, awake, ticket)
    yield Record(cards.happened(seen, awake, event, "woken"))
    told = _("{agent} has woken it.", agent=event.who.name)
    yield cards.tell(seen, awake, Prompt(told))
    yield cards.card(seen, awake)


def woken(seen: Seen, event: Alarm) -> Effects:
    """Its morning has come: said in its room, to its holder by name."""
    ticket = seen.ticket
    if ticket is None or ticket.asleep is None:
        return
    if seen.now < ticket.asleep:
        yield Wake(ticket.asleep, event.name, event.about)  # it was put aside once more
        return
    if not is_open(seen.desk.hours, seen.now):
        yield Wake(opening(seen.desk.hours, seen.now), event.name, event.about)
        return
    awake = replace(ticket, asleep=None, held=seen.now, touched=seen.now)
    yield from saved(seen, awake, ticket)
    yield Record(cards.by_itself(seen, awake, "awake"))
    yield cards.tell(seen, awake, Prompt(_morning(awake)))
    yield cards.card(seen, awake)


def _morning(ticket: Ticket) -> Speech:
    back = _("*{code}* is awake again.", code=ticket.code)
    due = _("We promised an answer by *{due}*.", due=ticket.due) if ticket.state == "ours" else None
    return lines(caller(ticket), back, due, between=" ")


def caller(ticket: Ticket) -> Speech | None:
    """Its holder, rung by their platform if they are on that of its room."""
    channel, _colon, number = ticket.agent.id.partition(":") if ticket.agent else ("", "", "")
    if ticket.agent is None or channel != ticket.agents.channel:
        return None
    return _("{agent}:", agent=Mention(number, ticket.agent.name))


# -- mornings ---------------------------------------------------------------------------------------------


def _mornings(seen: Seen) -> Iterator[tuple[str, Text, datetime]]:
    """Each morning once, by its first name."""
    hours, today = seen.desk.hours, wall(seen.desk.hours, seen.now).date()
    offered: list[tuple[str, Text, int]] = [
        ("monday", _("Until Monday"), (MONDAY - today.weekday() - 1) % WEEK + 1),
        ("3", _("For 3 days"), 3),
        ("7", _("For one week"), WEEK),
    ]
    if is_business_day(hours, today + timedelta(days=1)):
        offered.insert(0, ("1", _("Until tomorrow"), 1))
    known: set[datetime] = set()
    for name, label, days in offered:
        at = opening_on_wall(hours, datetime.combine(today + timedelta(days=days), time.min))
        if at not in known:
            known.add(at)
            yield name, label, at
