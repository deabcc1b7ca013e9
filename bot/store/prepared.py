"""A statement that is built once, compiled once for each database, and then only filled in.

Written in SQLAlchemy Core, run on the driver's own cursor. On this kind of work Core's `execute` costs 40-60 µs a
statement around some 6 µs of SQLite; a turn has eight to twelve of them, so this is the largest single saving. The price:
no conversion of values on the way (see `tables.py`), and parameters are passed by name only.
"""

from __future__ import annotations

from sqlalchemy import Dialect
from sqlalchemy.sql import ClauseElement

from bot.store.rows import Cursor, Value


class Prepared:
    """One statement for every database."""

    __slots__ = ("_made", "_statement")

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._made: dict[str, tuple[str, tuple[tuple[str, Value], ...] | None, dict[str, Value]]] = {}

    def run(self, cursor: Cursor, dialect: Dialect, values: dict[str, Value]) -> None:
        made = self._made.get(dialect.name) or self._make(dialect)
        sql, order, fixed = made
        if order is None:
            cursor.execute(sql, {**fixed, **values} if fixed else values)
        else:
            cursor.execute(sql, [values.get(name, preset) for name, preset in order])

    def _make(self, dialect: Dialect) -> tuple[str, tuple[tuple[str, Value], ...] | None, dict[str, Value]]:
        compiled = self._statement.compile(dialect=dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        names = getattr(compiled, "positiontup", None)
        order = tuple((name, fixed.get(name)) for name in names) if names is not None else None
        self._made[dialect.name] = made = (str(compiled), order, fixed)
        return made
