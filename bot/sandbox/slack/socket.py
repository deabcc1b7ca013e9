"""Socket Mode: the app holds a web socket open to us, and everything goes through it, each thing acknowledged."""

import asyncio
import contextlib
import uuid
from typing import TYPE_CHECKING

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.slack.post import Delivery
from bot.sandbox.slack.shapes import Json, part, word

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World


class Sockets:
    """All open connections of the app; deliveries go through them by turns, each through one
    (https://docs.slack.dev/apis/events-api/using-socket-mode/#using-multiple-connections).
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.open: list[WebSocket] = []
        self._sent: dict[str, Delivery] = {}
        self._handed = 0

    async def link(self, socket: WebSocket) -> None:
        """One connection, from hello to the end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self.world.tickets:
            await socket.close(4001)
            return
        self.world.tickets.discard(ticket)
        await socket.accept()
        self.open.append(socket)
        await socket.send_text(_text(self._hello()))
        self.world.tell("slack_listening")
        sender = asyncio.create_task(self._send(socket))
        try:
            while True:
                self._acknowledged(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            await self._ended(socket, sender)

    async def _ended(self, socket: WebSocket, sender: "asyncio.Task[None]") -> None:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)
        if socket in self.open:
            self.open.remove(socket)
        self.world.post.bell.ring()
        self.world.tell("slack_listening")

    def _hello(self) -> Json:
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": debug,
            "connection_info": {"app_id": self.world.app.id},
        }

    async def _send(self, socket: WebSocket) -> None:
        post, loop = self.world.post, asyncio.get_running_loop()
        while True:
            now = loop.time()
            waiting = [one for one in post.waiting if not one.under_way]
            due = next((one for one in waiting if one.not_before <= now), None)
            if due and self._is_turn_of(socket):
                self._handed += 1
                await self._hand(socket, due)
                post.bell.ring()
                continue
            await post.bell.wait(min((one.not_before - now for one in waiting if one.not_before > now), default=None))

    def _is_turn_of(self, socket: WebSocket) -> bool:
        return bool(self.open) and socket is self.open[self._handed % len(self.open)]

    async def _hand(self, socket: WebSocket, delivery: Delivery) -> None:
        delivery.under_way = True
        envelope = str(uuid.uuid4())
        self._sent[envelope] = delivery
        body: Json = {"envelope_id": envelope, "payload": delivery.payload, "type": delivery.kind}
        body["accepts_response_payload"] = delivery.kind != "events_api"
        if delivery.kind == "events_api":
            body |= {"retry_attempt": delivery.tries, "retry_reason": delivery.reason}
        loop = asyncio.get_running_loop()
        loop.call_later(self.world.rules.patience, self._overdue, envelope)
        try:
            await socket.send_text(_text(body))
        except (WebSocketDisconnect, RuntimeError):
            self._overdue(envelope)

    def _overdue(self, envelope: str) -> None:
        delivery = self._sent.pop(envelope, None)
        if delivery is None or self.world.closing:
            return
        delivery.under_way = False
        now = asyncio.get_running_loop().time()
        self.world.post.failed(delivery, "timeout", now, second=self.world.rules.retry_second)
        self.world.post.bell.ring()
        self.world.tell("slack_post")

    def _acknowledged(self, text: str) -> None:
        try:
            said = msgspec.json.decode(text, type=Json)
        except msgspec.DecodeError:
            self.world.complaints.append(f"socket: not JSON: {text[:80]}")
            return
        delivery = self._sent.pop(word(said, "envelope_id"), None)
        if delivery is None:
            return
        delivery.under_way = False
        answer = part(said, "payload")
        self.world.post.landed(delivery, 200, answer if isinstance(answer, dict) else {})
        self.world.post.bell.ring()
        self.world.tell("slack_post")

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Slack asks the app to come again: `warning` some seconds before, `refresh_requested`, `link_disabled`."""
        for socket in list(self.open):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                body: Json = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
                await socket.send_text(_text(body))
                if reason != "warning":
                    await socket.close()

    async def cut(self) -> None:
        """The lines break without a word."""
        for socket in list(self.open):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await socket.close(1011)


def _text(body: Json) -> str:
    return msgspec.json.encode(body).decode()
