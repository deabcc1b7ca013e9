"""The migrations and the tables say the same, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from bot.dialogue.flow import Dialogue
from bot.store import backlog, migrate, schema_is_current
from bot.store.engines import connected, normal
from bot.store.indexes import META
from bot.store.schema import HEAD, HERE, Newer
from tests.store.desk import Draft, Hand, message, opened, sees


def plain(index: Mapping[str, object]) -> dict[str, object]:
    """An index with its condition in words."""
    options = index.get("dialect_options")
    words = {key: str(value) for key, value in options.items()} if isinstance(options, dict) else {}
    return {**index, "dialect_options": words}


def shape(url: str) -> dict[str, object]:
    """All of a database's tables, as it sees them itself."""
    engine = connected(url)
    with engine.connect() as connection:
        found = inspect(connection)
        tables: dict[str, object] = {
            name: (
                [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
                found.get_pk_constraint(name),
                sorted(found.get_foreign_keys(name), key=str),
                sorted(map(plain, found.get_indexes(name)), key=str),
                sorted(found.get_unique_constraints(name), key=str),
                sorted(found.get_check_constraints(name), key=str),
                found.get_table_options(name),
            )
            for name in found.get_table_names()
            if name != "alembic_version"
        }
    engine.dispose()
    return tables


def test_the_migrations_make_exactly_the_tables(empty_url: str, other_url: str) -> None:
    assert not schema_is_current(empty_url)
    migrate(empty_url)
    migrate(empty_url)
    assert schema_is_current(empty_url)
    engine = connected(other_url)
    META.create_all(engine)
    engine.dispose()
    assert shape(empty_url) == shape(other_url)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres://u:p@h:5/d?sslmode=require", "postgresql+psycopg://u:p@h:5/d?sslmode=require"),
        ("postgresql://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:///data/desk.db", "sqlite:///data/desk.db"),
    ],
)
def test_addresses_as_hosting_platforms_write_them(written: str, meant: str) -> None:
    assert normal(written).render_as_string(hide_password=False) == meant


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_an_address_that_cannot_be_kept_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        normal(wrong)


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/a/b/desk.db")
    assert (tmp_path / "a" / "b" / "desk.db").exists()


def test_the_newest_version_is_the_one_we_say() -> None:
    assert ScriptDirectory(str(HERE)).get_heads() == [HEAD]


ROWS = Path(__file__).with_name("rows_at_0001.sql")


async def test_a_desk_of_the_first_release_goes_on_where_it_was(empty_url: str, hand: Hand) -> None:
    migrate(empty_url, "0001")
    engine = connected(empty_url)
    with engine.begin() as connection:
        for row in ROWS.read_text("utf-8").splitlines():
            connection.exec_driver_sql(row) if not row.startswith("--") else None
    engine.dispose()
    migrate(empty_url)

    store = opened(empty_url, hand)
    seen = await sees(store, message("1"))
    assert (seen.person.name, seen.next_id) == ("Ana", 1002)
    assert [(t.code, t.title) for t in seen.open_tickets] == [("SUP-1001", "The invoice does not open")]
    assert seen.dialogue == Dialogue("intake", "title", Draft("half a wo"))
    found = [await store.read(partial(backlog.stuck, dead=dead)) for dead in (True, False)]
    assert [[stuck.words for stuck in part] for part in found] == [["dead"], ["waiting"]]
    store.close()


@pytest.mark.parametrize("start", [migrate, schema_is_current])
def test_a_database_of_a_newer_release_is_left_alone(empty_url: str, start: Callable[[str], object]) -> None:
    migrate(empty_url)
    engine = connected(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(Newer, match="newer release"):
        start(empty_url)
