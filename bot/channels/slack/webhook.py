"""Slack's requests by HTTP: checked, taken through the desk, and only then answered with 200."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
from starlette.types import Receive, Scope, Send

from bot.channels import Busy
from bot.channels.slack import guard, shapes
from bot.channels.slack.decode import Unreadable, decode
from bot.channels.slack.listen import Ear, Reply

PATH = "/slack/events"
MOST_BODY = 1_000_000
"""Bytes. A form of a hundred fields stays far below."""
FORM = b"application/x-www-form-urlencoded"

Answer = tuple[int, bytes]


class Endpoint:
    """One door for events, interactions, commands and options, as plain ASGI: a framework's requests cost as much as a
    turn.
    """

    def __init__(
        self, ear: Callable[[], Awaitable[Ear]], secrets: tuple[bytes, ...], now: Callable[[], datetime]
    ) -> None:
        """`ear` may raise `Busy` too, as long as we do not know who we are. Without a secret nobody is let in."""
        self._ear, self._secrets, self._now = ear, secrets, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self._answer(scope, receive)
        headers = [(b"content-length", str(len(body)).encode())]
        if body:
            headers.append((b"content-type", b"application/json"))
        if status == 503:
            headers.append((b"retry-after", b"1"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        body = await _body(headers.get(b"content-length", b"0"), receive)
        if body is None:
            return 413, b""
        if not guard.admits(headers, body, self._secrets, self._now().timestamp()):
            return 401, b""
        try:
            return await self._heard(headers, body)
        except Unreadable:
            return 400, b""
        except Busy:
            return 503, b""

    async def _heard(self, headers: dict[bytes, bytes], body: bytes) -> Answer:
        payload = decode(body, headers.get(b"content-type", b"").lower().startswith(FORM))
        match payload:
            case None:
                return 200, b""
            case shapes.Envelope(type="url_verification"):
                return 200, _json({"challenge": payload.challenge or ""})
        reply = await (await self._ear()).hear(payload, guard.digest(headers.get(guard.SIGNATURE, b"")))
        return 200, _json(reply) if reply else b""


def _json(reply: Reply) -> bytes:
    return msgspec.json.encode(reply)


async def _body(declared: bytes, receive: Receive) -> bytes | None:
    """None when it is too long, said or sent. A sender who hangs up has sent nothing."""
    if not declared.isdigit() or int(declared[:12]) > MOST_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)
