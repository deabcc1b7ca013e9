"""Switches for trouble: refusals, broken answers, cut lines, slowness, and Telegram's own flood limits."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.telegram.refusals import Refusal, too_many

# What happens to a call instead of its answer:
# `before` and `after`: the line is cut before or after the call took effect; `hang`: no answer ever comes;
# `hang-after`: it took effect, but no answer comes; `html`: a proxy's error page; `garbage`: 200 with broken JSON.
Trick = Literal["before", "after", "hang", "hang-after", "html", "garbage"]


@dataclass
class Fault:
    """Meets the next `times` calls of a method (`*`: of any but getUpdates), in one chat or in all."""

    method: str
    answer: Refusal | Trick
    times: int = 1
    chat: int | None = None
    status: int = 502
    met: int = 0

    def fits(self, method: str, chat: int | str | None) -> bool:
        named = self.method == method or (self.method == "*" and method != "getUpdates")
        return self.met < self.times and named and self.chat in {None, chat}


@dataclass
class Faults:
    """The list is walked in order; the first that fits is spent. `latency` (seconds) slows every call but getUpdates."""

    planned: list[Fault] = field(default_factory=list)
    latency: float = 0.0

    def plan(self, fault: Fault) -> Fault:
        self.planned.append(fault)
        return fault

    def meet(self, method: str, chat: int | str | None) -> Fault | None:
        for fault in self.planned:
            if fault.fits(method, chat):
                fault.met += 1
                return fault
        return None

    def clear(self) -> None:
        self.planned.clear()
        self.latency = 0.0


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
