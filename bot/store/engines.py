"""Ways to the database: an address becomes engines, and an engine a connection of one's own."""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.shapes import own_folder

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "glusterfs", "fuse.glusterfs", "ceph", "afs"}
"""File systems on which SQLite's locks do not hold (sqlite.org/lockingv3.html, "How to corrupt")."""

WRITING = (
    "PRAGMA busy_timeout = 250",  # one attempt; the writer bounds them all, so that nobody waits longer than promised
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit that was answered survives the power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",  # what a savepoint would restore is kept there: a tenth of a turn
)
ROOM = 8_000_000
"""Bytes: a disk that has no more is full before long."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""By which the system says so."""
PATIENT = "SET LOCAL lock_timeout = '1500ms'"
"""LOCAL, so that nothing sticks to a connection that a pooler hands to somebody else."""
ALIVE = {"keepalives_idle": "5", "keepalives_interval": "3", "keepalives_count": "3", "tcp_user_timeout": "15000"}
"""A PostgreSQL whose machine went without a word is given up after some 15 seconds, and not, as systems have it, after two
hours in which every thread of ours waits for it. The address may say otherwise.
"""
READING = ("PRAGMA query_only = ON", "PRAGMA busy_timeout = 1500")


READ_ONLY, NO_RIGHT = "25006", "42501"
"""What PostgreSQL says where another server has taken over, or its disk is nearly full, and to a user who may not do that
(https://www.postgresql.org/docs/current/errcodes-appendix.html): for an operator to mend, and no fault of a statement.
"""


class Misplaced(ValueError):
    """No place for a database; with a sentence for whoever named it."""


def connected(url: str, *, reading: bool = False) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` (or `postgres://…`, as hosting platforms write it)."""
    address = normal(url)
    if address.get_backend_name() != "sqlite":
        return _postgresql(address, reading=reading)
    path = _file(address)
    own_folder(path.parent)
    forbid_network(path)
    return _sqlite(path, READING if reading else WRITING)


def normal(url: str) -> URL:
    """The address with the driver we use. Raises `Misplaced`."""
    address = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    match address.get_backend_name():
        case "sqlite" if address.database in (None, "", ":memory:"):
            raise Misplaced("DATABASE_URL: a database in memory forgets everything; use sqlite:///data/conserje.db")
        case "sqlite":
            return address.set(drivername="sqlite")
        case "postgresql":
            return address.set(drivername="postgresql+psycopg")
        case other:
            raise Misplaced(f"DATABASE_URL: {other} is not known; use sqlite:///… or postgresql://…")


@contextmanager
def held(url: str, *, together: bool = False) -> Iterator[bool]:
    """Whether nobody else holds the database of SQLite meanwhile, but for others who hold it `together`. The system lets go
    of it when a process dies.
    """
    address = normal(url)
    path = _file(address)
    if address.get_backend_name() != "sqlite" or path.is_dir() or (together and not path.exists()):
        yield True
        return
    own_folder(path.parent)
    with path.with_name(f"{path.name}-run").open("ab") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_SH if together else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def missing(url: str) -> Path | None:
    """The file of SQLite that is not there yet: it is made by whoever opens it."""
    address = normal(url)
    if address.get_backend_name() != "sqlite":
        return None
    path = _file(address)
    there = next(place for place in (path, *path.parents) if place.exists())
    return path if there != path and there.is_dir() else None


def try_to_grow(url: str) -> None:
    """Raises `OSError` where SQLite has no more room than its own files hold already: those take what is small for a while
    on a full disk, too.
    """
    address = normal(url)
    if address.get_backend_name() == "sqlite":
        with TemporaryFile(dir=_file(address).parent) as scrap:
            scrap.write(bytes(ROOM))
            scrap.flush()


def no_room(url: str) -> str:
    """What the system says of a disk on which SQLite finds no room; empty: it does. SQLite itself may only say `disk I/O error`."""
    try:
        try_to_grow(url)
    except OSError as trouble:
        return (trouble.strerror or "") if trouble.errno in FULL else ""
    return ""


