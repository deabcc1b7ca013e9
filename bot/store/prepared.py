"""A statement that is built once, compiled once for each database, and then only filled in.

Written in SQLAlchemy Core, run on the driver's own cursor. On this kind of work Core's `execute` costs 40-60 µs a
statement around some 6 µs of SQLite; a turn has eight to twelve of them, so this is the largest single saving. The price:
no conversion of values on the way (see `tables.py`), and parameters are passed by name only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import BindParameter, Column, Dialect, Insert, bindparam, literal_column
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from bot.store.rows import Cursor, Value

Order = Callable[[dict[str, Value]], Sequence[Value]]
Made = tuple[str, Order | None, dict[str, Value]]


class Prepared:
    """One statement for every database."""

    __slots__ = ("_made", "_number", "_statement")

    def __init__(self, statement: ClauseElement, *, number: Column[int] | None = None) -> None:
        """With `number`, an INSERT whose new row's number is wanted (`Tx.number`)."""
        self._statement, self._number = statement, number
        self._made: dict[str, Made] = {}

    def run(self, cursor: Cursor, dialect: Dialect, values: dict[str, Value]) -> None:
        sql, order, fixed = self._made.get(dialect.name) or self._make(dialect)
        if fixed:
            values = {**fixed, **values}
        cursor.execute(sql, order(values) if order else values)

    def text(self, dialect: Dialect) -> str:
        """As the database gets it."""
        return (self._made.get(dialect.name) or self._make(dialect))[0]

    def _make(self, dialect: Dialect) -> Made:
        statement = self._statement
        if self._number is not None and dialect.name != "sqlite":
            assert isinstance(statement, Insert)
            statement = statement.returning(self._number)  # SQLite tells by itself; RETURNING doubles its cost there
        compiled = _with_literals(statement).compile(dialect=dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        names: list[str] | None = getattr(compiled, "positiontup", None)
        made = (str(compiled), _in_order(names) if names is not None else None, fixed)
        self._made[dialect.name] = made
        return made


def _with_literals(statement: ClauseElement) -> ClauseElement:
    """What the code itself compares with stands in the statement's text, not among its parameters.

    Partial indexes are chosen by it. With a parameter there, SQLite looks at its value and so prepares the statement anew
    each time (40 µs), and PostgreSQL's kept plan does without the index.
    """
    return cast("ClauseElement", replacement_traverse(cast("ExternallyTraversible", statement), {}, _literal))


def _literal(element: ExternallyTraversible, **_: object) -> ExternallyTraversible | None:
    """Numbers, since our flags and states are such, and nothing: what is not set."""
    match element:
        case BindParameter(value=int(value)):
            return literal_column(str(value))
        case BindParameter(value=""):
            return literal_column("''")
    return None


def parameters(*names: str) -> dict[str, Any]:
    """Columns, each with a parameter of its own name."""
    return {name: bindparam(name) for name in names}


def for_like(text: str) -> str:
    """With `!` as the escape: nothing in it stands for something else."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _in_order(names: list[str]) -> Order:
    """Picks values by name, in the order in which question marks stand."""
    if len(names) > 1:
        pick: Order = itemgetter(*names)
        return pick
    return lambda values: [values[name] for name in names]
