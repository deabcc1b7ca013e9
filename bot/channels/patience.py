"""Trying until it works, for whatever nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct

from bot.channels import Later
from bot.outbox.retry import pauses

T = TypeVar("T")
FORGOTTEN = 600.0
"""Seconds after which a trouble that comes back is said anew."""
_log = logging.getLogger(__name__)


class Told(Struct):
    """The trouble that was said last, so that the same is not said again and again: several workers who poll take turns."""

    trouble: str = ""
    at: float = 0.0
    """When it was there last."""

    def again(self, trouble: str, now: float) -> bool:
        before, self.trouble = self.trouble, trouble
        since, self.at = now - self.at, now
        return trouble == before and since < FORGOTTEN


async def persistently(
    what: str,
    make: Callable[[], Awaitable[T]],
    passing: type[Exception] | tuple[type[Exception], ...],
    told: Told | None = None,
) -> T:
    """Says each new trouble once. `passing`: what may be over by itself, as `Later` is. `told`: what was said when it was
    tried before.
    """
    waits, told = pauses(), told or Told()
    while True:
        try:
            return await make()
        except Later as later:
            trouble, pause = later.why or "we are asked to wait", later.seconds
        except passing as no:
            trouble, pause = str(no) or type(no).__name__, next(waits)
        if not told.again(trouble, asyncio.get_running_loop().time()):
            _log.warning("%s: %s", what, trouble)
        await asyncio.sleep(pause)
