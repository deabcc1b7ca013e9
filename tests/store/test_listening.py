"""One process writes, another hears of it at once."""

from __future__ import annotations

import asyncio
from itertools import count
from time import monotonic
from typing import NoReturn

import psycopg
import pytest
from sqlalchemy import text

from bot.outbox.postman import POLL
from bot.store import Store, Tx
from bot.store.listening import Listening
from tests.store.desk import Hand, opened

CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
)


def stir(tx: Tx) -> None:
    tx.stirred.add("outbox")


async def heard(bell: asyncio.Event, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            await bell.wait()
    except TimeoutError:
        return False
    return True


async def listening(url: str, hand: Hand) -> tuple[Store, asyncio.Event, asyncio.Event]:
    """A process that has rung once, as everybody does who begins to listen."""
    store = opened(url, hand)
    outbox, chore = store.bell("outbox"), store.bell("chore")
    await store.learn()
    assert await heard(outbox, 5)
    assert await heard(chore, 5)
    outbox.clear()
    chore.clear()
    return store, outbox, chore


async def test_a_commit_rings_the_bells_of_other_processes_and_only_those_it_is_about(pg_url: str, hand: Hand) -> None:
    writer = opened(pg_url, hand)
    other, outbox, chore = await listening(pg_url, hand)
    await writer.run(stir)
    assert await heard(outbox, POLL)
    assert not chore.is_set()
    writer.close()
    other.close()


async def test_who_listens_stops_at_once(pg_url: str, hand: Hand) -> None:
    took = []
    for _ in range(3):
        store, *_bells = await listening(pg_url, hand)
        begun = monotonic()
        store.close()
        took.append(monotonic() - begun)
    assert min(took) < 0.3, took


async def test_what_is_undone_is_not_heard(pg_url: str, hand: Hand) -> None:
    writer = opened(pg_url, hand)
    other, outbox, _chore = await listening(pg_url, hand)

    def fail(tx: Tx) -> None:
        stir(tx)
        raise ZeroDivisionError

    try:
        await writer.run(fail)
    except ZeroDivisionError:
        await writer.run(lambda _tx: None)
    assert not await heard(outbox, 0.3)
    writer.close()
    other.close()


async def test_a_listener_whose_connection_was_cut_listens_again_and_looks_at_once(pg_url: str, hand: Hand) -> None:
    other, outbox, _chore = await listening(pg_url, hand)

    assert await other.read(lambda connection: connection.execute(CUT).rowcount) == 1
    assert await heard(outbox, 10)
    other.close()


async def test_a_database_that_stays_away_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is looked for every two seconds."""
    monkeypatch.setattr("bot.store.listening.PAUSE", 0.01)
    loop, enough, tries = asyncio.get_running_loop(), asyncio.Event(), count(1)

    def connect() -> NoReturn:
        if next(tries) == 4:
            loop.call_soon_threadsafe(enough.set)
        raise psycopg.OperationalError("Connection refused")

    listens = Listening(connect, psycopg, lambda _bells: None)
    listens.begin(loop)
    async with asyncio.timeout(5):
        await enough.wait()
    listens.close()
    assert caplog.text.count("cannot hear of other processes") == 1