def no_database(path: Path) -> str:
    """Said wherever one is looked for, and none is made."""
    return f"there is no database at {path}"


def _file(address: URL) -> Path:
    return Path(str(address.database)).resolve()


def forbid_network(path: Path) -> None:
    """Raises `Misplaced` when the file would lie on a network file system, where this can be told (Linux)."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return
    kinds = {fields[1]: fields[2] for line in mounts.read_text().splitlines() if len(fields := line.split(" ")) > 2}
    kind = next((kinds[str(p)] for p in (path, *path.parents) if str(p) in kinds), "")
    if kind in NETWORK:
        raise Misplaced(f"DATABASE_URL: {path} is on a network file system ({kind}), where SQLite may be damaged")


def refusal(error: object) -> str:
    """Which of these it is, of the driver's error."""
    state = str(getattr(error, "sqlstate", ""))
    return state if state in (READ_ONLY, NO_RIGHT) else ""


def forbid_encoding(connection: Connection) -> None:
    """Raises `Misplaced` where a word of somebody's might not be kept, and its turn would fail for ever."""
    if connection.dialect.name == "postgresql":
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            raise Misplaced(
                f"DATABASE_URL: the database is in {encoding}, which has no place for all that people write: make one in "
                "UTF8 (`createdb --encoding=UTF8 --template=template0 NAME`); `conserje migrate --from` brings over what a "
                "desk has"
            )


def link(engine: Engine) -> PoolProxiedConnection:
    """A connection of one's own, in autocommit: BEGIN and COMMIT are said by whoever has it."""
    borrowed = engine.raw_connection()
    if engine.dialect.name == "postgresql":
        borrowed.driver_connection.autocommit = True  # type: ignore[union-attr]
    return borrowed


def _postgresql(address: URL, *, reading: bool) -> Engine:
    """`?prepare_threshold=none` in the address is for a PgBouncer older than 1.21, which cannot keep statements."""
    query = {"client_encoding": "utf8"} | ALIVE | dict(address.query)
    threshold = str(query.pop("prepare_threshold", "5"))
    patience = str(query.pop("connect_timeout", "2"))
    if not patience.isdecimal():
        raise Misplaced("DATABASE_URL: connect_timeout should be a number of seconds")
    how = {
        "connect_timeout": int(patience),
        "prepare_threshold": int(threshold) if threshold.isdigit() else None,
    }
    try:
        engine = create_engine(address.set(query=query), pool_size=4, pool_pre_ping=True, connect_args=how)
    except ModuleNotFoundError:
        why = "PostgreSQL needs its driver: install this program with the extra `postgres`"
        raise Misplaced(f"DATABASE_URL: {why}") from None
    if reading:
        _look_patiently(engine)
    return engine


def _look_patiently(engine: Engine) -> None:
    """A table may be locked for as long as a dump takes: whoever looks hears of it in time. Goes with the connection back
    into the pool, by its rollback.
    """

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.autocommit = True

    @event.listens_for(engine, "checkout")
    def _begin(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        connection.cursor().execute(f"BEGIN; {PATIENT}")


def _sqlite(path: Path, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and is not IMMEDIATE
        for pragma in pragmas:
            connection.execute(pragma).close()

    return engine


@contextmanager
def opened(url: str, *, reading: bool = False) -> Iterator[Connection]:
    """One transaction on a database that is needed for nothing else."""
    engine = connected(url, reading=reading)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def flush(url: str) -> None:
    """SQLite keeps pages as they were in a file beside its own until they are written over; PostgreSQL sees to its own."""
    _tell_sqlite(url, "PRAGMA wal_checkpoint(TRUNCATE)")


def shred(url: str) -> None:
    """SQLite leaves what was deleted in its file until it is written anew; PostgreSQL's own vacuum sees to that."""
    _tell_sqlite(url, "PRAGMA busy_timeout = 10000", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")


def _tell_sqlite(url: str, *statements: str) -> None:
    if normal(url).get_backend_name() == "sqlite":
        with opened(url) as connection:
            for statement in statements:
                connection.execute(text(statement))
