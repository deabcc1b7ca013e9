"""Remarks in a form, the limit of a day, and who is blocked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import handlers
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, Command, Said
from bot.effects import Count, Know, Save, Say, Stand
from bot.events import Edited
from handlers.draft import Draft
from tests.handlers.test_form import HERE, READY, does, field, filled, form, kept
from tests.handlers.test_list import CHAT, NOW, message

LOUD = {**READY, "title": Said("THE INVOICE DOES NOT OPEN")}
TODAY = datetime(2026, 11, 23, tzinfo=UTC).toordinal()
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
