"""What kind of file something is, told by its first bytes and its extension together. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.media.names import extension

_PICTURES: Final = (("PNG", b"\x89PNG\r\n\x1a\n"), ("JPEG", b"\xff\xd8\xff"), ("GIF", b"GIF87a"), ("GIF", b"GIF89a"))

_STARTS: Final = (
    ("pdf", b"%PDF-"),
    ("zip", b"PK\x03\x04"),
    ("zip", b"PK\x05\x06"),
    ("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("matroska", b"\x1aE\xdf\xa3"),
    ("ogg", b"OggS"),
    ("flac", b"fLaC"),
    ("mp3", b"ID3"),
    ("amr", b"#!AMR"),
)
_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")

_OPEN: Final = "application/vnd.openxmlformats-officedocument"
_FREE: Final = "application/vnd.oasis.opendocument"

# For each content the extensions it may have, with the type we hand it out as; the first serves the nameless.
_ALLOWED: Final[dict[str, dict[str, str]]] = {
    "pdf": {".pdf": "application/pdf"},
    "zip": {
        ".zip": "application/zip",
        ".docx": f"{_OPEN}.wordprocessingml.document",
        ".xlsx": f"{_OPEN}.spreadsheetml.sheet",
        ".pptx": f"{_OPEN}.presentationml.presentation",
        ".odt": f"{_FREE}.text",
        ".ods": f"{_FREE}.spreadsheet",
        ".odp": f"{_FREE}.presentation",
    },
    "ole": {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"},
    "mp4": {
        ".mp4": "video/mp4",
        ".m4v": "video/mp4",
        ".mov": "video/quicktime",
        ".3gp": "video/3gpp",
        ".m4a": "audio/mp4",
    },
    "matroska": {".webm": "video/webm", ".mkv": "video/x-matroska"},
    "avi": {".avi": "video/x-msvideo"},
    "ogg": {".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".ogv": "video/ogg"},
    "mp3": {".mp3": "audio/mpeg"},
    "flac": {".flac": "audio/flac"},
    "wav": {".wav": "audio/wav"},
    "amr": {".amr": "audio/amr"},
    "text": {
        ".txt": "text/plain",
        ".log": "text/plain",
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
        ".md": "text/plain",
        ".json": "application/json",
        ".yaml": "text/plain",
        ".yml": "text/plain",
        ".ini": "text/plain",
        ".conf": "text/plain",
    },
}

_NOT_IN_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ACTIVE: Final = re.compile(
    rb"#!|MZ|%!PS|<\?(?:xml|php)|<!doctype|<!--|<%|<(?:html|svg|script|head|body|iframe|img|meta|xsl)", re.IGNORECASE
)
"""Text that a browser, a shell or a printer would run."""


def picture_format(data: bytes) -> str:
    """`PNG`, `JPEG`, `WEBP` or `GIF`, as Pillow names them; empty for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for name, start in _PICTURES if data.startswith(start)), "")


def allowed(data: bytes, name: str) -> tuple[str, str] | None:
    """Extension and type of a file that may be kept as it is; None when content and extension do not agree, or are
    none that people send to a support desk.
    """
    known = _ALLOWED.get(_content(data), {})
    end = extension(name)
    if not end:
        return next(iter(known.items()), None)
    return (end, known[end]) if end in known else None


def _content(data: bytes) -> str:
    start = next((name for name, sign in _STARTS if data.startswith(sign)), "")
    if start:
        return start
    if data[4:8] in _BOXES:
        return "mp4"
    if data[:4] == b"RIFF":
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(data[8:12], "")
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:
        return "mp3"
    return "text" if _is_text(data) else ""


def _is_text(data: bytes) -> bool:
    """Any 8-bit writing without control signs, which does not begin like something that runs."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _is_text(data.decode("utf-16", "replace").encode())
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return not _ACTIVE.match(begin) and not _NOT_IN_TEXT.search(data)
