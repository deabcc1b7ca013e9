"""Those who waste the server's time: slow, endless, oversize and malformed requests, on real sockets."""

from __future__ import annotations

import asyncio
from time import monotonic
from urllib.parse import urlsplit

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.guard import Guard
from bot.web.server import Hasty, listen
from tests.web.door import Build, Serve


class Hastier(Hasty):
    seconds = 0.3


async def size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def slow(_request: Request) -> Response:
    await asyncio.sleep(0.8)  # an answer that takes longer than headers may
    return PlainTextResponse("done")


GUARDED = Guard(Starlette(routes=[Route("/", size, methods=["POST"]), Route("/slow", slow)]), most=1000, seconds=0.3)


async def talk(base: str, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Sends pieces with pauses between them; what comes back until they close."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(base).port)
    reading = asyncio.create_task(reader.read())
    for piece in pieces:
        if reading.done():
            break
        writer.write(piece)
        await asyncio.sleep(pause)
    try:
        return await asyncio.wait_for(reading, 4)
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


def first_line(answer: bytes) -> str:
    return answer.partition(b"\r\n")[0].decode()


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"GET / HTTP/1.1\r\n",),
        (b"GET", b" / HT", b"TP/1.1\r\n", b"a: ", b"b", b"c", b"d", b"e"),
        (b"\r\n",) * 12,
    ],
    ids=["silent", "half", "dripping", "empty lines"],
)
async def test_slow_headers_are_closed(serve: Serve, site: Build, pieces: tuple[bytes, ...]) -> None:
    async with serve(site(), Hastier) as base, asyncio.timeout(2):
        assert await talk(base, *pieces, pause=0.1) in {b"", b"reset"}


async def test_empty_lines_do_not_keep_a_used_connection(serve: Serve, site: Build) -> None:
    request = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
    async with serve(site(), Hastier) as base, asyncio.timeout(3):
        answer = await talk(base, request, *(b"\r\n",) * 15, pause=0.1)
    assert first_line(answer) in {"HTTP/1.1 200 OK", "reset"}


async def test_a_slow_answer_is_waited_for(serve: Serve) -> None:
    async with (
        serve(GUARDED, Hastier) as base,
        aiohttp.ClientSession() as session,
        session.get(base + "/slow") as answer,
    ):
        assert await answer.text() == "done"


async def test_who_has_nothing_under_way_stops_at_once(serve: Serve, site: Build) -> None:
    took = []
    for _ in range(5):
        async with serve(site()) as base, aiohttp.ClientSession() as session:
            assert (await session.get(base + "/healthz")).status == 200
            begun = monotonic()
        took.append(monotonic() - begun)
    assert min(took) < 0.06, took


async def test_a_kept_connection_serves_many_requests(serve: Serve, site: Build) -> None:
    request = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    async with serve(site()) as base:
        answer = await talk(base, request, request[:20], request[20:], last, pause=0.05)
    assert answer.count(b"alive") == 3


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 40_000,
        b"GET / HTTP/1.1\r\na: " + b"b" * 200_000,
        b"GET /" + b"x" * 200_000,
        b"GET / HTTP/1.1\r\na: " + b"b" * 33_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 33_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["many", "one endless", "endless address", "one large", "large address"],
)
async def test_too_many_headers_are_refused(serve: Serve, site: Build, head: bytes) -> None:
    async with serve(site()) as base:
        answer = await talk(base, head)
    assert first_line(answer) in {"HTTP/1.1 400 Bad Request", "reset"}


