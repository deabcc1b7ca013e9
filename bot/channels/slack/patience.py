"""Trying until it works, for whatever nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.channels import Later
from bot.channels.slack.people import TROUBLE
from bot.outbox.retry import pauses

T = TypeVar("T")
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
