"""Whose words in the team's chat go towards a customer, and whose do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

import handlers
from bot.desk.config import Answers
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import CALL, Chose, Command, File, Said, _
from bot.effects import Again, Record, Room, Save, Say, Unsay
from bot.events import Address, Caller, Message, Reacted, Receipt
from bot.queries import Around, Found
from bot.values import replace
from handlers import cards
from handlers.noting import Noting
from tests.handlers.team import told
from tests.handlers.test_list import CHAT, DESK, NOW, SEEN, TICKET

AT_DESK = replace(SEEN, at_desk=True, ticket=TICKET, desk=replace(DESK, answers="at-once"))
WORDS = Message(id="1", at=NOW, where=CHAT, who=Caller("9", "Bea"), answer=Said("Hello"), reply_to="5", private=False)


def test_a_command_nobody_knows_is_told_in_a_room_alone() -> None:
    """ "/note call her back" is no note, and must not look like one."""
    event = replace(WORDS, answer=Command("note", "call her back"))
    words = _("I don't know that command, and nothing of it was kept. {call}help shows what I can do.", call=CALL)
    assert [e.words.text for e in handlers.decide(AT_DESK, event) if isinstance(e, Say)] == [words]
    assert list(handlers.decide(replace(AT_DESK, ticket=None), event)) == []


def test_what_no_member_writes_goes_nowhere() -> None:
    stranger = replace(WORDS, who=Caller("U9", "Eve of another company", member=False))
    assert list(handlers.decide(AT_DESK, stranger)) == []


@pytest.mark.parametrize("answer", [Said("Hello"), Command("queue")])
def test_whoever_writes_in_the_name_of_a_channel_is_told_that_it_goes_nowhere(answer: Said | Command) -> None:
    """Once a day in a topic; what such a channel says elsewhere is nobody's business."""
    channel = replace(WORDS, who=Caller("-100200", "Some channel", member=False, nameless=True), answer=answer, ref="6")
    told_, again = (list(handlers.decide(AT_DESK, event)) for event in (channel, replace(channel, id="2")))
    assert told(told_) == ["I can't tell who writes here, so it reaches nobody. Please write as yourself."]
    assert told_ == again
    assert [(e.to, e.under, bool(e.slot)) for e in told_ if isinstance(e, Say)] == [(CHAT, "5", True)]
    assert list(handlers.decide(replace(AT_DESK, ticket=None), channel)) == []


GROUP = replace(WORDS, who=Caller(CHAT.chat, "Team 3 (internal)", nameless=True))
"""An administrator who hides behind the group."""


@pytest.mark.parametrize("answers", ["at-once", "preview"])
def test_what_is_written_in_the_name_of_the_group_is_signed_by_whoever_sends_it(answers: Answers) -> None:
    """Nothing of it leaves at once: they may have pressed *Note* before, and nobody knows that it was they."""
    seen = replace(AT_DESK, desk=replace(DESK, answers=answers))
    shown = list(handlers.decide(seen, GROUP))
    (draft,) = (e.entry for e in shown if isinstance(e, Record))
    (preview,) = told(shown)
    assert draft.kind == "draft"
    assert "nuestra respuesta:" in preview
    assert "whoever presses Send signs it" in preview
    assert "internal" not in preview
    press = replace(WORDS, id="2", answer=Chose("send"), asked=draft.key)
    done = list(handlers.decide(replace(seen, entry=draft), press))
    assert [e.entry.by for e in done if isinstance(e, Record) and e.entry.kind == "answer"] == ["Bea"]
    assert any("responde Bea:" in words for words in told(done, "es"))


def test_an_album_in_the_name_of_the_group_is_shown_whole() -> None:
    album = [replace(GROUP, id=n, album="a", answer=Said("", (File(n, "photo", ref=n),))) for n in "12"]
    (first,) = (e.entry for e in handlers.decide(AT_DESK, album[0]) if isinstance(e, Record))
    more = list(handlers.decide(replace(AT_DESK, entry=first), album[1]))
    assert "Con 2 archivos." in "".join(told(more))


