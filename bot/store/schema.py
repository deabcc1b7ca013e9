"""The shape of the database and its versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.store.engines import connected

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"
HEAD = "0002"
"""The newest version. Known here, so that a database that is up to date costs a start nothing: Alembic takes a tenth of
a second to import.
"""
KEY = 5_172_031
"""The advisory lock of a migration: two releases that start at once migrate one after the other."""

PATIENCE = 60_000
"""Milliseconds a migration waits for another one of the same SQLite file."""


def migrate(url: str) -> None:
    """Brings the database to the present schema, creating it if need be. All of it or nothing."""
    engine = connected(url)
    try:
        with engine.begin() as connection:
            _begin(connection)
            if not is_current(connection):
                _upgrade(connection)
    finally:
        engine.dispose()


def schema_is_current(url: str) -> bool:
    """Whether the database has exactly the schema this release knows."""
    engine = connected(url)
    try:
        with engine.connect() as connection:
            return is_current(connection)
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA busy_timeout = {PATIENCE}"))
        connection.execute(text("BEGIN IMMEDIATE"))  # the driver begins nothing by itself: tables come all or none
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
