"""Public holidays by name: the library brings new data every month, and a name that changes shows here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.almanac import almanac
from bot.desk.calendars import days_off, unknown
from bot.desk.config import Desk, Hours
from bot.desk.hours import holiday, is_business_day
from bot.dialogue.words import Spoken

CALENDARS = ("ES", "ES-MD", "ES-CT", "FR", "FR-20R", "MX", "US")
SNAPSHOT = Path(__file__).with_name("holidays.txt")
OFFICE = ((time(9), time(18)),)


def test_the_holidays_of_two_years_are_these(pytestconfig: pytest.Config) -> None:
    lines = [
        f"{calendar} {day} {name}"
        for calendar in CALENDARS
        for year in (2026, 2027)
        for day, name in days_off(calendar, year).items()
    ]
    if pytestconfig.getoption("--accept"):
        SNAPSHOT.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == SNAPSHOT.read_text("utf-8").splitlines()


def test_a_desk_in_corsica_has_the_holidays_of_france() -> None:
    for region in ("20R", "COR", "2A", "2B"):
        assert days_off(f"FR-{region}", 2026) == days_off("FR", 2026)
    assert days_off("FR-57", 2026) != days_off("FR", 2026)


@pytest.mark.parametrize(
    ("calendar", "why"),
    [
        ("ES-MD", ""),
        ("FR-COR", ""),
        ("ES-XX", "ES has no region"),
        ("MX-XX", "MX has no region"),
        ("XX", 'no holidays are known for a country "XX"'),
    ],
)
def test_a_calendar_nobody_knows_is_said(calendar: str, why: str) -> None:
    assert unknown(calendar).startswith(why)
    assert bool(unknown(calendar)) == bool(why)


def test_a_calendar_nobody_knows_closes_no_day() -> None:
    with pytest.raises(ValueError, match="no holidays are known"):
        days_off("XX", 2026)


def test_what_desk_toml_says_of_a_day_goes_before_its_holiday() -> None:
    hours = Hours(
        zone="Europe/Madrid",
        frames=(OFFICE,) * 5 + ((), ()),
        closed=frozenset({date(2026, 12, 9)}),
        special={date(2026, 12, 8): OFFICE, date(2026, 12, 12): OFFICE},
        holidays=("ES-MD",),
    )
    days = {day: is_business_day(hours, date(2026, 12, day)) for day in range(7, 14)}
    assert days == {7: False, 8: True, 9: False, 10: True, 11: True, 12: True, 13: False}
    assert holiday(hours, date(2026, 12, 8)) == "Immaculate Conception"
    assert holiday(hours, date(2026, 12, 9)) == ""


def test_check_lists_the_days_to_come_and_the_years_that_are_loaded() -> None:
    hours = Hours(
        zone="Europe/Madrid",
        frames=(OFFICE,) * 5 + ((), ()),
        closed=frozenset({date(2026, 12, 31)}),
        special={date(2026, 12, 24): ((time(9), time(14)),)},
        holidays=("ES-MD",),
    )
    said = tuple(almanac(_desk(hours), datetime(2026, 12, 7, 23, 30, tzinfo=UTC)))
    assert said[:5] == (
        "The next 12 days that are closed, or have hours of their own:",
        "  2026-12-08 Tuesday  Immaculate Conception",
        "  2026-12-24 Thursday  open 09:00-14:00",
        "  2026-12-25 Friday  Christmas Day",
        "  2026-12-31 Thursday  closed by desk.toml",
    )
    assert said[-1].startswith("Holidays of ES-MD: 12 in 2026, 12 in 2027 (holidays ")
    assert len(said) == 14


def test_check_tells_a_desk_without_closing_days_how_to_name_them() -> None:
    (said,) = almanac(_desk(Hours(zone="UTC", frames=(OFFICE,) * 7)), datetime(2026, 12, 7, tzinfo=UTC))
    assert said.startswith("No closing days ahead: write [hours] holidays")


def _desk(hours: Hours) -> Desk:
    return Desk(name=Spoken({"en": "Desk"}), language="en", agents_language="en", categories=(), rules=(), hours=hours)
