"""Answers that are none: a line that is cut, one that stays silent, a proxy's page, half a JSON."""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import Trick
from bot.sandbox.scene import Scene

_BROKEN_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class _Cut(Response):
    """No answer: the connection is dropped."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        exchange: Any = getattr(receive, "__self__", None)  # uvicorn hands `receive` as a method of it
        exchange.transport.abort()
        await _disconnected(receive)


class _Hang(Response):
    """No answer: the connection stays open until the other side gives up, or the server stops."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        gone = asyncio.ensure_future(_disconnected(receive))
        while not gone.done() and not self.scene.closing:
            ring = asyncio.ensure_future(self.scene.changed.wait(None))
            await asyncio.wait({gone, ring}, return_when=asyncio.FIRST_COMPLETED)
            ring.cancel()
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def played(trick: Trick, scene: Scene, status: int) -> Response:
    match trick:
        case "before" | "after":
            return _Cut()
        case "hang" | "hang-after":
            return _Hang(scene)
        case "html":
            return Response(_BROKEN_PAGE, status, media_type="text/html")
        case "garbage":
            return Response(b'{"ok": tru', status, media_type="application/json")
