"""What Slack has to tell the app: events, which it tries again, and gestures of people, which it does not."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import msgspec

from bot.sandbox.bell import Bell
from bot.sandbox.slack.shapes import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
# Seconds after each failure until an event is sent again; after the last it is gone for good.
PAUSES = (0.0, 60.0, 300.0)


@dataclass(eq=False)
class Delivery:
    """One request to the app. `status` 0: nothing came back; `answer`: the body it answered with."""

    id: str
    kind: Kind
    payload: Json
    tries: int = 0
    not_before: float = 0.0
    done: bool = False
    status: int = 0
    answer: Json = field(default_factory=dict)
    error: str = ""
    reason: str = ""
    under_way: bool = False
    landed: Callable[["Delivery"], None] | None = None

    @property
    def ok(self) -> bool:
        return self.done and not self.error

    def body(self) -> tuple[bytes, str]:
        """The bytes over HTTP and their content type."""
        if self.kind == "events_api":
            return msgspec.json.encode(self.payload), "application/json"
        form = {"payload": msgspec.json.encode(self.payload).decode()} if self.kind == "interactive" else self.payload
        return urlencode(
            {name: str(value) for name, value in form.items()}
        ).encode(), "application/x-www-form-urlencoded"

    def retry_headers(self) -> dict[str, str]:
        if self.kind != "events_api" or not self.tries:
            return {}
        return {"X-Slack-Retry-Num": str(self.tries), "X-Slack-Retry-Reason": self.reason}


def signed(secret: str, body: bytes, at: int) -> dict[str, str]:
    """The headers that prove a request comes from Slack."""
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


class Post:
    """Everything on its way; `log` keeps all there ever was."""

    def __init__(self) -> None:
        self.waiting: list[Delivery] = []
        self.log: list[Delivery] = []
        self.bell = Bell()

    def put(
        self, kind: Kind, payload: Mapping[str, object], landed: Callable[[Delivery], None] | None = None
    ) -> Delivery:
        delivery = Delivery(f"d{len(self.log) + 1}", kind, dict(payload), landed=landed)
        self.waiting.append(delivery)
        self.log.append(delivery)
        self.bell.ring()
        return delivery

    def events(self, kind: str) -> list[Json]:
        """The inner events of this type so far, oldest first."""
        inner = [one.payload.get("event") for one in self.log if one.kind == "events_api"]
        return [event for event in inner if isinstance(event, dict) and event.get("type") == kind]

    def landed(self, delivery: Delivery, status: int, answer: Mapping[str, object] | None = None) -> None:
        """It was taken; what the app answered is acted upon."""
        delivery.status, delivery.answer, delivery.done = status, dict(answer or {}), True
        delivery.error = ""
        self._close(delivery)

    def failed(self, delivery: Delivery, reason: str, now: float, *, second: float, again: bool = True) -> None:
        """Tries an event again later; a gesture has failed for good, and the person is told."""
        delivery.reason, delivery.error, delivery.tries = reason, reason, delivery.tries + 1
        if delivery.kind == "events_api" and again and delivery.tries <= len(PAUSES):
            delivery.not_before = now + PAUSES[delivery.tries - 1] * second
            return
        delivery.done = True
        self._close(delivery)

    def _close(self, delivery: Delivery) -> None:
        if delivery in self.waiting:
            self.waiting.remove(delivery)
        if delivery.landed is not None:
            delivery.landed(delivery)
