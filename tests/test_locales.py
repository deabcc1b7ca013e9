"""Every sentence in every language, with the same facts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.dialogue.words import CITY, _
from bot.i18n import FOLDER, Words, languages
from handlers import COMMANDS, JOIN, ROOM_COMMANDS, TEAM_COMMANDS, TEAM_MENU, UNJOIN

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("bot/**.py", "python"), ("handlers/**.py", "python"), ("bot/web/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "n_": (1, 2), "p_": ((1, "c"), 2)}
OTHERS = [code for code in languages() if code != "en"]

Key = tuple[str, str]


@cache
def said_in_code() -> dict[Key, str | tuple[str, ...]]:
    """Context and sentence of everything the code can say."""
    found = {}
    for folder in ("bot", "handlers"):
        for _file, _line, message, _notes, context in extract_from_dir(
            ROOT / folder, [("**.py", "python"), ("web/templates/**.html", "jinja2")], keywords=KEYWORDS
        ):
            one = message if isinstance(message, str) else message[0]
            found[(context or "", one)] = message
    return found


@cache
def read(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "conserje.po").open("rb") as file:
        return read_po(file, locale=language)


def facts(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def translations(message: Message) -> tuple[str, ...]:
    words = message.string
    return tuple(str(word or "") for word in ([words] if isinstance(words, str) else words or []))


def test_the_code_says_something() -> None:
    assert ("status", "Solved") in said_in_code()


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_missing_or_left_over(language: str) -> None:
    catalogue = {((m.context or ""), m.id if isinstance(m.id, str) else m.id[0]): m for m in read(language) if m.id}
    assert sorted(set(said_in_code()) ^ set(catalogue)) == []
    assert [key for key, message in catalogue.items() if message.fuzzy or not all(translations(message))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_facts_and_the_same_marks(language: str) -> None:
    for message in (m for m in read(language) if m.id):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for words in translations(message)[-1:]:
            assert facts(words) == facts(source), words
            assert words.count("*") == source.count("*"), words


def test_spanish_names_commands_in_spanish() -> None:
    english = {*COMMANDS["en"], JOIN[0], UNJOIN[0], *TEAM_COMMANDS[::2]}
    words = (w for m in read("es") for w in translations(m) if "{others}" not in w)  # that one is for who reads English
    assert [name for said in words for name in re.findall(r"\{call\}(\w+)", said) if name in english] == []


def test_each_language_quotes_in_its_own_way() -> None:
    assert [w for m in read("es") for w in translations(m) if re.search('[“”"]', w)] == []
    assert [key for key in said_in_code() if re.search('[«»"]', key[1])] == []


def test_the_team_is_offered_only_what_it_may_say_in_each_language() -> None:
    assert {*TEAM_MENU["en"], *TEAM_MENU["es"]} == {*ROOM_COMMANDS, "help", "ayuda"}
    assert not {*TEAM_MENU["en"]} & {*TEAM_MENU["es"]}


def test_the_template_for_translators_is_in_step() -> None:
    with (FOLDER / "conserje.pot").open("rb") as file:
        known = {((m.context or ""), m.id if isinstance(m.id, str) else m.id[0]) for m in read_po(file) if m.id}
    assert known == set(said_in_code()), "run: python3 dev.py words"


@pytest.mark.parametrize(
    ("zone", "spanish", "english"),
    [
        ("Europe/Madrid", "Madrid", "Madrid"),
        ("America/New_York", "Nueva York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_the_city_of_a_time_zone_is_called_as_its_reader_calls_it(zone: str, spanish: str, english: str) -> None:
    words = Words("", ZoneInfo(zone))
    assert [words.plain(_("{city}", city=CITY), code) for code in ("es", "en")] == [spanish, english]


@pytest.mark.parametrize(
    ("language", "moment", "day"),
    [
        ("fr", "mardi 16 février 2027, 09:05", "16 février 2027"),
        ("de", "Dienstag, 16. Februar 2027, 09:05", "16. Februar 2027"),
        ("it", "martedì 16 febbraio 2027 09:05", "16 febbraio 2027"),
    ],
)
def test_a_third_language_writes_dates_in_its_own_words(language: str, moment: str, day: str) -> None:
    at, words = datetime(2027, 2, 16, 9, 5, tzinfo=UTC), Words("", ZoneInfo("UTC"))
    assert [words.plain(_("{when}", when=when), language) for when in (at, at.date())] == [moment, day]


NOVEMBER = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "spanish", "english"),
    [
        (datetime(2027, 2, 16, 9, tzinfo=UTC), "martes 16 de febrero a las 9:00", "Tuesday 16 February at 09:00"),
        (
            datetime(2028, 2, 16, 1, 5, tzinfo=UTC),
            "miércoles 16 de febrero de 2028 a la 1:05",
            "Wednesday 16 February 2028 at 01:05",
        ),
        (
            datetime(2025, 12, 1, 9, tzinfo=UTC),
            "lunes 1 de diciembre de 2025 a las 9:00",
            "Monday 1 December 2025 at 09:00",
        ),
    ],
)
def test_of_a_day_far_away_the_year_is_said(at: datetime, spanish: str, english: str) -> None:
    words = Words("", ZoneInfo("UTC"), now=lambda: NOVEMBER)
    assert [words.plain(_("{when}", when=at), code) for code in ("es", "en")] == [spanish, english]
