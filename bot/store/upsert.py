"""`INSERT ... ON CONFLICT` for both databases.

They write it alike, yet SQLAlchemy has one for each, with all of the dialect around it. SQLite's is loaded at once;
PostgreSQL, which is loaded when it is used, is told here how to read it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles

__all__ = ["upsert"]


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
