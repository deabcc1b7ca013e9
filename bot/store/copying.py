"""A desk has grown: all that one database keeps goes into another."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from bot.shapes import DATABASE
from bot.store import tables as t
from bot.store.engines import Misplaced, connected, held, missing, no_database, normal
from bot.store.schema import begin, is_current

PAGE = 1_000
"""Rows at a time."""


def copy(source: str, target: str) -> dict[str, int]:
    """All of it as it is at this moment, or nothing: how many rows of each table. What is read is left as it was; the
    target has the present schema and no rows.

    Numbers and links stay the same, so that every button and link in people's chats leads where it led. Raises `Misplaced`
    with what an operator has to mend, and `Newer`.
    """
    url = _address(source)
    name = normal(url).render_as_string(hide_password=True)
    if normal(url) == normal(target):
        raise Misplaced(f"{name} is the database itself: name the one from which everything should come")
    if path := missing(url):
        raise Misplaced(no_database(path))
    old, new = connected(url), connected(target)
    try:
        with held(url) as still:
            if not still:
                raise Misplaced(f"the desk is at work on {name}: stop it first")
            return _all_of(old, new, name)
    finally:
        old.dispose()
        new.dispose()


def _address(source: str) -> str:
    """As that of DATABASE_URL is taken."""
    try:
        url = DATABASE.read(source).reveal()
        normal(url)
    except (ArgumentError, ValueError):
        like = "sqlite:///data/conserje.db, or postgresql://user:password@host/name"
        raise Misplaced(f"--from: an address looks as in DATABASE_URL: {like}") from None
    return url


def _all_of(old: Engine, new: Engine, name: str) -> dict[str, int]:
    with ExitStack() as stack:
        try:
            reading = stack.enter_context(old.connect())
            _hold(reading)
            current = is_current(reading)
        except DatabaseError as trouble:
            raise Misplaced(f"{name} cannot be read: {str(trouble.orig).strip()}") from None
        if not current:
            raise Misplaced(f"{name} has another schema than this release: run `conserje migrate` on it first")
        writing = stack.enter_context(new.begin())
        begin(writing)
        if full := next((table.name for table in t.META.sorted_tables if _holds_any(writing, table)), ""):
            raise Misplaced(f"DATABASE_URL: the database is not empty (`{full}`); everything comes into a new one")
        writing.execute(delete(t.counter))  # the migrations have begun to count
        return {table.name: _copied(reading, writing, table) for table in t.META.sorted_tables}


def _hold(reading: Connection) -> None:
    """One moment for all tables; where it can be, nobody writes until they are over there."""
    if reading.dialect.name == "sqlite":
        begin(reading)
    else:
        reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _holds_any(connection: Connection, table: Table) -> bool:
    return table is not t.counter and connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _copied(reading: Connection, writing: Connection, table: Table) -> int:
    count = 0
    for rows in reading.execution_options(yield_per=PAGE).execute(select(table)).mappings().partitions():
        writing.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    if count:
        _count_on(writing, table)
    return count


def _count_on(writing: Connection, table: Table) -> None:
    """PostgreSQL counts beside the table; SQLite looks at its greatest number."""
    column = table.autoincrement_column
    if column is not None and writing.dialect.name == "postgresql":
        last = select(func.max(column)).scalar_subquery()
        writing.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))
