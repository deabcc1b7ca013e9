"""Who may say what is known, and where customers are asked about it."""

from __future__ import annotations

import pytest

import handlers
from bot.desk.known import Issue
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, Command, Said
from bot.effects import Count, Declare, Follow, Say, Wake
from bot.events import Address, Alarm, Caller, Event, Filled, Message
from bot.queries import Found, Issues, Query
from bot.values import replace
from handlers.draft import Draft
from tests.handlers.test_list import CHAT, NOW, SEEN, TICKET, message

AT_DESK = replace(SEEN, at_desk=True)
LOGIN = Issue(
    id="a", titles={"en": "Login is down"}, team=CHAT, by="Bea", category="account", subcategory="login", since=NOW,
    state="open", round=1,
)  # fmt: skip
BEA = Message(id="1", at=NOW, where=CHAT, who=Caller("9", "Bea"), answer=Said(), private=False)


def standing(step: str, *, paused: bool = False) -> Dialogue[Draft]:
    return Dialogue("intake", step, Draft("account", "login", known=(LOGIN,)), paused=paused)


@pytest.mark.parametrize(
    ("dialogue", "event", "query"),
    [
        (standing("category"), message(Said("x")), None),
        (standing("many"), message(Chose("anew")), Issues()),
        (standing("subcategory"), message(Chose("login")), Issues()),
        (standing("known"), message(Said("x")), Issues(hold=True)),
        (standing("title", paused=True), message(Chose("anew")), Issues()),
        (standing("title"), message(Said("x")), None),
        (standing("review"), message(Chose("send")), None),
        (None, message(Said("My icon is gone")), None),
        (None, message(Command("start", "new_account_login")), Issues()),
        (None, message(Chose("broken"), "known.a"), Issues("a")),
        (None, Filled(id="1", at=NOW, where=CHAT, who=Caller("7", "Ana"), moment="changed"), Issues()),
    ],
)
def test_it_is_looked_up_only_where_somebody_chooses_what_it_is_about(
    dialogue: Dialogue[Draft] | None, event: Event, query: Query | None
) -> None:
    assert handlers.needs(event, replace(SEEN, dialogue=dialogue)) == query


def test_only_members_declare_and_mend() -> None:
    stranger = replace(BEA, who=Caller("9", "Bea", member=False), ref="5")
    found = replace(AT_DESK, found=Found(issues=(LOGIN,)))
    typed = list(handlers.decide(found, replace(stranger, answer=Command("known", "Login is down"))))
    pressed = list(handlers.decide(found, replace(stranger, answer=Chose("fixed"), asked="known.a")))
    assert (typed, [type(effect) for effect in pressed]) == ([], [Say])


def test_in_a_request_s_room_the_category_is_clear_and_its_title_stays_its_author_s() -> None:
    room = replace(AT_DESK, ticket=TICKET)
    declared, card = handlers.decide(room, replace(BEA, answer=Command("known", "Icons are missing")))
    assert isinstance(declared, Declare)
    assert isinstance(card, Say)
    assert (declared.issue.category, declared.issue.subcategory, declared.issue.state) == ("design", "icon", "open")
    (listed,) = handlers.decide(room, replace(BEA, answer=Command("known", "")))
    assert isinstance(listed, Say)
    assert TICKET.title not in str(listed.words)


@pytest.mark.parametrize(
    ("text", "same"),
    [("igual", True), ("a mí también!", True), ("me too", True), ("no es lo mismo", False), ("not the same", False)],
)
def test_a_short_word_says_the_same_as_the_button(text: str, *, same: bool) -> None:
    seen = replace(SEEN, dialogue=standing("known"), found=Found(issues=(LOGIN,)))
    effects = list(handlers.decide(seen, message(Said(text))))
    assert (Follow(LOGIN, SEEN.person.id) in effects) is same


def test_what_was_fixed_in_the_meantime_is_not_followed() -> None:
    seen = replace(SEEN, dialogue=standing("known"), found=Found(issues=()))
    effects = list(handlers.decide(seen, message(Chose("same.a"), "intake.known")))
    assert not [effect for effect in effects if isinstance(effect, Follow)]


@pytest.mark.parametrize(("troubled", "counted"), [(False, ["known.broken"]), (True, [])])
def test_who_says_twice_that_it_is_still_broken_counts_once(counted: list[str], *, troubled: bool) -> None:
    seen = replace(SEEN, found=Found(issues=(replace(LOGIN, state="fixed", mine=True, troubled=troubled),)))
    effects = list(handlers.decide(seen, message(Chose("broken"), "known.a")))
    assert [effect.name for effect in effects if isinstance(effect, Count)] == counted


def test_a_button_of_a_colleague_s_is_overtaken() -> None:
    for state, choice in (("fixed", "fixed"), ("open", "again"), ("open", "s.login"), ("gone", "c.account")):
        seen = replace(AT_DESK, found=Found(issues=(replace(LOGIN, state=state),)))  # type: ignore[arg-type]
        (word,) = handlers.decide(seen, replace(BEA, answer=Chose(choice), asked="known.a"))
        assert isinstance(word, Say)
        assert word.whisper


def test_the_card_comes_to_the_chat_in_which_it_is_said_to_be_fixed() -> None:
    """It may have been in one that is the team's no more. Where it was nothing is left to be pressed."""
    here = Address("slack", "C9")
    found = replace(AT_DESK, found=Found(issues=(LOGIN,)))
    effects = list(handlers.decide(found, replace(BEA, where=here, answer=Chose("fixed.a"), asked="known.list")))
    assert [e.issue for e in effects if isinstance(e, Declare)] == [replace(LOGIN.fixed(), team=here)]
    assert [(e.to, [c.name for c in e.words.choices], e.slot) for e in effects if isinstance(e, Say)] == [
        (LOGIN.team, [], "known.a"),
        (here, ["again"], "known.a"),
    ]
    there = handlers.decide(found, replace(BEA, answer=Chose("fixed"), asked="known.a"))
    assert [e.to for e in there if isinstance(e, Say)] == [LOGIN.team]


def test_the_next_ones_are_told_until_all_are() -> None:
    person = replace(SEEN.person, where=CHAT)
    news = handlers.decide(
        replace(SEEN, found=Found(issues=(LOGIN.fixed(),), people=(person, person))),
        Alarm(id="2", at=NOW, name="known", about="known.a"),
    )
    assert [type(effect).__name__ for effect in news] == ["Say", "Say", "Told", "Wake"]
    done = replace(SEEN, found=Found(issues=(LOGIN.fixed(),)))
    assert not [
        e for e in handlers.decide(done, Alarm(id="3", at=NOW, name="known", about="known.a")) if isinstance(e, Wake)
    ]


def test_a_category_with_nothing_under_it_may_be_one_too() -> None:
    desk = replace(
        SEEN.desk,
        categories=(replace(SEEN.desk.categories[0], subcategories=SEEN.desk.categories[0].subcategories[:1]),),
    )
    seen = replace(SEEN, desk=desk, dialogue=standing("category"))
    assert handlers.needs(message(Chose("account")), seen) == Issues()
