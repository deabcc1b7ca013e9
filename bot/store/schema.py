"""The shape of the database and its versions."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.store.engines import forbid_encoding, opened

HERE = Path(__file__).parent / "migrations"
HEAD = "0012"
"""The newest version. Known here, so that a database that is up to date costs a start nothing: Alembic takes a tenth of
a second to import.
"""
KEY = 5_172_031
"""The advisory lock of a migration: two releases that start at once migrate one after the other."""

PATIENCE = 60_000
"""Milliseconds a migration waits for another one of the same SQLite file."""

SKIPPED = 1000
"""Requests: more than are opened between two copies."""


class Newer(Exception):
    """The database was made by a later release, which knows things of it that we do not."""

    def __init__(self) -> None:
        super().__init__("the database was made by a newer release than this one: start that one")


def migrate(url: str, to: str = HEAD) -> None:
    """Brings the database to the present schema, creating it if need be. All of it or nothing.

    `to`: an earlier version, to try the way from there. Raises `Newer`, and `Misplaced`.
    """
    with opened(url) as connection:
        forbid_encoding(connection)
        begin(connection)
        if not is_current(connection):
            _upgrade(connection, to)


def skip_numbers(url: str) -> int:
    """So far that none comes again that was given after a copy was made: it stands in people's chats, and buttons with
    it. The next one.
    """
    with opened(url) as connection:
        connection.execute(text("UPDATE counter SET value = value + :more WHERE name = 'ticket'"), {"more": SKIPPED})
        return int(connection.execute(text("SELECT value FROM counter WHERE name = 'ticket'")).scalar_one())


def schema_is_current(url: str) -> bool:
    """Whether the database has exactly the schema this release knows. Raises `Newer`, and `Misplaced`."""
    with opened(url) as connection:
        forbid_encoding(connection)
        return is_current(connection)


def try_to_write(url: str) -> None:
    """Changes nothing. Raises what the database says when it takes nothing: full, locked, read-only."""
    with opened(url) as connection:
        connection.execute(text("UPDATE counter SET value = value WHERE name = 'ticket'"))


def is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if any(version > HEAD for version in found):
        raise Newer
    return found == [HEAD]


def begin(connection: Connection) -> None:
    """From here on nobody else brings this database anything new."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA busy_timeout = {PATIENCE}"))
        connection.execute(text("BEGIN IMMEDIATE"))  # the driver begins nothing by itself: tables come all or none
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
