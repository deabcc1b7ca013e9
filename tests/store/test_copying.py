"""A desk that has grown goes on in another database: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Column, Double, Integer, SmallInteger, Text, insert, select

from bot.cli import main
from bot.store.copying import copy
from bot.store.engines import Misplaced, connected, held
from bot.store.schema import migrate
from bot.store.tables import META
from tests.store.desk import does, message, opened, sees
from tests.store.laid import laid

ROWS = 1_200
"""More than go at a time."""


def value(column: Column[Any], n: int) -> object:
    if column.foreign_keys:
        return n
    if column.table.name == "file" and column.name == "state":
        return "kept"
    match column.type:
        case Text():
            return f"{column.name} {n} «ñ» 👋"
        case Double():
            return n + 0.1
        case SmallInteger():
            return n % 2
        case Integer():
            return n
    raise AssertionError(column)


def fill(url: str) -> None:
    engine = connected(url)
    with engine.begin() as connection:
        for table in META.sorted_tables:
            rows = [
                {c.name: value(c, n) for c in table.columns} for n in range(1, ROWS if table.name == "outbox" else 4)
            ]
            connection.execute(insert(table), rows)
    engine.dispose()


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    engine = connected(url)
    with engine.connect() as connection:
        found = {t.name: sorted(map(tuple, connection.execute(select(t))), key=repr) for t in META.sorted_tables}
    engine.dispose()
    return found


@pytest.fixture
def two(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """From each kind to the other."""
    if url.startswith("sqlite"):
        return url, str(request.getfixturevalue("pg_url"))
    return url, laid(tmp_path / "new.db")


async def test_everything_comes_over_and_the_desk_goes_on_there(two: tuple[str, str]) -> None:
    old, new = two
    fill(old)
    copied = copy(old, new)
    assert (rows(new), copied["outbox"], set(copied)) == (rows(old), ROWS - 1, set(META.tables))
    store = opened(new)
    await does(store, message("after"))  # what counts up by itself goes on from there
    assert (await sees(store, message("x"))).next_id > 0
    store.close()


def test_what_is_kept_already_is_not_mixed_with_it(two: tuple[str, str]) -> None:
    old, new = two
    for url in two:
        fill(url)
    before = rows(new)
    with pytest.raises(Misplaced, match="is not empty"):
        copy(old, new)
    assert rows(new) == before


@pytest.mark.parametrize(
    ("name", "version", "why"),
    [
        ("nowhere.db", "", "there is no database at .*nowhere.db"),
        ("old.db", "0005", "run `conserje migrate` on it first"),
        ("new.db", "0012", "is the database itself"),
    ],
)
def test_what_cannot_come_over_is_said(tmp_path: Path, name: str, version: str, why: str) -> None:
    url = f"sqlite:///{tmp_path / name}"
    if version:
        migrate(url, version)
    with pytest.raises(Misplaced, match=why):
        copy(url, laid(tmp_path / "new.db"))
    assert (tmp_path / name).exists() == bool(version)


@pytest.mark.parametrize(
    "source", ["data/conserje.db", "mysql://desk@here/desk", "sqlite:///", "postgresql://u:secret@here:port/desk", ""]
)
def test_what_is_no_address_is_answered_by_how_one_looks(tmp_path: Path, source: str) -> None:
    with pytest.raises(Misplaced, match="--from: an address looks as in DATABASE_URL"):
        copy(source, laid(tmp_path / "new.db"))


def test_an_address_that_is_left_empty_is_not_taken_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--from "$OLD"`, where nobody has set OLD: whoever reads that all is up to date starts a desk without its requests."""
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["migrate", "--from", ""])
    assert said.exit_code == 1
    assert said.stderr.startswith("--from: an address looks as in DATABASE_URL: ")


def test_a_desk_at_work_is_to_be_stopped_first(tmp_path: Path) -> None:
    old = laid(tmp_path / "old.db")
    with held(old), pytest.raises(Misplaced, match="stop it first"):
        copy(old, laid(tmp_path / "new.db"))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("no database " * 500)
    with pytest.raises(Misplaced, match=r"notes\.db cannot be read: file is not a database"):
        copy(f"sqlite:///{tmp_path}/notes.db", laid(tmp_path / "new.db"))


def test_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(Misplaced, match=r"\*\*\*@") as refused:
        copy(f"postgresql://u:secret@/desk?host={tmp_path}", laid(tmp_path / "new.db"))
    assert "secret" not in str(refused.value)
