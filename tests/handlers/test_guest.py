"""In a group that is no team's we are a guest: silent, but for who calls us."""

from __future__ import annotations

import pytest

import handlers
from bot.dialogue.words import Answer, Command, Said, Text
from bot.effects import Say
from bot.events import Address, Caller, Message
from tests.handlers.test_list import NOW, SEEN

THEIRS = Address("telegram", "-100777")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Command("start", ""), ["Write to me in private, please: there I ask a few questions, and a person answers."]),
        (Command("ayuda", ""), ["Write to me in private, please: there I ask a few questions, and a person answers."]),
        (Command("ban", "@somebody"), []),
        (Said("who has the keys?"), []),
    ],
)
def test_who_calls_us_there_is_shown_the_way(answer: Answer, said: list[str]) -> None:
    event = Message(id="1", at=NOW, where=THEIRS, who=Caller("11", "Ana"), answer=answer, private=False)
    says = [e for e in handlers.decide(SEEN, event) if isinstance(e, Say)]
    assert [(e.to, e.words.text.sentence) for e in says if isinstance(e.words.text, Text)] == [
        (THEIRS, w) for w in said
    ]