async def test_many_headers_within_bounds_are_taken(serve: Serve, site: Build) -> None:
    head = b"GET /healthz HTTP/1.1\r\nconnection: close\r\n" + b"a: bbbbbbbbb\r\n" * 1_500 + b"\r\n"
    async with serve(site()) as base:
        answers = [await talk(base, head), await talk(base, head[:9_000], head[9_000:], pause=0.05)]
    assert [first_line(answer) for answer in answers] == ["HTTP/1.1 200 OK"] * 2


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + headers + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (post(b"content-length: 1000", b"x" * 1000), "200"),
        (post(b"content-length: 0"), "200"),
        (post(b"transfer-encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n"), "200"),
        (post(b"content-length: 1001"), "413"),
        (post(b"content-length: 9999999999999999999"), "413"),
        (post(b"content-length: 99999999999999999999"), "400"),
        (post(b"transfer-encoding: chunked", b"3e9\r\n" + b"x" * 1001 + b"\r\n"), "413"),
        (post(b"content-length: -1"), "400"),
        (post(b"content-length: 3\r\ntransfer-encoding: chunked", b"0\r\n\r\n"), "400"),
        (post(b"content-length: 3\r\ncontent-length: 4", b"abcd"), "400"),
        (b"\x16\x03\x01\x02\x00\x01", "400"),
        (post(b"content-length: 3", b"a"), "408"),
        (post(b"transfer-encoding: chunked", b"3\r\na"), "408"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_bodies_are_kept_within_bounds(serve: Serve, sent: bytes, status: str) -> None:
    async with serve(GUARDED) as base:
        assert first_line(await talk(base, sent)).split()[1] == status


HOSTILE = [
    b"GET http://[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"GET http:// HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"CONNECT x:1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"GET /%ff%00%0d%0a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"GET /t/\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close, upgrade\r\nupgrade: websocket\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\ncontent-length: abc\r\n\r\n",
    b"GET / HTTP/1.1\r\na: \x00\r\n\r\n",
    b"\x00" * 1000,
]


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda sent: repr(sent[:30]))
async def test_malformed_requests_are_never_our_error(
    serve: Serve, site: Build, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(site(), Hastier) as base:
        answer = first_line(await talk(base, sent))
    assert answer.split()[1:2] in ([], ["200"], ["400"], ["404"], ["405"])
    assert "Traceback" not in caplog.text


async def test_a_large_body_is_refused_before_it_is_there(serve: Serve, site: Build) -> None:
    async with serve(site([Route("/", size, methods=["POST"])])) as base:
        answer = await talk(base, post(b"content-length: 30000000", b"x" * 1000))
    assert (b" 413 " in answer, b"nosniff" in answer) == (True, True)


@pytest.mark.parametrize("path", ["code", "in", "press", "rate"])
async def test_only_the_form_with_files_may_be_large(serve: Serve, site: Build, path: str) -> None:
    """The small ones at a request's page are anybody's to send, and nobody is to hold them open for ever."""
    head = f"POST /t/abcdefghij-ours_/{path} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n"
    kind = "content-type: multipart/form-data; boundary=b\r\ncontent-length: 30000000\r\n\r\n"
    async with serve(site()) as base:
        assert b" 413 " in await talk(base, f"{head}{kind}".encode())


async def test_whoever_leaves_in_the_middle_leaves_no_trace(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async with serve(GUARDED) as base:
        _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(base).port)
        writer.write(post(b"content-length: 3", b"a"))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert first_line(await talk(base, post(b"content-length: 1", b"a"))) == "HTTP/1.1 200 OK"
    assert caplog.text == ""


async def test_what_proxies_say_is_not_believed(serve: Serve) -> None:
    async def who(request: Request) -> Response:
        assert request.client
        return PlainTextResponse(f"{request.client.host} {request.url.scheme}")

    headers = {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https", "forwarded": "for=6.6.6.6"}
    async with (
        serve(Starlette(routes=[Route("/", who)])) as base,
        aiohttp.ClientSession() as session,
        session.get(base, headers=headers) as answer,
    ):
        assert await answer.text() == "127.0.0.1 http"


async def test_two_hundred_slow_sockets_do_not_delay_an_honest_request(serve: Serve, site: Build) -> None:
    async with serve(site(), Hastier) as base:
        slow_ones = [asyncio.create_task(talk(base, b"GET / HT")) for _ in range(190)]
        took = []
        for _ in range(5):  # the machine itself may be slow for a moment
            began = asyncio.get_running_loop().time()
            answer = await talk(base, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            took.append(asyncio.get_running_loop().time() - began)
            assert first_line(answer) == "HTTP/1.1 200 OK"
        assert min(took) < 0.2
        assert set(await asyncio.gather(*slow_ones)) == {b""}


def test_a_port_in_use_is_an_error_at_once() -> None:
    with listen("127.0.0.1", 0) as sock, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", sock.getsockname()[1])
