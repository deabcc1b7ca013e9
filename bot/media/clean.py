"""What may be kept of a file somebody sent: pictures made anew, harmless kinds as they are, nothing else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

from msgspec import Struct

from bot.desk.config import Bounds
from bot.dialogue.words import Kind
from bot.media.kinds import allowed, picture_format
from bot.media.names import extension, shown_name
from bot.media.pictures import Broken, TooLarge, anew

Trouble = Literal["type", "size", "pixels", "broken", "empty", "lost"]

_PICTURES: Final = {
    "PNG": (".png", "image/png"),
    "JPEG": (".jpg", "image/jpeg"),
    "WEBP": (".webp", "image/webp"),
    "GIF": (".gif", "image/gif"),
}
_CALLED: Final = frozenset({"", ".jpeg", *(end for end, _mime in _PICTURES.values())})
"""Of a picture called otherwise another try would be the same: some platforms call a photo what we cannot read."""


_APART: Final = ThreadPoolExecutor(1, "cleaning")
"""One picture at a time, since each may need 160 MB; in a thread of its own, since those of all are for reading the
database, and whoever opens a page would wait until all pictures are done."""


class Cleaned(Struct, frozen=True):
    """A file fit to be kept and sent on. Name and type go by what is in it."""

    data: bytes
    name: str
    mime: str


class Refusal(Struct, frozen=True):
    """Why a file is not kept."""

    trouble: Trouble
    limit: int = 0
    """The limit that was passed: bytes; for pictures also pixels, pixels of a side, or frames. 0: none."""


def clean(data: bytes, kind: Kind, name: str, bounds: Bounds) -> Cleaned | Refusal:
    """By what is in it, whatever the sender calls its type. Pictures take time: see `cleaned`."""
    if len(data) > bounds.file_bytes:
        return Refusal("size", bounds.file_bytes)
    if not data:
        return Refusal("empty")
    form = picture_format(data)
    if form:
        return _picture(data, form, name)
    if kind == "photo" and extension(name) not in _CALLED:
        return Refusal("type")
    if kind == "photo":
        return Refusal("broken")
    return _as_it_is(data, kind, name)


async def cleaned(data: bytes, kind: Kind, name: str, bounds: Bounds) -> Cleaned | Refusal:
    """The same while the loop goes on."""
    return await asyncio.get_running_loop().run_in_executor(_APART, clean, data, kind, name, bounds)


def _picture(data: bytes, form: str, name: str) -> Cleaned | Refusal:
    end, mime = _PICTURES[form]
    try:
        return Cleaned(anew(data, form), _named(name, end, "photo"), mime)
    except TooLarge as limit:
        return Refusal("pixels", limit.args[0])
    except Broken:
        return Refusal("broken")


def _as_it_is(data: bytes, kind: Kind, name: str) -> Cleaned | Refusal:
    """For download only: nobody opens it on the way."""
    found = allowed(data, shown_name(name, ""))
    if found is None:
        return Refusal("type")
    end, mime = found
    return Cleaned(data, _named(name, end, kind), mime)


def _named(name: str, end: str, fallback: str) -> str:
    """With the extension its content has, whatever it was called."""
    shown = shown_name(name, fallback)
    had = extension(shown)
    if had == end or (had, end) == (".jpeg", ".jpg"):
        return shown
    return shown_name(shown[: len(shown) - len(had)] + end)
