"""An album that is added to a ticket stays one, and a picture that comes late is not lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File, Said
from bot.effects import Effect, Record, Room, Save, Say, Stand, Wake
from bot.events import Caller, Message
from bot.values import replace
from handlers.draft import Draft
from tests.handlers.test_list import CHAT, NOW, SEEN, TICKET

FIRST, SECOND = File("f1", "photo"), File("f2", "photo")
ENTRY = Entry(id="e", ticket=1001, kind="asked", by="Ana", at=NOW, files=(FIRST,), origin=CHAT, album="a")
EVENT = Message(id="2", at=NOW, where=CHAT, who=Caller("7", "Ana"), answer=Said("", (SECOND,)), album="a")
BOTH = replace(ENTRY, files=(FIRST, SECOND))


def test_a_picture_that_comes_in_time_waits_for_the_others() -> None:
    seen = replace(SEEN, ticket=TICKET, entry=ENTRY)
    assert list(handlers.decide(seen, EVENT)) == [Record(BOTH)]


def test_a_picture_that_comes_late_goes_by_itself() -> None:
    seen = replace(SEEN, ticket=TICKET, entry=replace(ENTRY, sent=NOW))
    record, said = handlers.decide(seen, EVENT)
    assert record == Record(replace(BOTH, sent=NOW))
    assert isinstance(said, Say)
    assert isinstance(said.to, Room)
    assert (said.files, said.slot) == ((SECOND,), "")


def test_what_follows_an_album_in_a_rush_is_gathered_until_a_moment_that_is_set() -> None:
    ticket = replace(TICKET, burst=(NOW, 3))
    (saved,) = (e for e in handlers.decide(replace(SEEN, ticket=ticket), EVENT) if isinstance(e, Save))
    words = replace(EVENT, answer=Said("and this"), album="")
    effects = list(handlers.decide(replace(SEEN, ticket=saved.ticket), words))
    assert [e.alarm for e in effects if isinstance(e, Wake)] == ["gathered"]
    assert [e.entry.sent for e in effects if isinstance(e, Record)] == [None]


HALF = Dialogue("intake", "title", Draft("account", "email"))


@pytest.mark.parametrize("standing", [None, HALF])
def test_in_answer_to_one_that_was_solved_long_ago_it_is_answered_once(standing: Dialogue[Draft] | None) -> None:
    old = replace(TICKET, state="solved", solved=NOW - timedelta(days=60))
    seen = replace(SEEN, ticket=old, dialogue=standing)
    effects: list[Effect] = []
    for number in "12":
        event = replace(EVENT, id=number, answer=Said("", (File(number, "photo"),)))
        effects = list(handlers.decide(seen, event))
        assert [e.slot for e in effects if isinstance(e, Say)] == ["album.a"]
        seen = replace(seen, dialogue=next(e.dialogue for e in effects if isinstance(e, Stand)))
    draft = seen.dialogue.draft if seen.dialogue else Draft()
    assert len(draft.files or draft.fresh.files) == 2
