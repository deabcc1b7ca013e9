"""Another system that hears of requests: it checks what it gets as the Standard Webhooks scheme says, and is not always well."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.elsewhere import elsewhere

SECRET = "whsec_" + base64.b64encode(b"a key of some thirty-two bytes!!").decode()
TOLERANCE = 300
"""Seconds that a call may be old, or ahead: the scheme's own."""
PATIENCE = 20


@dataclass
class Receiver:
    secret: str = SECRET
    url: str = ""
    now: float | None = None
    """What time it is here; None: it does not look."""
    answers: list[int] = field(default_factory=list)
    """The statuses of the next calls; after them, 204."""
    more: dict[str, str] = field(default_factory=dict)
    """Headers of its answers."""
    heard: list[dict[str, Any]] = field(default_factory=list)
    """What it took."""
    ids: list[str] = field(default_factory=list)
    """Of every call, taken or not."""
    forged: list[str] = field(default_factory=list)
    _rings: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.ids.append(request.headers["webhook-id"])
        status = self.answers.pop(0) if self.answers else 204
        if trouble := self._trouble(request, body):
            self.forged.append(trouble)
            status = 401
        if status < 300:
            self.heard.append(json.loads(body))
        self._rings.set()
        return web.Response(status=status, headers=self.more)

    def _trouble(self, request: web.Request, body: bytes) -> str:
        unique, moment = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = hmac.new(key, f"{unique}.{moment}.".encode() + body, hashlib.sha256).digest()
        if f"v1,{base64.b64encode(signed).decode()}" not in request.headers["webhook-signature"].split():
            return "signature"
        if self.now is not None and abs(int(moment) - self.now) > TOLERANCE:
            return "timestamp"
        return "" if request.content_type == "application/json" else "type"

    async def until(self, fits: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not fits():
                self._rings.clear()
                await self._rings.wait()

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [one["data"] for one in self.heard if one["type"] == kind]


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    found, app = Receiver(), web.Application()
    app.router.add_post("/in", found.hear)
    async with elsewhere(app) as at:
        found.url = f"{at}/in?from=desk"
        yield found
