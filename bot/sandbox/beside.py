"""Shows the pages of the desk beside the chats: the desk lets nobody frame them, so the demo hands them on itself, on a
port of its own, with everything one can do in them.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

# Seconds until a page begins, if the desk has just been killed too; how long it then goes on is its own matter (what is
# new comes as a stream).
PATIENCE = 10
# Between two knocks at its door.
PAUSE = 0.2
METHODS = ["GET", "HEAD", "POST"]
# Of this connection alone, or made anew on the next.
_OURS = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "content-encoding",
    "x-frame-options",
    "date",
}
_THEIRS = {"connection", "keep-alive", "transfer-encoding", "accept-encoding"}


def beside(desk: str, patience: float = PATIENCE) -> Starlette:
    """The whole web side of the desk at that address, framable by pages of this machine."""

    async def hand_on(request: Request) -> Response:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=patience))
        try:
            page = await _asked(session, desk, request, patience)
        except (aiohttp.ClientError, TimeoutError):
            await session.close()
            return PlainTextResponse("El programa no responde ahora mismo · The program does not answer just now", 502)
        answer = StreamingResponse(_read(page, session), page.status)
        answer.raw_headers = [
            (name.lower().encode(), _loosened(name, value).encode())
            for name, value in page.headers.items()
            if name.lower() not in _OURS
        ]
        return answer

    return Starlette(routes=[Route("/{path:path}", hand_on, methods=METHODS)])


async def _asked(
    session: aiohttp.ClientSession, desk: str, request: Request, patience: float
) -> aiohttp.ClientResponse:
    """Waits for a desk that is starting; what it had in hand when it was killed is asked once more, if that does nothing."""
    query = f"?{request.url.query}" if request.url.query else ""
    headers = [(name, value) for name, value in request.headers.items() if name not in _THEIRS]
    until = asyncio.get_running_loop().time() + patience
    while True:
        body = request.stream() if request.method == "POST" else None
        try:
            return await session.request(
                request.method, f"{desk}{request.url.path}{query}", headers=headers, data=body, allow_redirects=False
            )
        except aiohttp.ClientError as error:
            again = body is None or isinstance(error, aiohttp.ClientConnectorError)
            if not again or asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(PAUSE)


async def _read(page: aiohttp.ClientResponse, session: aiohttp.ClientSession) -> AsyncIterator[bytes]:
    """Also when nobody listens any more, as when a frame turns to another page, the line is let go."""
    try:
        async for piece in page.content.iter_any():
            yield piece
    finally:
        page.close()
        await session.close()


def _loosened(name: str, value: str) -> str:
    """What a page may load stays as the desk says; only who may frame it is loosened, here, on this machine."""
    if name.lower() != "content-security-policy":
        return value
    kept = [rule for rule in value.split("; ") if not rule.startswith("frame-ancestors")]
    return "; ".join([*kept, "frame-ancestors http://localhost:* http://127.0.0.1:*"])
