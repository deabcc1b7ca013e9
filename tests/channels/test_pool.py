"""Kept connections, against a raw server on this machine that answers byte by byte what each test says."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from typing import TypeAlias

import pytest

from bot.channels.pool import Pool, TooBig
from tests.channels.deaf import NAME, deaf

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Behave: TypeAlias = Callable[[bytes, Writer], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Remembers what it was asked, and how many connections were made."""

    def __init__(self, behave: Behave) -> None:
        self.behave = behave
        self.asked: list[bytes] = []
        self.writers: list[Writer] = []

    async def serve(self, reader: Reader, writer: Writer) -> None:
        self.writers.append(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.asked.append(await reader.readexactly(length))
                await self.behave(self.asked[-1], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def talking(behave: Behave, connections: int = 2) -> AsyncIterator[tuple[Server, Pool]]:
    known = Server(behave)
    server = await asyncio.start_server(known.serve, "127.0.0.1", 0)
    pool = Pool(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", connections=connections, most=1000)
    try:
        yield known, pool
    finally:
        pool.close()
        server.close()
        for writer in known.writers:
            writer.close()


def answering(*pieces: bytes) -> Behave:
    async def behave(_body: bytes, writer: Writer) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return behave


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        ((OK,), (200, b"ok")),
        ((OK[:20], OK[20:]), (200, b"ok")),
        ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n", b"1\r\nk\r\n0\r\n\r\n"), (200, b"ok")),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", OK), (200, b"ok")),
        ((b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",), (302, b"")),
        ((b"HTTP/1.1 429 Slow\r\nContent-Length: 2\r\n\r\n{}",), (429, b"{}")),
    ],
)
async def test_an_answer_comes_whole_however_it_is_cut(pieces: tuple[bytes, ...], answer: tuple[int, bytes]) -> None:
    async with talking(answering(*pieces)) as (known, pool):
        assert [await pool.post("/x", b"{}", 5) for _ in range(2)] == [answer, answer]
        assert (len(known.writers), known.asked) == (1, [b"{}", b"{}"])


async def test_a_connection_that_was_closed_while_idle_is_replaced_before_anything_is_sent() -> None:
    async with talking(answering(OK)) as (known, pool):
        await pool.post("/x", b"1", 5)
        known.writers[0].close()
        await known.writers[0].wait_closed()
        async with asyncio.timeout(5):
            while pool._idle[0].open:  # noqa: ASYNC110 - there is nothing else by which to learn that the news came
                await asyncio.sleep(0)
        assert await pool.post("/x", b"2", 5) == (200, b"ok")
        assert (len(known.writers), known.asked) == (2, [b"1", b"2"])


async def test_a_connection_whose_end_lies_unread_is_replaced_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the loop was busy the server hung up."""
    monkeypatch.setattr("bot.channels.pool.RESTED", 0.0)
    async with talking(answering(OK)) as (known, pool):
        await pool.post("/x", b"1", 5)
        with socket.socket(fileno=os.dup(known.writers[0].get_extra_info("socket").fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)
        assert await pool.post("/x", b"2", 5) == (200, b"ok")
        assert (len(known.writers), known.asked) == (2, [b"1", b"2"])


async def test_a_server_that_says_it_closes_is_believed() -> None:
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    async with talking(answering(closing)) as (known, pool):
        assert [await pool.post("/x", b"", 5) for _ in range(2)] == [(200, b"ok")] * 2
        assert len(known.writers) == 2


async def test_what_was_sent_into_a_dying_connection_is_not_sent_again() -> None:
    async def hang_up(_body: bytes, writer: Writer) -> None:
        writer.close()

    async with talking(hang_up) as (known, pool):
        with pytest.raises(ConnectionResetError):
            await pool.post("/x", b"once", 5)
        assert known.asked == [b"once"]


async def test_an_answer_that_is_too_late_is_not_taken_for_the_next() -> None:
    async def slowly(body: bytes, writer: Writer) -> None:
        if body == b"first":
            await asyncio.Event().wait()
        writer.write(OK)

    async with talking(slowly, connections=1) as (known, pool):
        with pytest.raises(TimeoutError):
            await pool.post("/x", b"first", 0.05)
        assert await pool.post("/x", b"second", 5) == (200, b"ok")
        assert len(known.writers) == 2
        known.behave = answering(OK)


@pytest.mark.parametrize("first", ["127.0.0.2", "::1"])
async def test_an_address_that_swallows_everything_is_passed_by_for_the_next(first: str) -> None:
    async with talking(answering(OK)) as (known, here):
        pool = Pool(f"http://{NAME}:{here._port}", connections=1, most=1000)
        with deaf(first, here._port), closing(pool):
            assert await pool.post("/x", b"{}", 5) == (200, b"ok")
    assert known.asked == [b"{}"]


async def test_who_finds_no_connection_free_waits_in_line() -> None:
    async with talking(answering(OK), connections=2) as (known, pool):
        answers = await asyncio.gather(*(pool.post("/x", b"%d" % n, 5) for n in range(9)))
        assert (answers, len(known.writers)) == ([(200, b"ok")] * 9, 2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, TooBig),
        (b"no HTTP at all\r\n\r\n", ConnectionAbortedError),
    ],
)
async def test_what_is_no_answer_ends_the_connection(answer: bytes, error: type[Exception]) -> None:
    async with talking(answering(answer)) as (_known, pool):
        with pytest.raises(error):
            await pool.post("/x", b"", 5)
        assert not pool._idle
