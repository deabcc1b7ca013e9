"""The stand-in on HTTP: the Bot API under `/bot<token>/`, its files, the demo's controls and the page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.control import Controls
from bot.sandbox.desk import Desk
from bot.sandbox.slack.control import Controls as SlackControls
from bot.sandbox.slack.web import Slack
from bot.sandbox.slack.world import World as SlackWorld
from bot.sandbox.telegram.answer import answer
from bot.sandbox.telegram.files import DOWNLOAD_LIMIT, UPLOAD_LIMIT
from bot.sandbox.telegram.parameters import Upload
from bot.sandbox.telegram.refusals import TOO_LARGE, UNAUTHORIZED, Refusal, bad
from bot.sandbox.telegram.webhook import Courier
from bot.sandbox.telegram.world import World
from bot.sandbox.tricks import played

PAGE = Path(__file__).parent / "page"
# What the rest of a request may weigh beside the file in it (bytes).
_ENVELOPE = 1024 * 1024


def _json(status: int, body: Mapping[str, object]) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


async def _parameters(request: Request) -> tuple[dict[str, object], dict[str, Upload]]:
    """The values of a call from wherever they may stand: the query, a form, a multipart body or JSON."""
    given: dict[str, object] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if int(request.headers.get("content-length") or 0) > UPLOAD_LIMIT + _ENVELOPE:
        raise TOO_LARGE
    if kind == "application/json":
        return given | _object(await request.body()), {}
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return given, {}
    uploads = {}
    async with request.form(max_part_size=_ENVELOPE) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                mime = value.content_type or "application/octet-stream"
                uploads[name] = Upload(value.filename or "file", await value.read(), mime)
            else:
                given[name] = value
    return given, uploads


def _object(body: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(body or b"{}", type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        raise bad("can't parse JSON object") from None


class BotApi:
    """The two addresses a bot knows."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def method(self, request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        try:
            given, uploads = await _parameters(request)
        except Refusal as refusal:
            return _json(refusal.code, refusal.body())
        result = await answer(self.world, method, given, uploads, token=token)
        if result.trick is not None:
            return played(result.trick, self.world, result.status)
        return _json(result.status, result.body)

    async def file(self, request: Request) -> Response:
        if request.path_params["token"] != self.world.token:
            return _json(401, UNAUTHORIZED.body())
        file = self.world.files.at(request.path_params["path"])
        if file is None or file.size > DOWNLOAD_LIMIT:
            return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return Response(file.data, media_type="application/octet-stream")


def build(world: World, desk: Desk | None = None, slack: SlackWorld | None = None) -> Starlette:
    """The whole stand-in as an application; `desk` is the program behind the bot, when the demo owns it."""
    bot, controls, workspace = BotApi(world), Controls(world, desk), Slack(slack or SlackWorld())

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        courier = asyncio.create_task(Courier(world).run())
        try:
            async with workspace.running():
                yield
        finally:
            courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await courier

    both = ["GET", "POST"]
    routes: list[BaseRoute] = [
        *workspace.routes(),
        Mount("/sandbox", routes=[*SlackControls(workspace.world).routes(), *controls.routes()]),
        Route("/{prefix:path}file/bot{token}/{path:path}", bot.file),
        Route("/{prefix:path}bot{token}/{method}", bot.method, methods=both),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def build_slack(slack: SlackWorld) -> Starlette:
    """Slack alone, for those who have nothing to do with the rest."""
    workspace = Slack(slack)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with workspace.running():
            yield

    routes = [*workspace.routes(), Mount("/sandbox", routes=SlackControls(slack).routes())]
    return Starlette(routes=routes, lifespan=lifespan)
