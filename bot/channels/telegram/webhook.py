"""Telegram's updates by HTTP: checked, taken through the desk, and only then answered with 200."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256

from bot.channels import Busy
from bot.channels.door import Answer, Door, Headers
from bot.channels.telegram.line import Line
from bot.channels.telegram.listen import Ear
from bot.channels.telegram.read import KINDS, Unreadable, decode

PATH = "/telegram/webhook"
HEADER = b"x-telegram-bot-api-secret-token"


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


class Endpoint(Door):
    """The webhook."""

    def __init__(self, ear: Callable[[], Awaitable[Ear]], secrets: tuple[str, ...]) -> None:
        """`ear` may raise `Busy` too, as long as we do not know who we are. Without a secret nobody is let in.

        Two during a rotation: what Telegram sent before it was told the new one still comes with the old.
        """
        self._ear, self._secrets = ear, tuple(secret.encode() for secret in secrets)

    async def answer(self, headers: Headers, body: bytes) -> Answer:
        """Never 410: after 23 hours of it Telegram would forget the webhook."""
        if not self._admits(headers.get(HEADER, b"")):
            return 401, b""
        try:
            update = decode(body)
            if update is not None:
                await (await self._ear()).hear_out(update)
        except Unreadable:
            return 400, b""
        except Busy:
            return 503, b""
        return 200, b""

    def _admits(self, shown: bytes) -> bool:
        """Every secret is tried, so that the time taken says nothing of which one fits."""
        fits = [hmac.compare_digest(shown, secret) for secret in self._secrets]
        return any(fits)
