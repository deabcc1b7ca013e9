"""Canned answers: filled in, kept in chat, sent with all they do, and taken back with it."""

from __future__ import annotations

import pytest

import handlers
from bot.desk.config import Canned
from bot.desk.people import Agent
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, Command, Said, Spoken
from bot.effects import Record, Say, Stock, Unstock
from bot.events import Address, Caller
from bot.queries import Found
from bot.values import replace
from handlers import cards
from handlers.noting import Noting
from tests.handlers.team import BEA, LEO, OPEN, acts, at_desk, line, press, saved, told
from tests.handlers.test_list import DESK, NOW


def test_places_are_filled_in_with_the_customers_words() -> None:
    words = "{name} {number} {title} {category} {link} {promise} {agent}"
    canned = Canned(name="all", label=Spoken({"en": "All"}), words=Spoken({"es": words}))
    effects = handlers.decide(at_desk(found=Found(canned=(canned,))), press("can.all"))
    (draft,) = (e.entry for e in effects if isinstance(e, Record))
    link, due = f"https://desk.example/t/{'x' * 16}", "martes 24 de noviembre a las 10:00"
    assert draft.text == f"Ana SUP-1001 Icon missing Diseño y plantillas {link} {due} Bea"
    assert (draft.kind, draft.spoken, draft.does) == ("draft", "es", ())


def test_what_was_kept_in_chat_grows_by_language_and_goes() -> None:
    old = Canned(name="hi", label=Spoken({"en": "hi"}), words=Spoken({"es": "Hola"}), does=("mine",))
    seen = replace(at_desk(found=Found(canned=(old,))), ticket=None)
    (kept,) = (
        e.canned for e in handlers.decide(seen, acts(Command("canned", "save hi en Hello"))) if isinstance(e, Stock)
    )
    assert (kept.words.words, kept.does) == ({"es": "Hola", "en": "Hello"}, ("mine",))
    gone = list(handlers.decide(seen, acts(Command("canned", "drop hi"))))
    assert gone[0] == Unstock("hi")


def test_who_names_none_to_be_dropped_reads_which_there_are() -> None:
    old = Canned(name="hi", label=Spoken({"en": "hi"}), words=Spoken({"es": "Hola"}))
    seen = replace(at_desk(found=Found(canned=(old,))), ticket=None)
    (words,) = told(handlers.decide(seen, acts(Command("canned", "drop"))))
    assert "hi: hi" in words


def test_an_answer_of_several_lines_is_kept_line_for_line() -> None:
    seen = replace(at_desk(), ticket=None)
    (kept,) = (
        e.canned
        for e in handlers.decide(seen, acts(Command("canned", "save hi\nen\n+mine Hello,\n\nbye")))
        if isinstance(e, Stock)
    )
    assert (kept.words.words, kept.does) == ({"en": "Hello,\n\nbye"}, ("mine",))


def test_many_canned_answers_are_offered_page_by_page() -> None:
    many = tuple(
        Canned(name=f"n{n:02}", label=Spoken({"en": f"No {n}"}), words=Spoken({"es": "Hola"})) for n in range(20)
    )
    seen = replace(at_desk(found=Found(canned=many)), desk=replace(DESK, canned=()))
    pages = []
    for choice in ("canned", "cans.12", "cans.x"):
        (*_over, asked) = handlers.decide(seen, press(choice))
        assert isinstance(asked, Say)
        assert asked.only == "9"  # for whoever asked alone
        pages.append([c.name for c in asked.words.choices])
    first = [f"can.n{n:02}" for n in range(12)]
    assert pages == [[*first, "cans.12"], [f"can.n{n:02}" for n in range(12, 20)], [*first, "cans.12"]]


def test_a_canned_answer_is_shown_first_also_where_words_leave_at_once() -> None:
    seen = replace(at_desk(), desk=replace(DESK, answers="at-once"))
    (draft,) = (e.entry for e in handlers.decide(seen, press("can.more")) if isinstance(e, Record))
    assert (draft.kind, draft.does) == ("draft", ("wait", "mine"))
    changed = Dialogue("note", "note", Noting(1001, reply=True, does=draft.does))
    written = handlers.decide(replace(seen, dialogue=changed), acts(Said("Hola, Ana"), reply_to="5"))
    (draft,) = (e.entry for e in written if isinstance(e, Record))
    assert (draft.kind, draft.does) == ("draft", ("wait", "mine"))


def test_all_that_a_canned_answer_does_is_done_at_once() -> None:
    draft = replace(line("d", "draft", BEA, 0), does=("wait", "urgent", "mine"), spoken="es")
    seen = replace(at_desk(replace(OPEN, agent=LEO)), entry=draft)
    effects = list(handlers.decide(seen, acts(Chose("send-all"), "entry.d")))
    (now,) = saved(effects)
    assert (now.state, now.priority, now.agent, now.answered) == ("yours", "urgent", BEA, NOW)
    assert [e.entry.text for e in effects if isinstance(e, Record) and e.entry.kind == "event"] == ["priority urgent"]


def sent(holder: Agent | None) -> tuple[Ticket, Entry]:
    """All that a canned answer does has just been done by Bea."""
    draft = replace(line("d", "draft", BEA, 0), does=("wait", "urgent", "mine", "#new", "#old"), spoken="es")
    before = replace(OPEN, agent=holder, tags=("#old",))
    effects = list(handlers.decide(replace(at_desk(before), entry=draft), ALL_OF_IT))
    (ticket,) = saved(effects)
    return ticket, next(e.entry for e in effects if isinstance(e, Record) and e.entry.kind == "answer")


ALL_OF_IT, UNDO = (acts(Chose(choice), "entry.d") for choice in ("send-all", "undo"))


@pytest.mark.parametrize("holder", [LEO, None])
def test_all_that_a_canned_answer_did_is_undone_with_it(holder: Agent | None) -> None:
    ticket, answer = sent(holder)
    effects = list(handlers.decide(replace(at_desk(ticket), entry=answer), UNDO))
    (now,) = saved(effects)
    assert (now.state, now.priority, now.agent, now.held, now.due) == ("ours", "normal", holder, OPEN.held, OPEN.due)
    assert (ticket.tags, now.tags) == (("#old", "#new"), ("#old",))
    told = [e.entry.text for e in effects if isinstance(e, Record) and e.entry.kind == "event"]
    assert told == ["priority normal", "tags #old"]


def test_what_somebody_else_changed_since_the_answer_is_not_undone() -> None:
    ticket, answer = sent(None)
    meanwhile = replace(ticket, priority="low", agent=LEO)
    (now,) = saved(list(handlers.decide(replace(at_desk(meanwhile), entry=answer), UNDO)))
    assert (now.priority, now.agent) == ("low", LEO)


def test_whoever_is_no_member_keeps_nothing() -> None:
    stranger = acts(Command("canned", "save hi en Hello"), who=Caller("9", "Eve", member=False), ref="5")
    assert list(handlers.decide(at_desk(), stranger)) == []


def test_where_a_request_was_no_canned_answer_is_begun_for_it() -> None:
    event = acts(Command("canned", "working"))
    moved = replace(OPEN, agents=Address("slack", "C9"), left_chats=(cards.chat_of(event.where),))
    (said,) = handlers.decide(at_desk(moved), event)
    assert isinstance(said, Say)
    assert (said.to, said.slot) == (event.where, "")
    (unknown,) = handlers.decide(at_desk(moved), replace(event, answer=Command("invoice", "44")))
    assert isinstance(unknown, Say)
    assert unknown.to == cards.left(moved, event.where)
