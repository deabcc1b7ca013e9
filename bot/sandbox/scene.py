"""What every pretend platform has: a clock, listeners who hear what changed, and a way to wait until something holds."""

import asyncio
import time
from collections.abc import Callable

from bot.sandbox.bell import Bell


class Scene:
    """Whoever derives from it says `tell` after each change."""

    def __init__(self) -> None:
        self.clock: Callable[[], float] = time.time
        self.listeners: set[Callable[[dict[str, object]], None]] = set()
        self.changed = Bell()
        self.closing = False

    @property
    def now(self) -> int:
        return int(self.clock())

    def tell(self, kind: str, **news: object) -> None:
        """Says to the page what changed, and wakes whoever waits to see something."""
        event = {"kind": kind, **news}
        for listener in list(self.listeners):
            listener(event)
        self.changed.ring()

    async def until(self, holds: Callable[[], object], seconds: float = 5.0) -> None:
        """Returns as soon as the condition holds; looks again only when something changed."""
        end = asyncio.get_running_loop().time() + seconds
        while not holds():
            left = end - asyncio.get_running_loop().time()
            if left <= 0 or not await self.changed.wait(left):
                if holds():
                    return
                raise TimeoutError(f"it did not happen within {seconds} s")
