"""Telegram's updates by HTTP: checked, taken through the desk, and only then answered with 200."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256

from starlette.types import Receive, Scope, Send

from bot.channels import Busy
from bot.channels.telegram.line import Line
from bot.channels.telegram.listen import Ear
from bot.channels.telegram.read import KINDS, Unreadable, decode

PATH = "/telegram/webhook"
HEADER = b"x-telegram-bot-api-secret-token"
MOST_BODY = 1_000_000
"""Bytes. Telegram itself keeps updates below 512 KiB."""


def secret_token(secret_key: str) -> str:
    """What Telegram has to show us: derived, so that nobody has to keep it."""
    return hmac.new(secret_key.encode(), b"telegram-webhook", sha256).hexdigest()


async def set_webhook(line: Line, public_url: str, secret: str) -> None:
    await line.tell(
        "setWebhook",
        {
            "url": public_url.rstrip("/") + PATH,
            "secret_token": secret,
            "allowed_updates": list(KINDS),
            "max_connections": 40,
        },
    )


class Endpoint:
    """The webhook, as plain ASGI: every step of every conversation comes through here, and a framework's requests cost
    as much as a turn.
    """

    def __init__(self, ear: Callable[[], Awaitable[Ear]], secrets: tuple[str, ...]) -> None:
        """`ear` may raise `Busy` too, as long as we do not know who we are. Without a secret nobody is let in.

        Two during a rotation: what Telegram sent before it was told the new one still comes with the old.
        """
        self._ear, self._secrets = ear, tuple(secret.encode() for secret in secrets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = await self._status(scope, receive)
        headers = [(b"content-length", b"0"), *([(b"retry-after", b"1")] if status == 503 else [])]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body"})

    async def _status(self, scope: Scope, receive: Receive) -> int:
        """Never 410: after 23 hours of it Telegram would forget the webhook."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if not self._admits(headers.get(HEADER, b"")):
            return 401
        body = await _body(headers.get(b"content-length", b"0"), receive)
        return 413 if body is None else await self._taken(body)

    def _admits(self, shown: bytes) -> bool:
        """Every secret is tried, so that the time taken says nothing of which one fits."""
        fits = [hmac.compare_digest(shown, secret) for secret in self._secrets]
        return any(fits)

    async def _taken(self, body: bytes) -> int:
        try:
            update = decode(body)
            if update is not None:
                await (await self._ear()).hear(update)
        except Unreadable:
            return 400
        except Busy:
            return 503
        return 200


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
