"""Kept connections to one server, a call at a time on each: HTTP/1.1 and no more of it than a platform's API needs.

aiohttp's client costs 170-260 µs of CPU for a call (20 at once, loopback), and a step has one or two; this costs 32-40.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from asyncio import BaseTransport, Future, Transport
from collections import deque
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import httptools
from aiohappyeyeballs import start_connection

if TYPE_CHECKING:
    import aiohttp

IDLE = 30.0
"""Seconds after which a kept connection is no longer trusted: servers and what stands between drop them unheard."""
RESTED = 1.0
"""Seconds after which it is looked whether its end has come; to look costs the more the busier we are."""
CONNECT, NEXT = 5.0, 0.25
"""Seconds for a connection to be made, and until another address of the server is tried beside the first."""

Answer = tuple[int, bytes]
Headers = dict[str, str]
"""Names in small letters."""


class TooBig(Exception):
    """More bytes than we are willing to hold."""


async def received(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """What aiohttp was answered, where a call goes by that. A declared length is believed only when it is too great."""
    if (answer.content_length or 0) > most:
        raise TooBig
    found = bytearray()
    async for part in answer.content.iter_any():
        found += part
        if len(found) > most:
            raise TooBig
    return bytes(found)


class Connection(asyncio.Protocol):
    """One connection. Whatever goes wrong ends it and the call that is on it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()
        self._answer: Future[Answer] | None = None
        self._transport: Transport | None = None
        self.idle_since = 0.0
        self.headers: Headers = {}
        """Of the last answer; empty where nobody asked for them, since they cost."""

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def silent(self) -> bool:
        """Nothing lies in it unread, not even its end: of that a loop that was busy may not have told us yet."""
        socket = self._transport.get_extra_info("socket") if self._transport else None
        return socket is not None and not _readable(socket.fileno())

    async def call(self, request: bytes, until: float) -> Answer:
        """Raises `TimeoutError` when the loop's clock shows `until`; a timer of its own costs a third of `asyncio.timeout`."""
        assert self._transport
        loop = asyncio.get_running_loop()
        self._body.clear()
        self.headers = {}
        self._answer = loop.create_future()
        timer = loop.call_at(until, self._fail, TimeoutError())
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            timer.cancel()
            if not self._answer.done() or self._answer.cancelled():
                self.close()  # its answer may still come, and would be taken for the next one's
            self._answer = None

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    # -- what the event loop and the parser tell -----------------------------------------------------

    def connection_made(self, transport: BaseTransport) -> None:
        self._transport = cast("Transport", transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(ConnectionAbortedError())

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > self._most:
            self._fail(TooBig())

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # "go on": the answer comes after it
            return
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer and not self._answer.done():
            self._answer.set_result((status, bytes(self._body)))
        else:
            self.close()  # an answer to nothing

    def _fail(self, error: Exception) -> None:
        self.close()
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)


class Reporting(Connection):
    """Keeps the headers of an answer too."""

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")


class Pool:
    """At most so many connections; who finds none free waits in line. Follows no redirects."""

    def __init__(self, url: str, *, connections: int, most: int, made_of: type[Connection] = Connection) -> None:
        """`most`: bytes of an answer."""
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if self._secure else 80)
        self._host_line = f"Host: {parts.netloc.rpartition('@')[2]}\r\n"
        self._free = asyncio.Semaphore(connections)
        self._idle: deque[Connection] = deque()
        self._most, self._made_of = most, made_of

    async def post(self, path: str, body: bytes, seconds: float, kind: str = "application/json") -> Answer:
        """Raises `TimeoutError` (for all of it, waiting in line included), `OSError` and `TooBig`.

        A connection that was closed while idle is replaced before anything is sent. One that fails afterwards fails
        the call: nobody can know whether the server has acted on it.
        """
        head = f"POST {path} HTTP/1.1\r\n{self._host_line}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return (await self._call(head.encode() + body, seconds))[:2]

    async def exchange(
        self, path: str, body: bytes, seconds: float, headers: Mapping[str, str]
    ) -> tuple[int, bytes, Headers]:
        """As `post`, with headers of the caller's own; those of the answer as `made_of` keeps them."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
            raise ValueError("a header cannot hold the break of a line")
        head = f"POST {path} HTTP/1.1\r\n{self._host_line}{lines}Content-Length: {len(body)}\r\n\r\n"
        return await self._call(head.encode() + body, seconds)

    async def get(self, path: str, seconds: float) -> Answer:
        """As `post`."""
        return (await self._call(f"GET {path} HTTP/1.1\r\n{self._host_line}\r\n".encode(), seconds))[:2]

    async def _call(self, request: bytes, seconds: float) -> tuple[int, bytes, Headers]:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        await self._turn(until)
        try:
            connection = self._kept() or await self._made(until)
            status, content = await connection.call(request, until)
            if connection.open:
                connection.idle_since = loop.time()
                self._idle.append(connection)
            return status, content, connection.headers
        finally:
            self._free.release()

    async def _turn(self, until: float) -> None:
        if not self._free.locked():  # nearly always; then nothing is waited for
            await self._free.acquire()
            return
        async with asyncio.timeout_at(until):
            await self._free.acquire()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> Connection | None:
        """The one that was used last; the others may rest until they are too old."""
        now = asyncio.get_running_loop().time()
        while self._idle and (not self._idle[0].open or self._idle[0].idle_since < now - IDLE):
            self._idle.popleft().close()
        while self._idle:
            connection = self._idle.pop()
            if connection.open and (connection.idle_since > now - RESTED or connection.silent):
                return connection
            connection.close()
        return None

    async def _made(self, until: float) -> Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout_at(min(until, loop.time() + CONNECT)):
            there = await reached(self._host, self._port)
            secure, name = (_security(), self._host) if self._secure else (None, None)
            _, made = await loop.create_connection(
                lambda: self._made_of(self._most), sock=there, ssl=secure, server_hostname=name
            )
        return made


async def reached(host: str, port: int) -> socket.socket:
    """Whichever address of it answers first (RFC 8305): IPv6 may be there and lead nowhere, and waiting for that is what
    all the time would go to.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return await start_connection(found, happy_eyeballs_delay=NEXT)


def _readable(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


@cache
def _security() -> ssl.SSLContext:
    """Certificates are checked. Made once: reading the authorities takes 20 ms."""
    return ssl.create_default_context()
