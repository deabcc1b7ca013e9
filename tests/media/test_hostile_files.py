"""Files that are two things at once, larger than they say, or carry what nobody should see: none is stored as it came."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from bot.desk.config import Bounds
from bot.media.clean import Cleaned, Refusal, clean
from tests.media.test_clean import GPS, HTML, SVG, chunk, moving, picture, png_of, with_exif, zipped

BOUNDS = Bounds()
MOST_RESIDENT = 200_000
"""kB, with the interpreter and Pillow in it."""


def apng() -> bytes:
    made = io.BytesIO()
    first, *more = (Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue"))
    first.save(made, "PNG", save_all=True, append_images=more, duration=50)
    return made.getvalue()


def with_notes() -> bytes:
    """A PNG with text, a packed text, a place, and a profile that nobody asked for."""
    made, notes, exif = io.BytesIO(), PngImagePlugin.PngInfo(), Image.Exif()
    notes.add_text("Comment", "<script>alert(1)</script>", zip=True)
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>", zip=True)
    exif.get_ifd(GPS)[2] = (40.0, 25.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (60, 40), "red").save(made, "PNG", pnginfo=notes, exif=exif, icc_profile=profile)
    return made.getvalue()


def png_with(*more: bytes) -> bytes:
    whole = picture("PNG")
    at = whole.index(b"IDAT") - 4
    return whole[:at] + b"".join(more) + whole[at:]


@cache
def bomb() -> bytes:
    return zlib.compress(b"x" * 50_000_000, 9)


"""50 MB of text in some kilobytes."""


def text_bomb() -> bytes:
    return png_with(chunk(b"zTXt", b"Comment\0\0" + bomb()))


def profile_bomb() -> bytes:
    return png_with(chunk(b"iCCP", b"p\0\0" + bomb()))


def gif_with(block: bytes) -> bytes:
    """Between the colours and the first frame."""
    whole = moving("GIF", 5)
    at = 13 + (3 << (whole[10] & 7) + 1 if whole[10] & 0x80 else 0)
    return whole[:at] + block + whole[at:]


def jpeg_and(tail: bytes) -> bytes:
    """What some browsers would read as the tail: it lies in a comment of the picture."""
    whole, note = picture(), b"-->" + tail
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note + whole[2:]


def webp_of(width: int, height: int) -> bytes:
    """The head of a WebP that says so; its pixels are somebody else's."""
    small = bytearray(picture("WEBP", lossless=True))
    at = small.index(b"VP8L") + 9
    small[at : at + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(small)


def jpeg_of(width: int, height: int) -> bytes:
    whole = bytearray(picture())
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(whole)


PICTURES: Mapping[str, bytes] = {
    "jpeg and html": picture() + HTML,
    "jpeg with html in it": jpeg_and(HTML),
    "jpeg with a script in it": jpeg_and(b"*/=alert(1)/*"),
    "jpeg and a zip": picture() + zipped("x.html"),
    "jpeg with a place": with_exif(),
    "jpeg that says it is huge": jpeg_of(60_000, 60_000),
    "jpeg that says it is wide": jpeg_of(15_999, 2_400),
    "png and a script": picture("PNG") + b"<?php system($_GET[1]);",
    "png with notes": with_notes(),
    "png of a text bomb": text_bomb(),
    "png of a profile bomb": profile_bomb(),
    "png of a second head": png_with(chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))),
    "png of a broken sum": picture("PNG")[:-20] + b"\0" * 20,
    "png that moves": apng(),
    "png with pixels beyond its end": png_of(100, 100) + b"\0" * 5_000,
    "gif and a zip": picture("GIF") + zipped("x.jar"),
    "gif and javascript": picture("GIF") + b"/*\n*/=alert(1);",
    "gif that moves, with a comment": gif_with(b"\x21\xfe\x06secret\x00"),
    "gif that says nothing of its colours": b"GIF89a\x10\0\x10\0\x80\0\0",
    "gif without end": b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0) + b"\x21\xf9\x04\0\0\0\0\0" * 100_000,
    "webp with html": picture("WEBP") + HTML,
    "webp that says it is huge": webp_of(16_383, 16_383),
    "webp that moves": moving("WEBP", 5),
}
"""A picture is made anew, in its own format, or refused."""
HIDDEN = (
    b"script",
    b"php",
    b"alert",
    b"secret",
    b"PK\x03\x04",
    b"iCCP",
    b"zTXt",
    b"iTXt",
    b"eXIf",
    b"Exif",
    b"xmpmeta",
    b"acTL",
)

PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OTHERS: Mapping[str, tuple[bytes, str, str]] = {
    "a pdf that would run something": (PDF, "a.pdf", "application/pdf"),
    "a zip of a hundred megabytes of nothing": (zipped(*[f"{n}.txt" for n in range(300)]), "logs.zip", "application/zip"),
    "a table that is a zip": (zipped("xl/workbook.xml"), "sums.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "a table with a formula": (b"=cmd|' /C calc'!A0\n", "a.csv", "text/csv"),
}  # fmt: skip
"""Kept as they are, for download only; nobody unpacks or opens them on the way."""
REFUSED: Mapping[str, tuple[bytes, str]] = {
    "svg as webp": (SVG, "a.webp"),
    "bmp": (b"BM" + b"\0" * 100, "a.bmp"),
    "icon": (b"\0\0\1\0" + b"\0" * 100, "a.ico"),
    "shortcut": (b"[InternetShortcut]\r\nURL=file:///c:/x", "a.url"),
    "link of windows": (b"L\0\0\0\x01\x14\x02\0", "a.lnk"),
    "mail": (b"From: a@b.c\nContent-Type: text/html\n\n<script>", "a.eml"),
    "disk": (b"\0" * 32_769 + b"CD001", "a.iso"),
    "two extensions": (b"MZ\x90\0\x03", "invoice.pdf.exe"),
    "an extension turned round": (b"MZ\x90\0\x03", "invoice\u202efdp.exe"),
    "pdf behind a page": (HTML + PDF, "a.pdf"),
    "html that says it is a table": (b"<html><table>", "a.csv"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_made_anew_or_refused(name: str) -> None:
    data, begun = PICTURES[name], time.thread_time()
    cleaned = clean(data, "photo", "x.html", BOUNDS)
    assert time.thread_time() - begun < 1
    if isinstance(cleaned, Refusal):
        assert cleaned.trouble in ("broken", "pixels")
        return
    assert cleaned.data != data
    assert [word for word in HIDDEN if word in cleaned.data] == []
    with Image.open(io.BytesIO(cleaned.data)) as after:
        assert (
            dict(after.getexif()),
            {*after.info} & {"comment", "exif", "icc_profile", "xmp", "XML:com.adobe.xmp"},
        ) == ({}, set())


@pytest.mark.parametrize("name", OTHERS)
def test_what_nobody_opens_is_kept_under_the_name_of_what_it_is(name: str) -> None:
    data, called, mime = OTHERS[name]
    assert clean(data, "document", called, BOUNDS) == Cleaned(data, called, mime)


@pytest.mark.parametrize("name", REFUSED)
def test_what_somebody_might_run_is_not_kept(name: str) -> None:
    data, called = REFUSED[name]
    assert clean(data, "document", called, BOUNDS) == Refusal("type")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much it was at most")
def test_all_of_them_together_take_little_memory(tmp_path: Path) -> None:
    """In a process of its own: what is taken before a file is refused would stay."""
    for number, data in enumerate(PICTURES.values()):
        (tmp_path / str(number)).write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-c", WEIGH, tmp_path], capture_output=True, text=True, check=False, timeout=50, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
    _before, after = json.loads(run.stdout)
    assert (after < MOST_RESIDENT) is True, run.stderr


ROOT = Path(__file__).resolve().parents[2]
WEIGH = """
import json, re, sys
from pathlib import Path
from bot.desk.config import Bounds
from bot.media.clean import clean
def peak():
    return int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])
peaks = [peak()]
for file in sorted(Path(sys.argv[1]).iterdir(), key=lambda file: int(file.name)):
    clean(file.read_bytes(), "photo", "x", Bounds())
    peaks.append(peak())
print(json.dumps([peaks[0], max(peaks)]))
print(peaks, file=sys.stderr)
"""
