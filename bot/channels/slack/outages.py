"""Slack gives up on what we refused for some minutes, though we were there all the time: then it is read as after a start."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

LONG = 30.0
"""Seconds after the first refusal; what is refused still has been brought once more by then, a minute after the first time."""
APART = 60.0
"""Seconds between two readings in one outage."""


class Outage:
    """Of ours: as long as it lasts, nothing that Slack brings can be taken."""

    def __init__(self, missed: Callable[[], Awaitable[None]]) -> None:
        """`missed`: takes what was said meanwhile, and waits until it can be taken."""
        self._missed = missed
        self._begun: float | None = None
        self._reading = self._more = False

    def over(self) -> None:
        """Something was taken."""
        self._begun = None

    def lasts(self) -> bool:
        """Something was refused. Returns whether it is time to `read`."""
        now = asyncio.get_running_loop().time()
        self._begun = now if self._begun is None else self._begun
        self._more = True
        return not self._reading and now - self._begun >= LONG

    async def read(self) -> None:
        """Once more when something was refused meanwhile, or it was asked for again."""
        self._more = True
        if self._reading:
            return
        self._reading = True
        try:
            while True:
                self._more = False
                await self._missed()
                if not self._more:
                    return
                await asyncio.sleep(APART)
        finally:
            self._reading = False
