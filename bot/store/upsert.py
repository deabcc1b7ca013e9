"""`INSERT ... ON CONFLICT` for both databases.

They write it alike, yet SQLAlchemy has one for each, with all of the dialect around it. SQLite's is loaded at once;
PostgreSQL, which is loaded when it is used, is told here how to read it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles

from bot.store.prepared import parameters

__all__ = ["put", "upsert"]


def put(table: Table, *names: str, where: ColumnElement[bool] | None = None) -> Insert:
    """A new row, or these columns of the row that has its key already, if `where` holds for that."""
    key = [column.name for column in table.primary_key]
    row = upsert(table).values(parameters(*key, *names))
    return row.on_conflict_do_update(index_elements=key, set_=parameters(*names), where=where)


@compiles(OnConflictDoNothing, "postgresql")
def _nothing(clause: Any, compiler: Any, **how: Any) -> str:
    return str(compiler.visit_on_conflict_do_nothing(_unnamed(clause), **how))


@compiles(OnConflictDoUpdate, "postgresql")
def _update(clause: Any, compiler: Any, **how: Any) -> str:
    return str(compiler.visit_on_conflict_do_update(_unnamed(clause), **how))


def _unnamed(clause: Any) -> Any:
    """PostgreSQL could also be given a constraint's name, which SQLite has no place for."""
    clause.constraint_target = None
    return clause
