"""How fast a platform lets us talk: the generic cell rate algorithm, as plain arithmetic.

A bucket keeps one number, the moment when it would be idle again (`tat`, theoretical arrival time).
"""

from __future__ import annotations

from msgspec import Struct


class Pace(Struct, frozen=True):
    """So many messages a second, after a burst of so many at once."""

    rate: float
    burst: float

    def opens(self, tat: float, now: float) -> float:
        """The earliest moment at which one more may go."""
        return max(now, tat - (self.burst - 1) / self.rate)

    def after(self, tat: float, now: float) -> float:
        """The bucket after one more."""
        return max(tat, now) + 1 / self.rate


# What Telegram allows, and what holds where a platform says nothing else (`Limits`): about 30 a second for a bot in all,
# 20 a minute to a group, about 1 a second to one person with short bursts (core.telegram.org/bots/faq, "My bot is hitting
# limits"). The bot's burst is small so that no second sees more than 32.
BOT = Pace(29.5, 2)
GROUP = Pace(20 / 60, 20)
CHAT = Pace(1, 30)
