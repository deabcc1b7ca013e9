"""Another system that hears what happens to requests: a door that only leads out. What it does comes by the API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from bot.channels import Attachment, Finding, Later, Limits, Parcel, Refused
from bot.channels.hook.draw import draw, key_of
from bot.channels.outward import Outward
from bot.channels.proxies import proxy
from bot.desk.people import HOOK
from bot.events import Address
from bot.outbox.pace import Pace

SECONDS = 15.0
"""For a whole call: the scheme's own advice is 15 to 30, and its receivers should answer first and work later."""
AGAIN = 60.0
"""Seconds to wait when it asks us to, and not for how long."""
LEAST_PAUSE, MOST_PAUSE = 1.0, 3600.0
"""Whoever says "at once" is too busy all the same."""
PING = Parcel(text='{"type":"ping","data":{}}')
TOO_MANY, UNAVAILABLE, GONE = 429, 503, 410
_SECONDS = re.compile("[0-9]{1,6}")


class Hook(Outward):
    """The one address that gets all events."""

    name = HOOK
    limits = Limits(text=1_000_000, button=75, album=10, everywhere=Pace(50, 50))
    """No text of one is ever cut; fifty a second is what a small program takes without a queue of its own."""

    def __init__(self, url: str, *, secret: str, now: Callable[[], datetime]) -> None:
        self._url, self._key, self._now, self._proxy = url, key_of(secret), now, proxy(url)
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        """Anything from 200 to 299 means that it was taken. Whatever else is tried again, but for 410: the scheme's word
        for "send no more of these".
        """
        self.words_alone(parcel, files)
        status, pause = await self._sent(to, parcel)
        if status == GONE:
            raise Refused("it wants no more events (410)")
        if status in (TOO_MANY, UNAVAILABLE):
            raise Later(pause, everywhere=True)
        if not 200 <= status < 300:
            raise OSError(f"it answered {status}")
        return ()

    async def examine(self, _teams: Sequence[str], *, elsewhere: bool) -> AsyncIterator[Finding]:
        """Sends one event that tells of nothing."""
        del elsewhere
        host = urlsplit(self._url).netloc.rpartition("@")[2]
        try:
            status, _pause = await self._sent(Address(HOOK, "doctor"), PING)
        except (aiohttp.ClientError, OSError, TimeoutError) as trouble:
            yield Finding(f"{host} takes no events ({type(trouble).__name__})", "look at HOOK_URL")
            return
        if 200 <= status < 300:
            yield Finding(f"events: {host} takes them")
        else:
            mend = "look at HOOK_URL, and whether HOOK_SECRET is the one that it knows; it should answer 204"
            yield Finding(f"{host} answers {status} to events", mend)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _sent(self, to: Address, parcel: Parcel) -> tuple[int, float]:
        """The status, and for how long it asks us to wait. Follows no redirects: they would carry the words elsewhere."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False)
        call = draw(to, parcel, self._key, self._now().timestamp())
        async with self._session.post(
            self._url, data=call.body, headers=call.headers, allow_redirects=False, proxy=self._proxy
        ) as answer:
            return answer.status, _pause(answer.headers.get("retry-after", ""))


def _pause(asked: str) -> float:
    return min(max(float(asked), LEAST_PAUSE), MOST_PAUSE) if _SECONDS.fullmatch(asked) else AGAIN
