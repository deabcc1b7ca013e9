"""Strangers knock at the real program: nothing they send is our error, and nothing of it is written down."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.web.edge import NAUGHTY, Edge, bodies, edge, lies, pages, request

STATUS = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)
AT_ONCE = 8
MOST_SECONDS = 2.0
"""For one answer, on a machine that has other things to do."""


async def statuses(edge: Edge, knocks: list[tuple[str, bytes]]) -> dict[str, list[int]]:
    """Of everything that was answered, by the name of what was sent. A closed line is an answer too."""
    few = asyncio.Semaphore(AT_ONCE)

    async def one(sent: bytes) -> list[int]:
        async with few:
            return [int(code) for code in STATUS.findall(await edge.knock(sent))]

    answers = await asyncio.gather(*(one(sent) for _name, sent in knocks))
    return dict(zip((name for name, _sent in knocks), answers, strict=True))


async def test_no_hostile_request_is_our_error_or_leaves_a_row(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with edge(tmp_path) as desk:
        before = desk.rows()
        for door in desk.doors():
            knocks = [*bodies(door), *lies(door)]
            found = await statuses(desk, knocks)
            assert len(found) == len(knocks) >= 100
            wrong = {name: codes for name, codes in found.items() if len(codes) > 1 or any(c >= 500 for c in codes)}
            unsigned = {codes[0] for name, codes in found.items() if name in NAUGHTY and codes}
            assert (wrong, unsigned - {401, 413}, desk.rows() - before) == ({}, set(), 0)
        found = await statuses(desk, [*pages()])
        assert ({name: codes for name, codes in found.items() if any(c >= 500 for c in codes)}, desk.rows()) == (
            {},
            before,
        )
    assert "Traceback" not in caplog.text


async def test_two_requests_on_one_line_are_two_and_what_is_behind_a_lie_is_none(tmp_path: Path) -> None:
    """An honest pair shows that the test can tell: both are answered, and their rows are there."""
    async with edge(tmp_path) as desk:
        telegram, _slack = desk.doors()
        one = b'{"update_id":1,"message":{"message_id":1,"date":1,"text":"hi","chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Eve"}}}'
        two = one.replace(b'"update_id":1', b'"update_id":2').replace(b'"message_id":1', b'"message_id":2')
        pair = [request(telegram.path, {"content-length": str(len(b)), **telegram.proof(b)}, b) for b in (one, two)]
        before = desk.rows()
        answer = await desk.knock(pair[0].replace(b"connection: close\r\n", b"") + pair[1])
        assert (STATUS.findall(answer), desk.rows() > before) == ([b"200", b"200"], True)


async def test_a_hundred_and_ninety_slow_sockets_delay_nobody_and_are_all_closed(tmp_path: Path) -> None:
    """With the bounds of production: five seconds for headers, however they drip."""
    loop = asyncio.get_running_loop()
    async with edge(tmp_path) as desk:
        began = loop.time()

        async def slow(number: int) -> float:
            """Says a little, drips on or is silent; returns when it was closed."""
            reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
            writer.write((b"POST /slack/events HTTP/1.1\r\nx: ", b"GET /t", b"", b"\r\n\r\n\r\n")[number % 4])
            reading = asyncio.create_task(reader.read())
            while not reading.done():
                if number % 2:
                    writer.write(b"a" if number % 4 == 1 else b"\r\n")
                await asyncio.wait({reading}, timeout=0.5)
            writer.close()
            assert reading.exception() is None or isinstance(reading.exception(), ConnectionError)
            return loop.time() - began

        held = [asyncio.create_task(slow(n)) for n in range(190)]
        await asyncio.sleep(0)
        waited = []
        for _ in range(20):
            asked = loop.time()
            assert b" 200 " in await desk.knock(request("/healthz", {}, b"", method="GET"))
            waited.append(loop.time() - asked)
            await asyncio.sleep(0.05)
        closed = Counter(seconds < 7 for seconds in await asyncio.gather(*held))
    assert (sorted(waited)[len(waited) // 2] < 0.2, max(waited) < MOST_SECONDS, closed) == (True, True, {True: 190})
