"""Files that are on their way to a page: slow, held open, or cut off."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.browser import SAME, Browser, form
from tests.web.door import BOBS, OURS, Room, Serve


async def begun(base: str, token: str) -> asyncio.StreamWriter:
    """An answer with files of which only the beginning has come."""
    lines = {**SAME, "host": "x", "content-type": "multipart/form-data; boundary=b", "content-length": "9000"}
    head = "".join(f"{name}: {value}\r\n" for name, value in (lines | {"cookie": f"desk={token}"}).items())
    _, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
    writer.write(f"POST /t/{OURS} HTTP/1.1\r\n{head}\r\n--b\r\n".encode())
    await writer.drain()
    return writer


async def test_nobody_alone_takes_all_the_room_there_is(serve: Serve, room: Room) -> None:
    """Whose lines are slow waits for themselves."""
    token = (await room.login("Ana"))["desk"]
    async with serve(room.build()) as base:
        held = [await begun(base, token) for _ in range(5)]
        bob = Browser(base, await room.login("Bob"))
        async with asyncio.timeout(5):
            wrote = await bob.post(f"/t/{BOBS}", form("hello", "b" * 20))
        for writer in held:
            writer.close()
    assert wrote.status == 303


@pytest.mark.parametrize("who", ["Ana", ""])
async def test_whoever_leaves_in_the_middle_is_no_error_of_ours(
    serve: Serve, room: Room, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    token = (await room.login(who))["desk"] if who else ""
    async with serve(room.build()) as base:
        writer = await begun(base, token)
        assert (await Browser(base).get("/robots.txt")).status == 200
        writer.close()
        await writer.wait_closed()
        assert (await Browser(base).get("/robots.txt")).status == 200
    assert caplog.text == ""
