"""Trying until it works, for whatever nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from bot.channels import Later
from bot.channels.slack.people import TROUBLE

T = TypeVar("T")
FIRST_PAUSE, LONGEST = 1.0, 30.0
"""In seconds."""
_log = logging.getLogger(__name__)


async def persistently(what: str, make: Callable[[], Awaitable[T]]) -> T:
    """Says each new trouble once."""
    waits, said = pauses(), ""
    while True:
        try:
            return await make()
        except Later as later:
            trouble, pause = "Slack asks us to wait", later.seconds
        except TROUBLE as no:
            trouble, pause = str(no) or type(no).__name__, next(waits)
        if trouble != said:
            _log.warning("%s: %s", what, trouble)
            said = trouble
        await asyncio.sleep(pause)


def pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST)
