"""Insults are recognised, and harmless words left alone, as often as we say."""

from __future__ import annotations

import pytest

from bot.desk.insults import MOST, insulting
from tests.manners.measure import Row, measured, phrases


def test_the_phrases_are_as_many_as_the_table_says() -> None:
    assert {name: len(lines) for name, lines in phrases().items()} == dict.fromkeys(
        ("es abusive", "es harmless", "en abusive", "en harmless"), 40
    )


@pytest.mark.parametrize("row", tuple(measured()), ids=lambda row: row.language)
def test_nearly_all_insults_are_seen_and_nearly_no_others(row: Row) -> None:
    assert len(row.missed) <= 2, row.missed
    assert len(row.false) <= 1, row.false


@pytest.mark.parametrize(
    "text",
    [
        "i d i o t a s, contestad",
        "sois unos 1d10t4s",
        "g.i.l.i.p.o.l.l.a.s",
        "F\u200bu\u200bc\u200bk you",
        "\uff26\uff35\uff23\uff2b you",
        "sois unos idioooootas",
        "you @ssholes",
        "IDIOTS!",
    ],
)
def test_an_insult_in_disguise_is_seen(text: str) -> None:
    assert insulting(text)


@pytest.mark.parametrize("text", ["", "   ", "***", "😡", "No eres tonto, me ha pasado a mí", "año nuevo", "\u0000"])
def test_what_says_nothing_of_anybody_is_left_alone(text: str) -> None:
    assert not insulting(text)


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert not insulting("palabra " * MOST + "sois idiotas")
