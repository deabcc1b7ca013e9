"""What an agent wrote is shown back to them alone; what became of it, to the whole team."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.dialogue.words import Chose, File, Text
from bot.effects import Record, Say, Wake
from bot.events import Address, Receipt
from bot.i18n import Words
from bot.queries import Found
from bot.values import replace
from handlers import fates
from tests.handlers.team import BEA, acts, at_desk, line, told
from tests.handlers.test_list import CHAT, DESK, NOW, SEEN, TICKET
from tests.handlers.test_signs import ANSWER
from tests.handlers.test_styles import AT_DESK, WROTE


def test_only_its_author_sees_what_is_not_sent_yet() -> None:
    seen = replace(AT_DESK, desk=replace(DESK, answers="preview"))
    said = [(e.only, [c.name for c in e.words.choices]) for e in handlers.decide(seen, WROTE) if isinstance(e, Say)]
    assert said == [("9", ["send", "send-wait", "send-solve", "keep"])]


def test_what_is_sent_at_once_the_whole_team_sees() -> None:
    seen = replace(AT_DESK, desk=replace(DESK, answers="at-once"))
    assert {e.only for e in handlers.decide(seen, WROTE) if isinstance(e, Say)} == {""}


def test_what_is_written_right_after_an_album_leaves_behind_it() -> None:
    seen = replace(AT_DESK, desk=replace(DESK, answers="at-once"))
    (album,) = (e.entry for e in handlers.decide(seen, replace(WROTE, album="a")) if isinstance(e, Record))
    after = replace(WROTE, id="after", at=NOW + timedelta(seconds=1))
    for gap, alarms in ((1, ["album"]), (30, [])):
        later = replace(seen, now=NOW + timedelta(seconds=gap), found=Found(entries=(album,)))
        effects = list(handlers.decide(later, after))
        assert [e.alarm for e in effects if isinstance(e, Wake) and e.alarm == "album"] == alarms
        assert bool([e for e in effects if isinstance(e, Say) and isinstance(e.to, Address)]) == (not alarms)


@pytest.mark.parametrize(("arrived", "begins"), [("", "On its way to"), ("telegram", "Delivered to")])
def test_two_chats_of_one_platform_are_not_called_by_its_name(arrived: str, begins: str) -> None:
    """Else it reads "Delivered in Telegram: Telegram no longer takes our messages"."""
    went = replace(ANSWER, shut=("telegram:7",), door=replace(CHAT, chat="8"), arrived=arrived)
    told = fates.fate(TICKET, went)
    assert isinstance(told, Text)
    assert (told.sentence.startswith(begins), "another of their chats" in told.sentence) == (True, True)


def test_a_mail_on_its_way_is_not_called_a_chat() -> None:
    """Which takes a day while its server is away."""
    told = fates.fate(TICKET, replace(ANSWER, shut=(f"{CHAT.channel}:{CHAT.chat}",), door=CHAT))
    assert isinstance(told, Text)
    assert told.sentence == "On its way to {name} by another door: {shut} no longer takes our messages."


def test_one_that_was_taken_back_may_go_where_nothing_was_taken_before() -> None:
    """Else it reads "Delivered in Telegram: Telegram no longer takes our messages" when they are there again."""
    went = replace(line("e", "answer", BEA, 0), sent=NOW, shut=("telegram:7",))
    seen = replace(at_desk(), entry=went)
    (draft,) = (e.entry for e in handlers.decide(seen, acts(Chose("undo"), "entry.e")) if isinstance(e, Record))
    assert (draft.kind, draft.shut) == ("draft", ())


def test_a_door_that_took_it_in_the_end_is_not_called_shut() -> None:
    """An operator sends it once more, by `conserje outbox retry`, when they are there again."""
    went = replace(ANSWER, shut=(f"{CHAT.channel}:{CHAT.chat}",), door=CHAT, trouble="gone")
    receipt = Receipt(id="receipt:1", at=NOW, where=CHAT, about="entry.e")
    effects = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=went), receipt))
    (entry,) = (e.entry for e in effects if isinstance(e, Record))
    assert (entry.arrived, entry.trouble, entry.shut) == (CHAT.channel, "", ())
    (word,) = (e.words.text for e in effects if isinstance(e, Say))
    assert Words("https://desk.example", ZoneInfo("UTC")).plain(word, "en").startswith("Delivered to Ana in Telegram.")


def test_of_one_in_several_messages_of_which_one_was_refused_nobody_says_it_was_delivered() -> None:
    entry, said = ANSWER, []
    refused = Receipt(id="receipt:1", at=NOW, where=CHAT, about="entry.e", trouble="bad words", last=False)
    last, again = (replace(refused, id=f"receipt:{n}", trouble="", last=True) for n in (2, 3))  # again: by an operator
    for event in (refused, last, again):
        effects = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=entry), event))
        (entry,) = (e.entry for e in effects if isinstance(e, Record))
        said.append(next(row.split(":")[0] for row in told(effects)))
    assert said == [
        "Not delivered to Ana",
        "Only a part of it has reached Ana",
        "Delivered to Ana in Telegram.\n> Hello",
    ]
    assert (entry.arrived, entry.trouble) == (CHAT.channel, "")


def test_in_whatever_order_it_is_told_a_part_has_arrived() -> None:
    """The fates of several messages are told as they are noted, and together."""
    entry, said = ANSWER, []
    last = Receipt(id="receipt:2", at=NOW, where=CHAT, about="entry.e")
    for event in (last, replace(last, id="receipt:1", trouble="bad words", last=False)):
        effects = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=entry), event))
        (entry,) = (e.entry for e in effects if isinstance(e, Record))
        said.append(next(row.split(":")[0] for row in told(effects)))
    assert said[-1] == "Only a part of it has reached Ana"


@pytest.mark.parametrize("arrived", ["", CHAT.channel])
def test_when_the_last_of_several_messages_is_refused_a_part_has_arrived(arrived: str) -> None:
    """So it is when what is refused should have been written over words that stand there."""
    refused = Receipt(id="receipt:2", at=NOW, where=CHAT, about="entry.e", trouble="bad words", there=True)
    entry = replace(ANSWER, arrived=arrived)
    effects = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=entry), refused))
    assert told(effects)[0].startswith("Only a part of it has reached Ana: bad words.")


LOG, SHOT = File("f1", "document", "log.txt"), File("f2", "photo")


def test_a_file_that_a_platform_refuses_says_nothing_of_the_words() -> None:
    """Pictures stand before words with buttons, and behind all others."""
    went = replace(ANSWER, files=(LOG, SHOT), sent=NOW)
    refused = Receipt(id="receipt:1", at=NOW, where=CHAT, about="entry.e", trouble="too big", files=(LOG,), last=False)
    for event, arrived in ((refused, ""), (replace(refused, last=True), CHAT.channel)):
        effects = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=went), event))
        (entry,) = (e.entry for e in effects if isinstance(e, Record))
        assert (entry.arrived, entry.trouble, entry.unshown) == (arrived, "", {"f1": "too big"})
        theirs = next(e for e in effects if isinstance(e, Say) and e.to == CHAT)
        assert (theirs.files, bool(theirs.receipt)) == ((), not arrived)
        there = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=entry), replace(refused, trouble="", files=())))
        (word,) = (e.words.text for e in there if isinstance(e, Say))
        words = Words("https://desk.example", ZoneInfo("UTC")).plain(word, "en").splitlines()
        assert words[:2] == [
            "Delivered to Ana in Telegram.",
            "Without log.txt, which Ana finds only on the page: too big.",
        ]


def test_a_file_that_arrives_after_all_is_missed_no_more() -> None:
    went = replace(ANSWER, files=(LOG,), sent=NOW, arrived=CHAT.channel, unshown={"f1": "too big"})
    there = Receipt(id="receipt:1:again:7", at=NOW, where=CHAT, about="entry.e", files=(LOG,))
    effects = list(handlers.decide(replace(SEEN, ticket=TICKET, entry=went), there))
    assert [e.entry.unshown for e in effects if isinstance(e, Record)] == [{}]
    assert [(e.files, e.receipt) for e in effects if isinstance(e, Say) and e.to == CHAT] == [((), "")]


def test_another_door_may_take_what_one_has_refused() -> None:
    went = replace(ANSWER, files=(LOG,), sent=NOW, unshown={"f1": "too big"})
    seen = replace(SEEN, ticket=TICKET, entry=went, elsewhere=(Address("slack", "T1:U1"),))
    gone = Receipt(id="receipt:1", at=NOW, where=CHAT, about="entry.e", trouble="gone")
    effects = list(handlers.decide(seen, gone))
    assert [e.entry.unshown for e in effects if isinstance(e, Record)] == [{}]
    assert [e.files for e in effects if isinstance(e, Say) and e.receipt] == [(LOG,)]
