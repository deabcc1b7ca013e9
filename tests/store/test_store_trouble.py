"""A database in trouble: whoever asked hears `Busy` in time, and nothing is half done."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, bindparam, create_engine, make_url, select, text, update

from bot.channels import Away, Busy
from bot.store import Store
from bot.store import tables as t
from bot.store.engines import connected, link
from bot.store.prepared import Prepared
from bot.store.server import THREADS
from bot.store.tx import Tx
from bot.turn import Taken
from tests.store.desk import ANA, BEA, does, message, opened, say, sees
from tests.store.laid import laid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    laid(tmp_path / "desk.db")
    return tmp_path / "desk.db"


async def test_a_locked_database_answers_busy_within_two_seconds(path: Path) -> None:
    store = opened(f"sqlite:///{path}")
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    since = time.monotonic()
    answers = await asyncio.gather(*(does(store, message(str(n))) for n in range(5)), return_exceptions=True)
    assert [type(a) for a in answers] == [Away] * 5
    assert time.monotonic() - since < 4  # the first alone, then the other four together: each under two
    lock.execute("ROLLBACK")
    lock.close()
    assert not (await does(store, message("0"))).repeat
    store.close()


@pytest.mark.parametrize("held", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_while_another_program_has_the_database_everything_else_goes_on(path: Path, held: str) -> None:
    """Whoever waited for it in the loop's thread would let it breathe some six times until they give up."""
    with closing(opened(f"sqlite:///{path}")) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(held)
        waits, breaths = asyncio.create_task(does(store, message("1"))), 0
        while not waits.done():
            await asyncio.sleep(0.01)
            breaths += 1
        assert isinstance(waits.exception(), Busy)
        assert breaths > 20


async def test_a_full_disk_answers_busy_and_recovers_alone(path: Path) -> None:
    store = opened(f"sqlite:///{path}")
    await limit(store, "20")
    with pytest.raises(Busy):
        await does(store, message("big"), say(ANA, "x" * 4000), say(ANA, "y" * 200_000))
    await does(store, message("small"))
    assert store.away, "what needs no room is taken by a full disk too"
    await limit(store, "1073741823")
    assert not (await does(store, message("big"), say(ANA, "x"))).repeat
    store.close()


async def test_a_file_that_is_no_database_any_more_answers_busy_and_is_seen_to(path: Path) -> None:
    """A failing disk; that another program has written since makes us read it again."""
    with closing(opened(f"sqlite:///{path}")) as store:
        await does(store, message("1"))
        damage(path)
        for number in ("2", "3"):
            async with asyncio.timeout(10):
                with pytest.raises(Away, match="not a database"):
                    await does(store, message(number))
        assert store.away


def damage(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DELETE FROM taken")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(b"\xff" * 100 + path.read_bytes()[100:])


async def limit(store: Store, pages: str) -> None:
    await store.run(lambda tx: tx._cursor.execute(f"PRAGMA max_page_count = {pages}"))


async def test_a_reader_sees_what_is_committed_and_cannot_write(path: Path) -> None:
    store = opened(f"sqlite:///{path}")
    await does(store, message("1"))
    assert await store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM taken").scalar_one()) == 1
    with pytest.raises(Busy, match="readonly"):
        await store.read(lambda c: c.exec_driver_sql("DELETE FROM taken"))
    with pytest.raises(Busy, match="readonly"):
        await store.look(lambda tx: tx._cursor.execute("DELETE FROM taken"))
    store.close()


async def test_whoever_finds_all_readers_at_work_may_come_again(path: Path) -> None:
    """A machine with many cores has more threads that look than there are connections to look by."""
    few = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.01, "connect_args": {"check_same_thread": False}}
    engines = connected(f"sqlite:///{path}"), create_engine(f"sqlite:///{path}", **few)
    store = opened(f"sqlite:///{path}", engines=engines)
    with engines[1].connect(), pytest.raises(Busy):
        await store.read(lambda db: db.scalar(select(t.ticket.c.id)))
    assert await store.read(lambda db: db.scalar(select(t.ticket.c.id))) is None
    store.close()
    for engine in engines:
        engine.dispose()


