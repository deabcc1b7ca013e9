"""Socket Mode: Slack's payloads over a connection that we open. Each envelope is acknowledged after its commit.

slack_sdk's own client acknowledges from a queue, before anything is kept; so the connection is ours.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import msgspec
from msgspec import Raw

from bot.channels import Busy
from bot.channels.patience import persistently
from bot.channels.slack import shapes
from bot.channels.slack.decode import Unreadable, envelope, interaction, slash
from bot.channels.slack.guard import digest
from bot.channels.slack.line import Line
from bot.channels.slack.listen import Ear, Reply
from bot.channels.slack.people import TROUBLE
from bot.channels.slack.wire import Wire
from bot.outbox.retry import pauses

HEARTBEAT = 20.0
STEADY = 10.0
"""Seconds after which a connection was no failure."""
FAREWELL = 3.0
LINGER = 15.0
"""Seconds for which we listen to a connection that Slack is about to end: it does so some ten seconds after its word."""
LONG = 60.0
"""Seconds without a steady connection after which Slack may have given up on something."""
MOST_MESSAGE = 4 * 2**20

_log = logging.getLogger(__name__)


class Wrapped(shapes.Shape):
    """What comes over the connection."""

    type: str = ""
    envelope_id: str = ""
    payload: Raw = Raw(b"null")
    reason: str | None = None


class Ack(shapes.Shape, omit_defaults=True):
    envelope_id: str
    payload: Reply | None = None


_DECODER = msgspec.json.Decoder(Wrapped)


class Sockets:
    def __init__(self, wire: Wire, app_token: str, ear: Ear, missed: Callable[[], Awaitable[None]]) -> None:
        """`missed`: looks for what was said while there was no connection."""
        self._wire, self._line, self._ear, self._missed = wire, Line(wire, app_token), ear, missed
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._aside: set[asyncio.Task[None]] = set()
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def listen(self) -> None:
        """For ever: Slack lets every connection live for some hours, and says so before it ends it."""
        waits, ended = pauses(), math.inf
        try:
            while True:
                socket = self._socket = await persistently("Socket Mode", self._connected, TROUBLE)
                begun = time.monotonic()
                if begun - ended > LONG:
                    self._beside(self._missed())
                    ended = math.inf
                await self._serve(socket)
                self._beside(self._left(socket))
                now = time.monotonic()
                if now - begun < STEADY:
                    ended = min(ended, now)
                    await asyncio.sleep(next(waits))
                else:
                    waits, ended = pauses(), now
        finally:
            await self._close()

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        opened = await self._line.ask("apps.connections.open", {}, shapes.Connection)
        return await self._wire.session().ws_connect(
            opened.url, heartbeat=HEARTBEAT, proxy=self._wire.proxy, max_msg_size=MOST_MESSAGE
        )

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Until Slack asks us to come again, or the line is cut."""
        async for message in socket:
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                continue
            wrapped = _unwrapped(message.data)
            if wrapped is not None and wrapped.type == "disconnect":
                _log.info("Slack ends this connection: %s", wrapped.reason)
                return
            if wrapped is not None and wrapped.envelope_id:
                self._line_up(socket, wrapped)

    def _line_up(self, socket: aiohttp.ClientWebSocketResponse, wrapped: Wrapped) -> None:
        """In order within a chat; one chat does not wait for another."""
        payload = _payload(wrapped)
        lane = _chat(payload) or wrapped.envelope_id
        task = asyncio.ensure_future(self._heard(socket, wrapped, payload, self._lanes.get(lane)))
        self._lanes[lane] = task
        task.add_done_callback(lambda done: self._forget(lane, done))

    def _forget(self, lane: str, task: asyncio.Task[None]) -> None:
        if self._lanes.get(lane) is task:
            del self._lanes[lane]

    async def _heard(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        wrapped: Wrapped,
        payload: shapes.Payload | None,
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        try:
            key = digest(wrapped.envelope_id.encode(errors="replace"))
            reply = await self._ear.hear(payload, key) if payload is not None else None
        except Busy as busy:
            _log.warning("not taken, so not acknowledged: %s", busy)
            return
        ack = msgspec.json.encode(Ack(wrapped.envelope_id, reply)).decode()
        try:
            await socket.send_str(ack)
        except (aiohttp.ClientError, OSError) as cut:
            _log.info("an acknowledgement did not get through: %r", cut)  # Slack sends it again; we have seen it

    def _beside(self, work: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _left(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """What is under way or still comes is acknowledged over the connection it came by, beside the next one."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER):
                    await self._serve(socket)
            if self._lanes:
                await asyncio.wait(set(self._lanes.values()), timeout=FAREWELL)
        finally:
            await socket.close()

    async def _close(self) -> None:
        """Lets go of what is under way: it was not acknowledged, so it comes again."""
        tasks: set[asyncio.Task[Any]] = {*self._lanes.values(), *self._aside}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()


def _unwrapped(data: str | bytes) -> Wrapped | None:
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return None


def _payload(wrapped: Wrapped) -> shapes.Payload | None:
    try:
        match wrapped.type:
            case "events_api":
                return envelope(bytes(wrapped.payload))
            case "interactive":
                return interaction(bytes(wrapped.payload))
            case "slash_commands":
                return slash(msgspec.json.decode(wrapped.payload))
    except (Unreadable, msgspec.DecodeError, RecursionError):
        pass
    return None


def _chat(payload: shapes.Payload | None) -> str:
    """Whose turn it is part of."""
    match payload:
        case shapes.Envelope(event=shapes.Happening() as event):
            return event.channel or event.user or ""
        case shapes.Interaction():
            return payload.channel.id if payload.channel else payload.user.id
        case shapes.Slash():
            return payload.user_id
    return ""
