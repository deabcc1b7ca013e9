"""Slack on HTTP: the Web API, the hosts of its files, response URLs, the installation page, and the socket."""

import asyncio
import base64
import binascii
import contextlib
import html
import secrets
from collections.abc import AsyncIterator, Sequence
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.sandbox.slack.answer import answer
from bot.sandbox.slack.courier import Courier
from bot.sandbox.slack.files import UPLOAD_LIMIT
from bot.sandbox.slack.parameters import Call
from bot.sandbox.slack.shapes import Json, things, word
from bot.sandbox.slack.world import Identity, Team, World
from bot.sandbox.tricks import played

_LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Sandbox</body></html>"


class Slack:
    """Everything below `/slack/`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[BaseRoute]:
        both = ["GET", "POST"]
        return [
            Route("/slack/api/{method}", self.method, methods=both),
            Route("/slack/upload/v1/{place}", self.upload, methods=["POST", "PUT"]),
            Route("/slack/files-pri/{place}/download/{name}", self.file),
            Route("/slack/files-pri/{place}/{name}", self.file),
            Route("/slack/login", _login),
            Route("/slack/hooks/{team}/{name}", self.hook, methods=["POST"]),
            Route("/slack/oauth/v2/authorize", self.authorize, methods=both),
            Route("/slack/openid/connect/authorize", self.identify, methods=both),
            WebSocketRoute("/slack/link/", self.world.sockets.link),
        ]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this holds, events and gestures are carried to the app."""
        courier = asyncio.create_task(Courier(self.world).run())
        try:
            yield
        finally:
            courier.cancel()
            await asyncio.gather(courier, return_exceptions=True)

    async def method(self, request: Request) -> Response:
        given = await _given(request)
        header = request.headers.get("authorization", "")
        token = (
            header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else str(given.get("token") or "")
        )
        world = self._opened_by(token, str(given.get("code", "")))
        result = await answer(world, Call(request.path_params["method"], given, token, _client(header)))
        if result.trick is not None:
            return played(result.trick, self.world, result.status)
        body = msgspec.json.encode(result.body)
        return Response(body, result.status, dict(result.headers), media_type="application/json")

    def _opened_by(self, token: str, code: str) -> World:
        """A token and a code belong to one workspace."""
        known = (one for one in self._everywhere() if token in one.tokens or code in one.codes)
        return next(known, self.world)

    def _everywhere(self) -> list[World]:
        return [self.world, *self.world.neighbours]

    def _at(self, place: str) -> tuple[World, str]:
        """The workspace, and what follows its id."""
        team, _, rest = place.partition("-")
        return next((one for one in self._everywhere() if one.team.id == team), self.world), rest

    # files --------------------------------------------------------------------

    async def upload(self, request: Request) -> Response:
        """The bytes themselves, raw or as a form; the real host answers `OK - <size>`."""
        world, name = self._at(request.path_params["place"])
        file = world.files.stored.get(name)
        if file is None or file.complete:
            return PlainTextResponse("Not Found", 404)
        fault = world.faults.meet("upload", None)
        if fault is not None:
            return (
                Response("Internal Server Error", 500)
                if not isinstance(fault.answer, str)
                else played(fault.answer, self.world, 502)
            )
        data = await _bytes(request)
        if len(data) > UPLOAD_LIMIT or len(data) != file.expected:
            return PlainTextResponse(f"Bad Request: {len(data)} bytes instead of {file.expected}", 400)
        file.data = data
        self.world.changed.ring()
        return PlainTextResponse(f"OK - {len(data)}")

    async def file(self, request: Request) -> Response:
        """With a token that may read files: the bytes. To everybody else the page to sign in, as Slack does."""
        world, name = self._at(request.path_params["place"])
        file = world.files.stored.get(name)
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        known = token in world.tokens and token not in world.revoked
        if not known or "files:read" not in world.app.scopes:
            return RedirectResponse("/slack/login", 302)
        fault = world.faults.meet("file", None)
        if fault is not None:
            if isinstance(fault.answer, str):
                return played(fault.answer, self.world, 502)
            return Response(b"", fault.answer.status if fault.answer.status != 200 else 403, fault.answer.headers())
        if file is None or file.deleted:
            return PlainTextResponse("Not Found", 404)
        return Response(file.data, media_type=file.mime)

    # what else ------------------------------------------------------------------

    async def hook(self, request: Request) -> Response:
        """A response_url: answers where something was pressed or said."""
        world, _ = self._at(request.path_params["team"])
        found = world.hooks.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("expired_url", 404)
        body = msgspec.json.decode(await request.body() or b"{}", type=Json)
        user, channel, ts = found
        if body.get("delete_original") or body.get("replace_original"):
            world.channels[channel].unwhisper(user, ts)
        if body.get("delete_original"):
            return PlainTextResponse("ok")
        public = body.get("response_type") == "in_channel"
        world.hear(user, channel, word(body, "text"), things(body.get("blocks")), public=public)
        return PlainTextResponse("ok")

    async def authorize(self, request: Request) -> Response:
        """The page that asks whether the app may be installed, and where; Allow leads back with a code, Cancel without."""
        asked = dict(request.query_params)
        if asked.get("client_id") != self.world.app.client_id:
            return HTMLResponse("<h1>Invalid client_id parameter</h1>", 400)
        if request.method == "GET":
            return HTMLResponse(_asking(self.world.app.name, [one.team for one in self._everywhere()]))
        async with request.form() as chosen:
            given = {name: str(value) for name, value in chosen.items()}
        back = {"error": "access_denied"} if "cancel" in given else {"code": secrets.token_hex(12)}
        if "code" in back:
            self._at(given.get("team", ""))[0].codes[back["code"]] = asked.get("scope", "")
        back |= {"state": asked["state"]} if "state" in asked else {}
        return RedirectResponse(f"{asked.get('redirect_uri', '/')}?{urlencode(back)}", 303)

    async def identify(self, request: Request) -> Response:
        """The page of Sign in with Slack: whoever is chosen in it comes back with a code for their name."""
        asked = dict(request.query_params)
        if asked.get("client_id") != self.world.app.client_id:
            return HTMLResponse("<h1>Invalid client_id parameter</h1>", 400)
        if request.method == "GET":
            people = "".join(
                f'<button name="person" value="{html.escape(one.id)}">{html.escape(one.name)}</button>'
                for one in self.world.people.values()
            )
            return HTMLResponse(f"<title>Slack</title><h1>Sign in as</h1><form method=post>{people}</form>")
        async with request.form() as form:
            person = str(form.get("person", ""))
        code = secrets.token_hex(12)
        self.world.identities[code] = Identity(person, asked.get("nonce", ""), asked.get("redirect_uri", ""))
        back = {"code": code, "state": asked.get("state", "")}
        return RedirectResponse(f"{asked.get('redirect_uri', '/')}?{urlencode(back)}", 303)


