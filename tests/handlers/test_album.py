"""An album that is added to a ticket stays one, and a picture that comes late is not lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File, Said
from bot.effects import Effect, Record, Room, Save, Say, Stand, Wake
from bot.events import Alarm, Caller, Message
from bot.queries import Added, Found
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


def test_its_pictures_have_the_numbers_that_come_next() -> None:
    ticket = replace(TICKET, pictures=3)
    first, *_rest = handlers.decide(replace(SEEN, ticket=ticket), replace(EVENT, answer=Said("", (FIRST,))))
    assert isinstance(first, Save)
    entry = replace(ENTRY, files=(replace(FIRST, number=4),))
    joined = list(handlers.decide(replace(SEEN, ticket=first.ticket, entry=entry), EVENT))
    both = (replace(FIRST, number=4), replace(SECOND, number=5))
    assert joined == [Record(replace(ENTRY, files=both)), Save(replace(first.ticket, pictures=5))]


def test_what_follows_an_album_in_a_rush_is_gathered_until_a_moment_that_is_set() -> None:
    ticket = replace(TICKET, burst=(NOW, 3))
    (saved,) = (e for e in handlers.decide(replace(SEEN, ticket=ticket), EVENT) if isinstance(e, Save))
    words = replace(EVENT, answer=Said("and this"), album="")
    effects = list(handlers.decide(replace(SEEN, ticket=saved.ticket), words))
    assert [e.alarm for e in effects if isinstance(e, Wake)] == ["gathered"]
    assert [e.entry.sent for e in effects if isinstance(e, Record)] == [None]


def test_an_album_in_a_rush_takes_along_what_was_gathered_before_it() -> None:
    rush = replace(TICKET, burst=(NOW, 4))
    first = list(handlers.decide(replace(SEEN, ticket=rush), EVENT))
    assert [e.alarm for e in first if isinstance(e, Wake)] == ["album"]
    assert not [e for e in first if isinstance(e, Say)]
    alarm = Alarm(id="album", at=NOW, name="album", about="entry.e")
    seen = replace(SEEN, ticket=rush, entry=BOTH)
    assert handlers.needs(alarm, seen) == Added(1001, "e")
    before = replace(ENTRY, id="d", album="", files=(FIRST,))
    seen = replace(seen, found=Found(entries=(before, replace(BOTH, files=(SECOND,)))))
    effects = list(handlers.decide(seen, alarm))
    assert [(e.entry.id, e.entry.sent) for e in effects if isinstance(e, Record)] == [("d", NOW), ("e", NOW)]
    assert [e.files for e in effects if isinstance(e, Say) and isinstance(e.to, Room)] == [(FIRST, SECOND)]


def test_what_is_written_while_an_album_comes_stands_below_it() -> None:
    (saved,) = (e for e in handlers.decide(replace(SEEN, ticket=TICKET), EVENT) if isinstance(e, Save))
    later = NOW + timedelta(seconds=1)
    words = replace(EVENT, id="3", at=later, answer=Said("as you see"), album="")
    effects = list(handlers.decide(replace(SEEN, ticket=saved.ticket, now=later), words))
    assert [e.entry.sent for e in effects if isinstance(e, Record)] == [None]
    assert not [e for e in effects if isinstance(e, Say | Wake)]
    (after,) = (e for e in effects if isinstance(e, Save))
    below = replace(ENTRY, id="w", album="", files=(), text="as you see")
    seen = replace(SEEN, ticket=after.ticket, entry=BOTH, found=Found(entries=(BOTH, below)))
    told = list(handlers.decide(seen, Alarm(id="album", at=later, name="album", about="entry.e")))
    assert [e.entry.id for e in told if isinstance(e, Record)] == ["e", "w"]
    assert [e.ticket.burst for e in told if isinstance(e, Save)] == [after.ticket.burst]
    much_later = replace(words, id="4", at=later + timedelta(seconds=9))
    effects = list(handlers.decide(replace(SEEN, ticket=after.ticket, now=much_later.at), much_later))
    assert [e.entry.sent for e in effects if isinstance(e, Record)] == [much_later.at]


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
    assert len((draft.fresh or draft).files) == 2
