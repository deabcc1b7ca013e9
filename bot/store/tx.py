"""One transaction: statements in, rows out, and what it stirred up for those who wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal, TypeVar

from sqlalchemy import BigInteger, Dialect, bindparam, func, select

from bot.store.prepared import Prepared
from bot.store.rows import Cursor, Row, Value, stamp
from bot.store.rules import Rules

T = TypeVar("T")
Bell = Literal["outbox", "chore"]

LINE_UP = Prepared(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))))


class Conflict(Exception):
    """Somebody else was faster: the transaction is undone and run again with fresh facts."""


class Tx:
    """Lives for one transaction and one try of it. Not for other threads."""

    __slots__ = ("_cursor", "_dialect", "again", "at", "concurrent", "now", "rules", "stirred")

    def __init__(self, cursor: Cursor, dialect: Dialect, rules: Rules, *, again: int = 0) -> None:
        self._cursor, self._dialect, self.rules = cursor, dialect, rules
        self.now: datetime = rules.now()
        self.at = stamp(self.now)
        self.again = again
        """How often this work has been undone already."""
        self.concurrent = dialect.name != "sqlite"
        """Others may write at the same time. A statement that had to wait for one of them sees the row it waited for as
        it is now, but all other tables as they were before (PostgreSQL, READ COMMITTED): look again where it matters.
        """
        self.stirred: set[Bell] = set()
        """Who has something new to do after the commit."""

    def one(self, statement: Prepared, **values: Value) -> Row | None:
        statement.run(self._cursor, self._dialect, values)
        row: Row | None = self._cursor.fetchone()
        return row

    def value(self, statement: Prepared, **values: Value) -> Any:
        """What stands first in the row; None: there is no row."""
        row = self.one(statement, **values)
        return row[0] if row else None

    def read(self, read: Callable[[str], T], statement: Prepared, **values: Value) -> T | None:
        """The body that stands first in the row, as `read` has it; None: there is no row."""
        body = self.value(statement, **values)
        return None if body is None else read(body)

    def all(self, statement: Prepared, **values: Value) -> list[Row]:
        statement.run(self._cursor, self._dialect, values)
        rows: list[Row] = self._cursor.fetchall()
        return rows

    def values(self, statement: Prepared, **values: Value) -> list[Any]:
        """What stands first in each row."""
        return [row[0] for row in self.all(statement, **values)]

    def do(self, statement: Prepared, **values: Value) -> int:
        """Runs a statement that returns no rows; says how many it changed."""
        statement.run(self._cursor, self._dialect, values)
        return self._cursor.rowcount

    def line_up(self, key: str) -> None:
        """Waits until no other transaction works for the same key (PostgreSQL alone has others)."""
        digest = blake2b(key.encode(), digest_size=8).digest()
        self.one(LINE_UP, key=int.from_bytes(digest, "big", signed=True))

    def number(self, statement: Prepared, **values: Value) -> int:
        """Inserts a row and says its number (see `Prepared`)."""
        statement.run(self._cursor, self._dialect, values)
        if self._dialect.name == "sqlite":
            return int(self._cursor.lastrowid or 0)
        return int(self._cursor.fetchone()[0])
