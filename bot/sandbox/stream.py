"""Tells the page what changes, as server-sent events; and lets only our own page give orders."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TypeVar

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.sandbox.samples import SAMPLES, sample
from bot.sandbox.scene import Scene

# Seconds between two signs of life on an idle event stream.
HEARTBEAT = 15
# What the page wants to know with an event, beside the event itself.
More = Callable[[Mapping[str, object]], Mapping[str, object]]
O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741


def json(body: object) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"Cache-Control": "no-store"})


def own_page_only(request: Request) -> None:
    """Pages of other sites may not play with the demo of somebody who has it open."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise HTTPException(403)


def events(scene: Scene, more: More) -> Response:
    stream = _stream(scene, more)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _stream(scene: Scene, more: More) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear(event: dict[str, object]) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    scene.listeners.add(hear)
    scene.changed.ring()
    try:
        yield b"retry: 700\n\n"
        while not scene.closing:
            yield await _next(queue, more)
    finally:
        scene.listeners.discard(hear)


async def _next(queue: "asyncio.Queue[dict[str, object]]", more: More) -> bytes:
    try:
        async with asyncio.timeout(HEARTBEAT):
            event = await queue.get()
    except TimeoutError:
        return b": still here\n\n"
    return b"data: " + msgspec.json.encode({**event, **more(event)}) + b"\n\n"


def act(kind: type[O], action: Callable[[O], object]) -> Callable[[Request], object]:
    """An endpoint that reads an order of this kind and carries it out."""

    async def endpoint(request: Request) -> Response:
        own_page_only(request)
        try:
            order = msgspec.json.decode(await request.body() or b"{}", type=kind)
        except msgspec.DecodeError as wrong:
            raise HTTPException(400, str(wrong)) from None
        return json(action(order))

    return endpoint


def order_of(kind: type[O], form: FormData) -> O:
    known = {name: value for name, value in form.items() if name in kind.__struct_fields__ and value != ""}
    return msgspec.convert(known, kind, strict=False)


async def contents(form: FormData) -> list[tuple[str, bytes]]:
    """The files of a form, and the sample pictures it names."""
    files = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
    found = [(part.filename or "file", await part.read()) for part in files]
    return found + [(f"{name}.png", sample(name)) for name in map(str, form.getlist("samples")) if name in SAMPLES]
