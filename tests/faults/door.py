"""The webhook's door, knocked at by hand: several at once, and with a watch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.telegram import World
from bot.sandbox.telegram.webhook import SECRET_HEADER


@dataclass(frozen=True)
class Heard:
    """How the door answered."""

    status: int
    retry_after: str
    seconds: float


class Door:
    """Where the program said that it wants its updates."""

    def __init__(self, world: World, session: aiohttp.ClientSession) -> None:
        hook = world.updates.webhook
        assert hook is not None
        self._url, self._headers, self._session = hook.url, {SECRET_HEADER: hook.secret}, session

    async def bring(self, update: Mapping[str, Any]) -> Heard:
        begun = time.monotonic()
        async with self._session.post(self._url, json=update, headers=self._headers) as answer:
            await answer.read()
            return Heard(answer.status, answer.headers.get("Retry-After", ""), time.monotonic() - begun)

    async def bring_all(self, updates: Sequence[Mapping[str, Any]]) -> list[Heard]:
        """At once."""
        return list(await asyncio.gather(*map(self.bring, updates)))


def words(number: int, chat: int, text: str, at: int) -> dict[str, Any]:
    """A private message as an update."""
    person = {"id": chat, "is_bot": False, "first_name": f"Cliente{chat}", "language_code": "es"}
    where = {"id": chat, "type": "private", "first_name": person["first_name"]}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": at, "chat": where, "from": person, "text": text},
    }
