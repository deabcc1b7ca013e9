"""What a request must keep to before anything is done for it: come from a page of ours, hold the fields it should, not
too often. And what a browser is told of a file that somebody sent.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic_ns
from typing import Literal
from urllib.parse import quote, urlsplit
from weakref import WeakValueDictionary

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.media.keep import Kept

Endpoint = Callable[[Request], Awaitable[Response]]

MOST_KEYS = 10_000
MINUTE = 60_000_000_000
"""In nanoseconds, whole ones: of floats, a minute from now less now may be more than a minute."""


def from_our_pages(endpoint: Endpoint, origin: str) -> Endpoint:
    """Refuses what another site makes a browser send: by what browsers say of it, else by where it says it is from.

    Our pages send no referrer, so `Origin` is `null` on their own forms; then only `Sec-Fetch-Site` counts. No browser
    names a charset for a form in parts, and it would be Python's to read: some take a minute for a megabyte.
    """

    async def answer(request: Request) -> Response:
        site, said = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        here = f"//{request.headers.get('host', '')}"  # by whichever of our names they came
        close = said in (origin, None, "null") or said.partition(":")[2] == here
        same = close if site == "same-origin" else site is None and said == origin
        if not same:
            raise HTTPException(403)
        kind = request.headers.get("content-type", "").lower()
        if "multipart" in kind and "charset" in kind:
            raise HTTPException(422)
        return await endpoint(request)

    return answer


def form(path: str, endpoint: Endpoint, *, ours: str) -> Route:
    """Where a form goes that stands on our own pages, whose address is `ours`."""
    parts = urlsplit(ours)
    return Route(path, from_our_pages(endpoint, f"{parts.scheme}://{parts.netloc}"), methods=["POST"])


async def fields(request: Request, *names: str) -> dict[str, str]:
    """The fields of a small form: these, each once, and no other."""
    async with request.form(max_files=0, max_fields=len(names) + 1) as form:
        given = form.multi_items()
    known = {name: value for name, value in given if isinstance(value, str)}
    if len(known) != len(given) or not known.keys() <= set(names):
        raise HTTPException(422)
    return {name: known.get(name, "") for name in names}


def handed_out(kept: Kept, mime: str, way: Literal["inline", "attachment"]) -> Response:
    """A file that somebody sent: a browser may run nothing of it."""
    headers = {
        "content-disposition": f"{way}; filename*=UTF-8''{quote(kept.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(kept.data, 404 if kept.gone else 200, headers, mime)


def bears(request: Request, token: str) -> bool:
    """Whether it shows that token. A header is bytes, of which Starlette makes letters by Latin-1."""
    shown = request.headers.get("authorization", "")
    return hmac.compare_digest(shown.encode("latin-1"), f"Bearer {token}".encode())


class Often:
    """So many in a minute from one address; what comes faster has to wait."""

    def __init__(self, most: int, clock: Callable[[], int] = monotonic_ns) -> None:
        self._apart, self._burst, self._clock = MINUTE // most, MINUTE, clock
        self._full: dict[str, int] = {}
        self._room = MOST_KEYS

    def too(self, request: Request) -> bool:
        """Counts this one. True: it is one too many."""
        key, now = _near(request), self._clock()
        until = max(self._full.get(key, 0), now) + self._apart
        if until - now > self._burst:
            return True
        if len(self._full) >= self._room:
            self._full = {one: at for one, at in self._full.items() if at > now}
            self._room = max(MOST_KEYS, 2 * len(self._full))  # who comes by thousands is not to cost thousands of looks
        self._full[key] = until
        return False


class Queue:
    """So many at once of what is heavy, and fewer of one person, so that nobody takes all the room for themselves; the others
    wait.
    """

    def __init__(self, most: int, of_one: int) -> None:
        self._room, self._of_one = asyncio.Semaphore(most), of_one
        self._theirs: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, person: int, *, light: bool = False) -> AsyncIterator[None]:
        """`light`: it waits for nothing of others."""
        theirs = self._theirs.setdefault(person, asyncio.Semaphore(self._of_one))
        async with theirs, nullcontext() if light else self._room:
            yield


def _near(request: Request) -> str:
    """Whoever has one address of IPv6 has all of its network. From within ours comes a proxy, whose last word is who came
    to it: all who come through it would else be one. What stands before that anybody may have written.
    """
    at = _address(request.client.host) if request.client else None
    if at and (at.is_loopback or at.is_private):
        at = _address(",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2]) or at
    if at is None:
        return ""
    return str(at) if at.version == 4 else at.exploded[:19]


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        at = ip_address(written.strip())
    except ValueError:
        return None
    return at if isinstance(at, IPv4Address) else at.ipv4_mapped or at