def test_a_note_in_the_name_of_the_group_keeps_its_name() -> None:
    seen = replace(AT_DESK, desk=replace(DESK, answers="note"))
    assert [e.entry.by for e in handlers.decide(seen, GROUP) if isinstance(e, Record)] == [GROUP.who.name]


@pytest.mark.parametrize(("unsure", "kept"), [("yet", True), ("still", False)])
def test_what_somebody_does_who_is_not_known_to_belong_yet_is_kept_until_it_is_known(
    unsure: Literal["yet", "still"], *, kept: bool
) -> None:
    """After a while we give up, and they are asked to do it again."""
    who = Caller("9", "Bea", member=False, unsure=unsure)
    words = {
        "yet": _("I'm still finding out whether you belong to this group. I've noted what you want and do it as soon as I know."),
        "still": _("I couldn't find out whether you belong to this group. Please try again in a moment."),
    }[unsure]  # fmt: skip
    press = replace(WORDS, who=who, answer=Chose("claim"), asked=f"ticket.{TICKET.id}")
    queue = replace(WORDS, who=who, answer=Command("queue"))
    for event, to, whisper in ((press, CHAT, press.id), (queue, replace(CHAT, chat="9", thread=""), "")):
        told, *more = handlers.decide(AT_DESK, event)
        assert isinstance(told, Say)
        assert (told.words.text, told.to, told.whisper, more) == (words, to, whisper, [Again(event)] if kept else [])


def test_words_under_a_message_of_ours_that_we_no_longer_know_are_not_passed_over() -> None:
    unknown = replace(AT_DESK, ticket=None)
    topic = replace(CHAT, thread="300")
    slots = set()
    for event in (WORDS, replace(WORDS, reply_to="", where=topic)):
        for now in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)):
            (told,) = handlers.decide(replace(unknown, now=now, lost=True), event)
            assert isinstance(told, Say)
            assert (told.to, told.under) == (event.where, event.reply_to)
            slots.add(told.slot)
    assert len(slots) == 4  # once a day for each of them
    assert list(handlers.decide(unknown, WORDS)) == []  # what they say to each other is their own business


def test_who_writes_in_the_topic_it_had_before_reads_where_it_goes_on() -> None:
    old = replace(CHAT, thread="300")
    pointed, *rest = handlers.decide(replace(AT_DESK, old_room=True), replace(WORDS, where=old))
    assert isinstance(pointed, Say)
    assert (pointed.to, "SUP-1001" in told([pointed])[0], len(rest) > 0) == (old, True, True)


def test_a_note_begun_for_one_request_is_no_note_of_another() -> None:
    kinds = []
    for number in (TICKET.id, TICKET.id + 1):
        seen = replace(AT_DESK, dialogue=Dialogue("note", "note", Noting(number)))
        kinds += [e.entry.kind for e in handlers.decide(seen, WORDS) if isinstance(e, Record)]
    assert kinds == ["note", "answer"]


def test_a_request_whose_team_cannot_be_reached_goes_to_another() -> None:
    other = Address("slack", "C9")
    receipt = Receipt(id="receipt:1", at=NOW, where=TICKET.agents, about=f"ticket.{TICKET.id}", trouble="gone")
    effects = list(handlers.decide(replace(AT_DESK, refuge=other), receipt))
    moved = replace(TICKET, agents=other, touched=NOW, left_chats=(cards.chat_of(TICKET.agents),))
    assert effects[:2] == [Unsay(cards.room(TICKET), "card"), Save(moved)]
    assert Unsay(cards.room(moved), "left") in effects  # it may have been there before
    said = [effect for effect in effects[2:] if isinstance(effect, Say)]
    assert [(say.slot, say.to) for say in said] == [
        (slot, Room(other, TICKET.id, cards.title(TICKET))) for slot in ("card", "refuge")
    ]
    elsewhere = replace(receipt, where=replace(TICKET.agents, chat="-1009"))  # the number that chat has by now
    assert list(handlers.decide(replace(AT_DESK, refuge=other), elsewhere))[:2] == effects[:2]
    assert list(handlers.decide(AT_DESK, receipt)) == []  # there is no other: it waits until that chat is back


