"""What cannot be opened at the start is said in one line, with the setting that names it."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.parts import at_work
from bot.sandbox.program import ROOT
from bot.settings import Unfit, load
from bot.store.engines import held
from bot.store.schema import migrate
from tests.store.laid import laid
from tests.store.postgres import fresh, model, postgres

__all__ = ["postgres"]

ROLE = "DO $$ BEGIN CREATE ROLE {} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
"""All tests have one server, and some of them want the same at once."""


@pytest.mark.parametrize("command", ["run", "web", "migrate", "outbox"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:///", "a database in memory forgets everything; use sqlite:///data/conserje.db"),
        ("sqlite:///{folder}", "the database cannot be opened: unable to open database file"),
        ("sqlite:///{folder}/notes.txt", "the database cannot be opened: file is not a database"),
        ("sqlite:///{folder}/notes.txt/desk.db", "the database cannot be opened: File exists"),
    ],
)
def test_a_database(command: str, url: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk, and then some more of it.\n" * 40)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url.format(folder=tmp_path))
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, [command])
    assert (said.exit_code, said.stderr) == (1, f"DATABASE_URL: {why}\n")


@pytest.mark.parametrize(("first", "second"), [("run", "run"), ("run", "worker"), ("run", "web"), ("worker", "run")])
def test_a_database_that_a_run_wants_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    """Both would send what the first one has in hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    with at_work(load({}, tmp_path), alone=first == "run"):
        said = CliRunner().invoke(main, [second])
        assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    others = (
        "another `run`, `web` or `worker` is" if second == "run" else "`conserje run` does all there is to do and is"
    )
    why = f"{others} at work on this database: stop it first"
    assert (said.exit_code, said.stderr) == (1, f"DATABASE_URL: {why}\n")
    with at_work(load({}, tmp_path), alone=True):
        pass


def test_a_web_and_a_worker_share_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    migrate(url)
    settings = load({"DATABASE_URL": url}, tmp_path)
    with at_work(settings, alone=False), at_work(settings, alone=False), held(url) as ours:
        assert not ours
    with held(url) as ours:
        assert ours


@pytest.mark.parametrize("command", [["outbox"], ["digest"], ["trail"], ["erase", "--yes", "SUP-1"], ["web"]])
def test_a_command_where_no_desk_is(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To migrate would make an empty one there, of which all that is asked would be answered by: nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, command)
    path = tmp_path / "data/conserje.db"
    why = f"there is no database at {path}: name that of your desk, or make one by `conserje migrate`"
    assert (said.exit_code, said.stderr, path.exists()) == (1, f"DATABASE_URL: {why}\n", False)
    well = CliRunner().invoke(main, ["doctor"]).stdout
    assert (f"✗ there is no database at {path}\n" in well, path.exists()) == (True, False)


def test_what_people_wrote_is_for_no_other_user_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that were there before stay as whoever made them wanted them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shared").mkdir(mode=0o755)
    monkeypatch.setenv("MEDIA_URL", "file:files/media")
    for url in ("sqlite:///kept/desk.db", "sqlite:///shared/desk.db"):
        monkeypatch.setenv("DATABASE_URL", url)
        assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    CliRunner().invoke(main, ["doctor"])
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("data", "kept", "files/media", "shared")}
    assert modes == {"data": 0o700, "kept": 0o700, "files/media": 0o700, "shared": 0o755}


def test_a_trail_of_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/desk.db")
    migrate(f"sqlite:///{tmp_path}/desk.db")
    said = CliRunner().invoke(main, ["trail"])
    assert (said.exit_code, said.stdout) == (0, "Nothing was done so far that the trail tells of.\n")


@pytest.mark.parametrize("command", ["run", "migrate", "outbox"])
def test_a_database_on_a_full_disk(command: str, tmp_path: Path) -> None:
    """SQLite itself speaks of its input and output."""
    laid(tmp_path / "data/conserje.db")
    (tmp_path / "data/secret_key").write_text("k" * 64)
    line = ["prlimit", "--fsize=1000", sys.executable, "-m", "bot", command]
    env = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(line, check=False, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (1, "DATABASE_URL: the database has no room to grow: File too large\n")


@pytest.mark.parametrize(("command", "variable"), [("run", "PORT"), ("worker", "METRICS_PORT")])
def test_a_port_that_somebody_else_has_is_named_by_its_setting(command: str, variable: str, tmp_path: Path) -> None:
    laid(tmp_path / "data/conserje.db")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = {"PYTHONPATH": str(ROOT), "SECRET_KEY": "k" * 32, variable: str(port), "LOG_LEVEL": "ERROR"}
        line = [sys.executable, "-m", "bot", command]
        said = subprocess.run(line, check=False, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert said.returncode == 1
    assert said.stderr.startswith(f"{variable} {port} cannot be had on HOST 127.0.0.1: Address already in use")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words", [["migrate"], ["check"], ["numbers"], ["--help"], ["numbers", "--csv", "/dev/full"]], ids=" ".join
)
def test_a_disk_that_takes_nothing_of_what_is_said(words: list[str], tmp_path: Path) -> None:
    """As `conserje numbers > report.txt` on one that is full."""
    laid(tmp_path / "data/conserje.db")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bot", *words]
        where = {"cwd": tmp_path, "env": {"PYTHONPATH": str(ROOT)}}
        said = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True, **where)  # type: ignore[call-overload]
    assert (said.returncode, said.stderr) == (1, "What was asked for cannot be written: No space left on device\n")


