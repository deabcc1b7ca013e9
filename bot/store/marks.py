"""By what a database and the files that are kept beside it know each other."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import randbits

from sqlalchemy import bindparam, inspect, select

from bot.store import tables as t
from bot.store.engines import connected
from bot.store.prepared import Prepared
from bot.store.tx import Tx
from bot.store.upsert import upsert

MARK = "desk-"
"""Begins what is no file, but tells whose the files are."""
_mine = select(t.counter.c.value).where(t.counter.c.name == "files")
MINE = Prepared(_mine)
MADE = Prepared(
    upsert(t.counter)
    .values(name="files", value=bindparam("number"))
    .on_conflict_do_nothing(index_elements=[t.counter.c.name])
)


def mark(tx: Tx) -> str:
    """Our own; copies of the database have the same."""
    row = tx.one(MINE)
    if row is None:
        tx.do(MADE, number=randbits(53))
        row = tx.one(MINE)
    assert row
    return f"{MARK}{row[0]}"


def mark_of(url: str) -> str:
    """None as long as no desk has been at work there."""
    engine = connected(url, reading=True)
    try:
        with engine.connect() as connection:
            found = connection.execute(_mine).scalar() if inspect(connection).has_table(t.counter.name) else None
    finally:
        engine.dispose()
    return f"{MARK}{found}" if found else ""


def of_others(mine: str, stones: Iterable[str]) -> tuple[str, ...]:
    """The marks beside the files, when ours is not among them."""
    there = tuple(stone for stone in stones if stone.startswith(MARK))
    return () if mine in there else there
