"""The list of a person's tickets, page by page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import handlers
from bot.desk.people import Person
from bot.desk.reading import read
from bot.desk.ticket import Ticket
from bot.dialogue.words import Chose, Command, Said
from bot.effects import Say, Seen
from bot.events import Address, Caller, Message
from bot.queries import Found, MyTickets, These
from bot.values import replace

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHAT = Address("telegram", "7")
DESK = read((Path(__file__).parents[2] / "desk.toml").read_text("utf-8"))
ANA = Person(1, "Ana", "es")
TICKET = Ticket(
    id=1001, code="SUP-1001", public="x" * 16, person=1, name="Ana", where=CHAT, language="es", agents=CHAT,
    category="design", subcategory="icon", title="Icon missing", opened=NOW, due=NOW, touched=NOW,
)  # fmt: skip
SEEN = Seen(
    now=NOW, desk=DESK, agents=None, at_desk=False, person=ANA, dialogue=None, ticket=None, entry=None,
    open_tickets=(), next_id=1007, fresh="y" * 16,
)  # fmt: skip


def message(answer: Command | Chose | Said, asked: str = "") -> Message:
    return Message(id="1", at=NOW, where=CHAT, who=Caller("7", "Ana"), answer=answer, asked=asked)


@pytest.mark.parametrize(
    ("answer", "asked", "query"),
    [
        (Command("tickets"), "", MyTickets()),
        (Command("misolicitudes"), "", MyTickets()),
        (Chose("from.5"), "tickets", MyTickets(5)),
        (Chose("from.x"), "tickets", MyTickets()),
        (Said("tickets"), "", None),
    ],
)
def test_the_list_is_looked_up_only_when_it_is_asked_for(
    answer: Command | Chose | Said, asked: str, query: MyTickets | None
) -> None:
    assert handlers.needs(message(answer, asked), SEEN) == query


@pytest.mark.parametrize(
    ("start", "shown", "total", "ways"),
    [(0, 5, 12, ["from.5"]), (5, 5, 12, ["from.0", "from.10"]), (10, 2, 12, ["from.5"]), (0, 3, 3, [])],
)
def test_a_page_leads_to_the_one_before_and_the_one_after(start: int, shown: int, total: int, ways: list[str]) -> None:
    seen = replace(SEEN, found=Found((TICKET,) * shown, start, total))
    (said,) = handlers.decide(seen, message(Command("tickets")))
    assert isinstance(said, Say)
    assert [choice.name for choice in said.words.choices] == ways


@pytest.mark.parametrize(("person", "about"), [(1, 1001), (2, 1002)])
def test_a_number_that_somebody_writes_is_a_request_of_theirs_or_none(person: int, about: int) -> None:
    over, still = replace(TICKET, state="solved", solved=NOW, person=person), replace(TICKET, id=1002, code="SUP-1002")
    seen, event = replace(SEEN, open_tickets=(still,)), message(Said("sup-1001 is broken again"))
    assert handlers.needs(event, seen) == These((1001,))
    said = [e for e in handlers.decide(replace(seen, found=Found((over,), 0, 1)), event) if isinstance(e, Say)]
    assert said[0].about == about


def test_an_old_button_promises_no_date_while_it_is_the_customers_turn() -> None:
    seen = replace(SEEN, ticket=replace(TICKET, state="yours"))
    (said,) = handlers.decide(seen, message(Chose("reopen"), f"ticket.{TICKET.id}"))
    assert isinstance(said, Say)
    assert "{due}" not in str(said.words.text)
