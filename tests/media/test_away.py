"""A bucket that lets nobody in, or is not there at all: said in one line, and never taken for files that are gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.media.keep import Away, Keep

EXPIRED = (400, "ExpiredToken", "The provided token has expired.")
NOBODY = (404, "NoSuchBucket", "The specified bucket does not exist")
ABSENT = (404, "NoSuchKey", "The specified key does not exist.")


@asynccontextmanager
async def bucket(monkeypatch: pytest.MonkeyPatch, status: int, code: str, message: str) -> AsyncIterator[Keep]:
    """One that answers everything with the same refusal."""
    words = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status} No\r\ncontent-type: application/xml\r\ncontent-length: {len(words)}\r\n"
        writer.write(f"{head}connection: close\r\n\r\n{words}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuses, "127.0.0.1", 0) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "desk")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        yield Keep.open("s3://desk/media")


WORK: dict[str, Callable[[Keep], Awaitable[object]]] = {
    "get": lambda keep: keep.get("a"),
    "shown": lambda keep: keep.shown("a", "a.png"),
    "put": lambda keep: keep.put("a", b"x", "a.txt", "text/plain"),
    "delete": lambda keep: keep.delete("a"),
    "bury": lambda keep: keep.bury("gone-1"),
    "stones": lambda keep: keep.stones(),
}


@pytest.mark.parametrize("refusal", [EXPIRED, NOBODY])
@pytest.mark.parametrize("work", WORK)
async def test_a_bucket_that_cannot_be_had_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, work: str, refusal: tuple[int, str, str]
) -> None:
    async with bucket(monkeypatch, *refusal) as keep:
        with pytest.raises(Away) as trouble:
            await WORK[work](keep)
    assert str(trouble.value) == f"{refusal[1]}: {refusal[2]}"


async def test_what_is_not_in_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with bucket(monkeypatch, *ABSENT) as keep:
        assert (await keep.shown("a", "a.png")).gone
        assert not await keep.exists("a")
        await keep.delete("a")
