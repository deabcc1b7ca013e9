"""Telegram's own flood limits."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.telegram.refusals import too_many


@dataclass
class Floods:
    """Telegram's limits, as its documentation tells them: 1 message a second in a chat, 20 a minute in a group,
    30 a second in all. Short bursts in a chat are forgiven, as by the real server.
    """

    clock: Callable[[], float]
    per_second: int = 30
    group_per_minute: int = 20
    chat_burst: int = 3
    _sent: "defaultdict[str, deque[float]]" = field(default_factory=lambda: defaultdict(deque))

    def check(self, chat: int) -> None:
        """Refuses with 429 when the call would be one too many; a refused call does not count."""
        limits = [("all", self.per_second, 1.0), (f"chat {chat}", self.chat_burst, float(self.chat_burst))]
        if chat < 0:
            limits.append((f"group {chat}", self.group_per_minute, 60.0))
        now = self.clock()
        for key, most, seconds in limits:
            self._room_in(key, most, seconds, now)
        for key, _, _ in limits:
            self._sent[key].append(now)

    def _room_in(self, key: str, most: int, seconds: float, now: float) -> None:
        times = self._sent[key]
        while times and times[0] <= now - seconds:
            times.popleft()
        if len(times) >= most:
            raise too_many(max(1, math.ceil(times[0] + seconds - now)))
