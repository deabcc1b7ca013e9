"""Events for another system, as one turn writes them: with its rows or not at all, one lane for each request."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from bot.channels import Limits
from bot.desk.ticket import Entry
from bot.effects import Erase, Record, Save
from bot.store import Store, api
from bot.store import tables as t
from bot.store.rows import read_parcel
from bot.values import replace
from tests.store.desk import DAWN, LIMITS, Hand, does, message, opened, sees, ticket


@pytest.fixture
def store(url: str, hand: Hand) -> Iterator[Store]:
    found = opened(url, hand, limits=LIMITS | {"hook": Limits(text=1_000_000, button=75, album=10)})
    yield found
    found.close()


def entry(n: int, of: int = 1, **more: Any) -> Entry:
    return Entry(**{"id": f"e{n}", "ticket": of, "kind": "note", "by": "Leo", "at": DAWN, "text": f"line {n}", **more})


async def events(store: Store) -> list[tuple[str, str, int, list[str]]]:
    """Lane, kind, version and the texts of lines, in the order of their numbers."""
    rows = await store.read(
        lambda db: db.execute(
            select(t.outbox.c.lane, t.outbox.c.body).where(t.outbox.c.lane.startswith("hook|")).order_by(t.outbox.c.id)
        ).all()
    )
    told = ((lane, msgspec.json.decode(read_parcel(body).text)) for lane, body in rows)
    return [
        (
            lane, one["type"], one["data"].get("ticket", {}).get("version", 0),
            [line["text"] for line in one["data"].get("lines", ())],
        )
        for lane, one in told
    ]  # fmt: skip


async def test_a_turn_tells_of_each_request_once_and_of_every_line(store: Store) -> None:
    ana = (await sees(store, message("0"))).person
    one, two = ticket(1, ana), ticket(2, ana)
    await does(store, message("1"), Save(two), Save(one), Record(entry(1)), Record(entry(2)))
    await does(store, message("2"), Record(entry(3)))
    await does(store, message("3"), Save(replace(one, version=1)), Record(entry(4, of=2)))
    await does(store, message("3"), Record(entry(5)))  # taken already
    assert await events(store) == [
        ("hook|1|", "ticket.opened", 1, ["line 1", "line 2"]),
        ("hook|2|", "ticket.opened", 1, []),
        ("hook|1|", "ticket.changed", 1, ["line 3"]),
        ("hook|1|", "ticket.changed", 2, []),
        ("hook|2|", "ticket.changed", 1, ["line 4"]),
    ]


async def test_of_who_is_erased_a_last_word_remains(store: Store) -> None:
    ana = (await sees(store, message("0"))).person
    await does(store, message("1"), Save(ticket(1, ana)), Record(entry(1, text="her words")))
    await does(store, message("2"), Erase(ana.id))
    assert await events(store) == [("hook|1|", "ticket.erased", 0, [])]
    bodies = await store.read(lambda db: db.execute(select(t.outbox.c.body)).scalars().all())
    assert [body for body in bodies if "her words" in body] == []


async def test_where_nobody_hears_nothing_is_written(url: str) -> None:
    store = opened(url)
    ana = (await sees(store, message("0"))).person
    await does(store, message("1"), Save(ticket(1, ana)), Record(entry(1)))
    await does(store, message("2"), Erase(ana.id))
    assert await events(store) == []
    store.close()


async def test_lists_go_on_behind_the_last_one_told(store: Store) -> None:
    ana = (await sees(store, message("0"))).person
    await does(store, message("1"), *(Save(ticket(n, ana, state="yours" if n % 2 else "ours")) for n in range(1, 8)))
    found, after = [], 0
    while True:
        some = await store.look(partial(api.listed, after=after, most=3))
        found.append([one.code for one in some.tickets])
        if not some.last:
            break
        (after,) = some.last
    assert found == [["SUP-1", "SUP-2", "SUP-3"], ["SUP-4", "SUP-5", "SUP-6"], ["SUP-7"]]
    some = await store.look(partial(api.waiting, state="yours", due=0.0, after=0, most=3))
    assert [one.code for one in some.tickets] == ["SUP-1", "SUP-3", "SUP-5"]
    some = await store.look(partial(api.waiting, state="yours", due=some.last[0], after=some.last[1], most=3))
    assert ([one.code for one in some.tickets], some.last) == (["SUP-7"], ())