async def test_whoever_looks_while_a_server_stops_may_come_again(pg_url: str) -> None:
    with closing(opened(pg_url)) as store:
        with pytest.raises(Busy, match="terminating"):
            await store.look(lambda tx: tx._cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert await store.look(lambda tx: tx.all(Prepared(select(t.taken.c.key)))) == []


@pytest.mark.parametrize(("more", "idle"), [("", "5"), ("&keepalives_idle=60", "60")])
def test_a_server_that_went_without_a_word_is_not_waited_for_for_hours(pg_url: str, more: str, idle: str) -> None:
    """Tried with a network that was taken away: after 17 seconds the thread that waited was free."""
    engine = connected(pg_url + more)
    with closing(link(engine)) as borrowed:
        connection = borrowed.driver_connection
        assert isinstance(connection, psycopg.Connection)
        said = connection.info.get_parameters()
    engine.dispose()
    assert (said["keepalives_idle"], said["keepalives_interval"], said["tcp_user_timeout"]) == (idle, "3", "15000")


async def test_postgresql_gone_and_back_is_busy_meanwhile(postgres: str, pg_url: str) -> None:
    from psycopg import connect

    store = opened(pg_url)
    await does(store, message("1"))
    with connect(postgres.format("postgres"), autocommit=True) as link:
        everyone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        link.execute(everyone, [make_url(pg_url).database])
    answers = await asyncio.gather(*(does(store, message(f"m{n}")) for n in range(8)), return_exceptions=True)
    assert {type(a).__name__ for a in answers} <= {"Away", "Taken"}
    await asyncio.gather(*(does(store, message(f"n{n}")) for n in range(8)))
    store.close()


async def test_a_server_that_only_reads_is_left_for_the_one_that_writes(postgres: str, pg_url: str) -> None:
    """A connection to what was the first server before another took over, or to one whose disk is nearly full."""
    from psycopg import connect

    name = make_url(pg_url).database
    with closing(opened(pg_url)) as store, connect(postgres.format("postgres"), autocommit=True) as link:
        await does(store, message("1"))
        link.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        link.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        refused = await asyncio.gather(*(does(store, message("2")) for _ in range(9)), return_exceptions=True)
        assert {type(a) for a in refused} == {Away}
        link.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        tries = (does(store, message("2")) for _ in range(THREADS + 2))
        answers = [(await asyncio.gather(a, return_exceptions=True))[0] for a in tries]
        assert [a.repeat for a in answers if isinstance(a, Taken)][:2] == [False, True], "each connection refuses once"


async def test_a_right_that_is_taken_from_us_is_waited_for(pg_url: str) -> None:
    from psycopg import connect

    with connect(pg_url, autocommit=True) as link:
        rights = "ON ALL TABLES IN SCHEMA public"
        link.execute(f"DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; GRANT ALL {rights} TO guest")
        link.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO guest")
        with closing(opened(pg_url.replace("tester@", "guest@"))) as store:
            await does(store, message("1"))
            link.execute("REVOKE INSERT ON taken FROM guest")
            with pytest.raises(Away, match="permission denied for table taken"):
                await does(store, message("2"))
            link.execute("GRANT INSERT ON taken TO guest")
            assert not (await does(store, message("2"))).repeat
        link.execute("DROP OWNED BY guest; DROP ROLE guest")


async def test_who_still_looks_when_all_is_closed_leaves_no_connection(pg_url: str) -> None:
    links: list[Any] = []
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(connection: Connection) -> None:
        links.append(connection.connection.driver_connection)
        loop.call_soon_threadsafe(begun.set)
        connection.execute(text("SELECT pg_sleep(0.2)"))

    store = opened(pg_url)
    looking = asyncio.create_task(store.read(slow))
    await begun.wait()
    store.close()
    await looking
    assert [link.closed for link in links] == [True]


async def test_a_server_that_is_not_there_is_busy(tmp_path: Path) -> None:
    store = opened(f"postgresql:///desk?host={tmp_path}&prepare_threshold=none")
    for number in range(6):
        with pytest.raises(Busy):
            await does(store, message(str(number)))
    with pytest.raises(Busy):
        await store.read(lambda c: c.exec_driver_sql("SELECT 1"))
    store.close()


LOCK = Prepared(update(t.person).where(t.person.c.id == bindparam("one")).values(name=bindparam("called")))


async def test_two_turns_that_wait_for_each_other_are_both_done(pg_url: str) -> None:
    """PostgreSQL ends one of the two, which is run again with fresh facts."""
    store = opened(pg_url)
    people = [(await sees(store, message(f"hello {where.chat}", where))).person.id for where in (ANA, BEA)]
    both = threading.Barrier(2)
    runs: list[int] = []

    def crossed(tx: Tx, order: list[int], name: str) -> None:
        runs.append(tx.again)
        tx.do(LOCK, one=order[0], called=name)
        if not tx.again:
            both.wait(5)
        tx.do(LOCK, one=order[1], called=name)

    await asyncio.gather(
        store.run(partial(crossed, order=people, name="x")),
        store.run(partial(crossed, order=people[::-1], name="y")),
    )
    assert sorted(runs)[:3] == [0, 0, 1]  # on a slow machine the one that is run again may meet the other once more
    names = await store.read(lambda db: set(db.scalars(select(t.person.c.name))))
    assert len(names) == 1
    store.close()


async def test_whoever_looks_at_a_table_that_is_being_made_anew_may_come_again(pg_url: str) -> None:
    """VACUUM FULL, or a migration that waits for a long dump: and for it wait all who look."""
    with closing(opened(pg_url)) as store, psycopg.connect(pg_url) as other:
        await sees(store, message("hello"))
        other.execute("LOCK TABLE person IN ACCESS EXCLUSIVE MODE")
        for _ in range(2):
            async with asyncio.timeout(5):
                with pytest.raises(Busy, match="lock timeout"):
                    await store.read(names)
        other.rollback()
        assert len(await store.read(names)) == 1


def names(db: Connection) -> set[str]:
    return set(db.scalars(select(t.person.c.name)))


async def test_while_every_connection_is_taken_a_turn_is_busy_in_time_and_taken_later(pg_url: str) -> None:
    with closing(opened(pg_url)) as store:
        until = threading.Event()
        holding = [asyncio.ensure_future(store.run(lambda _tx: until.wait(20))) for _ in range(THREADS)]
        await asyncio.sleep(0)
        since = time.monotonic()
        try:
            async with asyncio.timeout(5):
                answers = await asyncio.gather(
                    *(does(store, message(str(n))) for n in range(5)), return_exceptions=True
                )
        finally:
            until.set()
            await asyncio.gather(*holding)
        assert [type(a) for a in answers] == [Busy] * 5
        assert time.monotonic() - since < 3
        assert [(await does(store, message(str(n)))).repeat for n in range(5)] == [False] * 5
