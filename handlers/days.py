"""A day as people write it: "ayer", "hace tres días", "last Monday", "24 de noviembre"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Literal

from bot.desk.likeness import fold
from bot.i18n import languages

AWAY: Mapping[str, int] = {
    "hoy": 0, "esta mañana": 0, "esta tarde": 0, "today": 0, "this morning": 0, "this afternoon": 0,
    "ayer": -1, "anoche": -1, "yesterday": -1, "last night": -1,
    "anteayer": -2, "antier": -2, "antes de ayer": -2, "day before yesterday": -2,
    "mañana": 1, "tomorrow": 1, "pasado mañana": 2, "day after tomorrow": 2,
}  # fmt: skip
NUMBERS: Mapping[str, int] = {
    "un": 1, "una": 1, "a": 1, "one": 1, "dos": 2, "two": 2, "tres": 3, "three": 3, "cuatro": 4, "four": 4, "cinco": 5,
    "five": 5, "seis": 6, "six": 6, "siete": 7, "seven": 7, "ocho": 8, "eight": 8, "nueve": 9, "nine": 9, "diez": 10, "ten": 10,
}  # fmt: skip
UNITS: Mapping[str, int] = {
    "dia": 1, "dias": 1, "day": 1, "days": 1, "semana": 7, "semanas": 7, "week": 7, "weeks": 7,
}  # fmt: skip
PAST = frozenset({"pasado", "pasada", "last"})
OVER = PAST | {"desde", "since"}
BESIDE = PAST | {"desde", "since", "el", "la", "the", "on", "de", "of", "del", "este", "this"}
"""Words that name no day."""
FURTHEST = 999


def day_of(text: str, today: date) -> date | None:
    """Of those that could be meant the nearest, but none to come after "since"; a day of the week is the last one."""
    words = fold(text).removeprefix("desde ").removeprefix("since ")
    for begins in ("the ", ""):
        if words.startswith(begins) and (away := AWAY.get(words.removeprefix(begins))) is not None:
            return today + timedelta(away)
    if ago := re.fullmatch(r"(?:hace )?(\w+) (\w+)(?: ago)?", words):
        number, unit = ago.groups()
        back = NUMBERS.get(number) or (int(number) if number.isascii() and number.isdigit() and len(number) <= 3 else 0)
        if back and unit in UNITS and (words.startswith("hace ") or words.endswith(" ago")):
            return today - timedelta(min(back * UNITS[unit], FURTHEST))
    return _named([word for word in words.split() if word not in BESIDE], fold(text), today)


def _named(words: list[str], whole: str, today: date) -> date | None:
    """By its name or its numbers: "lunes", "24 noviembre", "november 24 2026", "24 11"."""
    months, weekdays = _names()
    if len(words) == 1 and (at := weekdays.get(words[0])) is not None:
        back = (today.weekday() - at) % 7
        before = not back and not PAST.isdisjoint(whole.split())
        return today - timedelta(7 if before else back)
    numbers = [int(n[1]) for w in words if (n := re.fullmatch(r"([0-9]{1,4})(?:st|nd|rd|th)?", w))]
    named = [months[word] for word in words if word in months]
    if len(numbers) + len(named) != len(words) or len(named) > 1:
        return None
    match named, numbers:
        case [month], [day, year]:
            return _date(year, month, day)
        case ([month], [day]) | ([], [day, month]):
            return _nearest(month, day, today, past=not OVER.isdisjoint(whole.split()))
    return None


def _nearest(month: int, day: int, today: date, *, past: bool) -> date | None:
    years = (_date(today.year + more, month, day) for more in (-1, 0, 1))
    return min((at for at in years if at and not (past and at > today)), key=lambda at: abs(at - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


@cache
def _names() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The months and the days of the week, in full and in short, in all our languages."""
    from babel.dates import get_day_names, get_month_names  # asked for by few

    widths: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
    every = [(width, language) for width in widths for language in languages()]
    months = {fold(name): at for width, code in every for at, name in get_month_names(width, locale=code).items()}
    days = {fold(name): at for width, code in every for at, name in get_day_names(width, locale=code).items()}
    return months, days
