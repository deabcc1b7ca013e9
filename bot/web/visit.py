"""A request at a platform's door: whole before anybody is asked, and answered in one piece.

Beside it stands ASGI, for pages: a profile of a load showed a sixth of a step's CPU in its messages and the layers around.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from bot.channels.door import Answer, Door, Headers, headers_of


class Visit(RequestResponseCycle):
    """To the server it is a request like all others: it may be queued behind one, waited for at the end, cut off."""

    def __init__(self, door: Door, headers: Headers, sealed: bytes, **of_server: Any) -> None:
        """`sealed`: the lines that every response of ours has."""
        super().__init__(**of_server)
        self._door, self._headers, self._sealed = door, headers, sealed

    async def run_asgi(self, _app: Callable[..., Any]) -> None:
        """Ours; the name is the server's."""
        try:
            status, content = await self._door.answer(self._headers, bytes(self.body))
        except Exception:
            self.logger.exception("Exception at a door")
            status, content = 500, b""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        self.respond((status, content))

    def respond(self, answer: Answer) -> None:
        if self.disconnected or self.response_complete:
            return
        status, content = answer
        last = () if self.keep_alive else ((b"connection", b"close"),)
        lines = (*self.default_headers, *headers_of(status, content), *last)
        own = b"".join(b"%b: %b\r\n" % line for line in lines)
        self.transport.write(b"%b%b%b\r\n%b" % (_FIRST[status], own, self._sealed, content))
        self.response_started = self.response_complete = True
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


_FIRST = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