def test_what_was_said_comes_along_when_another_team_takes_a_request_in() -> None:
    """What its own chat did not get is among it."""
    seen = replace(AT_DESK, refuge=Address("slack", "C9"))
    receipt = Receipt(id="receipt:1", at=NOW, where=TICKET.agents, about=f"ticket.{TICKET.id}", trouble="gone")
    assert handlers.needs(receipt, seen) == Around()
    assert handlers.needs(receipt, AT_DESK) is None
    asked = Entry(id="a", ticket=TICKET.id, kind="asked", by="Ana", at=NOW, text="The logo, too")
    effects = list(handlers.decide(replace(seen, found=Found(entries=(asked,))), receipt))
    assert told(effects)[-1].endswith("What was said so far:\nAna:\n> The logo, too")


def test_who_presses_and_is_no_member_does_nothing_and_is_told() -> None:
    for choice in ("claim", "solve", "answer", "note", "more"):
        press = replace(
            WORDS, who=Caller("9", "Eve", member=False), answer=Chose(choice), asked=f"ticket.{TICKET.id}", on="5"
        )
        (told,) = handlers.decide(AT_DESK, press)
        assert isinstance(told, Say)
        assert told.words.text == _("Only members of this group can do that.")


def test_who_is_no_member_and_asks_for_what_is_the_teams_is_told_alone() -> None:
    """By a slash command: anybody in a workspace may give one in a public channel."""
    eve = Caller("9", "Eve", member=False)
    asked = replace(WORDS, who=eve, answer=Command("queue"), ref="")
    (told,) = handlers.decide(AT_DESK, asked)
    assert isinstance(told, Say)
    assert told.to == replace(CHAT, chat="9", thread="")
    assert told.words.text == _("Only members of this group can do that.")
    assert list(handlers.decide(AT_DESK, replace(asked, ref="5"))) == []


@pytest.mark.parametrize("name", ["queue", "find", "numbers"])
def test_what_is_told_alone_is_kept_for_nobody_and_told_to_all_only_while_somebody_waits(name: str) -> None:
    """An operator has no letter to send again that the team has read in its chat, or has asked for once more."""
    asked = replace(WORDS, answer=Command(name), ref="5", reply_to="")
    (said,) = (e for e in handlers.decide(replace(AT_DESK, ticket=None), asked) if isinstance(e, Say))
    assert isinstance(said.to, Address)
    assert (said.to.chat, said.until) == ("9", NOW + timedelta(minutes=10))
    receipt = Receipt(id="r", at=NOW, where=said.to, about=said.receipt, trouble="late")
    assert list(handlers.decide(SEEN, receipt)) == []
    shut = replace(receipt, trouble="gone")
    assert [e.to for e in handlers.decide(SEEN, shut) if isinstance(e, Say)] == [CHAT]


def test_a_sign_of_somebody_who_is_no_member_does_nothing() -> None:
    sign = Reacted(id="1", at=NOW, where=CHAT, who=Caller("9", "Eve", member=False), on="5", sign="✅")
    assert list(handlers.decide(AT_DESK, sign)) == []


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("preview", "I show it to you before it goes."),
        ("at-once", "it leaves at once"),
        ("note", "it stays in the team"),
    ],
)
def test_the_help_says_what_becomes_of_words_at_this_desk(
    answers: Literal["preview", "at-once", "note"], words: str
) -> None:
    seen = replace(AT_DESK, ticket=None, desk=replace(DESK, answers=answers))
    (said,) = told(handlers.decide(seen, replace(WORDS, answer=Command("help"))))
    assert f"answer one of its messages: {words}" in said
