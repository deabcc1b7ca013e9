"""The shape of the database and its versions."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.store.engines import connected

HERE = Path(__file__).parent / "migrations"
KEY = 5_172_031
"""The advisory lock of a migration: two releases that start at once migrate one after the other."""


def migrate(url: str) -> None:
    """Brings the database to the present schema, creating it if need be. All of it or nothing."""
    engine = connected(url)
    try:
        with engine.begin() as connection:
            _begin(connection)
            command.upgrade(_config(connection), "head")
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
    found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config(connection)).get_heads())


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("BEGIN IMMEDIATE"))  # the driver begins nothing by itself: tables come all or none
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
