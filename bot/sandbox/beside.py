"""Shows the pages of the desk beside the chats: the desk lets nobody frame them, so the demo hands them on itself."""

import aiohttp
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.desk import Desk

# Seconds a page may take.
PATIENCE = 3
# What a page may load stays as the desk says; only who may frame it is loosened, here, on this machine.
_KEPT = ("content-type", "content-language")


def route(desk: Desk | None) -> Route:
    """`/beside/<path>`: the page of the desk at that path. 404 without a desk, 502 while it does not answer."""

    async def page(request: Request) -> Response:
        if desk is None:
            raise HTTPException(404)
        query = f"?{request.url.query}" if request.url.query else ""
        return await _page(f"{desk.address}/{request.path_params['path']}{query}", request)

    return Route("/beside/{path:path}", page)


async def _page(url: str, request: Request) -> Response:
    languages = {"Accept-Language": request.headers.get("accept-language", "")}
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=languages) as session,
            session.get(url, allow_redirects=False) as page,
        ):
            kept = {name: page.headers[name] for name in _KEPT if name in page.headers}
            policy = page.headers.get("Content-Security-Policy", "default-src 'none'")
            kept |= {"Content-Security-Policy": _framed(policy), "Cache-Control": "no-store"}
            return Response(await page.read(), page.status, kept)
    except (aiohttp.ClientError, TimeoutError):
        raise HTTPException(502) from None


def _framed(policy: str) -> str:
    kept = [rule for rule in policy.split("; ") if not rule.startswith("frame-ancestors")]
    return "; ".join([*kept, "frame-ancestors 'self'"])
