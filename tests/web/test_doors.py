"""A platform's door answers in one piece, with the bounds and the seal of everything else."""

from __future__ import annotations

import asyncio

import pytest
from starlette.routing import Route

from bot.channels.door import Answer, Door, Headers
from bot.web.server import Hasty
from tests.web.door import Build, Serve
from tests.web.test_server import first_line, talk


class Hurried(Hasty):
    body_seconds = 0.3


class Echo(Door):
    """Says how much came; `boom` is too much for it, and `busy` comes at the wrong time."""

    async def answer(self, headers: Headers, body: bytes) -> Answer:
        if body == b"boom":
            raise RuntimeError("boom")
        if body == b"busy":
            return 503, b""
        await asyncio.sleep(0)
        return 200, b'{"bytes":%d,"of":"%b"}' % (len(body), headers.get(b"x-from", b"nobody"))


def post(body: bytes, *more: bytes, path: bytes = b"/in", method: bytes = b"POST") -> bytes:
    lines = (method + b" " + path + b" HTTP/1.1", b"host: x", b"content-length: %d" % len(body), *more)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


LAST = b"connection: close"
ROUTES = (Route("/in", Echo(), methods=["POST"]),)


@pytest.mark.parametrize(
    ("sent", "status", "content"),
    [
        (post(b"abc", b"X-From: us", LAST), "200", b'{"bytes":3,"of":"us"}'),
        (post(b"", LAST), "200", b'"bytes":0'),
        (post(b"busy", LAST), "503", b"retry-after: 1\r\n"),
        (post(b"boom", LAST), "500", b"content-length: 0\r\n"),
        (post(b"abc").replace(b"1.1", b"1.0"), "200", b"connection: close\r\n"),
        # The long way: too much for one piece, in pieces, with a question first, with a query.
        (post(b"x" * 100_000, LAST), "200", b'"bytes":100000'),
        (post(b"abc", b"Expect: 100-continue", LAST), "100", b'"bytes":3'),
        (post(b"abc", LAST, path=b"/in?a=b"), "200", b'"bytes":3'),
        (post(b"", LAST, method=b"GET"), "405", b""),
        (post(b"abc", LAST, path=b"/elsewhere"), "404", b""),
    ],
)
async def test_a_door_takes_what_is_for_it(serve: Serve, site: Build, sent: bytes, status: str, content: bytes) -> None:
    async with serve(site(ROUTES)) as base:
        answer = await talk(base, sent)
    assert (first_line(answer).split(" ")[1], content in answer) == (status, True)


async def test_a_door_has_the_seal_of_all_responses(serve: Serve, site: Build) -> None:
    async with serve(site(ROUTES)) as base:
        by_door, by_page = [await talk(base, post(b"", LAST, path=path)) for path in (b"/in", b"/elsewhere")]
    names = [
        {line.partition(b":")[0] for line in answer.split(b"\r\n") if b": " in line} for answer in (by_door, by_page)
    ]
    assert names[1] - {b"content-type"} <= names[0]


async def test_requests_behind_each_other_are_answered_in_order(serve: Serve, site: Build) -> None:
    several = post(b"a") + post(b"bb", path=b"/in?long") + post(b"ccc") + post(b"dddd", LAST)
    async with serve(site(ROUTES)) as base:
        answer = await talk(base, several[:90], several[90:], pause=0.05)
    assert [answer.count(b'{"bytes":%d,' % size) for size in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert answer.index(b'"bytes":1') < answer.index(b'"bytes":2') < answer.index(b'"bytes":3')


async def test_a_body_that_does_not_come_is_not_waited_for(serve: Serve, site: Build) -> None:
    async with serve(site(ROUTES), Hurried) as base, asyncio.timeout(2):
        answer = await talk(base, post(b"abcdef")[:-3], b"d", pause=0.1)
    assert first_line(answer) == "HTTP/1.1 408 Request Timeout"


async def test_who_hangs_up_in_the_middle_has_sent_nothing(serve: Serve, site: Build) -> None:
    heard: list[bytes] = []

    class Listening(Door):
        async def answer(self, _headers: Headers, body: bytes) -> Answer:
            heard.append(body)
            return 200, b""

    async with serve(site([Route("/in", Listening(), methods=["POST"])])) as base:
        for whole in (post(b"abc"), post(b"abcdef")[:-3]):
            _, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
            writer.write(whole)
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.close()
    assert heard == [b"abc"]
