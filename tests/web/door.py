"""The web side on a real port, and a desk of four tickets to put behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.dialogue.words import Spoken
from bot.i18n import Words
from bot.web.app import Shown, Site, build
from bot.web.server import Hasty, listen, server

TICKETS = {
    "abcdefghij-ours_": Shown("SUP-1042", "ours"),
    "abcdefghij-yours": Shown("SUP-7", "yours"),
    "abcdefghi-solved": Shown("SUP-100200", "solved"),
    "abcdefghi-merged": Shown("<b>X</b>-1", "merged"),
}


@dataclass
class Health:
    """What `/readyz` hears, and which tickets were looked up."""

    trouble: str | None = None
    hangs: bool = False
    asked: list[str] = field(default_factory=list)

    async def ready(self) -> str | None:
        if self.hangs:
            await asyncio.Event().wait()
        return self.trouble

    async def metrics(self) -> bytes:
        return b"conserje_turns_total 7\n"

    async def ticket(self, public: str) -> Shown | None:
        self.asked.append(public)
        return TICKETS.get(public)


@asynccontextmanager
async def served(app: ASGIApp, protocol: type[Hasty] | None = None) -> AsyncIterator[str]:
    sock = listen("127.0.0.1", 0)
    running = server(app, protocol)
    task = asyncio.create_task(running.serve(sockets=[sock]))
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        running.should_exit = True
        await task


Serve = Callable[..., AbstractAsyncContextManager[str]]
"""Serves an application while the block lasts; its address comes out."""
Build = Callable[..., ASGIApp]


def built(health: Health, routes: Sequence[BaseRoute] = (), *, https: bool = False, metrics_token: str = "") -> ASGIApp:
    return build(desk(health, https=https, metrics_token=metrics_token), routes)


def desk(health: Health, *, https: bool = False, metrics_token: str = "") -> Site:
    return Site(
        name=Spoken({"es": "Soporte de Tu App", "en": "Your App support"}),
        words=Words("http://localhost", ZoneInfo("Europe/Madrid")),
        languages=("en", "es"),
        language="es",
        ticket=health.ticket,
        ready=health.ready,
        metrics=health.metrics,
        metrics_token=metrics_token,
        https=https,
    )
