"""Remarks in a form, the limit of a day, and who is blocked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

import handlers
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, Command, Said
from bot.effects import Count, Effect, Know, Record, Save, Say, Stand
from bot.events import Edited
from bot.values import replace
from handlers import sending
from handlers.draft import Draft, mine_of
from handlers.intake import intake
from tests.handlers.test_form import HERE, READY, does, field, filled, form, kept
from tests.handlers.test_list import CHAT, DESK, NOW, TICKET, message

LOUD = {**READY, "title": Said("THE INVOICE DOES NOT OPEN")}
TODAY = datetime(2026, 11, 23, tzinfo=UTC).toordinal()


def counts(effects: Iterable[Effect]) -> list[str]:
    return [effect.name for effect in effects if isinstance(effect, Count)]


READY_TO_SEND: Dialogue[Draft] = Dialogue("intake", "review", Draft("account", "email", "Change my mail", "please"))


def test_a_form_that_shouts_comes_back_with_the_offer_and_then_goes() -> None:
    asked = does(filled("sent", LOUD))
    assert [c.name for c in field(asked, "shouting").choices] == ["calm", "mine"]
    mended = does(filled("sent", {**LOUD, "shouting": Chose("calm")}), kept(asked))
    assert [e.ticket.title for e in mended if isinstance(e, Save)] == ["The invoice does not open"]
    assert Count("shouting.heeded") in mended
    stays = does(filled("sent", {**LOUD, "shouting": Chose("mine")}), kept(asked))
    assert [e.ticket.title for e in stays if isinstance(e, Save)] == ["THE INVOICE DOES NOT OPEN"]
    assert Count("shouting.kept") in stays


def test_a_form_without_anything_to_remark_on_has_no_field_for_it() -> None:
    names = {f.name for f in form(does(filled("changed", READY))).fields}
    assert names.isdisjoint({"shouting", "insult", "subjects", "code", "many"})


def test_the_twenty_first_request_of_a_day_is_kept_for_tomorrow() -> None:
    person = replace(HERE.person, day=TODAY, today=20)
    seen = replace(HERE, person=person, dialogue=READY_TO_SEND)
    effects = list(handlers.decide(seen, message(Chose("send"), "intake.review")))
    assert not [e for e in effects if isinstance(e, Save | Stand)]
    assert Count("daily.refused") in effects
    tomorrow = replace(seen, now=NOW + timedelta(days=1))
    effects = list(handlers.decide(tomorrow, message(Chose("send"), "intake.review")))
    (known,) = (e.person for e in effects if isinstance(e, Know))
    assert (known.day, known.today) == (TODAY + 1, 1)


def test_nothing_is_taken_of_somebody_who_is_blocked_until_the_end_has_come() -> None:
    person = replace(HERE.person, blocked=NOW + timedelta(hours=1), reason="Spam")
    seen = replace(HERE, person=person, dialogue=READY_TO_SEND)
    for event in (
        message(Said("hello")),
        message(Command("new")),
        message(Chose("send"), "intake.review"),
        filled("sent", READY),
    ):
        (counted, said) = handlers.decide(seen, event)
        assert counted == Count("block.met")
        assert isinstance(said, Say)
        assert (said.to, said.slot) == (CHAT, "blocked")
    edit = Edited(id="9", at=NOW, where=CHAT, who=message(Said("")).who, ref="1", text="other")
    assert list(handlers.decide(seen, edit)) == []
    over = replace(seen, now=NOW + timedelta(hours=1))
    assert [e for e in handlers.decide(over, message(Chose("send"), "intake.review")) if isinstance(e, Save)]


MANY = replace(HERE, open_tickets=tuple(replace(TICKET, id=n, code=f"SUP-{n}", title=f"Subject {n}") for n in range(5)))


def test_a_form_asks_whoever_has_many_open_whether_it_is_about_one_of_them() -> None:
    alone = [f.name for f in form(does(filled("opened"), seen=MANY)).fields]
    anew = does(filled("changed", {"many": Chose("anew"), "category": Chose("billing")}), seen=MANY)
    one = does(filled("changed", {"many": Chose("t.3"), "title": Said("Never mind this")}), kept(anew), seen=MANY)
    assert alone == ["many"]
    assert {"many", "category", "subcategory", "title"} <= {f.name for f in form(anew).fields}
    assert [f.name for f in form(one).fields] == ["many", "details", "links", "screenshots"]
    again = does(filled("changed", {"many": Chose("anew")}), kept(one), seen=MANY)
    assert (kept(again).joins, field(again, "many").value) == (0, "anew")


def test_what_a_form_says_of_one_of_many_goes_there() -> None:
    sent = does(filled("sent", {"many": Chose("t.3"), "details": Said("Three days now.")}), seen=MANY)
    assert [(e.ticket.id, e.ticket.version) for e in sent if isinstance(e, Save)] == [(3, TICKET.version)]
    assert [e.entry.text for e in sent if isinstance(e, Record)] == ["Three days now."]
    unsaid = does(filled("sent", {"details": Said("Three days now.")}), seen=MANY)
    assert field(unsaid, "many").value == ""
    assert not [e for e in unsaid if isinstance(e, Save)]


@pytest.mark.parametrize(("choice", "counted"), [("t.3", "many.heeded"), ("anew", "many.kept")])
def test_whether_they_add_to_one_of_many_is_counted_as_one_of_the_two(choice: str, counted: str) -> None:
    asked = Dialogue("intake", "many", Draft(details="Three days now.", mine=mine_of(MANY.open_tickets)))
    chatted = list(handlers.decide(replace(MANY, dialogue=asked), message(Chose(choice), "intake.many")))
    formed = does(filled("changed", {"many": Chose(choice), "category": Chose("billing")}), seen=MANY)
    for draft in (kept(chatted), kept(formed)):
        end = sending.joined if draft.joins else sending.opened
        assert counts(end(MANY, message(Chose("send")), draft)) == [counted]


def test_nobody_is_asked_that_of_what_was_split_off_nor_is_it_counted() -> None:
    whole = replace(READY_TO_SEND.draft, second="The menu is gone")
    begun = kept(list(sending.opened(MANY, message(Chose("send")), whole)))
    assert intake(DESK).step("many").needed(begun) is False  # type: ignore[union-attr]  # it is there
    assert counts(sending.opened(MANY, message(Chose("send")), begun)) == []


def test_what_was_for_a_request_that_is_solved_by_now_is_asked_what_it_is_about() -> None:
    draft = Draft(details="It is back", joins=3, apart=True, kept=("many",), heeded=("many",))
    effects = list(sending.joined(HERE, message(Chose("send"), "intake.review"), draft))
    assert [e.dialogue.step for e in effects if isinstance(e, Stand) and e.dialogue] == ["category"]
    assert not [e for e in effects if isinstance(e, Save)]