@pytest.mark.parametrize("command", ["migrate", "worker", "outbox"])
def test_a_server_that_is_not_there(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk@127.0.0.1:9/desk")
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, [command])
    assert said.exit_code == 1
    assert said.stderr.startswith("DATABASE_URL: the database cannot be opened: ")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["migrate", "worker", "outbox"])
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("nonsense=1", 'the database cannot be opened: invalid connection option "nonsense"'),
        ("connect_timeout=soon", "connect_timeout should be a number of seconds"),
    ],
)
def test_an_address_that_asks_for_what_there_is_not(
    command: str, more: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://desk@127.0.0.1:9/desk?{more}")
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, [command])
    assert (said.exit_code, said.stderr) == (1, f"DATABASE_URL: {why}\n")


@pytest.mark.parametrize("command", ["migrate", "worker", "outbox", "doctor"])
def test_a_program_without_the_driver(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgres://desk@127.0.0.1:9/desk")
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = CliRunner().invoke(main, [command])
    why = "DATABASE_URL: PostgreSQL needs its driver: install this program with the extra `postgres`"
    assert said.exit_code == 1
    assert f"✗ {why}\n" in said.stdout if command == "doctor" else said.stderr == f"{why}\n"


@pytest.mark.parametrize("command", ["migrate", "worker", "doctor"])
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_what_people_write(
    command: str, encoding: str, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server makes them that was set up where no language was chosen. The first 👋 would be lost there."""
    name = f"{encoding}_{command}".lower()
    how = f"TEMPLATE template0 ENCODING '{encoding}' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    with psycopg.connect(postgres.format("postgres"), autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} {how}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", postgres.format(name))
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, [command])
    why = (
        f"DATABASE_URL: the database is in {encoding}, which has no place for all that people write: make one in UTF8 "
        "(`createdb --encoding=UTF8 --template=template0 NAME`); `conserje migrate --from` brings over what a desk has"
    )
    assert said.exit_code == 1
    assert f"✗ {why}\n" in said.stdout if command == "doctor" else said.stderr == f"{why}\n"


@pytest.mark.parametrize("command", ["migrate", "worker", "outbox", "doctor"])
@pytest.mark.parametrize("found", ["a new one", "restored by somebody else"])
def test_a_user_without_the_rights(
    command: str, found: str, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As whoever is made for a desk by PostgreSQL 15 or newer, in whose `public` nobody but its owner makes anything."""
    known = found != "a new one"
    url = fresh(postgres, like=model(postgres) if known else "template1")
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(ROLE.format("nobody"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url.replace("tester@", "nobody@"))
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, [command])
    why = "permission denied for " + ("table alembic_version" if known else "schema public")
    assert said.exit_code == 1
    if command == "doctor":
        assert (f"({why})" in said.stdout and "grant it everything" in said.stdout) == known
    elif known or command == "migrate":
        assert said.stderr == f"DATABASE_URL: its user lacks a right in the database: {why}\n"
    else:
        assert said.stderr == "the database has another schema than this release: run `conserje migrate`\n"


@pytest.mark.parametrize(
    "command", [["trail"], ["trail", "SUP-1"], ["export", "SUP-1"], ["erase", "SUP-1"], ["numbers"], ["outbox"]]
)
def test_tables_that_somebody_else_has_locked(
    command: list[str], postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh(postgres, like=model(postgres))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE ticket, act, door, outbox IN ACCESS EXCLUSIVE MODE")
        said = CliRunner().invoke(main, command)
    assert (said.exit_code, said.stderr.count("\n"), "lock timeout" in said.stderr) == (1, 1, True)


def test_a_user_with_some_of_the_rights(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = fresh(postgres, like=model(postgres))
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(ROLE.format("somebody"))
        link.execute("GRANT SELECT ON alembic_version TO somebody")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url.replace("tester@", "somebody@"))
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    said = CliRunner().invoke(main, ["worker"])
    last = said.stderr.splitlines()[-1]
    assert (said.exit_code, last) == (1, "DATABASE_URL: the database takes nothing: permission denied for table moved")


def test_a_folder_for_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDIA_URL", f"file:{tmp_path}/notes.txt/media")
    said = CliRunner().invoke(main, ["run"])
    assert said.exit_code == 1
    assert said.stderr.startswith(f"MEDIA_URL: no files can be kept in file:{tmp_path}/notes.txt/media: ")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("kept", [b"", b"short", b"\xf1" * 40], ids=["empty", "short", "strange"])
def test_a_key_of_this_machine_that_is_none(kept: bytes, tmp_path: Path) -> None:
    """A power cut may leave an empty file: anybody could sign with that."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").write_bytes(kept)
    with pytest.raises(Unfit, match="should hold 32 or more random characters: remove it"):
        load({}, tmp_path)


def test_a_key_that_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("Buy milk.")
    with pytest.raises(Unfit, match="SECRET_KEY is missing, and none can be kept in"):
        load({}, tmp_path)
