"""Words and files from a page: read within bounds, the files looked at and kept before the desk hears of them."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import suppress

from msgspec import Struct
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Scope

from bot.desk.config import Bounds
from bot.dialogue.markup import tame
from bot.dialogue.words import File, Kind
from bot.media.clean import Cleaned, Refusal, cleaned
from bot.media.keep import UPLOAD, Away, Keep
from bot.media.names import shown_name
from bot.web.manners import Queue

MOST = 64_000_000
"""Bytes of one request with all its files."""
SECONDS = 120.0
"""For all of it to arrive."""
AT_ONCE = 4
"""Requests that are read at the same time; the others wait."""
SMALL = re.compile("[0-9]{1,6}")
"""The length of what waits for none of these: words, or a small picture."""
FOR_ONE = 2
"""Of one person."""
FIRST = 64_000
"""Bytes of a request that is not taken, for the words at its beginning, and how long they may take to arrive."""
GLANCE = 3.0
MANY = 100
"""Files of one request that are read at all, if only to say that they are too many."""
_log = logging.getLogger(__name__)
_PAGE = re.compile("/t/[^/]+")
"""Where the one form with files goes. The small ones below it anybody may send, so they have the guard's bounds."""


class Refused(Struct, frozen=True):
    """A file that is not kept, and why."""

    name: str
    why: Refusal


class Unread(Exception):
    """A request that was not read to its end, or whose files are not kept."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__()
        self.given = given
        """The fields that came first: people's words stand in front of their files."""


class TooMuch(Unread):
    """More than fits into one request."""


class Unkept(Unread):
    """Nothing can be kept just now."""


class TooSlow(Unread):
    """It took too long to arrive."""


def is_large(scope: Scope) -> bool:
    """Whether a request may hold files: then nobody reads it before we know who sends it."""
    if scope["type"] != "http" or scope["method"] != "POST" or not _PAGE.fullmatch(scope["path"]):
        return False
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(b"content-type", b"").startswith(b"multipart/form-data")


class Uploads:
    """The files of one desk."""

    def __init__(self, keep: Keep, bounds: Bounds) -> None:
        self._keep, self._bounds = keep, bounds
        self._queue = Queue(AT_ONCE, FOR_ONE)

    async def take(
        self, request: Request, person: int, *names: str
    ) -> tuple[dict[str, str], tuple[File, ...], tuple[Refused, ...]]:
        """The fields `names`, and the files, kept; or those that are refused, and then none is kept.

        Raises `Unread`; a form that holds anything else is answered 422.
        """
        if not is_large(request.scope):
            raise HTTPException(422)
        small = SMALL.fullmatch(request.headers.get("content-length", "")) is not None
        async with self._queue.turn(person, light=small):
            parser = MultiPartParser(
                request.headers, _bounded(request.stream(), MOST), max_files=MANY, max_fields=len(names) + 1
            )
            try:
                async with asyncio.timeout(SECONDS):
                    form = await parser.parse()
            except TimeoutError:
                raise TooSlow(_words(parser, names)) from None
            except OSError as full:  # what is large lies in a file of the machine's until all of it is there
                _log.error("a large file finds no room on its way: %s", full)
                raise Unkept(_words(parser, names)) from None
            except (_Full, MultiPartException):
                raise TooMuch(_words(parser, names)) from None
            try:
                given, looked = await self._read(form, names)
            finally:
                await form.close()
        refused = tuple(one for one in looked if isinstance(one, Refused))
        kept = [one for one in looked if isinstance(one, Cleaned)]
        try:
            files = () if refused else tuple([await self._put(one) for one in kept])
        except Away:  # those that were kept before go by themselves (`graves.tidy`)
            raise Unkept(given) from None
        return given, files, refused

    async def _read(self, form: FormData, names: tuple[str, ...]) -> tuple[dict[str, str], list[Cleaned | Refused]]:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        parts = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
        if not fields.keys() <= set(names) or set(form) - fields.keys() - {"files"}:
            raise HTTPException(422)
        given = {name: fields.get(name, "") for name in names}
        if len(parts) > self._bounds.files:
            raise TooMuch(given)
        return given, [await self._look(part) for part in parts]

    async def words(self, request: Request, name: str) -> str:
        """What somebody wrote who may not send it (any more), for them to keep. What comes behind is not read."""
        if not is_large(request.scope):
            return ""
        parser = MultiPartParser(request.headers, _bounded(request.stream(), FIRST), max_files=0, max_fields=3)
        with suppress(TimeoutError, MultiPartException, _Full):
            async with asyncio.timeout(GLANCE):
                await parser.parse()
        return next((value for key, value in parser.items if key == name and isinstance(value, str)), "")

    async def drop(self, files: tuple[File, ...]) -> None:
        """The desk did not take them after all."""
        for file in files:
            await self._keep.delete(file.id)

    async def _look(self, part: UploadFile) -> Cleaned | Refused:
        name = shown_name(tame(part.filename or ""), "file")
        if (part.size or 0) > self._bounds.file_bytes:
            return Refused(name, Refusal("size", self._bounds.file_bytes))
        data = await part.read()
        found = await cleaned(data, "document", name, self._bounds)
        return Refused(name, found) if isinstance(found, Refusal) else found

    async def _put(self, cleaned: Cleaned) -> File:
        kind: Kind = "photo" if cleaned.mime.startswith("image/") else "document"
        file = File(f"{UPLOAD}{secrets.token_hex(16)}", kind, cleaned.name, cleaned.mime, len(cleaned.data))
        await self._keep.put(file.id, cleaned.data, cleaned.name, cleaned.mime)
        return file


class _Full(Exception):
    pass


async def _bounded(stream: AsyncGenerator[bytes, None], room: int) -> AsyncGenerator[bytes, None]:
    """Raises `_Full` once more has come than there is room for."""
    async for chunk in stream:
        yield chunk[:room]
        room -= len(chunk)
        if room < 0:
            raise _Full


def _words(parser: MultiPartParser, names: tuple[str, ...]) -> dict[str, str]:
    """What has come of a form of ours; of anybody else's there is nothing to say but no."""
    fields = {name: value for name, value in parser.items if isinstance(value, str)}
    if not fields or not fields.keys() <= set(names):
        raise HTTPException(422)
    return {name: fields.get(name, "") for name in names}
