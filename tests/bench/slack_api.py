"""Slack's Web API as far as a load needs it: answers at once, and remembers nothing."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from time import perf_counter

from tests.bench.api import Api, Call, Hooks
from tests.bench.crowd import Customer
from tests.bench.slack_script import TEAM, is_press, stamp

ANSWERS = frozenset({"chat.postMessage", "chat.update"})
OURSELVES = {
    "ok": True,
    "team_id": "T1",
    "team": "Bench",
    "user_id": "UDESK",
    "user": "desk",
    "bot_id": "B1",
    "url": "x",
}

_PERSON = re.compile(rb'"channel": ?"D(\d+)"')
_EDITED = re.compile(rb'"ts": ?"\d+\.(\d+)"')
_USER = re.compile(rb"(?:user|users)(?:=|\": ?\")U?(\w+)")


class SlackApi(Api):
    """`heard`: sees every call, its method, its body and the number of the message that came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Callable[[str, bytes, int], None] = _ignored

    def called(self, method: str, body: bytes, call: Call) -> None:
        self.calls[method] += 1
        edited = _EDITED.search(body) if method == "chat.update" else None
        message = int(edited[1]) if edited else next(self._numbers)
        call.answer(json.dumps(self._found(method, body, message)).encode())
        if method in ANSWERS and (person := _PERSON.search(body)):
            self.crowd.answered(int(person[1]), message)
        self.heard(method, body, message)

    def _found(self, method: str, body: bytes, message: int) -> dict[str, object]:
        match method:
            case "auth.test":
                return OURSELVES
            case "users.info":
                profile = {"display_name": "Ana", "real_name": "Ana Ruiz"}
                return {"ok": True, "user": {"id": _user(body), "locale": "es-ES", "profile": profile}}
            case "conversations.open":
                return {"ok": True, "channel": {"id": f"D{_user(body)}"}}
            case "conversations.members":
                return {"ok": True, "members": ["UBEA"], "response_metadata": {"next_cursor": ""}}
            case "files.getUploadURLExternal":
                return {"ok": True, "upload_url": f"{self.url}/upload/taken", "file_id": f"F{message}"}
            case "files.info":
                return {"ok": True, "file": {"id": "F1", "shares": {"public": {TEAM: [{"ts": stamp(message)}]}}}}
            case "chat.postMessage" | "chat.update":
                person = _PERSON.search(body)
                channel = f"D{person[1].decode()}" if person else TEAM
                return {"ok": True, "channel": channel, "ts": stamp(message), "message": {}}
        return {"ok": True}


class Acks(Hooks):
    """As its parent; and notes how long it took until each press was acknowledged.

    Not of events: Bolt acknowledges most of them before it has begun, so that they say nothing of the others.
    """

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.seconds: list[float] = []
        self._since: dict[int, float] = {}

    def bring(self, customer: Customer, update: bytes) -> None:
        if is_press(update):
            self._since[customer.number] = perf_counter()
        super().bring(customer, update)

    def _taken(self, number: int, _body: bytes) -> None:
        """What is in an acknowledgement of Slack is no answer."""
        if since := self._since.pop(number, 0.0):
            self.seconds.append(perf_counter() - since)
        super()._taken(number, b"")


async def listens(api: Api) -> None:
    """Until the program's door is open; Slack is told of it by hand."""
    while True:
        try:
            _, writer = await asyncio.open_connection(*api.webhook.place)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


def _user(body: bytes) -> str:
    found = _USER.search(body)
    return found[1].decode() if found else ""


def _ignored(_method: str, _body: bytes, _message: int) -> None:
    """Nobody wants to know."""
