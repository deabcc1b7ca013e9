"""Requests that are too large or too slow stop here; what passes has its whole body."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.door import MOST_BODY, TooLarge, whole

SECONDS = 10.0
"""For the whole body to arrive."""


class Guard:
    """Reads the body within bounds before anybody else sees the request, and refuses what does not keep them."""

    def __init__(
        self,
        app: ASGIApp,
        most: int = MOST_BODY,
        seconds: float = SECONDS,
        *,
        spares: Callable[[Scope], bool] = lambda _scope: False,
    ) -> None:
        """`spares`: requests whose body somebody else reads, within bounds of their own (`uploads.py`)."""
        self.app, self.most, self.seconds, self.spares = app, most, seconds, spares

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"]) if scope["type"] == "http" else {}
        bodiless = b"content-length" not in headers and b"transfer-encoding" not in headers
        if bodiless or self.spares(scope):
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.seconds):
                body = await whole(headers.get(b"content-length", b"0"), receive, self.most)
        except TooLarge:
            await _refusal(413, "Too large.")(scope, receive, send)
        except TimeoutError:
            await _refusal(408, "Too slow.")(scope, receive, send)
        else:
            if body is not None:
                await self.app(scope, _again(body, receive), send)


def _refusal(status: int, words: str) -> Response:
    # The rest of the body is on its way; closing is the only way not to read it.
    return PlainTextResponse(words, status, {"connection": "close"})


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands the body out once more; after it comes what really comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def hand_out() -> Message:
        return waiting.pop() if waiting else await receive()

    return hand_out
