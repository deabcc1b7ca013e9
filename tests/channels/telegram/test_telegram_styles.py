"""What people write in bold, as code or as a link in Telegram stays so in our words."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.markup import html
from bot.channels.telegram.read import Me, decode, read
from bot.channels.telegram.shapes import Entity
from bot.channels.telegram.styles import styled
from bot.dialogue.markup import parse, tame
from bot.dialogue.words import PAID, STORY, Said
from bot.events import Edited, Message

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KINDS = ["bold", "italic", "underline", "code", "pre", "text_link", "blockquote", "mention", "spoiler", "new"]
numbers = st.integers(-3, 30) | st.integers(-(2**63), 2**63 - 1)
entities = st.lists(
    st.builds(Entity, st.sampled_from(KINDS), numbers, numbers, st.sampled_from(["", "https://a.es", "tg://x"])),
    max_size=12,
)


@pytest.mark.parametrize(
    ("words", "marks", "expected"),
    [
        ("no style, no_markup", [("mention", 0, 2)], ""),
        ("a bold word", [("bold", 2, 4)], "a *bold* word"),
        ("👩‍🚀 bold", [("bold", 6, 4)], "👩‍🚀 *bold*"),
        ("😀😀", [("bold", 2, 2)], "😀*😀*"),
        ("all of it", [("italic", 0, 9), ("bold", 0, 3), ("strikethrough", 7, 2)], r"*\_all\_*\_ of \_\~\_it\_\~"),
        ("underlined", [("underline", 0, 10)], r"\_underlined\_"),
        ("a secret", [("spoiler", 2, 6)], ""),
        ("run pip 2*3", [("code", 4, 7)], r"run `pip 2\*3`"),
        ("x = 1\ny = 2", [("pre", 0, 11, "", "python")], "\\{python\\|x = 1\ny = 2\\}"),
        ("see the page", [("text_link", 8, 4, "https://a.es/_1_")], r"see the \[https://a.es/_1_\|page\]"),
        ("see the page", [("text_link", 8, 4, "tg://user?id=1")], ""),
        ("> no quote\nhe said\nwell", [("blockquote", 11, 7)], "\\> no quote\n> he said\nwell"),
        ("he said\nmore\n\nno", [("expandable_blockquote", 0, 12), ("bold", 8, 4)], "> he said\n> *more*\n\nno"),
        ("Ana *and* @Leo", [("text_mention", 10, 4), ("bold", 0, 3)], r"*Ana* \*and\* @Leo"),
        ("cross wise", [("bold", 0, 6), ("italic", 3, 7)], r"*cro*\_*ss *\_\_wise\_"),
    ],
)
def test_entities_become_our_markup(words: str, marks: list[tuple[Any, ...]], expected: str) -> None:
    named = ("type", "offset", "length", "url", "language")
    found = styled(words, [Entity(**dict(zip(named, mark, strict=False))) for mark in marks])
    assert html(found) == html(expected)


@given(st.text("ab*\\>` \n😀é", max_size=20), entities)
def test_whatever_entities_come_no_word_is_lost(words: str, marks: list[Entity]) -> None:
    found = styled(words, marks)
    assert not found or "".join("".join(s.text for s in parse(found)).split()) == "".join(tame(words).split())


def test_ten_thousand_entities_take_less_than_50_ms() -> None:
    words = "a😀" * 2000
    marks = [Entity(KINDS[n % 7], n % 4000, 4000, f"https://a.es/{n}") for n in range(10_000)]
    assert any(_seconds(words, marks) < 0.05 for _ in range(3))


def _seconds(words: str, marks: list[Entity]) -> float:
    started = time.thread_time()
    styled(words, marks)
    return time.thread_time() - started


def heard(kind: str, **fields: object) -> object:
    person = {"id": 42, "is_bot": False, "first_name": "Ana"}
    posting = {"message_id": 5, "from": person, "chat": {"id": 42, "type": "private"}, "date": 1, **fields}
    update = decode(json.dumps({"update_id": 1, kind: posting}).encode())
    assert update is not None
    event = read(update, Me(7), NOW)
    return event.answer if isinstance(event, Message) else event


def test_a_message_and_an_edit_of_it_carry_their_styles() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    edited = heard("edited_message", text="ya no", entities=bold)
    assert heard("message", text="ya no", entities=bold) == Said("ya no", marked="*ya* no")
    assert heard("message", text="ya no") == Said("ya no")
    assert isinstance(edited, Edited)
    assert (edited.text, edited.marked) == ("ya no", "*ya* no")


def test_a_caption_carries_its_styles() -> None:
    answer = heard(
        "message",
        photo=[{"file_id": "a", "file_unique_id": "b"}],
        caption="mira",
        caption_entities=[{"type": "code", "offset": 0, "length": 4}],
    )
    assert isinstance(answer, Said)
    assert (answer.text, answer.marked, len(answer.files)) == ("mira", "`mira`", 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"invoice": {"title": "Hat", "description": "red", "total_amount": 5}}, "🧾 Hat\nred"),
        ({"giveaway": {"winner_count": 1}}, "🎁"),
        ({"story": {"chat": {"id": 1, "type": "private", "username": "leo"}, "id": 8}}, "https://t.me/leo/s/8"),
    ],
)
def test_what_cannot_cross_is_said(fields: dict[str, object], words: str) -> None:
    assert heard("message", **fields) == Said(words)


@pytest.mark.parametrize(
    ("fields", "words", "mime"),
    [
        ({"story": {"chat": {"id": 1, "type": "private"}, "id": 8}}, "", STORY),  # nobody's name, so no address
        ({"paid_media": {"star_count": 5, "paid_media": []}}, "", PAID),
        ({"paid_media": {"star_count": 5}, "caption": "look"}, "look", PAID),
    ],
)
def test_what_no_bot_gets_to_see_is_a_file_that_cannot_be_had(fields: dict[str, object], words: str, mime: str) -> None:
    said = heard("message", **fields)
    assert isinstance(said, Said)
    assert (said.text, [file.mime for file in said.files]) == (words, [mime])
