"""What an open page hears of its ticket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest

from bot.desk.ticket import Ticket
from bot.effects import Record
from bot.values import replace
from bot.web.app import build
from tests.web.browser import Browser
from tests.web.door import Room, Serve

PUBLIC = "abcdefghij-talks"


@pytest.fixture
async def ticket(room: Room) -> Ticket:
    return await room.ticket(PUBLIC, "SUP-9")


async def ana(room: Room, base: str) -> Browser:
    return Browser(base, await room.login("Ana"), "es")


@asynccontextmanager
async def opened(base: str, browser: Browser, mark: str) -> AsyncIterator[aiohttp.ClientResponse]:
    """The stream of an open page."""
    async with (
        aiohttp.ClientSession(cookies=browser.cookies) as session,
        session.get(f"{base}/t/{PUBLIC}/live?mark={mark}") as stream,
    ):
        yield stream


async def heard(stream: aiohttp.ClientResponse, seconds: float = 5) -> str:
    """The next line that says something."""
    async with asyncio.timeout(seconds):
        while True:
            line = (await stream.content.readline()).decode()
            if line.startswith("data: ") or not line:
                return line[6:].strip()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.live.PAUSE", 0.02)
    monkeypatch.setattr("bot.web.live.PULSE", 0.1)


@pytest.mark.usefixtures("quick")
async def test_an_open_page_hears_what_is_new_and_nothing_else(serve: Serve, room: Room, ticket: Ticket) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        mark = re.search('data-mark="([^"]*)"', (await known.get(f"/t/{PUBLIC}")).text)
        assert mark
        async with opened(base, known, mark[1]) as stream:
            with pytest.raises(TimeoutError):
                await heard(stream, 0.3)
            room.pass_(seconds=1)
            await room.record(ticket, "answer", "recién llegado")
            second = await heard(stream)
        fragment = await known.get(f"/t/{PUBLIC}/talk")
        async with opened(base, known, mark[1]) as stream:  # who comes back hears at once what they missed
            again = await heard(stream)
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (second != mark[1], again == second, "recién llegado" in fragment.text) == (True, True, True)
    assert "<textarea" not in fragment.text


@pytest.mark.usefixtures("quick")
async def test_an_edit_and_what_is_taken_back_are_news_too(serve: Serve, room: Room, ticket: Ticket) -> None:
    line = await room.record(ticket, "answer", "antes")
    async with serve(room.build()) as base:
        known = await ana(room, base)
        async with opened(base, known, "") as stream:
            await heard(stream)
            for text, gone in (("después", None), ("después", room.at)):
                room.pass_(seconds=1)
                await room.does(Record(replace(line, text=text, gone=gone)))
                assert await heard(stream)


@pytest.mark.usefixtures("quick")
async def test_a_page_whose_login_is_over_hears_no_more(serve: Serve, room: Room, ticket: Ticket) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        async with opened(base, known, "") as stream:
            await heard(stream)
            await known.post("/out")
            room.pass_(seconds=1)
            await room.record(ticket, "answer", "tarde")
            assert await heard(stream) == ""  # the stream has ended


@pytest.mark.usefixtures("ticket")
async def test_one_person_keeps_four_pages_open_and_a_stop_closes_them(serve: Serve, room: Room) -> None:
    site = room.site()
    async with serve(build(site)) as base, AsyncExitStack() as stack:
        known = await ana(room, base)
        pages = [await stack.enter_async_context(opened(base, known, "")) for _ in range(5)]
        site.leaving.set()
        async with asyncio.timeout(5):
            ends = [await stream.read() for stream in pages]
    assert ([stream.status for stream in pages], len(ends)) == ([200] * 4 + [503], 5)
