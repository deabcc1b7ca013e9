"""A platform's door on the web: a whole request in, a whole answer out, and nothing of a framework between.

Every step of every conversation comes through one, and a framework's requests cost as much as a turn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

MOST_BODY = 1_000_000
"""Bytes, of pages' forms too. Telegram itself keeps updates below 512 KiB; a form of Slack's with a hundred fields stays far
below.
"""

Headers = Mapping[bytes, bytes]
"""Names in small letters."""
Answer = tuple[int, bytes]
"""The status, and JSON or nothing."""


class TooLarge(Exception):
    """More than a body of ours may have."""


class Door(ABC):
    """Our own server opens it by `answer` (`bot/web/server.py`); for every other it is an ASGI application."""

    @abstractmethod
    async def answer(self, headers: Headers, body: bytes) -> Answer:
        """Of a request whose whole body is there."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            body = await whole(headers.get(b"content-length", b"0"), receive)
        except TooLarge:
            status, content = 413, b""
        else:
            status, content = await self.answer(headers, body or b"")
        await send({"type": "http.response.start", "status": status, "headers": [*headers_of(status, content)]})
        await send({"type": "http.response.body", "body": content})


def headers_of(status: int, content: bytes) -> tuple[tuple[bytes, bytes], ...]:
    length = (b"content-length", str(len(content)).encode())
    if content:
        return length, (b"content-type", b"application/json")
    return (length, (b"retry-after", b"1")) if status == 503 else (length,)


async def whole(declared: bytes, receive: Receive, most: int = MOST_BODY) -> bytes | None:
    """A request's body; None: they went away in the middle. Raises `TooLarge`, said or sent."""
    if not declared.isdigit() or int(declared[:12]) > most:
        raise TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)
