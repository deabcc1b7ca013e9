"""A small Web API of Slack and a small desk, with the real channel between them."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

from bot.channels import Busy, Sheet, Took
from bot.events import Event

TOKEN = "xoxb-a-secret-nobody-may-see"
SECRET = "a-signing-secret"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATIENCE = 20.0
"""Seconds for what takes three by itself, on a machine that is busy."""
Behave = Callable[[web.Request], web.StreamResponse]
SCOPES = (
    "channels:history,channels:read,chat:write,commands,files:read,files:write,groups:history,groups:read,"
    "im:history,im:read,im:write,reactions:read,users:read"
)


class WebApi:
    """Answers as Slack does; `then` queues other answers for a method, one for each call."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.bearers: list[str] = []
        self.uploads: list[bytes] = []
        self.members = ["UBEA"]
        self.archived: set[str] = set()
        self.names: dict[str, str] = {}
        """What people are called who are not called Ana."""
        self.messages: list[dict[str, Any]] = []
        self.files: dict[str, Behave] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.acks: list[dict[str, Any]] = []
        self.scopes = SCOPES
        self._rung = asyncio.Event()
        self._then: defaultdict[str, deque[Any]] = defaultdict(deque)
        self._number = 0

    def then(self, method: str, answer: Any) -> None:
        """A word is refused with; "cut" closes the line; an event hangs until it is set; (status, headers, body)."""
        self._then[method].append(answer)

    def made(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    async def until(self, check: Callable[[], Any]) -> Any:
        async with asyncio.timeout(5):
            while not check():
                self._rung.clear()
                await self._rung.wait()
        return check()

    async def called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = dict(await (request.json() if request.content_type == "application/json" else request.post()))
        self.calls.append((method, params))
        self.bearers.append(request.headers.get("Authorization", ""))
        self._rung.set()
        if self._then[method]:
            return await self._scripted(request, self._then[method].popleft(), method, params)
        if params.get("channel") in self.archived:
            return web.json_response({"ok": False, "error": "is_archived"})
        answer = web.json_response({"ok": True, **self._result(method, params)})
        answer.headers["x-oauth-scopes"] = self.scopes
        return answer

    async def file(self, request: web.Request) -> web.StreamResponse:
        self.bearers.append(request.headers.get("Authorization", ""))
        return self.files[request.match_info["name"]](request)

    async def uploaded(self, request: web.Request) -> web.StreamResponse:
        self.uploads.append(await request.read())
        return web.Response(text="OK")

    async def socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        self.sockets.append(socket)
        self._rung.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acks.append(json.loads(message.data))
                self._rung.set()
        self._rung.set()
        return socket

    async def _scripted(
        self, request: web.Request, answer: Any, method: str, params: dict[str, Any]
    ) -> web.StreamResponse:
        match answer:
            case "taken, then cut":
                self._result(method, params)
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            case str():
                return web.json_response({"ok": False, "error": answer})
            case (int(status), dict(headers), body):
                return web.Response(status=status, headers=headers, text=body)
            case asyncio.Event():
                await answer.wait()
                answer = self._result(method, params)
        return web.json_response({"ok": True, **(answer if isinstance(answer, dict) else {})})

    def _result(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "auth.test":
                us = {"user_id": "UBOT", "user": "conserje", "bot_id": "B1"}
                return {"team_id": "T1", "team": "Acme", "url": "https://acme.slack.com/", **us}
            case "users.info":
                name = self.names.get(params["user"])
                profile = {"display_name": "Ana", "real_name": "Ana Ruiz"} if name is None else {"display_name": name}
                team = {"UGUEST": "T9"}.get(params["user"])
                who = {
                    "id": params["user"],
                    "team_id": team,
                    "is_bot": params["user"] == "UBOT",
                    "deleted": params["user"] == "UGONE",
                }
                return {"user": {**who, "locale": "es-ES", "profile": profile}}
            case "conversations.open":
                return {"channel": {"id": f"D{params['users'][1:]}"}}
            case "conversations.members":
                return {"members": self.members, "response_metadata": {"next_cursor": ""}}
            case "conversations.info":
                return {"channel": {"id": params["channel"], "name": "support", "is_member": True}}
            case "conversations.history" | "conversations.replies":
                return {"messages": self.messages}
            case "chat.postMessage":
                return self._posted(params)
            case "chat.update":
                return {"channel": params["channel"], "ts": params["ts"]}
            case _:
                return self._filed(method, params)

    def _posted(self, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        ts = f"1700000000.{self._number:06d}"
        self.messages.insert(0, {"ts": ts, "bot_id": "B1", "user": "UBOT", "metadata": params.get("metadata")})
        return {"channel": params["channel"], "ts": ts}

    def _filed(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "apps.connections.open":
                return {"url": f"{self.url}/socket".replace("http://", "ws://")}
            case "oauth.v2.access":
                return {"access_token": "xoxb-of-another", "team": {"id": "T9", "name": "Globex"}}
            case "files.getUploadURLExternal":
                self._number += 1
                return {"upload_url": f"{self.url}/upload/{self._number}", "file_id": f"F{self._number}"}
            case "files.completeUploadExternal":
                files = [{"id": f["id"], "name": f["title"], "size": 3} for f in params["files"]]
                self.messages.insert(0, {"ts": "1700000000.000900", "bot_id": "B1", "files": files})
                return {"files": files}
            case "files.info":
                return {"file": {"id": params["file"], "shares": {"private": {"DANA": [{"ts": "1700000000.000900"}]}}}}
        return {}


class Desk:
    """What the channel hands its events to; it can be busy, slow, and hand out a form."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.busy = 0
        self.runs = 0
        self.gate: asyncio.Event | None = None
        self.sheet: Sheet | None = None
        self._rung = asyncio.Event()

    async def until(self, count: int) -> list[Event]:
        async with asyncio.timeout(PATIENCE):
            while len(self.events) < count:
                self._rung.clear()
                await self._rung.wait()
        return self.events

    async def take(self, event: Event) -> Took:
        self.runs += 1
        if self.busy:
            self.busy -= 1
            raise Busy
        if self.gate:
            await self.gate.wait()
        self.events.append(event)
        self._rung.set()
        return Took(sheet=self.sheet)


class Kept:
    """Tokens of workspaces, as the store keeps them: sealed."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.at = 0.0

    async def sealed(self, team: str, /) -> str:
        return self.rows.get(team, "")

    async def teams(self) -> Sequence[str]:
        return tuple(self.rows)

    async def keep(self, team: str, sealed: str, /) -> None:
        self.rows[team] = sealed

    async def forget(self, team: str, before: float, /) -> bool:
        return self.at < before and self.rows.pop(team, None) is not None


# -- what Slack sends ------------------------------------------------------------------------------


def event(number: int, **inner: Any) -> dict[str, Any]:
    authorizations = [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}]
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": f"Ev{number}",
        "event_time": 1700000000,
        "authorizations": authorizations,
        "event": inner,
    }


def wrote(number: int, text: str, **more: Any) -> dict[str, Any]:
    plain = {
        "type": "message",
        "channel": "DANA",
        "channel_type": "im",
        "user": "UANA",
        "ts": f"1700000000.{number:06d}",
    }
    return event(number, **{**plain, "text": text, **more})


def pressed(value: str = "ticket.7|claim", channel: str = "CTEAM", **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "UBEA", "username": "bea", "team_id": "T1"},
        "team": {"id": "T1"},
        "trigger_id": "1.2.abc",
        "container": {"type": "message", "message_ts": "1700000000.000007", "channel_id": channel},
        "channel": {"id": channel, "name": "support"},
        "message": {"ts": "1700000000.000007", "bot_id": "B1"},
        "actions": [{"type": "button", "action_id": "b0", "value": value}],
        **more,
    }


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def interaction(payload: dict[str, Any]) -> bytes:
    return form(payload=json.dumps(payload))


def signed(body: bytes, *, secret: str = SECRET, at: float | str | None = None) -> dict[str, str]:
    stamp = str(int(NOW.timestamp())) if at is None else str(at)
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac}"}
