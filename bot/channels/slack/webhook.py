"""Slack's requests by HTTP: checked, taken through the desk, and only then answered with 200."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from bot.channels import Busy
from bot.channels.door import Answer, Door, Headers
from bot.channels.slack import guard, shapes
from bot.channels.slack.decode import Unreadable, decode
from bot.channels.slack.listen import Ear

PATH = "/slack/events"
FORM = b"application/x-www-form-urlencoded"


class Endpoint(Door):
    """One door for events, interactions, commands and options."""

    def __init__(
        self, ear: Callable[[], Awaitable[Ear]], secrets: tuple[bytes, ...], now: Callable[[], datetime]
    ) -> None:
        """`ear` may raise `Busy` too, as long as we do not know who we are. Without a secret nobody is let in."""
        self._ear, self._secrets, self._now = ear, secrets, now

    async def answer(self, headers: Headers, body: bytes) -> Answer:
        if not guard.admits(headers, body, self._secrets, self._now().timestamp()):
            return 401, b""
        try:
            return await self._heard(headers, body)
        except Unreadable:
            return 400, b""
        except Busy:
            return 503, b""

    async def _heard(self, headers: Headers, body: bytes) -> Answer:
        payload = decode(body, headers.get(b"content-type", b"").lower().startswith(FORM))
        match payload:
            case None:
                return 200, b""
            case shapes.Envelope(type="url_verification"):
                return 200, msgspec.json.encode({"challenge": payload.challenge or ""})
        reply = await (await self._ear()).hear(payload, guard.digest(headers.get(guard.SIGNATURE, b"")))
        return 200, msgspec.json.encode(reply) if reply else b""
