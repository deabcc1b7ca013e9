"""A platform that answers nobody is left alone: one letter looks now and then whether it is back, the others wait."""

from __future__ import annotations

from msgspec import Struct, field

LANES = 3
"""So many different lanes fail, with no answer to anybody in between, and it is the platform, not a letter."""
LONGEST = 60.0
"""Seconds between two looks at most: 1, 2, 4 … 60."""
MEANWHILE = 1.0
"""Seconds the others wait while one is looking."""


class Breaker(Struct):
    """One for each platform."""

    failed: set[str] = field(default_factory=set)
    """Lanes, since the last answer."""
    until: float = 0.0
    pause: float = 0.0
    """How long it was last left alone; 0: it is not."""
    looking: bool = False

    def waits(self, now: float) -> float:
        """Seconds the next letter has to wait; 0: it may go, and `well` or `fails` has to hear what came of it."""
        if not self.pause:
            return 0.0
        if now < self.until:
            return self.until - now
        if self.looking:
            return MEANWHILE
        self.looking = True
        return 0.0

    def well(self) -> None:
        """It answered, whatever it said."""
        if self.failed:
            self.failed.clear()
            self.pause, self.looking = 0.0, False

    def fails(self, lane: str, now: float) -> float:
        """No answer. Returns for how long the platform is left alone; 0: it is one letter's trouble so far."""
        self.failed.add(lane)
        if len(self.failed) < LANES and not self.pause:
            return 0.0
        if not self.pause or self.looking:
            self.pause = min(LONGEST, self.pause * 2 or 1.0)
            self.until, self.looking = now + self.pause, False
        return max(self.until - now, 0.0) or MEANWHILE
