"""A request as a form: what it shows, what it brings, and what it keeps."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.dialogue.flow import Dialogue
from bot.dialogue.form import Field, Form
from bot.dialogue.words import Answer, Chose, File, Said, _
from bot.effects import Effect, Hand, Record, Save, Say, Seen, Stand
from bot.events import Address, Caller, Filled, Message
from bot.i18n import Words, languages
from bot.store.rows import Drafts
from bot.values import replace
from handlers.draft import Draft
from tests.handlers.test_list import CHAT, DESK, NOW, SEEN, TICKET

Moment = Literal["opened", "changed", "sent", "closed"]

READY: dict[str, Answer] = {
    "category": Chose("billing"),
    "subcategory": Chose("invoice"),
    "title": Said("Invoice 42 does not open"),
    "details": Said("It stays white."),
}
HERE = replace(SEEN, agents=Address("slack", "C1"))


def filled(moment: Moment, answers: dict[str, Answer] | None = None, brought: Said = Said()) -> Filled:  # noqa: B008
    return Filled(
        id="1", at=NOW, where=CHAT, who=Caller("7", "Ana"), moment=moment, answers=answers or {}, brought=brought
    )


def does(event: Filled, draft: Draft | None = None, seen: Seen = HERE) -> list[Effect]:
    standing = Dialogue("intake", "title", draft) if draft else None
    return list(handlers.decide(replace(seen, dialogue=standing), event))


def form(effects: list[Effect]) -> Form:
    return next(e.form for e in effects if isinstance(e, Hand))


def field(effects: list[Effect], name: str) -> Field:
    return next(f for f in form(effects).fields if f.name == name)


def kept(effects: list[Effect]) -> Draft:
    drafts = [e.dialogue.draft for e in effects if isinstance(e, Stand) and e.dialogue]
    assert isinstance(drafts[-1], Draft)
    return drafts[-1]


@pytest.mark.parametrize("language", languages())
def test_its_title_and_buttons_fit_in_every_language(language: str) -> None:
    shown, words = form(does(filled("opened"))), Words("", ZoneInfo("UTC"))
    labels = [words.plain(speech, language) for speech in (shown.title, shown.send, shown.close)]
    assert max(map(len, labels)) <= 24


def test_opened_with_nothing_it_begins_nothing() -> None:
    assert [type(e) for e in does(filled("opened"))] == [Hand]


@pytest.mark.parametrize(
    ("text", "title", "urls"),
    [
        ("The menu is gone. Since Monday.", "The menu is gone", ()),
        ("Where is my menu?\nIt was there", "Where is my menu?", ()),
        ("Hi", "", ()),
        ("https://example.com/a", "", ("https://example.com/a",)),
        ("word " * 40, f"W{('word ' * 15).strip()[1:]}…", ()),
    ],
)
def test_a_message_brings_its_first_sentence_as_a_title(text: str, title: str, urls: tuple[str, ...]) -> None:
    draft = kept(does(filled("opened", brought=Said(text))))
    assert (draft.title, draft.urls) == (title, urls)
    assert draft.details == ("" if urls else text.strip())


def test_a_message_that_is_longer_than_a_description_may_be_is_kept_whole() -> None:
    """Nobody typed it for us, so nobody can be asked for less; and a platform's field may show the beginning alone."""
    words = "And then it stopped again. " * 2_000
    opened = does(filled("opened", brought=Said(words)), Draft(category="billing", subcategory="invoice"))
    assert kept(opened).details == words.strip()
    shown = Said(field(opened, "details").value[:2_999] + "…")
    sent = does(filled("sent", {**READY, "title": Said("It stops"), "details": shown}), kept(opened))
    (ticket,) = [e.ticket for e in sent if isinstance(e, Save)]
    assert ticket.details == words.strip()


def test_what_one_came_back_with_is_kept_whole_with_what_was_there() -> None:
    draft = Draft(category="billing", details="a" * 3_000, fresh=Draft(details="b" * 3_000))
    seen = replace(SEEN, dialogue=Dialogue("intake", "title", draft, paused=True))
    press = Message(id="2", at=NOW, where=CHAT, who=Caller("7", "Ana"), answer=Chose("resume"), asked="resume", on="5")
    assert kept(list(handlers.decide(seen, press))).details == f"{'a' * 3_000}\n{'b' * 3_000}"


def test_files_that_a_message_brings_are_kept() -> None:
    file = File("f1", "photo", size=10)
    assert field(does(filled("opened", brought=Said("", (file,))), Draft(category="billing")), "screenshots").files == (
        file,
    )


def test_what_a_platform_cut_from_a_field_comes_back_when_another_part_of_it_is_changed() -> None:
    long, details = f"https://a.example/?{'x' * 4000}", f"First. {' '.join(f'word{n}' for n in range(300))} last"
    begun = Draft(category="billing", subcategory="invoice", urls=("https://b.example", long))
    opened = kept(does(filled("opened", brought=Said(details)), begun))
    changed = {
        "links": Said(f"https://c.example\n{long[:2950]}…"),
        "details": Said(f"{opened.details[:900].replace('First', 'Second')}…"),
    }
    effects = does(filled("sent", {**READY, **changed}), opened)
    (ticket,) = (e.ticket for e in effects if isinstance(e, Save))
    assert ticket.urls == ("https://c.example", long)
    assert ticket.details == opened.details.replace("First", "Second")


