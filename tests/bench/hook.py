"""Updates by webhook: one kept connection for each customer, as raw as it gets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools

AGAIN = 0.5
"""Seconds until an update that was refused is handed over again."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a bot wants its updates, as it told us."""

    url: str
    secret: str

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    def request(self, update: bytes) -> bytes:
        head = (
            f"POST {urlsplit(self.url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\nContent-Length: {len(update)}\r\n\r\n"
        )
        return head.encode() + update


class Hook(asyncio.Protocol):
    """Hands over one update after another."""

    def __init__(self, webhook: Webhook, taken: Callable[[bytes], None]) -> None:
        """`taken`: called with the body of each answer."""
        self._webhook, self._taken = webhook, taken
        self._parser = httptools.HttpResponseParser(self)
        self._request, self._body = b"", b""
        self.refused = 0

    @classmethod
    async def open(cls, webhook: Webhook, taken: Callable[[bytes], None]) -> Hook:
        _, hook = await asyncio.get_running_loop().create_connection(lambda: cls(webhook, taken), *webhook.place)
        return hook

    def bring(self, update: bytes) -> None:
        self._request, self._body = self._webhook.request(update), b""
        self._transport.write(self._request)

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() == 200:
            self._taken(self._body)
            return
        self.refused += 1
        asyncio.get_running_loop().call_later(AGAIN, self._transport.write, self._request)
