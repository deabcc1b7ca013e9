"""A merge that is undone: by whom, until when, and what comes of the two."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Chose, File
from bot.effects import Effect, Record, Save, Say
from bot.events import Address, Message
from bot.queries import Found, These
from bot.values import replace
from handlers.merging import REGRET
from tests.handlers.test_list import NOW, SEEN, TICKET
from tests.handlers.test_team import WORDS

OTHER = replace(TICKET, id=1002, code="SUP-1002", public="z" * 16, also=("SUP-900",), state="yours", version=3)
PRESS = replace(WORDS, answer=Chose("apart"), asked="ticket.1002", reply_to="")


def undone(part: Ticket, whole: Ticket, press: Message = PRESS) -> list[Effect]:
    seen = replace(SEEN, now=NOW + REGRET, at_desk=True, ticket=whole, found=Found((part,), 0, 1))
    return list(handlers.decide(seen, press))


def test_each_is_what_it_was_and_the_earlier_promise_stays() -> None:
    part, whole = OTHER.merge(replace(TICKET, due=NOW + timedelta(days=2)), NOW)
    saved = [effect.ticket for effect in undone(part, whole) if isinstance(effect, Save)]
    assert [(t.code, t.also, t.state, t.into, t.due) for t in saved] == [
        ("SUP-1002", ("SUP-900",), "yours", 0, OTHER.due),
        ("SUP-1001", (), "ours", 0, NOW + timedelta(days=2)),
    ]


EARLY, LATE = NOW + timedelta(days=2), NOW + timedelta(days=3)


@pytest.mark.parametrize("moved", [False, True])
def test_the_other_one_has_its_own_date_again_unless_another_was_promised_meanwhile(*, moved: bool) -> None:
    part, whole = replace(OTHER, state="ours", due=EARLY).merge(replace(TICKET, due=LATE, since=NOW), NOW)
    assert (whole.due, whole.since) == (EARLY, OTHER.since)
    whole = replace(whole, due=EARLY - timedelta(hours=1)) if moved else whole
    saved = [effect.ticket for effect in undone(part, whole) if isinstance(effect, Save)]
    assert [t.due for t in saved] == [EARLY, whole.due if moved else LATE]


@pytest.mark.parametrize("answered", [False, True])
def test_what_was_asked_before_stands_with_the_one_it_was_about(*, answered: bool) -> None:
    asked = (OTHER.where, NOW, True)
    part, whole = replace(OTHER, spoke=asked).merge(replace(TICKET, spoke=(OTHER.where, NOW + REGRET, False)), NOW)
    assert whole.spoke == asked
    mine, rest = part.part(whole.hear(NOW) if answered else whole, NOW)
    assert [t.spoke is not None and t.spoke[2] for t in (mine, rest)] == [not answered, False]


def test_its_pictures_come_along_without_the_numbers_that_mean_others_there() -> None:
    part, whole = replace(OTHER, files=(File("f1", "photo", number=1),), pictures=1), replace(TICKET, pictures=1)
    seen = replace(SEEN, at_desk=True, ticket=part, open_tickets=(whole, part))
    effects = list(handlers.decide(seen, replace(PRESS, answer=Chose("into.1001"))))
    assert [say.files for say in effects if isinstance(say, Say) and say.files] == [(File("f1", "photo"),)]
    assert [save.ticket.pictures for save in effects if isinstance(save, Save)] == [1, 1]


def test_no_two_pictures_have_one_number_whichever_of_both_they_join() -> None:
    """An answer may be drafted in the one's room, and leave for the other."""
    part, whole = replace(OTHER, pictures=3).merge(replace(TICKET, pictures=1), NOW)
    whole, (late,) = whole.number((File("f1", "photo"),))
    mine, rest = part.part(whole, NOW)
    after = (mine.number((File("f2", "photo"),))[1], rest.number((File("f3", "photo"),))[1])
    assert (late.number, [file.number for (file,) in after]) == (4, [5, 5])


@pytest.mark.parametrize(("mine", "theirs"), [(None, 2), (2, None)])
def test_what_an_earlier_release_did_not_number_is_not_numbered_by_a_merge(
    mine: int | None, theirs: int | None
) -> None:
    part, whole = replace(OTHER, pictures=mine).merge(replace(TICKET, pictures=theirs), NOW)
    assert (whole.pictures, [t.pictures for t in part.part(whole, NOW)]) == (theirs, [mine, theirs])


@pytest.mark.parametrize(("of", "number"), [(OTHER.id, 4), (TICKET.id, 1)])
def test_an_answer_that_was_taken_back_keeps_its_pictures_number_only_where_that_is_its_own(
    of: int, number: int
) -> None:
    """What was the first picture of the one is not that of the other, in which it leaves now."""
    files = (File("f1", "photo", number=1),)
    back = Entry(id="e", ticket=of, kind="draft", by="Leo", by_id="telegram:77", at=NOW, text="Look", files=files)
    seen = replace(SEEN, now=NOW + REGRET, at_desk=True, ticket=replace(TICKET, pictures=3), entry=back)
    effects = handlers.decide(seen, replace(PRESS, answer=Chose("send"), asked="entry.e"))
    left = [e.entry.files for e in effects if isinstance(e, Record) and e.entry.kind == "answer"]
    assert [file.number for (file,) in left] == [number]


def test_it_is_parted_where_it_is_also_when_the_other_one_was_moved_from_there() -> None:
    part, whole = OTHER.merge(replace(TICKET, agents=Address("slack", "C9"), left_chats=("telegram:7",)), NOW)
    saved = [effect.ticket.code for effect in undone(part, whole) if isinstance(effect, Save)]
    assert saved == ["SUP-1002", "SUP-1001"]


def test_it_is_looked_up_by_its_own_number() -> None:
    assert handlers.needs(PRESS, SEEN) == These((1002,))
    assert handlers.needs(replace(PRESS, asked="entry.abc"), SEEN) == These((0,))


@pytest.mark.parametrize("why", ["too late", "already", "merged by an earlier release"])
def test_what_cannot_be_undone_is_said_to_whoever_pressed(why: str) -> None:
    part, whole = OTHER.merge(TICKET, NOW - timedelta(seconds=why == "too late"))
    if why == "already":
        part = OTHER
    elif why != "too late":
        part = replace(part, before=None)
    (word,) = undone(part, whole)
    assert isinstance(word, Say)
    assert word.whisper


def test_one_that_was_merged_into_what_was_merged_on_is_not_called_free() -> None:
    part, middle = OTHER.merge(TICKET, NOW)
    _middle, whole = middle.merge(replace(TICKET, id=1003, code="SUP-1003"), NOW)
    (word,) = undone(part, whole)
    assert isinstance(word, Say)
    assert "SUP-1003" in str(word.words.text)


def test_only_members_undo_it() -> None:
    part, whole = OTHER.merge(TICKET, NOW)
    (word,) = undone(part, whole, replace(PRESS, who=replace(PRESS.who, member=False)))
    assert isinstance(word, Say)
