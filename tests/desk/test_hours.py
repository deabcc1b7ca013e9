"""Opening hours and promises, over weekends, closing days and the days the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.config import Hours
from bot.desk.hours import instant, is_open, next_open, opening, wall
from bot.desk.promises import promise

SPLIT = ((time(9), time(14)), (time(15), time(18)))
OFFICE = Hours(
    zone="Europe/Madrid",
    frames=(SPLIT, SPLIT, SPLIT, SPLIT, SPLIT, (), ()),
    closed=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
)
ALWAYS = Hours(zone="Europe/Madrid", frames=(((time(0), time(0)),),) * 7)
SHORT_TUESDAY = Hours(
    zone="Europe/Madrid",
    frames=(((time(9), time(18)),), ((time(9), time(14)),), ((time(9), time(18)),), (), (), (), ()),
)
NIGHT = Hours(zone="Europe/Madrid", frames=(((time(2, 15), time(3)), (time(3, 30), time(4))),) * 7, days=2)
APIA = Hours(zone="Pacific/Apia", frames=(((time(0), time(12)), (time(13), time(0))),) * 7)
DESKS = (OFFICE, ALWAYS, SHORT_TUESDAY, NIGHT, APIA)


def madrid(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Madrid"), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "asked", "due"),
    [
        (OFFICE, "2026-11-20 13:00", "2026-11-23 13:00"),  # Friday to Monday
        (OFFICE, "2026-11-23 09:00", "2026-11-24 09:00"),
        (OFFICE, "2026-11-23 08:59", "2026-11-24 09:00"),  # before opening
        (OFFICE, "2026-11-23 14:00", "2026-11-24 15:00"),  # over lunch
        (OFFICE, "2026-11-20 17:59:30", "2026-11-23 17:59:30"),
        (OFFICE, "2026-11-20 18:00", "2026-11-24 09:00"),  # exactly at closing time: counts from Monday
        (OFFICE, "2026-11-22 03:00", "2026-11-24 09:00"),  # on a Sunday
        (OFFICE, "2026-12-23 16:00", "2026-12-28 16:00"),  # over two closing days and a weekend
        (OFFICE, "2026-12-24 10:00", "2026-12-29 09:00"),  # on a closing day
        (OFFICE, "2026-03-27 10:00", "2026-03-30 10:00"),  # over the night that has 23 hours
        (OFFICE, "2026-10-23 10:00", "2026-10-26 10:00"),  # over the night that has 25
        (OFFICE, "2027-01-01 00:30", "2027-01-04 09:00"),  # still 2026 in UTC
        (SHORT_TUESDAY, "2026-11-23 15:00", "2026-11-25 09:00"),  # Tuesday is over by then
        (ALWAYS, "2026-03-28 02:30", "2026-03-29 03:00"),  # 2:30 does not exist: the moment the clocks jump
        (ALWAYS, "2026-10-24 02:30", "2026-10-25 02:30"),  # 2:30 exists twice: the first
        (NIGHT, "2026-03-27 02:30", "2026-03-29 03:30"),  # the frame does not exist: the next one
    ],
)
def test_a_promise_is_kept_on_business_days(hours: Hours, asked: str, due: str) -> None:
    assert promise(hours, madrid(asked)) == madrid(due)


def test_a_promise_may_be_for_more_days() -> None:
    three = Hours(zone="Europe/Madrid", frames=OFFICE.frames, closed=OFFICE.closed, days=3)
    assert promise(three, madrid("2026-12-22 16:00")) == madrid("2026-12-29 16:00")


def test_the_hour_that_comes_twice_counts_once() -> None:
    """Else the second 2:10 would be promised an earlier answer than the first 2:50."""
    second = madrid("2026-10-25 02:10", fold=1)
    assert wall(ALWAYS, second) == datetime.fromisoformat("2026-10-25 02:59:59.999999")
    assert opening(ALWAYS, second) == second
    assert promise(ALWAYS, second) > promise(ALWAYS, madrid("2026-10-25 02:50"))


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        ("2026-11-23 08:00", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 13:59", "2026-11-23 13:59"),
        ("2026-11-23 14:00", "2026-11-23 15:00"),
        ("2026-11-20 18:00", "2026-11-23 09:00"),
        ("2026-12-24 12:00", "2026-12-28 09:00"),
    ],
)
def test_an_opening_is_the_first_open_moment(moment: str, first: str) -> None:
    found = opening(OFFICE, madrid(moment))
    assert (found, found.tzinfo, is_open(OFFICE, madrid(moment))) == (madrid(first), UTC, moment == first)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        promise(OFFICE, datetime(2026, 11, 20, 13))  # noqa: DTZ001 - that is the point


def test_a_desk_that_is_never_open_promises_nothing() -> None:
    with pytest.raises(ValueError, match="never open"):
        promise(Hours(zone="UTC", frames=((),) * 7), madrid("2026-11-20 13:00"))


around_changes = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2011, 12, 30, 10, tzinfo=UTC),
    ]
)
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    st.builds(lambda change, delta: change + delta, around_changes, st.timedeltas(timedelta(-4), timedelta(4))),
    st.builds(
        lambda change, delta: change + delta,
        around_changes,
        st.timedeltas(timedelta(hours=-3), timedelta(hours=3)),
    ),
)


@given(st.sampled_from(DESKS), moments, moments)
def test_promises_are_in_the_future_in_opening_hours_and_never_cross(
    hours: Hours, one: datetime, two: datetime
) -> None:
    early, late = sorted((one, two))
    assert promise(hours, early) <= promise(hours, late)
    assert opening(hours, early) <= opening(hours, late)
    assert promise(hours, early) > opening(hours, early) >= early
    assert is_open(hours, promise(hours, early))
    assert is_open(hours, opening(hours, early))


@given(st.sampled_from(DESKS), moments)
def test_the_wall_clock_and_the_instant_belong_together(hours: Hours, at: datetime) -> None:
    """`instant` is the earliest moment at which the wall clock has come that far."""
    assert instant(hours, wall(hours, at)) <= at
    assert wall(hours, instant(hours, wall(hours, at))) == wall(hours, at)


@given(st.sampled_from((OFFICE, ALWAYS)), moments)
def test_where_all_days_are_alike_the_time_of_day_stays(hours: Hours, at: datetime) -> None:
    started = wall(hours, opening(hours, at))
    shown = wall(hours, promise(hours, at))
    assert started.time() == shown.time() or shown.date().month in {3, 10}


def test_the_next_open_wall_time_is_itself_when_open() -> None:
    assert next_open(OFFICE, datetime(2026, 11, 23, 10)) == datetime(2026, 11, 23, 10)  # noqa: DTZ001 - a wall clock
