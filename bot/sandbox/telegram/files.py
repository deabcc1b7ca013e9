"""The files Telegram keeps: what people and the bot upload, under ids that never show their content."""

import base64
import hashlib
import io
import mimetypes
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import msgspec
from PIL import Image, UnidentifiedImageError

from bot.sandbox.telegram.refusals import bad
from bot.sandbox.telegram.shapes import PhotoSize, Shape, Sticker

S = TypeVar("S", bound=Shape)

MEGABYTE = 1024 * 1024
DOWNLOAD_LIMIT = 20 * MEGABYTE
UPLOAD_LIMIT = 50 * MEGABYTE
PHOTO_LIMIT = 10 * MEGABYTE
# Width and height of a photo together.
PHOTO_SIDES = 10_000
# The sides Telegram scales a photo to; the largest is what people see full-screen.
_SIDES = (90, 320, 800, 1280)
_FOLDERS = {"photo": "photos", "video": "videos", "audio": "music", "voice": "voice", "sticker": "stickers"}
_PREFIX = {"photo": "AgACAgQAAxk", "document": "BQACAgQAAxk", "video": "BAACAgQAAxk", "voice": "AwACAgQAAxk"}


@dataclass(frozen=True)
class Stored:
    file_id: str
    unique_id: str
    kind: str
    path: str
    data: bytes
    name: str
    mime_type: str

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass
class Files:
    stored: dict[str, Stored] = field(default_factory=dict)

    def keep(self, kind: str, data: bytes, name: str = "", mime_type: str = "") -> Stored:
        number = len(self.stored) + 1
        token = hashlib.sha256(f"{number} {kind}".encode()).digest()
        file_id = _PREFIX.get(kind, "CQACAgQAAxk") + base64.urlsafe_b64encode(token * 2)[:60].decode()
        unique = "AQAD" + base64.urlsafe_b64encode(token).decode()[:12]
        mime = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        ending = name.rpartition(".")[2] if "." in name else (mimetypes.guess_extension(mime) or ".bin")[1:]
        path = f"{_FOLDERS.get(kind, 'documents')}/file_{number}.{ending}"
        self.stored[file_id] = Stored(file_id, unique, kind, path, data, name, mime)
        return self.stored[file_id]

    def at(self, path: str) -> Stored | None:
        return next((file for file in self.stored.values() if file.path == path), None)

    def photo(self, data: bytes, *, strict: bool) -> list[PhotoSize]:
        """A photo in its sizes, as JPEG. `strict` refuses what Telegram would not take for a picture."""
        try:
            sizes = _sizes(data, strict=strict)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            if strict:
                raise bad("IMAGE_PROCESS_FAILED") from None
            sizes = ((data, 800, 600),)
        return [
            shown(self.keep("photo", jpeg, "photo.jpg"), PhotoSize, width=width, height=height)
            for jpeg, width, height in sizes
        ]


@lru_cache(8)
def _sizes(data: bytes, *, strict: bool) -> tuple[tuple[bytes, int, int], ...]:
    """With its width and height; people attach the same few samples again and again."""
    with Image.open(io.BytesIO(data)) as picture:
        if strict and sum(picture.size) > PHOTO_SIDES:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return tuple((_jpeg(scaled), *scaled.size) for scaled in _scales(picture.convert("RGB")))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _scales(picture: Image.Image) -> list[Image.Image]:
    largest = max(picture.size)
    sides = [side for side in _SIDES if side < largest]
    scaled = []
    for side in [*sides, min(largest, _SIDES[-1])]:
        copy = picture.copy()
        copy.thumbnail((side, side))
        scaled.append(copy)
    return scaled[: len(_SIDES)]


def shown(file: Stored, kind: type[S], **more: object) -> S:
    """A kept file as a message shows it; each kind takes of this what it has."""
    about = {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_name": file.name or None,
        "mime_type": file.mime_type,
        "file_size": file.size,
    }
    return msgspec.convert(about | more, kind)


def sticker(file: Stored, emoji: str | None = None) -> Sticker:
    still = {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False}
    return shown(file, Sticker, emoji=emoji, **still)
