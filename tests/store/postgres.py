"""A PostgreSQL of our own for the time of the tests, and a fresh database of each kind for every test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import DuplicateDatabase

from bot.store import migrate
from bot.store.tables import META
from tests.shared import RUN, door, shared
from tests.store.laid import laid

NUMBERS = count()
SPARE: defaultdict[str, list[str]] = defaultdict(list)
"""By their server, databases with the present schema that no test has just now."""
BROOMS: dict[str, psycopg.Connection] = {}
"""By database, a connection that knows its tables from the last time: it sweeps ten times as fast as a new one."""
OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"
SWEPT = ";".join(
    (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}",
        *(f"DELETE FROM {table.name}" for table in reversed(META.sorted_tables)),
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
        "INSERT INTO counter (name, value) VALUES ('ticket', 1001)",
    )
)
"""Whoever a test has left behind is turned out first: it may hold locks."""


def programs() -> Path | None:
    """The folder with `initdb` and `postgres` side by side; a link on PATH may point away from its neighbours."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def absent(why: str) -> None:
    if os.environ.get("REQUIRE_PG") == "1":
        pytest.fail(f"REQUIRE_PG=1, but {why}")
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server, to be completed with the name of a database: `….format(name)`."""
    if given := os.environ.get("TEST_PG_DSN"):
        yield given
        return
    folder = programs()
    if folder is None:
        absent("no initdb on PATH or in /usr/lib/postgresql/*/bin; set TEST_PG_DSN")
        return
    with shared("postgres", partial(start, folder), _at_once) as home:
        yield f"postgresql://tester@/{{}}?host={home}"
        while BROOMS:
            BROOMS.popitem()[1].close()


def _at_once(server: subprocess.Popen[bytes]) -> None:
    """A test that failed may have left a connection."""
    server.send_signal(signal.SIGINT)


def start(folder: Path, home: Path) -> subprocess.Popen[bytes]:
    """PostgreSQL refuses to run as root: then it runs as nobody. It sorts as people do, as most servers are set up."""
    if who := _somebody():
        shutil.chown(home, who)
    words = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
    sorts = ("--locale=C", "--locale-provider=icu", "--icu-locale=en-US")
    make: list[str | Path] = [folder / "initdb", "-D", home / "data", *words, *sorts]
    subprocess.run(make, user=who, check=True, stdout=subprocess.DEVNULL, cwd=home)
    return run(folder, home)


def run(folder: Path, home: Path) -> subprocess.Popen[bytes]:
    """Returns when it answers; also after it was killed, when it has to repair itself first."""
    settings = [
        "fsync=off",
        "listen_addresses=",
        "max_connections=300",
        f"unix_socket_directories={home}",
        "autovacuum=off",
    ]
    flags = [word for setting in settings for word in ("-c", setting)]
    words: list[str | Path] = [folder / "postgres", "-D", home / "data", *flags]
    with (home / "log").open("ab") as log:
        server = subprocess.Popen(words, user=_somebody(), stderr=log, stdout=log, cwd=home)
    until = time.monotonic() + 20
    while subprocess.run([folder / "pg_isready", "-q", "-h", home], check=False).returncode:
        assert server.poll() is None, (home / "log").read_text()
        assert time.monotonic() < until, (home / "log").read_text()
        time.sleep(0.05)
    return server


def _somebody() -> str | None:
    return "nobody" if os.geteuid() == 0 else None


def fresh(postgres: str, like: str = "template1") -> str:
    """The address of an empty database, or of a copy."""
    name = f"t{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(postgres.format("postgres"), autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return postgres.format(name)


@cache
def model(postgres: str) -> str:
    """The name of a database with the present schema, which others are copies of."""
    name = f"model_{RUN}"
    with (
        door(),
        psycopg.connect(postgres.format("postgres"), autocommit=True) as link,
        suppress(DuplicateDatabase),
    ):
        link.execute(f"CREATE DATABASE {name}")
        migrate(postgres.format(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/desk.db"
    return fresh(request.getfixturevalue("postgres"))


@pytest.fixture
def other_url(empty_url: str, request: pytest.FixtureRequest) -> str:
    """Another one of the same kind."""
    if empty_url.startswith("sqlite"):
        return f"{empty_url}-other"
    return fresh(request.getfixturevalue("postgres"))


@pytest.fixture
def pg_url(postgres: str) -> Iterator[str]:
    """One of PostgreSQL with the present schema."""
    spare = SPARE[postgres]
    address = spare.pop() if spare else fresh(postgres, like=model(postgres))
    yield address
    sweep(address)
    spare.append(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the present schema."""
    if request.param == "sqlite":
        return laid(tmp_path / "desk.db")
    return str(request.getfixturevalue("pg_url"))


def sweep(address: str) -> None:
    """Leaves a database as the migrations made it. A new one costs a hundred times that: it is 300 files."""
    try:
        _broom(address).execute(SWEPT)
    except psycopg.OperationalError:  # some tests turn everybody out
        BROOMS.pop(address).close()
        _broom(address).execute(SWEPT)


def _broom(address: str) -> psycopg.Connection:
    if address not in BROOMS:
        BROOMS[address] = psycopg.connect(address, autocommit=True)
    return BROOMS[address]
