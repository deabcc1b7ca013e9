"""How far this machine's clock is from that of a platform."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.channels.proxies import proxy

SECONDS = 10.0


async def skew(url: str, now: datetime) -> timedelta | None:
    """How far `now` is ahead, by the `Date` of whatever answer comes from there, which is in whole seconds; None: there is
    no such answer.
    """
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.head(url, allow_redirects=False, proxy=proxy(url)) as answer,
        ):
            said = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return None
    return now - (said if said.tzinfo else said.replace(tzinfo=UTC))
