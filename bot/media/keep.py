"""Where cleaned files are kept: a folder, or a bucket of anything that speaks S3."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec
import obstore
from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store, from_url

from bot.shapes import own_folder

log = logging.getLogger(__name__)

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SAID: Final = re.compile(r"<Code>([^<]+)</Code>(?:\s*<Message>([^<]*)</Message>)?")
"""A refusal of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html)."""
_NO_BUCKET: Final = "NoSuchBucket"
_GONE: Final = Path(__file__).with_name("gone.png")


UPLOAD = "web-"
"""Begins the ids of files that came from a page."""
LATELY = 600.0
"""Seconds: a bucket from which nobody has wanted anything since then may well be there again."""
MOST_SAID = 200
GRAVES = "gone"
"""Where it stands who has been erased: numbers that say nothing to anybody but the copy of a database that still has them."""


class Kept(Struct, frozen=True):
    """A file as it is kept."""

    data: bytes
    name: str
    mime: str
    gone: bool = False
    """It is not there any more: this is a picture that says so."""


class _About(msgspec.Struct):
    """What lies beside a file: how it is shown, never where it is."""

    name: str
    mime: str
    size: int


class Away(Exception):
    """The folder or the bucket takes or gives nothing just now, and why, in a line: try again."""


class Keep:
    """Keys are our own file ids and nothing else; what a stranger called a file never becomes a path. Everything but
    `open` may raise `Away`.
    """

    def __init__(self, store: ObjectStore, now: Callable[[], float] = monotonic) -> None:
        self._store, self._now = store, now
        self._failed: dict[str, float] = {}
        """What was tried last and failed, and when."""

    @property
    def away(self) -> bool:
        """Whether something could not be kept, or had, of late."""
        return any(self._now() - at < LATELY for at in self._failed.values())

    @contextmanager
    def _trying(self, what: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as trouble:
            if isinstance(trouble, FileNotFoundError) and _NO_BUCKET not in str(trouble):
                raise  # it is the file that is not there
            self._failed[what] = self._now()
            raise Away(_line(trouble)) from None
        self._failed.pop(what, None)

    @classmethod
    def open(cls, url: str) -> Keep:
        """`file:data/media` (below the working directory), `file:///var/media`, `s3://bucket/prefix` (endpoint and
        keys from AWS_* variables) or `memory:`. Raises ValueError for anything else.
        """
        return cls(_store(url))

    async def put(self, file_id: str, data: bytes, name: str, mime: str) -> None:
        """The same id again replaces the file. What lies beside it is written first: a file is there or it is not."""
        about = msgspec.json.encode(_About(name, mime, len(data)))
        with self._trying("put"):
            await obstore.put_async(self._store, _beside(file_id), about)
            await obstore.put_async(self._store, _key(file_id), data)

    async def get(self, file_id: str) -> Kept:
        """Raises FileNotFoundError, also of what is there in part only: a disk may lose the end of it with the power."""
        with self._trying("get"):
            found = await obstore.get_async(self._store, _key(file_id))
            beside = await obstore.get_async(self._store, _beside(file_id))
            data, written = bytes(await found.bytes_async()), bytes(await beside.bytes_async())
        try:
            about = msgspec.json.decode(written, type=_About)
        except msgspec.DecodeError:
            raise FileNotFoundError(f"what lies beside file {file_id} is not whole") from None
        if len(data) != about.size:
            raise FileNotFoundError(f"of file {file_id} there are {len(data)} of {about.size} bytes")
        return Kept(data, about.name, about.mime)

    async def shown(self, file_id: str, name: str) -> Kept:
        """A file that the desk knows it has kept, or what stands in its place: a folder may be emptied, a bucket
        forgotten when all else is restored, and a silent hole would look as if nothing had been sent.
        """
        try:
            return await self.get(file_id)
        except FileNotFoundError:
            log.exception("file %s is kept, says the database, but it is not there", file_id)
            return Kept(_GONE.read_bytes(), f"{name}.png", "image/png", gone=True)

    async def exists(self, file_id: str) -> bool:
        try:
            with self._trying("get"):
                await obstore.head_async(self._store, _key(file_id))
        except FileNotFoundError:
            return False
        return True

    async def bury(self, stone: str) -> None:
        """Beside the files, since what is restored from a copy of the database knows nothing of it."""
        with self._trying("put"):
            await obstore.put_async(self._store, f"{GRAVES}/{_key(stone)}", b"")

    async def stones(self) -> tuple[str, ...]:
        return tuple([path.rpartition("/")[2] async for path, _at in self._paths(GRAVES)])

    async def uploads(self, before: datetime) -> AsyncIterator[str]:
        """The ids of files that came from a page before that moment."""
        async for path, at in self._paths():
            if path.startswith(UPLOAD) and "." not in path and at < before:
                yield path

    async def _paths(self, prefix: str | None = None) -> AsyncIterator[tuple[str, datetime]]:
        with self._trying("list"):
            async for some in obstore.list(self._store, prefix=prefix):
                for one in some:
                    yield str(one["path"]), one["last_modified"]

    async def delete(self, file_id: str) -> None:
        """What is not there need not be deleted."""
        for key in (_key(file_id), _beside(file_id)):
            with suppress(FileNotFoundError), self._trying("delete"):
                await obstore.delete_async(self._store, key)


def _store(url: str) -> ObjectStore:
    parts = urlsplit(url)
    match parts.scheme:
        case "file" if parts.netloc in ("", "localhost") and parts.path:
            folder = Path(unquote(parts.path)).absolute()
            with suppress(OSError):  # why not, the next line says
                own_folder(folder)
            return LocalStore(folder, mkdir=True)
        case "s3" if parts.netloc:
            return _bucket(url)
        case "memory":
            return MemoryStore()
        case _:
            raise ValueError(f"MEDIA_URL should look like file:data/media or s3://bucket/prefix, not {url!r}")


def _bucket(url: str) -> S3Store:
    """An endpoint on this machine or in this network may do without TLS; it has to say so itself."""
    open_line = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    store = from_url(url, client_options={"allow_http": open_line})
    assert isinstance(store, S3Store)
    return store


def _line(trouble: Exception) -> str:
    """What the bucket answered, or how the library calls it: that tells more of its own insides than of the trouble."""
    said = _SAID.search(str(trouble))
    words = ": ".join(filter(None, said.groups())) if said else str(trouble).strip().partition("\n")[0]
    return words[:MOST_SAID] or type(trouble).__name__


def _key(file_id: str) -> str:
    if not _ID.fullmatch(file_id):
        raise ValueError("a file id is 1 to 64 of A-Z, a-z, 0-9, _ and -")
    return file_id


def _beside(file_id: str) -> str:
    return f"{_key(file_id)}.json"
