"""The web side of the desk: the ticket page, the signs of life, and the webhooks it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.channels import Busy
from bot.channels.door import Door
from bot.media.keep import Away
from bot.metrics import TYPE
from bot.web.api import Api
from bot.web.customer import Customer
from bot.web.entrance import Entrance
from bot.web.guard import Guard
from bot.web.keys import Keys
from bot.web.mails import Mails
from bot.web.manners import bears
from bot.web.numbers import Count
from bot.web.own import Own
from bot.web.pages import LATER, Pages
from bot.web.refusals import Refusals
from bot.web.seal import Policy, Seal
from bot.web.site import Site
from bot.web.uploads import is_large

READY_SECONDS = 5.0
"""For the database to answer; an orchestrator asks again soon enough."""

ALIVE_SECONDS = 0.5
"""For the same; that we live is said without it."""

ROBOTS = "User-agent: *\nDisallow: /\n"


def build(site: Site, routes: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The whole application; `routes` are the webhooks and whatever else the program answers.

    The seal is outermost, so that an error nobody foresaw carries the headers too.
    """
    pages = Pages(site.store.rules)
    says = Refusals(pages)
    app = Starlette(
        routes=[*routes, *_routes(site, pages)],
        middleware=[Middleware(Guard, spares=is_large)],
        exception_handlers={
            HTTPException: says.refused,
            ClientDisconnect: says.left,
            Busy: says.busy,
            Away: says.busy,
            Exception: says.crashed,
        },
    )
    # A path is right or wrong; sending people on to another one would only blur it.
    app.router.redirect_slashes = False
    doors = {route.path.encode(): route.endpoint for route in routes if isinstance(route, Route)}
    opened = {path: door for path, door in doors.items() if isinstance(door, Door)}
    return Seal(app, _policy(site, pages), https=site.https, doors=opened)


def _policy(site: Site, pages: Pages) -> Policy:
    return Policy(pages.style_hash, pages.script_hash, tuple(slip.host for slip in site.slips))


def _routes(site: Site, pages: Pages) -> list[BaseRoute]:
    keys = Keys(site.store, https=site.https)
    return [
        *Own(site, pages, keys).routes(),
        *Customer(site, pages, keys).routes(),
        *Entrance(site, pages, keys).routes(),
        *(Api(site).routes() if site.api_token else ()),
        *(Mails(site, pages).routes() if site.by_mail else ()),
        *Count(site, pages, keys).routes(),
        *_signs(site),
        Route("/robots.txt", _robots),
        Route("/icon.svg", pages.icon),
    ]


def _signs(site: Site) -> list[BaseRoute]:
    return [
        Route("/healthz", _alive(site.ailing)),
        Route("/readyz", _ready(site.ready)),
        Route("/metrics", _metrics(site)),
    ]


def signs(site: Site) -> ASGIApp:
    """The signs of life alone, for a process that serves no pages."""
    return Seal(Starlette(routes=_signs(site), middleware=[Middleware(Guard)]), Policy(), https=site.https)


def _alive(ailing: Callable[[], Awaitable[str | None]]) -> Callable[[Request], Awaitable[Response]]:
    """Always 200: to start the program again would mend nothing."""

    async def answer(_request: Request) -> Response:
        trouble = None
        with suppress(TimeoutError, Busy):  # that is for `/readyz` to say
            async with asyncio.timeout(ALIVE_SECONDS):
                trouble = await ailing()
        return PlainTextResponse(f"degraded: {trouble}" if trouble else "alive")

    return answer


async def _robots(_request: Request) -> Response:
    return PlainTextResponse(ROBOTS)


def _ready(ready: Callable[[], Awaitable[str | None]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        try:
            async with asyncio.timeout(READY_SECONDS):
                trouble = await ready()
        except (TimeoutError, Busy):
            trouble = "the database does not answer"
        return PlainTextResponse(trouble or "ready", 503 if trouble else 200)

    return answer


def _metrics(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if not _may_count(request, site.metrics_token):
            return PlainTextResponse("Not for you.", 403)
        try:
            return Response(await site.metrics(), media_type=TYPE)
        except Busy:
            return PlainTextResponse("Busy.", 503, LATER)

    return answer


def _may_count(request: Request, token: str) -> bool:
    """Numbers tell strangers how a desk is doing. A proxy's word is not believed, but that there is one shows that the
    caller is somebody else.
    """
    if token:
        return bears(request, token)
    if request.client is None or any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via")):
        return False
    near = ip_address(request.client.host)
    return near.is_loopback or near.is_private
