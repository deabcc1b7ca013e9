"""The script of planned trouble: refusals, broken answers, cut lines, slowness. The same for every platform."""

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

# What happens to a call instead of its answer:
# `before` and `after`: the line is cut before or after the call took effect; `hang`: no answer ever comes;
# `hang-after`: it took effect, but no answer comes; `html`: a proxy's error page; `garbage`: 200 with broken JSON.
Trick = Literal["before", "after", "hang", "hang-after", "html", "garbage"]
TRICKS: frozenset[Trick] = frozenset({"before", "after", "hang", "hang-after", "html", "garbage"})
# Tricks played after the call took effect.
LATE: frozenset[Trick] = frozenset({"after", "hang-after"})
R = TypeVar("R")


@dataclass
class Fault(Generic[R]):
    """Meets the next `times` calls of a method (`*`: of any but the long poll), in one chat or in all."""

    method: str
    answer: R | Trick
    times: int = 1
    chat: int | str | None = None
    status: int = 502
    met: int = 0

    def fits(self, method: str, chat: int | str | None) -> bool:
        named = self.method == method or (self.method == "*" and method != "getUpdates")
        return self.met < self.times and named and self.chat in {None, chat}


@dataclass
class Faults(Generic[R]):
    """The list is walked in order; the first that fits is spent. `latency` (seconds) slows every call but the poll."""

    planned: list[Fault[R]] = field(default_factory=list)
    latency: float = 0.0

    def plan(self, fault: Fault[R]) -> Fault[R]:
        self.planned.append(fault)
        return fault

    def meet(self, method: str, chat: int | str | None) -> Fault[R] | None:
        for fault in self.planned:
            if fault.fits(method, chat):
                fault.met += 1
                return fault
        return None

    def clear(self) -> None:
        self.planned.clear()
        self.latency = 0.0
