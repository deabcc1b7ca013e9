"""Slack's requests by HTTP: checked, taken through the desk, and only then answered with 200."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from bot.channels import Busy
from bot.channels.door import Answer, Door, Headers
from bot.channels.patience import Told
from bot.channels.slack import guard, shapes
from bot.channels.slack.decode import Unreadable, decode
from bot.channels.slack.listen import Ear

PATH = "/slack/events"
FORM = b"application/x-www-form-urlencoded"
UNSIGNED = (
    "a request that says it is Slack's has another signature: if Slack's people are not heard, copy SLACK_SIGNING_SECRET "
    "again from the app's page (Basic Information)"
)
LATE = "a request of Slack's is older or newer than five minutes: if it is not one sent again, this machine's clock is wrong"
_log = logging.getLogger(__name__)


class Endpoint(Door):
    """One door for events, interactions, commands and options."""

    def __init__(
        self, ear: Callable[[], Awaitable[Ear]], secrets: tuple[bytes, ...], now: Callable[[], datetime]
    ) -> None:
        """`ear` may raise `Busy` too, as long as we do not know who we are. Without a secret nobody is let in."""
        self._ear, self._secrets, self._now, self._told = ear, secrets, now, Told()

    async def answer(self, headers: Headers, body: bytes) -> Answer:
        if not guard.admits(headers, body, self._secrets, self._now().timestamp()):
            self._wonder(headers, body)
            return 401, b""
        try:
            return await self._heard(headers, body)
        except Unreadable:
            return 400, b""
        except Busy:
            return 503, b""

    def _wonder(self, headers: Headers, body: bytes) -> None:
        """Anybody may say that they are Slack. If it is Slack, nobody's words get in until somebody mends it: said seldom."""
        if guard.SIGNATURE not in headers:
            return
        trouble = LATE if guard.is_signed(headers, body, self._secrets) else UNSIGNED
        if not self._told.again(trouble, asyncio.get_running_loop().time()):
            _log.warning(trouble)

    async def _heard(self, headers: Headers, body: bytes) -> Answer:
        payload = decode(body, headers.get(b"content-type", b"").lower().startswith(FORM))
        match payload:
            case None:
                return 200, b""
            case shapes.Envelope(type="url_verification"):
                return 200, msgspec.json.encode({"challenge": payload.challenge or ""})
        reply = await (await self._ear()).hear(payload, guard.digest(headers.get(guard.SIGNATURE, b"")))
        return 200, msgspec.json.encode(reply) if reply else b""
