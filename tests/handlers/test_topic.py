"""What it is about, when a release has changed what it may be about."""

from __future__ import annotations

import pytest

import handlers
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Answer, Chose, Said
from bot.effects import Stand
from bot.values import replace
from handlers.asking.topic import GONE_BY
from handlers.draft import Draft
from handlers.intake import intake
from tests.handlers.team import told
from tests.handlers.test_list import DESK, SEEN, message

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


@pytest.mark.parametrize(
    ("step", "draft", "told"),
    [
        ("category", Draft(category="fax"), True),
        ("subcategory", Draft(category="fax"), True),
        ("subcategory", Draft(category="billing", subcategory="noise"), True),
        ("category", Draft(), False),
        ("category", Draft(category="billing"), False),
        ("subcategory", Draft(category="billing"), False),
        ("subcategory", Draft(category="billing", subcategory="invoice"), False),
    ],
)
def test_whoever_has_to_pick_another_is_told_why(step: str, draft: Draft, *, told: bool) -> None:
    """They may have pressed *Send*, and be asked the first question instead."""
    asked = engine.ask(FLOW, Dialogue("intake", step, draft)).text
    assert (GONE_BY in getattr(asked, "parts", ())) is told


WRITTEN = Draft(category="fax", subcategory="noise", title="It beeps", details="Since today")
BEHIND = ("category", "subcategory", "title", "details", "links")


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (Dialogue("intake", "review", WRITTEN, (*BEHIND, "screenshots"), paused=True), Chose("resume")),
        (Dialogue("intake", "details", WRITTEN, BEHIND[:3], paused=True), Said("yes")),
        (Dialogue("intake", "screenshots", WRITTEN, BEHIND), Chose("skip")),
    ],
    ids=["taken up at the review", "taken up before", "on the way to the review"],
)
def test_whoever_goes_on_with_a_category_that_is_gone_picks_another_before_they_read_it_all(
    now: Dialogue[Draft], answer: Answer
) -> None:
    stand, *_rest = handlers.decide(replace(SEEN, dialogue=now), message(answer))
    assert isinstance(stand, Stand)
    assert stand.dialogue
    assert (stand.dialogue.step, stand.dialogue.draft) == ("category", WRITTEN)
    back = goes(goes(stand.dialogue, Chose("billing")), Chose("refund"))
    while back.step.startswith("x-"):
        back = goes(back, Said("42"))
    there = now.step if now.paused else "review"
    assert (back.step, back.returns, back.trail) == (there, "", (*BEHIND, "screenshots")[: len(back.trail)])


def test_one_that_has_nothing_more_to_tell_it_by_is_asked_no_more_of() -> None:
    billing = replace(DESK.categories[1], subcategories=DESK.categories[1].subcategories[-1:])
    flow = intake(replace(DESK, categories=(DESK.categories[0], billing)))
    turn = engine.advance(flow, GONE, Chose("billing"))
    assert turn.dialogue
    assert engine.asks(flow, turn.dialogue) == "intake.title"


@pytest.mark.parametrize("gone", ["", "noise"])
def test_the_only_sub_category_that_is_left_is_offered_to_whom_had_another(gone: str) -> None:
    """Its name would stand in the review and on the card, with no button to change it."""
    billing = replace(DESK.categories[1], subcategories=DESK.categories[1].subcategories[-1:])
    only = billing.subcategories[0].name
    desk = replace(DESK, categories=(DESK.categories[0], billing))
    draft = replace(
        WRITTEN, category="billing", subcategory=gone, extras=dict.fromkeys((q.name for q in billing.questions), "42")
    )
    now = Dialogue("intake", "screenshots", draft, BEHIND)
    stand, *_rest = handlers.decide(replace(SEEN, desk=desk, dialogue=now), message(Chose("skip")))
    assert isinstance(stand, Stand)
    assert stand.dialogue
    assert stand.dialogue.step == "subcategory"
    there = engine.advance(intake(desk), stand.dialogue, Chose(only)).dialogue
    assert there
    assert (there.step, there.draft.subcategory) == ("review", only)
    assert "edit.subcategory" not in [choice.name for choice in engine.ask(intake(desk), there).choices]


def test_the_note_of_a_category_is_read_where_nobody_is_asked_for_its_only_sub_category() -> None:
    account = DESK.categories[0]
    only = replace(account, subcategories=(account.subcategories[0],))
    flow = intake(replace(DESK, categories=(only, *DESK.categories[1:])))
    turn = engine.advance(flow, engine.begin(flow, Draft()), Chose(only.name))
    assert turn.dialogue
    assert account.note
    assert account.note in engine.ask(flow, turn.dialogue).text.parts  # type: ignore[union-attr]


def test_an_answer_to_a_question_that_is_gone_is_no_answer_to_the_next() -> None:
    """A release has taken it away while somebody had it before their eyes."""
    content = next(category for category in DESK.categories if category.name == "content")
    bare = replace(DESK, categories=tuple(replace(c, questions=()) if c is content else c for c in DESK.categories))
    draft = Draft(category="content", subcategory="feed", title="It does not update", details="Since today")
    here = Dialogue("intake", "x-page", draft, trail=("category", "subcategory", "title", "details"))
    stand, said = handlers.decide(replace(SEEN, desk=bare, dialogue=here), message(Said("the second one")))
    assert isinstance(stand, Stand)
    assert stand.dialogue
    assert (stand.dialogue.step, stand.dialogue.draft.details) == ("links", "Since today\nthe second one")
    assert told([said]) == ["I keep that for the details.\n\nAny link that helps us see it? Up to 10."]
    stand, *_rest = handlers.decide(
        replace(SEEN, desk=bare, dialogue=stand.dialogue), message(Said("https://a.example"))
    )
    assert isinstance(stand, Stand)
    assert stand.dialogue
    assert stand.dialogue.draft.urls == ("https://a.example",)


@pytest.mark.parametrize("step", ["category", "subcategory"])
def test_what_was_answered_to_a_category_that_is_gone_joins_the_details(step: str) -> None:
    """Whatever the other one asks, too, stays an answer to that."""
    (asked,) = (q.name for q in DESK.categories[1].questions[:1])
    draft = replace(WRITTEN, extras={"paper": "A4, in two colours", asked: "42", "empty": ""})
    moved = goes(Dialogue("intake", step, draft), Chose("billing")).draft
    assert (moved.details, moved.extras) == ("Since today\nA4, in two colours", {asked: "42"})


def test_what_was_answered_to_a_category_one_changes_oneself_does_not() -> None:
    draft = replace(WRITTEN, category="publishing", extras={"store": "apple"})
    moved = goes(Dialogue("intake", "category", draft), Chose("design")).draft
    assert (moved.details, moved.extras) == ("Since today", {})
