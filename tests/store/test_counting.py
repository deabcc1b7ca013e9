"""The figures, counted from the tickets of a desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.desk.figures import Figures
from bot.effects import Effects, Save, Seen
from bot.events import Event
from bot.store import Store, figures
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, DAWN, Hand, message, sees, ticket

MONDAY = datetime(2026, 2, 23, 10, tzinfo=UTC)


async def _open(store: Store, number: int, opened: datetime, answered: datetime | None, *, late: bool = False) -> None:
    def opens(seen: Seen, _event: Event) -> Effects:
        first = ticket(seen.next_id, seen.person)
        due = opened + timedelta(days=1)
        yield Save(replace(first, opened=opened, touched=opened, due=due, answered=answered, late=late))

    await take(message(f"open{number}", ANA), store, Script(opens))


async def test_answers_are_counted_for_ninety_days_and_what_is_overdue_as_late(store: Store, hand: Hand) -> None:
    hand.at = DAWN
    for number in range(24):
        await _open(store, number, MONDAY, MONDAY + timedelta(hours=2), late=number < 2)
    await _open(store, 24, MONDAY, None)  # overdue
    await _open(store, 25, DAWN, None)  # has time yet
    old = DAWN - timedelta(days=91)
    await _open(store, 26, old, old, late=True)
    await store.count()
    assert store.rules.board.figures.in_time == 88  # 22 of 25


async def test_a_day_is_busy_by_the_clock_of_the_desk(store: Store, hand: Hand) -> None:
    hand.at = DAWN
    for day in range(5):
        for number in range(30 if day == 0 else 8):
            opened = MONDAY + timedelta(days=day)
            await _open(store, 100 * day + number, opened, None)
    await store.count()
    assert store.rules.board.figures.busy == {0}


async def test_a_day_is_busy_by_the_clock_as_it_was_then(store: Store, hand: Hand) -> None:
    hand.at = datetime(2026, 4, 6, 9, tzinfo=UTC)
    night = datetime(2026, 3, 22, 22, 30, tzinfo=UTC)  # a Sunday in Madrid, where the clocks have changed since
    for day in range(5):
        for number in range(30 if day == 0 else 8):
            await _open(store, 100 * day + number, night + timedelta(days=day), None)
    found = await store.look(partial(figures.count, zone=ZoneInfo("Europe/Madrid")))
    assert found.busy == {6}


async def test_a_turn_sees_the_figures_as_they_were_counted(store: Store) -> None:
    assert (await sees(store, message("1"))).figures == Figures()
    store.rules.board.figures = Figures(96, frozenset({0}))
    assert (await sees(store, message("2"))).figures == Figures(96, frozenset({0}))
