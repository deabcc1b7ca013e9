"""When the desk is open: business days and opening frames, right also on the days the clocks change.

Instants come and go as aware datetimes, and go out in UTC. In between everything is reckoned on the wall clock of the
desk's zone, as naive datetimes; `wall` and `instant` never run backwards, so neither does anything built on them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.desk.calendars import days_off
from bot.desk.config import Frames, Hours

DAY = timedelta(days=1)
TICK = timedelta.resolution
TICK_OF_WORK = timedelta(minutes=1)
"""No opening frame is shorter."""
HOLIDAYS = 100
"""More than the holidays that fall on one day of the week in a few years."""

Frame = tuple[datetime, datetime]
"""From a wall time (included) to a wall time (not included)."""


def is_open(hours: Hours, at: datetime) -> bool:
    now = wall(hours, at)
    return next_open(hours, now) == now


def opening(hours: Hours, after: datetime) -> datetime:
    """The first moment from then on when the desk is open; the same moment when it already is."""
    now = wall(hours, after)
    first = next_open(hours, now)
    return after.astimezone(UTC) if first == now else opening_on_wall(hours, first)


def opening_on_wall(hours: Hours, shown: datetime) -> datetime:
    """The first open moment, in UTC, when the wall clock shows that time or a later one."""
    return instant(hours, next_open(hours, shown))


def holiday(hours: Hours, day: date) -> str:
    """The name of a public holiday the desk keeps; empty on all other days."""
    return next((name for calendar in hours.holidays if (name := days_off(calendar, day.year).get(day))), "")


def is_business_day(hours: Hours, day: date) -> bool:
    return bool(_hours_of(hours, day))


def business_day(hours: Hours, day: date, count: int) -> date:
    """The business day so many business days after that one."""
    days = (d for d in _days(hours, day + DAY, count) if is_business_day(hours, d))
    for _ in range(count):
        day = next(days)
    return day


def wall(hours: Hours, at: datetime) -> datetime:
    """What the clock on the desk's wall shows. The hour that comes twice in autumn counts once: when it comes again,
    the clock stands still just before its end.
    """
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone")
    zone = _zone(hours.zone)
    local = at.astimezone(zone)
    if local.fold:
        turn = _turn(zone, local.replace(fold=0).astimezone(UTC), at)
        local = (turn - TICK).astimezone(zone)
    return local.replace(tzinfo=None, fold=0)


def instant(hours: Hours, shown: datetime) -> datetime:
    """The first moment, in UTC, when the wall clock shows that time or, where it is skipped in spring, a later one."""
    zone = _zone(hours.zone)
    first = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # For a time that is skipped, `fold=0` reckons with the offset before the gap, and so comes out later.
    return first if first <= second else _turn(zone, second, first)


def next_open(hours: Hours, now: datetime) -> datetime:
    """The first wall time from then on when the desk is open; the same when it already is."""
    for day in _days(hours, now.date(), 1):
        for start, end in _frames(hours, day):
            if now < end:
                return max(now, start)
    raise ValueError("the desk is never open")


def open_time(hours: Hours, since: datetime, until: datetime) -> timedelta:
    """How much of the opening hours lies between two moments, as the desk's wall clock counts."""
    start, end = wall(hours, since), wall(hours, until)
    spent, day = timedelta(), start.date()
    while day <= end.date():
        for opens, closes in _frames(hours, day):
            spent += max(timedelta(), min(closes, end) - max(opens, start))
        day += DAY
    return spent


def after(hours: Hours, at: datetime, span: timedelta) -> datetime:
    """The moment, in UTC and in opening hours, when so much open time has passed: what undoes `open_time`."""
    now = wall(hours, at)
    for day in _days(hours, now.date(), 1 + span // TICK_OF_WORK):
        for opens, closes in _frames(hours, day):
            begins = max(opens, now)
            if span < closes - begins:
                return opening_on_wall(hours, begins + span)
            span -= max(timedelta(), closes - begins)
    raise ValueError("the desk is never open")


def length(frames: Frames) -> int:
    """In minutes. A frame that ends at 0:00 ends with the day."""
    return sum((_minute(end) or 24 * 60) - _minute(start) for start, end in frames)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _hours_of(hours: Hours, day: date) -> Frames:
    if (special := hours.special.get(day)) is not None:
        return special
    frames = hours.frames[day.weekday()]
    return () if frames and (day in hours.closed or holiday(hours, day)) else frames


def _frames(hours: Hours, day: date) -> Iterator[Frame]:
    """Without what the clock skips on that day: a frame may begin later by it, be in two pieces, or not be at all."""
    skipped = _skipped(hours.zone, day)
    for start, end in _hours_of(hours, day):
        # A frame that ends at 0:00 ends with the day.
        opens, closes = datetime.combine(day, start), datetime.combine(day if end > time.min else day + DAY, end)
        if skipped is None:
            yield opens, closes
        else:
            pieces = (opens, min(closes, skipped[0])), (max(opens, skipped[1]), closes)
            yield from ((begins, ends) for begins, ends in pieces if begins < ends)


def _days(hours: Hours, start: date, wanted: int) -> Iterator[date]:
    """Enough days to meet so many business days: one a week at least, but for those that are closed."""
    weeks = 2 * (wanted + len(hours.closed) + len(hours.special)) + HOLIDAYS
    return (start + n * DAY for n in range(7 * weeks))


def _turn(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The moment between two, to the second, when the clocks of a zone were changed."""
    after = high.astimezone(zone).utcoffset()
    seconds = range(int(low.timestamp()), int(high.timestamp()) + 1)
    found = bisect_left(seconds, 1, key=lambda s: int(datetime.fromtimestamp(s, zone).utcoffset() == after))
    return datetime.fromtimestamp(seconds[found], UTC)


@lru_cache(maxsize=4096)
def _skipped(zone: str, day: date) -> Frame | None:
    """The wall times that are never shown, when the clocks go forward on that day or the next to it."""
    place, noon = _zone(zone), datetime.combine(day, time(12), UTC)
    low, high = (at.astimezone(place) for at in (noon - 2 * DAY, noon + 2 * DAY))
    before, then = low.utcoffset(), high.utcoffset()
    if before is None or then is None or before >= then:
        return None
    turn = _turn(place, low, high).replace(tzinfo=None)
    return turn + before, turn + then


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
