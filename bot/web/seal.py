"""The headers every response carries, whoever made it: nothing may be loaded, framed, kept or passed on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.door import Door

YEAR = 365 * 24 * 60 * 60


class Policy(Struct, frozen=True):
    """The Content-Security-Policy of our pages: what they may load, and who may frame them."""

    style: str = ""
    """The CSP hash of the pages' one style sheet."""
    script: str = ""
    """The same of their one script."""
    frames: tuple[str, ...] = ()
    """Who may show our pages inside its own, when they are opened for that (`APP`)."""

    def said(self, *, framed: bool) -> str:
        around = " ".join(self.frames) if framed and self.frames else "'none'"
        loads = f"style-src '{self.style}'; script-src '{self.script}'; " if self.style else ""
        return (
            f"default-src 'none'; {loads}img-src 'self'; connect-src 'self'; "
            f"base-uri 'none'; form-action 'self'; frame-ancestors {around}"
        )


class Seal:
    """Adds what a response has not said itself."""

    def __init__(
        self, app: ASGIApp, policy: Policy, *, https: bool, doors: Mapping[bytes, Door] = MappingProxyType({})
    ) -> None:
        """`doors`: those that our own server opens by itself, by their paths. Their responses have the same seal."""
        self.app, self.framable, self.doors = app, bool(policy.frames), doors
        headers = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-resource-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "x-robots-tag": "noindex, nofollow",
            "cache-control": "no-store",
        }
        if https:
            headers["strict-transport-security"] = f"max-age={YEAR}"
        alone = {"content-security-policy": policy.said(framed=False), "x-frame-options": "DENY", **headers}
        self.headers = _written(alone)
        self.framed = _written({"content-security-policy": policy.said(framed=True), **headers})
        self.lines = b"".join(b"%b: %b\r\n" % header for header in self.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                said = {name for name, _ in own}
                ours = self.framed if self.framable and is_app(scope) else self.headers
                message["headers"] = [*own, *(header for header in ours if header[0] not in said)]
            await send(message)

        await self.app(scope, receive, sealed)


def is_app(scope: Scope) -> bool:
    """Whether a page was opened inside a platform: by an address that says so, or by a login that was given there."""
    if scope["type"] != "http" or not scope["path"].startswith(PAGES):
        return False
    if b"app=1" in scope.get("query_string", b"").split(b"&"):
        return True
    return any(name == b"cookie" and FRAMED in value for name, value in scope["headers"])


PAGES = ("/t/", "/mine", "/me")
FRAMED = b"desk-framed="


def _written(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
