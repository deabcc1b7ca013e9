"""The HTTP server, set up to run inside the program and to close on whoever wastes its time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from asyncio import AbstractEventLoop, BaseTransport, TimerHandle
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from bot.web.guard import SECONDS
from bot.web.seal import Seal
from bot.web.visit import Visit

STOP_SECONDS = 3
"""For requests that are under way when we stop."""
WAITING = 2_048
"""Connections the system holds for us until we take them."""


def listen(host: str, port: int) -> socket.socket:
    """Takes the port at once, so that a port in use is an `OSError` here and not an exit somewhere inside."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=WAITING)


def server(app: ASGIApp, protocol: type[Hasty] | None = None) -> Server:
    """Run it with `await running.serve(sockets=[listen(host, port)])`; `leaving.set()` stops it gracefully.

    What proxies say of the caller (`X-Forwarded-*`) is believed by nobody but who counts how often they come (`manners`).
    """
    config = uvicorn.Config(
        app,
        http=protocol or Hasty,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # else every malformed request of a passing scanner is a warning
        access_log=False,  # its lines would hold the links of tickets
        proxy_headers=False,
        server_header=False,
    )
    return Server(config)


class Server(uvicorn.Server):
    """Leaves signals to the program it runs in, wakes once a second for the date, and stops as soon as all is answered:
    uvicorn looks every tenth of a second whether it may, and waits as long once more.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.leaving = asyncio.Event()

    async def main_loop(self) -> None:
        while not self.leaving.is_set():
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self.leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        state = self.server_state
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                while state.connections or state.tasks:  # noqa: ASYNC110 - those ring no bell
                    await asyncio.sleep(0.01)
        for task in state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Hasty(HttpToolsProtocol):
    """Closes connections whose headers take longer than 5 s, or are larger than 32 kB; opens the platforms' doors.

    uvicorn does neither: it waits for headers as long as they keep coming. A body has the guard, which stands in front of
    the pages; at the doors its time is taken here.
    """

    seconds = 5.0
    most = 32_768
    body_seconds = SECONDS

    def __init__(
        self, config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any], _loop: AbstractEventLoop
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.heading = True
        self.read = 0  # bytes of headers the parser has understood
        self.come = 0  # bytes that came while they are not complete
        self.alarm: TimerHandle | None = None
        self.visit: Visit | None = None  # that waits for its body

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows it too
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self.heading, self.read, self.come = True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        # A coding we do not read: a proxy might see the end of such a request in another place.
        if name.lower() == b"transfer-encoding" and value.strip().lower() != b"chunked":
            raise ValueError("an unknown transfer coding")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.heading = False
        self._disarm()
        self.visit = self._visit()
        if self.visit is None:
            super().on_headers_complete()
        else:
            self.cycle = self.visit

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if visit := self.visit:
            self.visit = None
            self._disarm()
            self._start_asgi_task(visit, self.app)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.heading:
            # A header that never ends reaches no callback: count what comes.
            self.come += len(data)
            if self.come > self.most and not self.transport.is_closing():
                self.send_400_response("Too many headers.")
        # Between requests too: empty lines may come there, and would keep the connection for ever.
        if not self.transport.is_closing() and (self.heading or self.visit or self.cycle.response_complete):
            self._arm()

    def _visit(self) -> Visit | None:
        """What a platform sends to its door, one request at a time and of a known length. Anything else, however well
        meant, goes the long way.
        """
        seal = self.app
        door = seal.doors.get(self.url) if isinstance(seal, Seal) else None
        before: RequestResponseCycle | None = self.cycle
        if door is None or self.expect_100_continue or (before and not before.response_complete):
            return None
        headers, parser = dict(self.headers), self.parser
        length = headers.get(b"content-length", b"")
        if not (length.isdigit() and len(length) < 6 and int(length) <= HIGH_WATER_LIMIT):
            return None
        if parser.get_method() != b"POST" or b"transfer-encoding" in headers or parser.should_upgrade():
            return None
        return Visit(
            door,
            headers,
            seal.lines,
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=parser.get_http_version() == "1.1" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )

    def _count(self, size: int) -> None:
        """Raising inside a callback makes the parser give up, and uvicorn answer 400."""
        self.read += size
        if self.read > self.most:
            raise ValueError("too many headers")

    def _arm(self) -> None:
        if self.alarm is None and self.visit:
            self.alarm = self.loop.call_later(self.body_seconds, self._too_slow, self.visit)
        elif self.alarm is None:
            self.alarm = self.loop.call_later(self.seconds, self.transport.close)

    def _too_slow(self, visit: Visit) -> None:
        self.visit, visit.keep_alive = None, False
        visit.respond((408, b""))

    def _disarm(self) -> None:
        if self.alarm is not None:
            self.alarm.cancel()
            self.alarm = None
