"""The updates waiting for the bot: in order, until it has confirmed them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.sandbox.bell import Bell

DAY = 86_400
# A press is worthless to the person after this; the server drops it from the queue (seconds).
PRESS_LIVES = 150
# Sent only to a bot that asked for them by name.
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass
class Waiting:
    """An update on its way. The lane keeps its order: one per chat, presses one per person."""

    update_id: int
    kind: str
    lane: str
    body: dict[str, object]
    expires: float
    handed_out: bool = False
    in_flight: bool = False
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None
    last_error_at: int | None = None
    last_error: str | None = None


@dataclass
class Updates:
    """One bot's queue. `allowed` holds from the next update on, as documented."""

    clock: Callable[[], float] = time.time
    next_id: int = 700_000_001
    waiting: list[Waiting] = field(default_factory=list)
    log: list[dict[str, object]] = field(default_factory=list)
    allowed: frozenset[str] | None = None
    webhook: Webhook | None = None
    bell: Bell = field(default_factory=Bell)
    polls: int = 0

    def put(self, kind: str, value: object, lane: str) -> int | None:
        """Queues an update; None when the bot did not ask for this kind."""
        if not self._wanted(kind):
            return None
        update_id, self.next_id = self.next_id, self.next_id + 1
        self.put_raw({"update_id": update_id, kind: value}, kind, lane)
        return update_id

    def put_raw(self, body: dict[str, object], kind: str, lane: str) -> None:
        update_id = body["update_id"]
        assert isinstance(update_id, int)
        life = PRESS_LIVES if kind == "callback_query" else DAY
        self.waiting.append(Waiting(update_id, kind, lane, body, self.clock() + life))
        self.log.append(body)
        self.bell.ring()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in _ON_REQUEST

    def allow(self, kinds: Iterable[str] | None) -> None:
        """None leaves things as they are; an empty list means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def drop_expired(self) -> None:
        now = self.clock()
        self.waiting = [item for item in self.waiting if item.expires > now or item.in_flight]

    def confirm(self, offset: int) -> None:
        """Forgets what lies below the offset. An offset beyond the queue confirms only what was handed out."""
        if offset < 0:
            self.waiting = self.waiting[offset:]
            return
        fits = bool(self.waiting) and offset <= self.waiting[-1].update_id + 1
        self.waiting = [i for i in self.waiting if i.update_id >= offset or not (fits or i.handed_out)]

    def batch(self, limit: int) -> list[dict[str, object]]:
        self.drop_expired()
        items = self.waiting[:limit]
        for item in items:
            item.handed_out = True
        return [item.body for item in items]

    def done(self, item: Waiting) -> None:
        if item in self.waiting:
            self.waiting.remove(item)
        self.bell.ring()

    def clear(self) -> None:
        self.waiting.clear()

    def heads(self) -> list[Waiting]:
        """The first update of each lane, where nothing of that lane is under way."""
        self.drop_expired()
        first: dict[str, Waiting] = {}
        for item in self.waiting:
            first.setdefault(item.lane, item)
        return [item for item in first.values() if not item.in_flight]
