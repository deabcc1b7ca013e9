"""The web side of the desk: the ticket page, the signs of life, and the webhooks it is given."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.channels.door import Door
from bot.desk.ticket import State
from bot.dialogue.words import Speech
from bot.metrics import TYPE
from bot.web.guard import Guard
from bot.web.pages import Pages
from bot.web.seal import Seal

READY_SECONDS = 5.0
"""For the database to answer; an orchestrator asks again soon enough."""

PUBLIC = re.compile("[A-Za-z0-9_-]{16,64}")
"""What the id in a link may look like; nothing else is looked up."""

ROBOTS = "User-agent: *\nDisallow: /\n"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the bare link of a ticket shows: it carries no power, so nothing more."""

    code: str
    state: State


class Words(Protocol):
    def plain(self, speech: Speech, language: str) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the web side needs of the rest of the program."""

    name: Speech
    """The desk's."""
    words: Words
    languages: tuple[str, ...]
    language: str
    """For whoever asks for none of ours."""
    ticket: Callable[[str], Awaitable[Shown | None]]
    """The ticket with that public id."""
    ready: Callable[[], Awaitable[str | None]]
    """Why the desk cannot work just now; None: it can."""
    metrics: Callable[[], Awaitable[bytes]]
    """The numbers of the desk, as Prometheus reads them."""
    metrics_token: str = field(default="", repr=False)
    """What a reader of the numbers has to show; empty: they have to be of this machine or its own network."""
    https: bool = False


def build(site: Site, routes: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The whole application; `routes` are the webhooks and whatever else the program answers.

    The seal is outermost, so that an error nobody foresaw carries the headers too.
    """
    pages = Pages(site.name, site.words.plain, site.languages, site.language)

    async def refused(request: Request, error: Exception) -> Response:
        return _refused(pages, request, error)

    app = Starlette(
        routes=[*routes, *_routes(site, pages)],
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: refused, Exception: _crashed},
    )
    # A path is right or wrong; sending people on to another one would only blur it.
    app.router.redirect_slashes = False
    doors = {route.path.encode(): route.endpoint for route in routes if isinstance(route, Route)}
    opened = {path: door for path, door in doors.items() if isinstance(door, Door)}
    return Seal(app, style=pages.style_hash, https=site.https, doors=opened)


def _routes(site: Site, pages: Pages) -> list[BaseRoute]:
    async def front(request: Request) -> Response:
        return pages.front(request)

    async def ticket(request: Request) -> Response:
        public = request.path_params["public"]
        shown = await site.ticket(public) if PUBLIC.fullmatch(public) else None
        return pages.ticket(request, shown.code, shown.state) if shown else pages.missing(request)

    return [
        Route("/", front),
        Route("/t/{public}", ticket),
        Route("/healthz", _alive),
        Route("/readyz", _ready(site.ready)),
        Route("/metrics", _metrics(site)),
        Route("/robots.txt", _robots),
        Route("/icon.svg", pages.icon),
    ]


def signs(site: Site) -> ASGIApp:
    """The signs of life alone, for a process that serves no pages."""
    pages = Pages(site.name, site.words.plain, site.languages, site.language)
    known = ("/healthz", "/readyz", "/metrics")
    routes = [route for route in _routes(site, pages) if isinstance(route, Route) and route.path in known]
    return Seal(Starlette(routes=routes, middleware=[Middleware(Guard)]), style=pages.style_hash, https=site.https)


def _refused(pages: Pages, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND and request.method in {"GET", "HEAD"}:
        return pages.missing(request)
    words = HTTPStatus(error.status_code).phrase
    return PlainTextResponse(f"{words}.", error.status_code, error.headers)


async def _crashed(_request: Request, _error: Exception) -> Response:
    """Says nothing of what happened; the server logs it."""
    return PlainTextResponse("Something went wrong on our side.", 500)


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("alive")


async def _robots(_request: Request) -> Response:
    return PlainTextResponse(ROBOTS)


def _ready(ready: Callable[[], Awaitable[str | None]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        try:
            async with asyncio.timeout(READY_SECONDS):
                trouble = await ready()
        except TimeoutError:
            trouble = "the database does not answer"
        return PlainTextResponse(trouble or "ready", 503 if trouble else 200)

    return answer


def _metrics(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if not _may_count(request, site.metrics_token):
            return PlainTextResponse("Not for you.", 403)
        return Response(await site.metrics(), media_type=TYPE)

    return answer


def _may_count(request: Request, token: str) -> bool:
    """Numbers tell strangers how a desk is doing. A proxy's word is not believed, but that there is one shows that the
    caller is somebody else.
    """
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    if request.client is None or any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via")):
        return False
    near = ip_address(request.client.host)
    return near.is_loopback or near.is_private
