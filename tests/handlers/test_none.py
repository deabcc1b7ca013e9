"""A desk that takes no links, or no files: it asks for none, and what comes all the same is said or stays where it is."""

from __future__ import annotations

from bot.dialogue import engine, paper
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File, Said
from bot.i18n import typed
from bot.values import replace
from handlers.draft import Draft
from handlers.intake import intake
from tests.handlers.test_list import DESK

NONE = replace(DESK, bounds=replace(DESK.bounds, urls=0, files=0))
FLOW = intake(NONE)
AT_TITLE = Dialogue("intake", "title", Draft(category="billing", subcategory="refund", read=True))


def test_neither_is_asked_for() -> None:
    draft = replace(AT_TITLE.draft, title="It does not open", category="account", subcategory="email")
    turn = engine.advance(FLOW, Dialogue("intake", "details", draft), Said("Since yesterday."))
    assert turn.dialogue
    assert turn.dialogue.step == "review"
    assert {"edit.links", "edit.screenshots"}.isdisjoint(c.name for c in engine.ask(FLOW, turn.dialogue).choices)
    assert {"links", "screenshots"}.isdisjoint(field.name for field in paper.fields(FLOW, draft))


def test_a_link_stays_in_the_words_it_came_with() -> None:
    turn = engine.advance(FLOW, AT_TITLE, Said("The page https://a.es/x does not open"))
    assert turn.dialogue
    assert (turn.dialogue.draft.title, turn.dialogue.draft.urls) == ("The page https://a.es/x does not open", ())


def test_a_file_is_refused_in_words_that_say_why() -> None:
    turn = engine.advance(FLOW, AT_TITLE, Said("", (File("f1", "photo"),)))
    assert turn.dialogue
    assert turn.say
    assert turn.dialogue.draft.files == ()
    assert typed(turn.say, "en").startswith("I can't take files here.")
