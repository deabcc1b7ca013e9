"""However many requests there are, no statement of a turn or a page looks through all of them."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.dialects import sqlite

import bot.store
from bot.store.prepared import Prepared
from tests.store.laid import laid

GROWING = {"ticket", "entry", "file", "person", "door", "post", "thread", "dialogue", "taken"}
RARE = "bot.store.rehousing.", "bot.store.erasing.ANOTHERS"
"""A chat that moves takes along whatever was there, once; and so does somebody who goes for good."""


def statements() -> Iterator[tuple[str, Prepared]]:
    for found in pkgutil.iter_modules(bot.store.__path__, "bot.store."):
        if not found.ispkg:
            for name, value in vars(importlib.import_module(found.name)).items():
                yield from ((f"{found.name}.{name}", one) for one in within(value))


def within(value: object) -> Iterator[Prepared]:
    match value:
        case Prepared():
            yield value
        case tuple():
            yield from (one for part in value for one in within(part))
        case dict():
            yield from (one for part in value.values() for one in within(part))


def scanned(connection: sqlite3.Connection, statement: Prepared) -> set[str]:
    """The tables that it looks through from end to end, when nobody has told yet with what."""
    sql = statement.text(sqlite.dialect())
    if sql.startswith("PRAGMA") or "pg_" in sql:
        return set()
    steps = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
    return {words[1] for words in (step[3].split() for step in steps) if words[0] == "SCAN"}


def test_nothing_that_grows_is_looked_through(tmp_path: Path) -> None:
    connection = sqlite3.connect(laid(tmp_path / "desk.db").removeprefix("sqlite:///"))
    found = [(name, scanned(connection, one) & GROWING) for name, one in statements() if not name.startswith(RARE)]
    connection.close()
    assert len(found) > 200
    assert [(name, tables) for name, tables in found if tables] == []
