"""Reads the opening hours of `desk.toml`: frames, closing days, special days, holidays, and terms such as "4 hours"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from bot.desk import calendars
from bot.desk.config import Frames, Hours, Term
from bot.desk.fields import Table

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FRAME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) ?[-\u2013] ?(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)")
DAY_MINUTES = 24 * 60
BACKWARDS = 'it ends before it begins; one past midnight is two: "22:00-24:00", and "0:00-6:00" on the next day'
TERM = re.compile(r"([1-9]\d{0,2}) (day|hour|minute)s?")
LONGEST = 60
"""Business days of a promise."""


def read_hours(table: Table) -> Hours:
    if "hours" not in table.values:
        table.wrong('is missing; write [hours] with zone = "Europe/Madrid" and monday = ["9:00-18:00"]', "hours")
    hours = table.section("hours")
    found = Hours(
        zone=_zone(hours) if hours.values else "UTC",
        frames=tuple(_frames(hours, day) for day in DAYS),
        closed=frozenset(_days(hours, hours.items("closed"))),
        special=dict(_special(hours.section("special"))),
        holidays=tuple(_calendars(hours)),
    )
    if hours.values and not any(hours.values.get(day) for day in DAYS):
        hours.wrong('the desk is never open; write for instance monday = ["9:00-18:00"]')
    hours.close()
    return found


def _zone(table: Table) -> str:
    zone = table.text("zone", r"[A-Za-z0-9_+/-]+", "a time zone such as Europe/Madrid", None)
    try:
        return ZoneInfo(zone).key if zone else ""
    except (LookupError, ValueError, OSError):
        near = difflib.get_close_matches(zone, sorted(available_timezones()), 1, 0.8)
        hint = f'did you mean "{near[0]}"?' if near else "it is written like Europe/Madrid"
        table.wrong(f'no time zone is called "{zone}"; {hint}', "zone")
        return ""


def _frames(table: Table, day: str) -> Frames:
    frames: list[tuple[time, time]] = []
    last = 0
    for number, item in enumerate(table.items(day)):
        match = FRAME.fullmatch(item) if isinstance(item, str) else None
        if match is None:
            table.wrong('a frame is written "9:00-14:00"', day, number)
            continue
        start, end = _minutes(match[1], match[2]), _minutes(match[3] or "24", match[4] or "0")
        if not last <= start < end:
            why = BACKWARDS if start >= end else "it begins before the one in front of it ends"
            table.wrong(f'"{item}": {why}', day, number)
        last = max(last, end)
        frames.append((_clock(start), _clock(end)))
    return tuple(frames)


def _minutes(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> time:
    """24:00 becomes 0:00: as the end of a frame it can mean nothing else."""
    return time(*divmod(minutes % DAY_MINUTES, 60))


def _special(table: Table) -> Iterator[tuple[date, Frames]]:
    for word in table.values:
        frames = _frames(table, word)
        try:
            yield date.fromisoformat(word), frames
        except ValueError:
            table.wrong('a special day is written 2026-12-24 = ["9:00-14:00"]', word)


def _calendars(table: Table) -> Iterator[str]:
    """Their form only: which of them there are is looked up when they are loaded, since that takes its time."""
    for number, item in enumerate(table.items("holidays")):
        if isinstance(item, str) and re.fullmatch(calendars.FORM, item):
            yield item
        else:
            table.wrong(
                'a calendar is a country or a region of one, such as "ES-MD", "FR", "MX" or "US"', "holidays", number
            )


def term(table: Table, key: str) -> Term | None:
    """`"1 day"`, `"4 hours"`: of business days, of opening hours."""
    words = table.text(key, TERM.pattern, 'like "1 day", "4 hours" or "90 minutes"', "")
    found = TERM.fullmatch(words)
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if unit == "day" and number > LONGEST:
        table.wrong(f"should be at most {LONGEST} days, not {number}", key)
    if unit == "day":
        return Term(days=number)
    return Term(minutes=number * (60 if unit == "hour" else 1))


def _days(table: Table, items: Iterable[object]) -> Iterable[date]:
    for number, item in enumerate(items):
        if isinstance(item, date) and not isinstance(item, datetime):
            yield item
        else:
            table.wrong("a closing day is written 2026-12-25, without quotes", "closed", number)
