"""What the numbers mean, how they read, and when the team is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.desk.config import Category, Desk, Hours
from bot.desk.numbers import MEANING, Numbers, due, lasting, mondays, shown
from bot.dialogue.words import Spoken
from bot.i18n import typed

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
WORKDAYS = (((time(9), time(14)), (time(16), time(18))),) * 5 + ((),) * 2


def desk(frames: tuple[tuple[tuple[time, time], ...], ...] = WORKDAYS, **more: object) -> Desk:
    hours = Hours(zone="Europe/Madrid", frames=frames, **more)  # type: ignore[arg-type]
    only = Category(name="billing", label=Spoken({"en": "Billing"}), subcategories=())
    return Desk(
        name=Spoken({"en": "Desk"}), language="en", agents_language="en", categories=(only,), rules=(), hours=hours
    )


@pytest.mark.parametrize(
    ("judged", "late", "in_time"),
    [(400, 0, 100), (400, 1, 99), (400, 399, 1), (400, 400, 0), (3, 1, 67), (0, 0, None)],
)
def test_all_and_none_are_said_of_all_and_none_alone(judged: int, late: int, in_time: int | None) -> None:
    assert Numbers(judged=judged, late=late).in_time == in_time


def test_every_number_is_explained_once_and_the_readme_says_the_same() -> None:
    assert [name for name in MEANING if not hasattr(Numbers(), name)] == []
    assert [words.sentence for _label, words in MEANING.values() if words.sentence not in README] == []


@pytest.mark.parametrize(
    ("numbers", "read"),
    [
        (Numbers(), ["0", "no data", "no data", "no data", "no data"]),
        (Numbers(8, 6, 7, 2, 1, 3, 13, 5400.0), ["8", "90 min", "71 %", "12 %", "4.3"]),
        (Numbers(1, 1, 1, 0, 0, 1, 5, 90_000.0), ["1", "25 h", "100 %", "0 %", "5.0"]),
    ],
)
def test_numbers_read_as_people_say_them(numbers: Numbers, read: list[str]) -> None:
    assert [typed(shown(numbers, name), "en") for name in MEANING] == read


@pytest.mark.parametrize(
    ("seconds", "read"), [(0.0, "0 min"), (5940, "99 min"), (6000, "2 h"), (169_200, "47 h"), (172_800, "2 días")]
)
def test_a_span_of_time_has_one_unit(seconds: float, read: str) -> None:
    assert typed(lasting(seconds), "es") == read


def test_weeks_begin_on_mondays_and_the_running_one_is_the_last() -> None:
    assert mondays(date(2026, 3, 1), 3) == (date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23))
    assert mondays(date(2026, 3, 2), 1) == (date(2026, 3, 2),)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Europe/Madrid")).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (at(2, 8, 59), None),
        (at(2, 9), date(2026, 3, 2)),
        (at(2, 15), None),  # siesta
        (at(3, 17), date(2026, 3, 2)),
        (at(4, 9), None),  # two days later nobody wants it any more
        (at(7, 10), None),
    ],
)
def test_the_team_is_told_in_the_first_hours_of_the_week(moment: datetime, monday: date | None) -> None:
    assert due(desk(), moment) == monday


def test_a_holiday_monday_and_a_desk_that_never_opens() -> None:
    closed = desk(closed=frozenset({date(2026, 3, 2)}))
    assert (due(closed, at(2, 10)), due(closed, at(3, 10))) == (None, date(2026, 3, 2))
    assert due(desk(((),) * 7), at(2, 10)) is None
