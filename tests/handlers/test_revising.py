"""What people correct in what they have written, before it is sent."""

from __future__ import annotations

import pytest

import handlers
from bot.dialogue.flow import Dialogue
from bot.effects import Say, Stand
from bot.events import Caller, Edited
from bot.values import replace
from handlers.draft import Draft, Word
from tests.handlers.test_list import CHAT, NOW, SEEN

MOST = SEEN.desk.bounds.urls
FIRST = "https://a.example/0"


def urls(number: int) -> tuple[str, ...]:
    return tuple(f"https://a.example/{n}" for n in range(number))


@pytest.mark.parametrize("number", [2, MOST, MOST + 1, 3 * MOST])
def test_more_links_than_fit_are_never_dropped_unsaid(number: int) -> None:
    draft = Draft(category="billing", urls=(FIRST,), words=(Word("m1", "links", FIRST),))
    seen = replace(SEEN, dialogue=Dialogue("intake", "links", draft))
    edit = Edited(id="2", at=NOW, where=CHAT, who=Caller("7", "Ana"), ref="m1", text=" ".join(urls(number)))
    did = list(handlers.decide(seen, edit))
    stands = [e.dialogue.draft for e in did if isinstance(e, Stand) and e.dialogue]
    said = [str(e.words.text) for e in did if isinstance(e, Say)]
    assert stands[-1].urls == (urls(number) if number <= MOST else (FIRST,))
    assert any("most useful links" in words for words in said) == (number > MOST)


def test_what_stood_around_a_link_is_corrected_too() -> None:
    wrote = f"look at {FIRST} the header is grey"
    draft = Draft(details="look at the header is grey", urls=(FIRST,), words=(Word("m1", "category", wrote),))
    seen = replace(SEEN, dialogue=Dialogue("intake", "category", draft))
    new = wrote.replace("header", "footer")
    did = handlers.decide(seen, Edited(id="2", at=NOW, where=CHAT, who=Caller("7", "Ana"), ref="m1", text=new))
    (stand,) = (e.dialogue for e in did if isinstance(e, Stand))
    assert stand
    assert (stand.draft.details, stand.draft.urls) == ("look at the footer is grey", (FIRST,))


@pytest.mark.parametrize(
    ("new", "kept"), [("It began on Sunday", True), ("LOGO", False), ("no lo sé", False), ("", False)]
)
def test_what_would_not_do_is_told_anew_by_an_edit_that_says_something(new: str, *, kept: bool) -> None:
    draft = Draft(category="design", subcategory="colours", title="It is blurred", missed=Word("m1", "title", "logo"))
    seen = replace(SEEN, dialogue=Dialogue("intake", "details", draft))
    did = list(handlers.decide(seen, Edited(id="2", at=NOW, where=CHAT, who=Caller("7", "Ana"), ref="m1", text=new)))
    details = [e.dialogue.draft.details for e in did if isinstance(e, Stand) and e.dialogue]
    assert details == ([new] if kept else [])
