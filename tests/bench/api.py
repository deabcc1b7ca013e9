"""The Bot API as far as a load needs it: answers at once, or after a while, and remembers nothing.

The stand-in of `bot/sandbox` knows the Bot API's rules and is slower than what is measured here.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from functools import partial
from io import BytesIO
from itertools import count
from time import perf_counter
from typing import Any, cast
from urllib.parse import parse_qs

import httptools
from PIL import Image

from tests.bench.crowd import Crowd, Customer
from tests.bench.hook import Hook, Webhook

TOKEN = "7:bench-bench-bench"
TEAM = -1_000_000_000_007
ANSWERS = frozenset({"sendMessage", "editMessageText"})
ME = {"id": 7, "is_bot": True, "first_name": "Desk", "username": "bench_bot"}

_CHAT = re.compile(rb'chat_id"?[:=] ?(-?\d+)')
_TIMEOUT = re.compile(rb'timeout"?[:=] ?[1-9]')
_MESSAGE = re.compile(rb'message_id"?[:=] ?(\d+)')


def _picture() -> bytes:
    kept = BytesIO()
    Image.radial_gradient("L").resize((320, 320)).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


class Api:
    """One bot's Bot API. Whoever is in the crowd hears what the bot says."""

    def __init__(self) -> None:
        self.url = ""
        self.delay = 0.0
        """Seconds until a call is answered."""
        self.crowd = Crowd(0, ())
        self.webhook = Webhook("", "")
        self.calls: defaultdict[str, int] = defaultdict(int)
        self._firsts: dict[str, asyncio.Future[float]] = {}
        self._numbers = count(1)
        self._updates: list[bytes] = []
        self._poll: Call | None = None
        self.picture = _picture()

    async def open(self) -> None:
        server = await asyncio.get_running_loop().create_server(lambda: Call(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def forget(self) -> None:
        """For the next bot."""
        self.calls.clear()
        self._firsts.clear()
        self._updates.clear()
        self._poll, self.delay, self.crowd = None, 0.0, Crowd(0, ())

    def first(self, method: str) -> asyncio.Future[float]:
        """When that method is called for the first time (`perf_counter`)."""
        return self._firsts.setdefault(method, asyncio.get_running_loop().create_future())

    def called(self, method: str, body: bytes, call: Call) -> None:
        self.calls[method] += 1
        first = self.first(method) if self.calls[method] == 1 else None
        if first and not first.done():
            first.set_result(perf_counter())
        if method == "getUpdates":
            self._polled(body, call)
            return
        chat, message = self._heard(method, body)
        self._answer(call, self._result(method, body, chat, message))
        if method in ANSWERS:
            self.crowd.answered(chat, message)

    def _heard(self, method: str, body: bytes) -> tuple[int, int]:
        """The chat, and the message that came of it."""
        chat = _CHAT.search(body)
        edited = _MESSAGE.search(body) if method.startswith("edit") else None
        return int(chat[1]) if chat else TEAM, int(edited[1]) if edited else next(self._numbers)

    def _result(self, method: str, body: bytes, chat: int, message: int) -> bytes:
        if method.startswith(("send", "edit")):
            return b'{"message_id":%d,"date":1795000000,"chat":{"id":%d,"type":"private"}}' % (message, chat)
        match method:
            case "setWebhook":
                self.webhook = _webhook(body)
            case "getMe":
                return json.dumps(ME).encode()
            case "createForumTopic":
                return b'{"message_thread_id":%d,"name":"topic","icon_color":7322096}' % message
            case "getFile":
                return b'{"file_id":"large","file_unique_id":"large","file_path":"photos/1.jpg"}'
        return b"true"

    def _answer(self, call: Call, result: bytes) -> None:
        answer = b'{"ok":true,"result":%s}' % result
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, call.answer, answer)
        else:
            call.answer(answer)

    # -- updates ---------------------------------------------------------------------------------------

    def queue(self, customer: Customer, update: bytes) -> None:
        """By polling; what is handed over in one go is fetched in one go."""
        self._updates.append(update)
        self.crowd.taken(customer)
        if self._poll:
            asyncio.get_running_loop().call_soon(self._serve)

    def _polled(self, body: bytes, call: Call) -> None:
        self._poll = call
        if self._updates or not _TIMEOUT.search(body):
            self._serve()

    def lost(self, call: Call) -> None:
        """Whoever has gone gets no updates."""
        if self._poll is call:
            self._poll = None

    def _serve(self) -> None:
        if self._poll:
            poll, self._poll = self._poll, None
            batch, self._updates = self._updates[:100], self._updates[100:]
            poll.answer(b'{"ok":true,"result":[%s]}' % b",".join(batch))


class Hooks:
    """A connection for each customer of a crowd."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._hooks: dict[int, Hook] = {}
        self._customers: dict[int, Customer] = {}

    async def open(self, size: int) -> None:
        for number in range(size):
            self._hooks[number] = await Hook.open(self._api.webhook, partial(self._taken, number))

    def bring(self, customer: Customer, update: bytes) -> None:
        self._customers[customer.number] = customer
        self._hooks[customer.number].bring(update)

    def close(self) -> None:
        for hook in self._hooks.values():
            hook.close()

    @property
    def refused(self) -> int:
        return sum(hook.refused for hook in self._hooks.values())

    def _taken(self, number: int, body: bytes) -> None:
        customer = self._customers[number]
        if b'"sendMessage"' in body:  # an answer in the webhook's own response
            self._api.crowd.answered(customer.chat, 1)
        self._api.crowd.taken(customer)


class Call(asyncio.Protocol):
    """One connection of the bot to the Bot API."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._body = b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self._api.lost(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url, self._body = url, b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        path, _, query = self._url.partition(b"?")
        if path.startswith(b"/file/"):
            self.answer(self._api.picture, b"image/jpeg")
        else:
            self._api.called(path.rpartition(b"/")[2].decode(), self._body or query, self)

    def answer(self, body: bytes, kind: bytes = b"application/json") -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
        self._transport.write(head + body)


def _webhook(body: bytes) -> Webhook:
    given: dict[str, Any]
    if body.startswith(b"{"):
        given = json.loads(body)
    else:
        given = {name: words[0] for name, words in parse_qs(body.decode()).items()}
    return Webhook(given["url"], given.get("secret_token", ""))
