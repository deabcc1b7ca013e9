"""A team at its desk, and a request of Ana's: what tests of the team's own affairs start from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.desk.people import Agent
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Answer, Chose
from bot.effects import Effect, Save, Say, Seen
from bot.events import Address, Caller, Message
from bot.i18n import Words
from bot.queries import Found
from bot.values import replace
from tests.handlers.test_list import DESK, NOW, SEEN, TICKET

OURS, THEIRS = Address("telegram", "-100"), Address("slack", "C9")
BEA, LEO = Agent("telegram:9", "Bea"), Agent("telegram:8", "Leo")
OPEN = replace(TICKET, agents=OURS, due=NOW + timedelta(days=1))
BILLING = replace(DESK.categories[1], agents="slack:C9")
TWO_TEAMS = replace(DESK, categories=(DESK.categories[0], BILLING, *DESK.categories[2:]))
WORDS = Words("https://desk.example", ZoneInfo("Europe/Madrid"))
EMPTY = Found()


def at_desk(ticket: Ticket = OPEN, found: Found = EMPTY) -> Seen:
    return replace(SEEN, at_desk=True, ticket=ticket, found=found, desk=TWO_TEAMS, teams=(OURS,), plain=WORDS.plain)


def acts(answer: Answer, asked: str = "", **more: object) -> Message:
    message = Message(id="1", at=NOW, where=OURS, who=Caller("9", "Bea"), answer=answer, asked=asked, private=False)
    return replace(message, **more)  # type: ignore[arg-type]  # whatever a test needs


def press(choice: str, **more: object) -> Message:
    return acts(Chose(choice), f"ticket.{OPEN.id}", **more)


def told(effects: Iterable[Effect], language: str = "en") -> list[str]:
    return [WORDS.plain(e.words.text, language) for e in effects if isinstance(e, Say)]


def saved(effects: Iterable[Effect]) -> list[Ticket]:
    return [e.ticket for e in effects if isinstance(e, Save)]


def line(number: str, kind: str, by: Agent, minutes: float) -> Entry:
    at = NOW - timedelta(minutes=minutes)
    entry = Entry(id=number, ticket=1001, kind="draft", by=by.name, by_id=by.id, at=at, text="Hola")
    return replace(entry, kind=kind, sent=at if kind == "answer" else None)  # type: ignore[arg-type]  # one of its kinds
