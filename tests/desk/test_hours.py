"""Opening hours and promises, over weekends, closing days and the days the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.config import Hours, Term
from bot.desk.hours import after, instant, is_open, next_open, open_time, opening, wall
from bot.desk.promises import promise

SPLIT = ((time(9), time(14)), (time(15), time(18)))
OFFICE = Hours(
    zone="Europe/Madrid",
    frames=(SPLIT, SPLIT, SPLIT, SPLIT, SPLIT, (), ()),
    closed=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
)
MADRID = Hours(
    zone="Europe/Madrid",
    frames=OFFICE.frames,
    special={date(2026, 12, 24): ((time(9), time(14)),), date(2027, 5, 3): ((time(10), time(12)),)},
    holidays=("ES-MD",),
)
ALWAYS = Hours(zone="Europe/Madrid", frames=(((time(0), time(0)),),) * 7)
SHORT_TUESDAY = Hours(
    zone="Europe/Madrid",
    frames=(((time(9), time(18)),), ((time(9), time(14)),), ((time(9), time(18)),), (), (), (), ()),
)
NIGHT = Hours(zone="Europe/Madrid", frames=(((time(2, 15), time(3)), (time(3, 30), time(4))),) * 7)
APIA = Hours(zone="Pacific/Apia", frames=(((time(0), time(12)), (time(13), time(0))),) * 7)
TWO_COUNTRIES = Hours(
    zone="America/Mexico_City", frames=(((time(9), time(18)),),) * 5 + ((), ()), holidays=("MX", "US")
)
CORSICA = Hours(zone="Europe/Paris", frames=(SPLIT,) * 6 + ((),), holidays=("FR-20R",))
SATURDAYS = Hours(zone="America/New_York", frames=((),) * 5 + (((time(1, 30), time(2, 30)),), ()), holidays=("US",))
LORD_HOWE = Hours(zone="Australia/Lord_Howe", frames=(((time(1), time(3)),),) * 7)
DESKS = (OFFICE, MADRID, ALWAYS, SHORT_TUESDAY, NIGHT, APIA, TWO_COUNTRIES, CORSICA, SATURDAYS, LORD_HOWE)
TERMS = (
    Term(days=1),
    Term(days=2),
    Term(days=5),
    Term(minutes=1),
    Term(minutes=90),
    Term(minutes=240),
    Term(minutes=2000),
)


def madrid(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Madrid"), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "asked", "due"),
    [
        (MADRID, "2026-12-04 18:30", "2026-12-10 09:00"),  # Friday evening before two holidays: counts from Wednesday
        (MADRID, "2026-04-01 10:00", "2026-04-06 10:00"),  # Wednesday before Easter: Thursday and Friday are holidays
        (MADRID, "2026-12-23 16:00", "2026-12-28 09:00"),  # half a day is a day; it is over by four
        (MADRID, "2026-12-23 12:00", "2026-12-24 12:00"),
        (MADRID, "2027-05-02 12:00", "2027-05-04 10:00"),  # Sunday; Monday is a holiday at work, 10 to 12
        (MADRID, "2028-02-28 13:00", "2028-02-29 13:00"),  # a leap day
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
    ],
)
def test_a_promise_is_kept_on_business_days(hours: Hours, asked: str, due: str) -> None:
    assert promise(hours, madrid(asked)) == madrid(due)


@pytest.mark.parametrize(
    ("hours", "asked", "term", "due"),
    [
        (OFFICE, "2026-12-22 16:00", Term(days=3), "2026-12-29 16:00"),
        (NIGHT, "2026-03-27 02:30", Term(days=2), "2026-03-29 03:30"),  # the frame does not exist: the next one
        (OFFICE, "2026-11-20 13:00", Term(minutes=240), "2026-11-23 09:00"),  # 1 h, lunch, 3 h: the day is full
        (OFFICE, "2026-11-20 13:00", Term(minutes=239), "2026-11-20 17:59"),
        (OFFICE, "2026-11-21 13:00", Term(minutes=90), "2026-11-23 10:30"),
        (MADRID, "2026-12-23 17:00", Term(minutes=420), "2026-12-28 10:00"),  # 1 h, half a day of 5 h, 1 h
        (ALWAYS, "2026-03-29 01:30", Term(minutes=60), "2026-03-29 03:30"),  # the hour that is skipped does not count
        (NIGHT, "2026-03-28 04:00", Term(minutes=1), "2026-03-29 03:31"),  # nor a frame in it
    ],
)
def test_a_promise_may_be_of_days_or_of_open_hours(hours: Hours, asked: str, term: Term, due: str) -> None:
    assert promise(hours, madrid(asked), term) == madrid(due)


def test_open_time_is_what_the_frames_hold() -> None:
    assert open_time(MADRID, madrid("2026-12-23 17:00"), madrid("2026-12-28 10:00")) == timedelta(hours=7)
    assert open_time(OFFICE, madrid("2026-11-23 14:00"), madrid("2026-11-23 15:00")) == timedelta()
    assert open_time(OFFICE, madrid("2026-11-24 10:00"), madrid("2026-11-23 10:00")) == timedelta()


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


CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
)
around_changes = st.sampled_from(CHANGES)
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    st.builds(lambda change, delta: change + delta, around_changes, st.timedeltas(timedelta(-4), timedelta(4))),
    st.builds(
        lambda change, delta: change + delta,
        around_changes,
        st.timedeltas(timedelta(hours=-3), timedelta(hours=3)),
    ),
)


def instants(number: int) -> list[datetime]:
    """By chance, but the same in every run: a third over two years, two thirds around the nights the clocks change."""
    dice = Random(8)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    anywhen = [start + timedelta(seconds=dice.uniform(0, 730 * 86_400)) for _ in range(number // 3)]
    near = [dice.choice(CHANGES) + timedelta(hours=dice.uniform(-48, 48)) for _ in range(number // 3)]
    on_the_dot = [dice.choice(CHANGES) + timedelta(minutes=15 * dice.randint(-24, 24)) for _ in range(number // 3)]
    return sorted(anywhen + near + on_the_dot)


@pytest.mark.parametrize("hours", DESKS, ids=lambda hours: f"{hours.zone}-{hours.holidays}")
def test_twenty_thousand_promises_are_in_the_future_and_in_opening_hours_and_never_cross(hours: Hours) -> None:
    """2,000 instants at each of ten desks."""
    dice = Random(9)
    asked = instants(2000)
    for term in (TERMS[0], dice.choice(TERMS[1:])):
        dues = [promise(hours, at, term) for at in asked]
        assert dues == sorted(dues)
        assert all(due > opening(hours, at) >= at for due, at in zip(dues, asked, strict=True))
        assert all(is_open(hours, due) for due in dues)


@given(st.sampled_from(DESKS), st.sampled_from(TERMS), moments, moments)
def test_promises_are_in_the_future_in_opening_hours_and_never_cross(
    hours: Hours, term: Term, one: datetime, two: datetime
) -> None:
    early, late = sorted((one, two))
    assert promise(hours, early, term) <= promise(hours, late, term)
    assert opening(hours, early) <= opening(hours, late)
    assert promise(hours, early, term) > opening(hours, early) >= early
    assert is_open(hours, promise(hours, early, term))
    assert is_open(hours, opening(hours, early))


@given(st.sampled_from(DESKS), st.sampled_from(TERMS), moments, st.timedeltas(timedelta(), timedelta(4)))
def test_a_clock_that_is_stopped_and_started_again_loses_nothing(
    hours: Hours, term: Term, asked: datetime, waited: timedelta
) -> None:
    """What is left at a stop is what is left at the start that follows: to the microsecond, over any holiday."""
    due = promise(hours, asked, term)
    stop = min(asked + waited, due)
    left = open_time(hours, stop, due)
    assert after(hours, stop, left) == due
    later = stop + timedelta(10)
    assert open_time(hours, later, after(hours, later, left)) == left


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
