"""The headers every response carries, whoever made it: nothing may be loaded, framed, kept or passed on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.door import Door

YEAR = 365 * 24 * 60 * 60


class Seal:
    """Adds what a response has not said itself. `style` is the CSP hash of the pages' one style sheet."""

    def __init__(
        self, app: ASGIApp, *, style: str, https: bool, doors: Mapping[bytes, Door] = MappingProxyType({})
    ) -> None:
        """`doors`: those that our own server opens by itself, by their paths. Their responses have the same seal."""
        policy = (
            f"default-src 'none'; style-src '{style}'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        self.app, self.doors = app, doors
        headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "cross-origin-resource-policy": "same-origin",
            "x-robots-tag": "noindex, nofollow",
            "cache-control": "no-store",
        }
        if https:
            headers["strict-transport-security"] = f"max-age={YEAR}"
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.lines = b"".join(b"%b: %b\r\n" % header for header in self.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                said = {name for name, _ in own}
                message["headers"] = [*own, *(header for header in self.headers if header[0] not in said)]
            await send(message)

        await self.app(scope, receive, sealed)
