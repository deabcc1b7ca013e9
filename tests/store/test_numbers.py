"""How we did, counted from the tickets of a desk, on both databases."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.desk.numbers import Numbers, Quarter
from bot.effects import Effects, Save, Seen
from bot.events import Event
from bot.store import Store
from bot.store.numbers import cell, count, written
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, DAWN, Hand, message, ticket

MADRID = ZoneInfo("Europe/Madrid")
HOUR = timedelta(hours=1)


async def opens(store: Store, number: int, opened: datetime, **more: object) -> None:
    def new(seen: Seen, _event: Event) -> Effects:
        first = ticket(seen.next_id, seen.person)
        yield Save(replace(first, opened=opened, due=opened + timedelta(days=1), touched=opened, **more))  # type: ignore[arg-type]

    await take(message(f"opens{number}", ANA), store, Script(new))


async def counted(store: Store, weeks: int = 4) -> Quarter:
    return await store.read(partial(count, at=DAWN, zone=MADRID, weeks=weeks))


async def test_a_desk_without_requests_has_no_numbers(store: Store) -> None:
    found = await counted(store)
    assert (found.whole, found.categories, found.languages) == (Numbers(), {}, {})
    assert [week.monday for week in found.weeks] == [date(2026, 2, d) for d in (9, 16, 23)] + [date(2026, 3, 2)]


async def test_each_number_is_what_its_definition_says(store: Store, hand: Hand) -> None:
    hand.at = DAWN
    last = DAWN - timedelta(days=4)
    for n, hours in enumerate((1, 2, 30)):  # two in time, one late
        await opens(store, n, last, answered=last + hours * HOUR, late=hours > 24, rating=(5, 4, 0)[n])
    await opens(store, 3, last)  # overdue
    await opens(store, 4, DAWN - HOUR)  # has time yet
    await opens(store, 5, last, state="merged", answered=last + HOUR)
    await opens(store, 6, last, state="yours", answered=last + 3 * HOUR, reopened=2, language="es", category="shop")
    await opens(store, 7, last, state="solved", category="shop")  # over without a word of ours
    await opens(store, 8, DAWN - timedelta(weeks=5), answered=DAWN)
    found = await counted(store)
    assert found.whole == Numbers(7, 4, 5, 2, 1, 2, 9, 7200.0)
    assert [week.numbers.opened for week in found.weeks] == [0, 0, 6, 1]
    assert {name: one.opened for name, one in found.categories.items()} == {"invoices": 5, "shop": 2}
    assert found.languages["es"] == Numbers(1, 1, 1, 0, 1, 0, 0, 10_800.0)
    assert (found.whole.in_time, found.whole.again, found.whole.rating) == (60, 14, 4.5)


async def test_a_week_begins_at_midnight_of_the_desks_clock(store: Store, hand: Hand) -> None:
    hand.at = DAWN
    for n, opened in enumerate((datetime(2026, 3, 1, 22, 59, tzinfo=UTC), datetime(2026, 3, 1, 23, 0, tzinfo=UTC))):
        await opens(store, n, opened)
    assert [week.numbers.opened for week in (await counted(store)).weeks] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("opened", "at"),
    [
        (datetime(2026, 3, 22, 22, 30, tzinfo=UTC), datetime(2026, 3, 31, 9, 0, tzinfo=UTC)),
        (datetime(2026, 10, 18, 21, 30, tzinfo=UTC), datetime(2026, 10, 27, 9, 0, tzinfo=UTC)),
    ],
)
async def test_a_week_begins_at_midnight_of_the_clock_as_it_was_then(
    store: Store, hand: Hand, opened: datetime, at: datetime
) -> None:
    """The clocks have changed since: once forward, once back."""
    hand.at = at
    await opens(store, 1, opened)
    await opens(store, 2, opened + HOUR)
    found = await store.read(partial(count, at=at, zone=MADRID, weeks=3))
    assert [week.numbers.opened for week in found.weeks] == [1, 1, 0]


FORMULAS = ("=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "=HYPERLINK(1)")


async def test_a_spreadsheet_gets_every_request_and_no_formula(store: Store, hand: Hand) -> None:
    hand.at = DAWN
    for n, title in enumerate((*FORMULAS, 'Ñandú, "comillas"\ny dos líneas; 5-3=2')):
        await opens(store, n, DAWN - HOUR, title=title, answered=DAWN, rating=0 if n else 5)
    made = await store.read(partial(written, since=0.0))
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert made.startswith(b"\xef\xbb\xbf")
    assert [row["title"] for row in rows] == [
        *(f"'{one}" for one in FORMULAS),
        'Ñandú, "comillas"\ny dos líneas; 5-3=2',
    ]
    assert (rows[0]["rating"], rows[1]["rating"], rows[0]["late"]) == ("5", "", "0")
    assert rows[0]["opened"] == (DAWN - HOUR).isoformat()


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (0, "0"), (-3, "-3"), (True, "1"), ("", ""), ("a=b", "a=b")])
def test_a_cell(value: object, shown: str) -> None:
    assert cell(value) == shown
