"""A small Bot API and a small desk, with the real channel between them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.channels import Busy, Took
from bot.dialogue.words import Chose, Command, Said
from bot.events import Event, Left, Message

TOKEN = "7:a-secret-nobody-may-see"
Behave = Callable[[web.Request], Any]


class BotApi:
    """Answers as the Bot API does; `then` queues other answers for a method, one for each call."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.uploads: dict[str, bytes] = {}
        self.updates: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        self.files: dict[str, Behave] = {}
        self._rung = asyncio.Event()
        self._then: defaultdict[str, deque[tuple[int, Any]]] = defaultdict(deque)

    def then(self, method: str, status: int, answer: Any) -> None:
        self._then[method].append((status, answer))

    def refuse(self, method: str, code: int, words: str, **parameters: int) -> None:
        self.then(method, code, {"ok": False, "error_code": code, "description": words, "parameters": parameters})

    def push(self, *updates: dict[str, Any]) -> None:
        self.updates += updates
        self.news.set()

    def made(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    async def until(self, method: str, times: int = 1) -> list[dict[str, Any]]:
        async with asyncio.timeout(5):
            while len(self.made(method)) < times:
                self._rung.clear()
                await self._rung.wait()
        return self.made(method)

    async def called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await self._params(request)
        self.calls.append((method, params))
        self._rung.set()
        if self._then[method]:
            return await self._scripted(request, *self._then[method].popleft())
        return web.json_response({"ok": True, "result": await self._result(method, params)})

    async def file(self, request: web.Request) -> web.StreamResponse:
        made = self.files[request.match_info["path"]](request)
        assert isinstance(made, web.StreamResponse)
        return made

    async def _params(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(await request.json())
        params: dict[str, Any] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                self.uploads[name] = value.file.read()
                params[name] = (value.filename, value.content_type)
            else:
                params[name] = json.loads(str(value)) if str(value)[:1] in "[{-0123456789" else value
        return params

    async def _scripted(self, request: web.Request, status: int, answer: Any) -> web.StreamResponse:
        match answer:
            case "cut":
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            case str():
                return web.Response(status=status, text=answer, headers={"Location": f"{self.url}/elsewhere"})
            case asyncio.Event():
                await answer.wait()
                return web.json_response({"ok": True, "result": {"message_id": 5}})
            case _:
                return web.json_response(answer, status=status)

    async def _result(self, method: str, params: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return {"id": 7, "is_bot": True, "first_name": "Desk", "username": "ourbot"}
            case "getUpdates":
                return await self._new(params.get("offset", 0))
            case "getChatMember":
                return {"status": "member", "user": {"id": params["user_id"]}}
            case "createForumTopic":
                return {"message_thread_id": 300, "name": params["name"], "icon_color": 1}
            case "sendMediaGroup":
                return [{"message_id": 5 + n} for n, _ in enumerate(params["media"])]
            case "getFile":
                return {"file_id": params["file_id"], "file_path": params["file_id"]}
            case "sendMessage" | "sendPhoto" | "sendDocument" | "sendVideo" | "sendAudio" | "sendVoice":
                return {"message_id": 5, "date": 1, "chat": {"id": params["chat_id"]}, "text": "x"}
            case _:
                return True

    async def _new(self, offset: int) -> list[dict[str, Any]]:
        """Waits for news as a long poll does; what lies below the offset is forgotten."""
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        if not self.updates:
            self.news.clear()
            await self.news.wait()
        return self.updates[:100]


def said(number: int, text: str, chat: int = 42) -> dict[str, Any]:
    user = {"id": chat, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": number, "from": user, "chat": {"id": chat, "type": "private"}, "date": 1, "text": text}
    return {"update_id": number, "message": message}


def pressed(number: int, data: str = "ticket.7|claim", chat_type: str = "private") -> dict[str, Any]:
    chat = {"id": 42 if chat_type == "private" else -100, "type": chat_type}
    user = {"id": 42, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": 6, "chat": chat, "date": 1}
    query = {"id": f"q{number}", "from": user, "message": message, "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": query}


class Desk:
    """What the channel hands its events to; it can be busy, slow, and whisper."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.events: list[Event] = []
        self.busy: dict[str, int] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.whispers = False
        self._rung = asyncio.Event()

    async def take(self, event: Event) -> Took:
        name = name_of(event)
        if self.busy.get(name, 0):
            self.busy[name] -= 1
            raise Busy
        if name in self.gates:
            await self.gates[name].wait()
        self.events.append(event)
        self.taken.append(name)
        self._rung.set()
        return Took(self.whispers)

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.taken) < count:
                self._rung.clear()
                await self._rung.wait()
        return self.taken


def name_of(event: Event) -> str:
    if isinstance(event, Left):
        return "left"
    assert isinstance(event, Message)
    match event.answer:
        case Said(text):
            return text
        case Chose(choice):
            return choice
        case Command(name):
            return name
