"""What it is about, when a release has changed what it may be about."""

from __future__ import annotations

from bot.dialogue import engine
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Answer, Chose, Said
from bot.values import replace
from handlers.draft import Draft
from handlers.intake import intake
from tests.handlers.test_list import DESK

FLOW = intake(DESK)
GONE = Dialogue("intake", "subcategory", Draft(category="fax", details="It beeps"))


def goes(now: Dialogue[Draft], answer: Answer) -> Dialogue[Draft]:
    turn = engine.advance(FLOW, now, answer)
    assert turn.dialogue
    return turn.dialogue


def test_whoever_is_asked_about_a_category_that_is_gone_picks_another() -> None:
    offered = [choice.name for choice in engine.ask(FLOW, GONE).choices]
    assert offered[: len(DESK.categories)] == [category.name for category in DESK.categories]
    stays = goes(GONE, Said("It is about my old fax"))
    assert (stays.step, stays.draft.category, stays.draft.details) == (
        "subcategory",
        "fax",
        "It beeps\nIt is about my old fax",
    )
    chosen = goes(stays, Chose("billing"))
    assert (chosen.step, chosen.draft.category) == ("subcategory", "billing")
    assert engine.ask(FLOW, chosen).choices[0].name == "invoice"
    asked = goes(chosen, Chose("refund"))
    assert (asked.draft.subcategory, asked.step) == ("refund", "title")


def test_one_that_has_nothing_more_to_tell_it_by_is_asked_no_more_of() -> None:
    billing = replace(DESK.categories[1], subcategories=DESK.categories[1].subcategories[-1:])
    flow = intake(replace(DESK, categories=(DESK.categories[0], billing)))
    turn = engine.advance(flow, GONE, Chose("billing"))
    assert turn.dialogue
    assert engine.asks(flow, turn.dialogue) == "intake.title"


def test_the_note_of_a_category_is_read_where_nobody_is_asked_for_its_only_sub_category() -> None:
    account = DESK.categories[0]
    only = replace(account, subcategories=(account.subcategories[0],))
    flow = intake(replace(DESK, categories=(only, *DESK.categories[1:])))
    turn = engine.advance(flow, engine.begin(flow, Draft()), Chose(only.name))
    assert turn.dialogue
    assert account.note
    assert account.note in engine.ask(flow, turn.dialogue).text.parts  # type: ignore[union-attr]
