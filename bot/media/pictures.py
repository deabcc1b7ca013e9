"""Pictures made anew from their pixels, so that nothing else of the file is left: no place, no comment, no stowaway."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 40_000_000
"""Of all frames together: a picture of this size takes 160 MB while it is made anew."""
MOST_SIDE = 16_000
MOST_FRAMES = 200

_TROUBLES: Final = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises at files that were cut, twisted or made up."""
_KEPT: Final = ("duration", "loop", "disposal", "background", "transparency")
"""What an animation needs of its file's notes; everything else is dropped."""


class Broken(Exception):
    """Not a whole picture."""


class TooLarge(Exception):
    """`args[0]` is the limit that was passed."""


def anew(data: bytes, form: str) -> bytes:
    """The same picture in the same format, upright. Raises `Broken` and `TooLarge`. Slow, and one at a time."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a picture's odd notes; nobody can act on it
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(data), formats=(form,)) as picture:
                return _redrawn(picture, data, form)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooLarge(MOST_PIXELS) from None
        except _TROUBLES:
            raise Broken from None


def _redrawn(picture: Image.Image, data: bytes, form: str) -> bytes:
    frames = _frames(picture, data, form)
    _measure(picture.size, frames)
    if frames > 1:
        return _animation(picture, form, frames)
    return _still(picture, form)


def _measure(size: tuple[int, int], frames: int) -> None:
    """Before anything is decoded."""
    if max(size) > MOST_SIDE:
        raise TooLarge(MOST_SIDE)
    if frames > MOST_FRAMES:
        raise TooLarge(MOST_FRAMES)
    if size[0] * size[1] * frames > MOST_PIXELS:
        raise TooLarge(MOST_PIXELS)


def _frames(picture: Image.Image, data: bytes, form: str) -> int:
    """An animated PNG keeps its first frame only, as does a JPEG of several pictures."""
    match form:
        case "GIF":
            return gif_frames(data)
        case "WEBP":
            return int(getattr(picture, "n_frames", 1))
        case _:
            return 1


def _still(picture: Image.Image, form: str) -> bytes:
    from PIL import ImageOps

    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    fit = _fitting(picture, form)
    fit.info = {k: v for k, v in fit.info.items() if k == "transparency"}
    return _saved(fit, form)


def _fitting(picture: Image.Image, form: str) -> Image.Image:
    """In a mode that the format and Telegram's programs can show."""
    if form == "JPEG":
        return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    if form == "PNG" and picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"):
        return picture.convert("RGB")
    return picture


def _animation(picture: Image.Image, form: str, frames: int) -> bytes:
    from PIL import ImageSequence

    notes = {k: v for k, v in picture.info.items() if k in _KEPT}
    pictures = []
    for frame in ImageSequence.Iterator(picture):
        pictures.append(frame.copy())
        if len(pictures) > frames:
            raise Broken
    for each in pictures:
        each.info = {k: v for k, v in each.info.items() if k in _KEPT}
    return _saved(pictures[0], form, save_all=True, append_images=pictures[1:], **_timing(notes, pictures))


def _timing(notes: dict[str, Any], pictures: list[Image.Image]) -> dict[str, Any]:
    timing: dict[str, Any] = {"duration": [each.info.get("duration", 100) for each in pictures]}
    return timing | ({"loop": notes["loop"]} if "loop" in notes else {})


def _saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    made = BytesIO()
    quality = {"quality": 90} if form in ("JPEG", "WEBP") else {}
    picture.save(made, form, **quality, **options)
    return made.getvalue()


# -- counting frames without decoding any ----------------------------------------------------------


def gif_frames(data: bytes) -> int:
    """Walks over the blocks of a GIF, no further than one frame past the limit. Raises `Broken`."""
    at, frames = 13 + _table(data, 10), 0
    while frames <= MOST_FRAMES and at < len(data) and data[at] != 0x3B:
        if data[at] == 0x2C:
            frames += 1
            at = _after(data, at + 11 + _table(data, at + 9))
        elif data[at] == 0x21:
            at = _after(data, at + 2)
        else:
            break
    return max(frames, 1)


def _table(data: bytes, at: int) -> int:
    """Bytes of the colours that follow, by the packed field at `at`."""
    if at >= len(data):
        raise Broken
    return 3 << ((data[at] & 7) + 1) if data[at] & 0x80 else 0


def _after(data: bytes, at: int) -> int:
    """Where the sub-blocks that begin at `at` end."""
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
