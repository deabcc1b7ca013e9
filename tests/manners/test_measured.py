"""Insults and languages are recognised, and harmless words left alone, as often as we say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

from bot.desk.insults import MOST, insulting
from tests.manners.measure import OF_INSULTS, SETS, Row, insults, languages, phrases, second_subjects

OF_LANGUAGES = ("es", "en")
FLOORS = {"first": (0.95, 0.03), "second": (0.9, 0.0), "held_out": (0.75, 0.03), "another_hand": (0.75, 0.0)}
"""Of a hundred insults so many are seen, and of a hundred harmless phrases so many taken for one."""
LEAST = {"first": 40, "another_hand": 25}


@cache
def rows(measured: Callable[[], Iterator[Row]]) -> Mapping[tuple[str, str], Row]:
    return {(row.name, row.language): row for row in measured()}


@pytest.mark.parametrize("name", OF_INSULTS)
def test_no_phrase_stands_in_two_sets_and_all_are_enough_to_count(name: str) -> None:
    ours = [text for lines in phrases("insults", name).values() for text in lines]
    others = {t for other in OF_INSULTS if other != name for lines in phrases("insults", other).values() for t in lines}
    assert [text for text, times in Counter(ours).items() if times > 1 or text in others] == []
    assert min(map(len, phrases("insults", name).values())) >= LEAST.get(name, 60)


@pytest.mark.parametrize("language", OF_LANGUAGES)
@pytest.mark.parametrize("name", OF_INSULTS)
def test_most_insults_are_seen_and_nearly_no_others(name: str, language: str) -> None:
    row, (hits, alarms) = rows(insults)[name, language], FLOORS[name]
    assert len(row.missed) <= row.of * (1 - hits), row.missed
    assert len(row.false) <= row.harmless * alarms, row.false


@pytest.mark.parametrize("language", OF_LANGUAGES)
def test_most_second_subjects_are_seen_and_nearly_no_others(language: str) -> None:
    row = rows(second_subjects)["held_out", language]
    assert len(row.missed) <= row.of * 0.15, row.missed
    assert len(row.false) <= row.harmless * 0.1, row.false


@pytest.mark.parametrize("name", SETS)
def test_nearly_all_phrases_are_told_to_be_of_their_language(name: str) -> None:
    found = [row for row in rows(languages).values() if row.name == name]
    assert found
    for row in found:
        assert len(row.missed) <= row.of * 0.1, (row.language, row.missed)


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
