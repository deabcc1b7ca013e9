"""A request that an agent opens for a customer: in words and files of theirs, once, and only by its own button."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Chose, Command, File
from bot.effects import Record, Seen
from bot.events import Address
from bot.values import replace
from tests.handlers.team import BEA, OPEN, acts, at_desk, line, saved, told

WORDS = "The  invoice of November\n\nIt is empty.\nOn the phone, too."
DRAFT = replace(line("e1", "draft", BEA, 1), text=WORDS, opens=True)


def on(choice: str, entry: Entry = DRAFT) -> tuple[list[str], list[tuple[int, str, str]]]:
    """What is said, and which requests there are then."""
    effects = list(handlers.decide(replace(at_desk(), entry=entry), acts(Chose(choice), "entry.e1")))
    return told(effects), [(ticket.id, ticket.title, ticket.details) for ticket in saved(effects)]


def test_it_is_the_customers_as_if_they_had_sent_it() -> None:
    there = Address("slack", "U7", "")
    seen: Seen = replace(at_desk(), entry=replace(DRAFT, files=(File("f1", "photo"),)))
    seen = replace(seen, person=replace(seen.person, where=there, requests=4))
    (ticket,) = saved(handlers.decide(seen, acts(Chose("open"), "entry.e1")))
    assert (ticket.id, ticket.person, ticket.where, ticket.agents) == (seen.next_id, OPEN.person, there, OPEN.agents)
    assert (ticket.title, ticket.details) == ("The invoice of November", "It is empty.\nOn the phone, too.")
    assert (ticket.category, ticket.nth, ticket.files) == (OPEN.category, 5, (File("f1", "photo", number=1),))
    assert (ticket.opener, ticket.due > seen.now) == (BEA, True)


def test_its_files_are_its_own_and_no_longer_the_notes() -> None:
    seen = replace(at_desk(), entry=replace(DRAFT, files=(File("f1", "photo"),)))
    effects = list(handlers.decide(seen, acts(Chose("open"), "entry.e1")))
    (ticket,), lines = saved(effects), [effect.entry for effect in effects if isinstance(effect, Record)]
    assert ticket.files == (File("f1", "photo", number=1),)
    assert [(entry.ticket, entry.kind, entry.files) for entry in lines] == [
        (ticket.id, "event", ()),
        (OPEN.id, "note", ()),
    ]


def test_who_is_blocked_is_not_asked_to_write() -> None:
    seen = replace(at_desk(), entry=DRAFT)
    open_it = acts(Chose("open"), "entry.e1")
    asks = "To add something, just write it."
    blocked = replace(seen, person=replace(seen.person, blocked=seen.now + timedelta(days=1)))
    said = [" ".join(told(handlers.decide(one, open_it))) for one in (seen, blocked)]
    assert [asks in words for words in said] == [True, False]


@pytest.mark.parametrize("choice", ["send", "send-wait", "send-solve", "send-all"])
def test_no_other_button_brings_it_to_the_customer(choice: str) -> None:
    assert on(choice) == (["That is already done."], [])


def test_it_is_opened_once() -> None:
    assert on("open", replace(DRAFT, kind="note")) == (["That is already done."], [])


def test_an_answer_is_not_opened() -> None:
    assert on("open", replace(DRAFT, opens=False)) == (["That is already done."], [])


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("Short\nand so on", "The first line is its title: use between 8 and 120 letters."),
        ("x" * 121, "The first line is its title: use between 8 and 120 letters."),
        ("Long enough\n" + "x" * 12_001, "That is too long: at most 12000 letters."),
    ],
)
def test_what_will_not_do_is_told_where_it_was_written(words: str, trouble: str) -> None:
    effects = list(handlers.decide(at_desk(), acts(Command("new", words))))
    assert (told(effects), saved(effects)) == ([trouble], [])
    assert on("open", replace(DRAFT, text=words)) == ([trouble], [])


@pytest.mark.parametrize(
    "ticket",
    [None, replace(OPEN, state="merged"), replace(OPEN, agents=Address("slack", "C9"), left_chats=("telegram:-100",))],
)
def test_where_no_customer_has_a_request_there_is_nobody_to_open_one_for(ticket: Ticket | None) -> None:
    effects = list(handlers.decide(replace(at_desk(), ticket=ticket), acts(Command("nuevo", WORDS))))
    assert told(effects) == ["To open a request for a customer, write that in the room of another request of theirs."]