def test_all_that_is_wrong_is_said_at_once_and_kept() -> None:
    wrong: dict[str, Answer] = {
        **READY,
        "title": Said("Help"),
        "links": Said("somewhere"),
        "screenshots": Said("", (File("f", "photo", size=10**9),)),
    }
    effects = does(filled("sent", wrong), Draft(category="billing"))
    troubled = {f.name for f in form(effects).fields if f.trouble}
    assert troubled == {"title", "links", "screenshots"}
    assert field(effects, "title").value == "Help"
    assert kept(effects).title == ""
    assert not any(isinstance(e, Save) for e in effects)


def test_fields_that_were_not_shown_yet_are_not_called_missing() -> None:
    effects = does(filled("sent", {"category": Chose("billing")}))
    assert [f.trouble for f in form(effects).fields] == [None] * len(form(effects).fields)


def test_what_is_right_opens_the_ticket_and_closes_the_form() -> None:
    effects = does(filled("sent", dict(READY)), Draft(category="billing"))
    saved = [e.ticket for e in effects if isinstance(e, Save)]
    assert [(t.title, t.agents) for t in saved] == [("Invoice 42 does not open", Address("slack", "C1"))]
    assert not any(isinstance(e, Hand) for e in effects)


def test_the_same_subject_is_asked_once_and_of_this_title() -> None:
    mine = replace(TICKET, title="Invoice 42 does not open")
    seen = replace(HERE, open_tickets=(mine,))
    first = does(filled("sent", dict(READY)), Draft(category="billing"), seen)
    assert field(first, "same").trouble is None
    again = does(filled("sent", {**READY, "same": Chose("add")}), kept(first), seen)
    assert [e.entry.ticket for e in again if isinstance(e, Record)] == [mine.id]
    other = does(filled("sent", {**READY, "title": Said("Another thing"), "same": Chose("add")}), kept(first), seen)
    assert [e.ticket.id for e in other if isinstance(e, Save)] == [SEEN.next_id]


def test_closing_it_keeps_what_is_there_and_says_so() -> None:
    effects = does(filled("closed", {"category": Chose("billing"), "title": Said("Invoice 42 does not open")}))
    assert kept(effects).title == "Invoice 42 does not open"
    assert [e.words.asks for e in effects if isinstance(e, Say)] == ["resume"]
    assert does(filled("closed")) == []
    assert kept(does(filled("closed"), Draft(category="shop"))).category == "shop"


def test_a_draft_of_another_release_is_shown_as_far_as_it_is_known() -> None:
    drafts = Drafts(handlers.DRAFTS)
    body = '{"flow":"intake","step":"colour","draft":{"category":"billing","colour":"red","loose":{"title":"Hi"}}}'
    dialogue = drafts.read("intake", body)
    effects = list(handlers.decide(replace(HERE, dialogue=dialogue), filled("opened")))
    assert (field(effects, "category").value, field(effects, "title").value) == ("billing", "Hi")


def test_a_choice_that_a_release_took_away_while_the_form_was_open_is_asked_for_again() -> None:
    """It comes back as it was handed out, so nobody has chosen anything wrong: the form would be shown again in silence."""
    shown = kept(does(filled("changed", READY)))
    fewer = replace(DESK, categories=tuple(c for c in DESK.categories if c.name != "billing"))
    sent = does(filled("sent", READY), shown, replace(HERE, desk=fewer))
    assert [(f.name, f.trouble) for f in form(sent).fields] == [("category", _("We need this one, please."))]
    again = does(filled("changed", {"category": Chose("design")}), kept(sent), replace(HERE, desk=fewer))
    assert (field(again, "title").value, field(again, "details").value) == (
        "Invoice 42 does not open",
        "It stays white.",
    )


def test_every_extra_question_has_a_place_in_the_form() -> None:
    kinds = {
        f.kind
        for category in DESK.categories
        if category.questions
        for f in form(does(filled("opened"), Draft(category=category.name))).fields
        if f.name.startswith("x-")
    }
    assert kinds <= {"choice", "line", "date"}
    assert kinds


def test_a_choice_that_may_be_left_out_can_be_given_up() -> None:
    """A list that Slack has let somebody choose from never becomes empty again."""
    publishing = next(c for c in DESK.categories if c.name == "publishing")
    store = replace(publishing.questions[0], optional=True)
    desk = replace(DESK, categories=(replace(publishing, questions=(store,)),))
    draft = Draft(category="publishing", extras={"store": "apple"})
    opened = does(filled("opened"), draft, replace(HERE, desk=desk))
    shown = field(opened, "x-store")
    assert [(shown.value, choice.label) for choice in shown.choices[-1:]] == [("apple", _("No answer"))]
    given_up: dict[str, Answer] = {"category": Chose("publishing"), "x-store": Chose(shown.choices[-1].name)}
    changed = does(filled("changed", given_up), kept(opened), replace(HERE, desk=desk))
    assert (kept(changed).extras, field(changed, "x-store").value) == ({}, "")
    assert len(field(does(filled("opened"), draft), "x-store").choices) == len(store.options)  # there it is needed


def test_a_choice_can_be_taken_back() -> None:
    draft = None
    for choice in ("billing", "design", "billing"):
        effects = does(filled("changed", {"category": Chose(choice)}), draft)
        draft = kept(effects)
        assert (draft.category, field(effects, "category").value) == (choice, choice)
