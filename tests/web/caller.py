"""Another system that asks our API, and minds that it is answered as it was told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.desk.ticket import Ticket
from tests.web.door import Room, furnished, served

TOKEN = "a token of more than thirty-two signs"


@dataclass
class Caller:
    """A program of somebody else's."""

    room: Room
    base: str
    token: str = TOKEN

    async def ask(
        self, method: str, path: str, body: object = None, /, *, raw: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"authorization": f"Bearer {self.token}", "content-type": "application/json", **named}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.base + path, data=data, headers=given) as answer,
        ):
            kind, content = answer.content_type, await answer.read()
            if answer.status >= 400:
                assert kind == "application/problem+json"
                assert json.loads(content)["status"] == answer.status
            return answer.status, json.loads(content) if "json" in kind else content

    async def get(self, path: str) -> tuple[int, Any]:
        return await self.ask("GET", path)

    async def does(self, path: str, /, **body: object) -> tuple[int, Any]:
        return await self.ask("POST", path, body)


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    room = furnished(tmp_path)
    async with served(room.build(api_token=TOKEN)) as base:
        yield Caller(room, base)
    room.store.close()


async def opened(caller: Caller, code: str = "SUP-1", **more: Any) -> Ticket:
    return await caller.room.ticket(f"public-{code:-<12}", code, **more)
