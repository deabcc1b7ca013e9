"""How we did, in numbers: what each of them means is written here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from bot.desk.config import Desk
from bot.desk.hours import instant, is_open, opening, wall
from bot.dialogue.words import Number, Speech, Text, _, n_

WEEKS = 13
"""A quarter of a year: what is shown when nobody says otherwise."""


def of_100(some: int, whole: int) -> int:
    """How many of a hundred; all of them and none are said of all and none alone."""
    return some * 100 // whole if some in (0, whole) else min(99, max(1, round(100 * some / whole)))


class Numbers(Struct, frozen=True):
    """Of the requests that were opened within some time; of all of them, or of one kind."""

    opened: int = 0
    answered: int = 0
    judged: int = 0
    """Those whose promise has been kept or broken."""
    late: int = 0
    reopened: int = 0
    rated: int = 0
    stars: int = 0
    """Of all ratings together."""
    first: float | None = None
    """Seconds to the first answer, the median."""

    @property
    def in_time(self) -> int | None:
        return of_100(self.judged - self.late, self.judged) if self.judged else None

    @property
    def again(self) -> int | None:
        return of_100(self.reopened, self.opened) if self.opened else None

    @property
    def rating(self) -> float | None:
        return round(self.stars / self.rated, 1) if self.rated else None


class Week(Struct, frozen=True):
    """By the desk's clock, from its Monday."""

    monday: date
    numbers: Numbers


class Quarter(Struct, frozen=True):
    """Some weeks up to now, the running one too."""

    whole: Numbers
    weeks: tuple[Week, ...]
    """The oldest first; one in which nothing was opened is there, too."""
    categories: Mapping[str, Numbers]
    languages: Mapping[str, Numbers]

    @property
    def last(self) -> Week:
        """The last one that is over."""
        return self.weeks[-2]


MEANING: Mapping[str, tuple[Text, Text]] = {
    "opened": (
        _("Opened"),
        _("Requests opened in that time; those merged into another are not counted."),
    ),
    "first": (
        _("First answer"),
        _("The time from opening to the first answer, nights and holidays too: half of those answered had it sooner."),
    ),
    "in_time": (
        _("In time"),
        _("Of 100 requests whose first answer came or is overdue, those that had it by the date first promised."),
    ),
    "again": (
        _("Opened again"),
        _("Of 100 opened, those that were open again after they had been solved."),
    ),
    "rating": (
        _("Rating"),
        _("The mean of what customers said, from 1 to 5; those who said nothing are not counted."),
    ),
}
"""What each number is called, and what it is."""


def shown(numbers: Numbers, name: str) -> Speech:
    """One of them, as people read it."""
    match name:
        case "opened":
            return _("{n}", n=numbers.opened)
        case "first":
            return lasting(numbers.first)
        case "rating":
            return _("{n}", n=Number(str(numbers.rating))) if numbers.rating is not None else NONE
        case _:
            percent: int | None = getattr(numbers, name)
            return _("{n} %", n=percent) if percent is not None else NONE


NONE = _("no data")


def lasting(seconds: float | None) -> Speech:
    """A span of time in one unit."""
    if seconds is None:
        return NONE
    minutes = round(seconds / 60)
    if minutes < 100:
        return _("{n} min", n=minutes)
    hours = round(minutes / 60)
    return _("{n} h", n=hours) if hours < 48 else n_("{n} day", "{n} days", round(hours / 24))


def mondays(today: date, weeks: int) -> tuple[date, ...]:
    """Of so many weeks up to the running one, the oldest first."""
    last = today - timedelta(days=today.weekday())
    return tuple(last - timedelta(weeks=n) for n in reversed(range(weeks)))


LATEST = timedelta(days=2)
"""After the week's first hour: then nobody wants it any more. It is shorter than an event is known to have been taken."""


def due(desk: Desk, at: datetime) -> date | None:
    """The Monday of the running week, while its first opening hours last and somebody is there to read."""
    if not any(desk.hours.frames) or not is_open(desk.hours, at):
        return None
    here = wall(desk.hours, at)
    monday = here.date() - timedelta(days=here.weekday())
    first = opening(desk.hours, instant(desk.hours, datetime.combine(monday, datetime.min.time())))
    return monday if first <= at < first + LATEST else None