def _asking(app: str, teams: Sequence[Team]) -> str:
    name, team = html.escape(app), html.escape(teams[0].name)
    choices = "".join(f'<option value="{one.id}">{html.escape(one.name)}</option>' for one in teams)
    choice = f'<select name="team" aria-label="Workspace">{choices}</select>' if len(teams) > 1 else ""
    buttons = '<button>Allow</button><button name="cancel" value="1">Cancel</button>'
    ask = f"<title>{name}</title><h1>{name} is requesting access to {team}</h1>"
    return f'{ask}<form method="post">{choice}{buttons}</form>'


async def _login(_request: Request) -> Response:
    return HTMLResponse(_LOGIN)


def _client(header: str) -> tuple[str, str] | None:
    if not header.startswith("Basic "):
        return None
    with contextlib.suppress(binascii.Error, UnicodeDecodeError):
        name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        return name, secret
    return None


async def _given(request: Request) -> dict[str, object]:
    """The values of a call from wherever they may stand: the query, a form, or JSON."""
    given: dict[str, object] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        with contextlib.suppress(msgspec.DecodeError):
            return given | msgspec.json.decode(await request.body() or b"{}", type=dict[str, object])
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            given |= {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return given


async def _bytes(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await request.body()
    async with request.form() as form:
        parts = [part for part in form.values() if isinstance(part, UploadFile)]
        return await parts[0].read() if parts else b""
