"""What `conserje check` says of a desk that is well: how large it is, which of the days to come are closed or have hours of
their own, and what goes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import version
from itertools import islice

from bot.desk.calendars import days_off
from bot.desk.config import Desk, Hours
from bot.desk.hours import holiday, is_business_day, wall

SHOWN = 12
AHEAD = 800
"""Days in which they are looked for."""


def size(desk: Desk) -> str:
    subs = sum(len(category.subcategories) for category in desk.categories)
    counted = ((len(desk.categories), "category", "categories"), (subs, "sub-category", "sub-categories"))
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counted) + "."


def almanac(desk: Desk, at: datetime) -> Iterator[str]:
    hours, today = desk.hours, wall(desk.hours, at).date()
    found = tuple(islice(_closings(hours, today), SHOWN))
    if found:
        yield f"The next {len(found)} days that are closed, or have hours of their own:"
        yield from (f"  {day:%Y-%m-%d %A}  {why}" for day, why in found)
    else:
        yield 'No closing days ahead: write [hours] holidays = ["ES-MD"] or closed = [2026-12-25].'
    for calendar in hours.holidays:
        years = (f"{len(days_off(calendar, year))} in {year}" for year in (today.year, today.year + 1))
        yield f"Holidays of {calendar}: {', '.join(years)} (holidays {version('holidays')})."
    if desk.life.keep:
        yield f"Solved requests are erased with their files {desk.life.keep} months after their last word."


def _closings(hours: Hours, today: date) -> Iterator[tuple[date, str]]:
    for n in range(AHEAD):
        day = today + timedelta(days=n)
        if hours.frames[day.weekday()] and not is_business_day(hours, day):
            yield day, holiday(hours, day) or "closed by desk.toml"
        elif frames := hours.special.get(day):
            yield day, "open " + ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in frames)
