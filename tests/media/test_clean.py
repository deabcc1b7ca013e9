"""Files people send: the harmless are kept, pictures are made anew, and the hostile get no further."""

from __future__ import annotations

import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from PIL import Image

from bot.desk.config import Bounds
from bot.dialogue.words import Kind
from bot.media.clean import Cleaned, Refusal, clean
from bot.media.names import shown_name
from bot.media.pictures import MOST_FRAMES, MOST_PIXELS, MOST_SIDE

BOUNDS = Bounds()
GPS = 0x8825
ORIENTATION = 0x0112


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, form, **options)
    return made.getvalue()


def noise(size: tuple[int, int], seed: int) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def moving(form: str, frames: int) -> bytes:
    made = BytesIO()
    pictures = [noise((8, 8), n) for n in range(frames)]
    pictures[0].save(made, form, save_all=True, append_images=pictures[1:], duration=40, loop=0)
    return made.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int) -> bytes:
    """A PNG of one bit per pixel, which says its size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = zlib.compress(b"\0" * ((width + 7) // 8 + 1) * min(height, 2000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def zipped(*names: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return made.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = "secret description"
    exif.get_ifd(GPS)[2] = (40.0, 25.0, 0.0)
    return picture(exif=exif, comment=b"secret comment")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 200
EXE = b"MZ\x90\0\x03" + b"\0" * 200
WIDE_GIF = b"GIF89a" + struct.pack("<HH", 15_000, 15_000) + picture("GIF")[10:]

HOSTILE: list[tuple[str, bytes | Callable[[], bytes], Kind, str, Refusal]] = [
    ("svg as png", SVG, "document", "logo.png", Refusal("type")),
    ("svg", SVG, "document", "logo.svg", Refusal("type")),
    ("svg as a photo", SVG, "photo", "", Refusal("broken")),
    ("svg that is said to be a photo", SVG, "photo", "logo.svg", Refusal("type")),
    ("a phone's own", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo", "IMG_1.HEIC", Refusal("type")),
    ("svg as text", SVG, "document", "logo.txt", Refusal("type")),
    ("html", HTML, "document", "page.html", Refusal("type")),
    ("html as png", HTML, "document", "page.png", Refusal("type")),
    ("html as text behind blanks", b"\xef\xbb\xbf \n" + HTML, "document", "notes.txt", Refusal("type")),
    ("html as text in UTF-16", HTML.decode().encode("utf-16"), "document", "notes.txt", Refusal("type")),
    ("html comment first", b"<!-- --><script>1</script>", "document", "notes.md", Refusal("type")),
    ("shell script", b"#!/bin/sh\nrm -rf /\n", "document", "log.txt", Refusal("type")),
    ("php", b"<?php system($_GET[1]);", "document", "notes.log", Refusal("type")),
    ("script by name", b"echo off\n", "document", "run.bat", Refusal("type")),
    ("javascript", b"alert(1)", "document", "a.js", Refusal("type")),
    ("elf as pdf", ELF, "document", "invoice.pdf", Refusal("type")),
    ("elf as a photo", ELF, "photo", "me.jpg", Refusal("broken")),
    ("elf without a name", ELF, "document", "", Refusal("type")),
    ("exe", EXE, "document", "setup.exe", Refusal("type")),
    ("exe as mp4", EXE, "video", "film.mp4", Refusal("type")),
    ("exe as zip", EXE, "document", "all.zip", Refusal("type")),
    ("jar", zipped("META-INF/MANIFEST.MF", "A.class"), "document", "tool.jar", Refusal("type")),
    ("apk", zipped("AndroidManifest.xml"), "document", "app.apk", Refusal("type")),
    ("macro document", zipped("[Content_Types].xml", "word/vbaProject.bin"), "document", "a.docm", Refusal("type")),
    ("pdf as text", b"%PDF-1.7\n", "document", "a.txt", Refusal("type")),
    ("something before a pdf", b"#!/bin/sh\n%PDF-1.7\n", "document", "a.pdf", Refusal("type")),
    ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n", "document", "a.txt", Refusal("type")),
    ("eps as jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n", "photo", "a.jpg", Refusal("broken")),
    ("nothing", b"", "document", "a.txt", Refusal("empty")),
    ("nothing as a photo", b"", "photo", "", Refusal("empty")),
    ("nul in text", b"a\0b", "document", "a.txt", Refusal("type")),
    ("pixel bomb", png_of(30_000, 30_000), "photo", "", Refusal("pixels", MOST_PIXELS)),
    ("pixel bomb just past the warning", png_of(9_500, 9_500), "photo", "", Refusal("pixels", MOST_PIXELS)),
    ("just past our own limit", png_of(8_000, 5_001), "photo", "", Refusal("pixels", MOST_PIXELS)),
    ("a very long strip", png_of(20_000, 1), "photo", "", Refusal("pixels", MOST_SIDE)),
    ("a gif on a huge canvas", WIDE_GIF, "document", "a.gif", Refusal("pixels", MOST_PIXELS)),
    ("too many frames", partial(moving, "GIF", MOST_FRAMES + 1), "document", "a.gif", Refusal("pixels", MOST_FRAMES)),
    ("2,000 frames", partial(moving, "GIF", 2_000), "document", "a.gif", Refusal("pixels", MOST_FRAMES)),
    (
        "too many frames of webp",
        partial(moving, "WEBP", MOST_FRAMES + 1),
        "document",
        "a.webp",
        Refusal("pixels", MOST_FRAMES),
    ),
    ("cut jpeg", with_exif()[:400], "photo", "", Refusal("broken")),
    ("cut png", picture("PNG")[:60], "photo", "", Refusal("broken")),
    ("cut webp", picture("WEBP")[:40], "photo", "", Refusal("broken")),
    ("cut gif", picture("GIF")[:11], "photo", "", Refusal("broken")),
    ("only a signature", b"\x89PNG\r\n\x1a\n", "photo", "", Refusal("broken")),
    ("png cut in its pixels", png_of(4_000, 4_000)[:80], "photo", "", Refusal("broken")),
    ("too many bytes", b"x" * 20_000_001, "document", "a.txt", Refusal("size", 20_000_000)),
    ("tiff", b"II*\0" + b"\0" * 50, "document", "a.tif", Refusal("type")),
]


@pytest.mark.parametrize(("data", "kind", "name", "expected"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_hostile_files_are_refused_within_a_second(
    data: bytes | Callable[[], bytes], kind: Kind, name: str, expected: Refusal
) -> None:
    sent = data if isinstance(data, bytes) else data()
    started = time.thread_time()
    assert clean(sent, kind, name, BOUNDS) == expected
    assert time.thread_time() - started < 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("tail", [HTML, zipped("a.html"), ELF])
def test_nothing_rides_along_with_a_picture(form: str, tail: bytes) -> None:
    match clean(picture(form) + tail, "photo", "a", BOUNDS):
        case Cleaned(data):
            assert tail[:8] not in data
            assert b"script" not in data
            assert b"PK" not in data
        case refusal:
            assert refusal == Refusal("broken")


def test_where_a_picture_was_taken_is_gone_and_it_stands_upright() -> None:
    before = Image.open(BytesIO(with_exif()))
    assert (before.size, dict(before.getexif().get_ifd(GPS))) == ((60, 40), {2: (40.0, 25.0, 0.0)})
    cleaned = clean(with_exif(), "photo", "IMG_1.jpeg", BOUNDS)
    assert isinstance(cleaned, Cleaned)
    after = Image.open(BytesIO(cleaned.data))
    assert (cleaned.name, cleaned.mime, after.format, after.size) == ("IMG_1.jpeg", "image/jpeg", "JPEG", (40, 60))
    assert dict(after.getexif()) == {}
    assert b"secret" not in cleaned.data


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_notes_of_other_formats_are_gone_too(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret description"
    options = {"comment": b"secret"} if form == "GIF" else {"exif": exif, "icc_profile": b"secret profile"}
    before = picture(form, **options)
    assert b"secret" in before
    cleaned = clean(before, "document", "x", BOUNDS)
    assert isinstance(cleaned, Cleaned)
    assert b"secret" not in cleaned.data


@pytest.mark.parametrize(("form", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp")])
def test_an_animation_keeps_its_frames(form: str, name: str) -> None:
    cleaned = clean(moving(form, 12), "document", "a", BOUNDS)
    assert isinstance(cleaned, Cleaned)
    after = Image.open(BytesIO(cleaned.data))
    assert (cleaned.name, getattr(after, "n_frames", 1)) == (name, 12)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_stays_a_png(mode: str) -> None:
    made = BytesIO()
    Image.new(mode, (30, 20)).save(made, "PNG")
    cleaned = clean(made.getvalue(), "document", "a.png", BOUNDS)
    assert isinstance(cleaned, Cleaned)
    assert Image.open(BytesIO(cleaned.data)).size == (30, 20)


def test_a_printers_jpeg_becomes_one_for_screens() -> None:
    made = BytesIO()
    Image.new("CMYK", (30, 20)).save(made, "JPEG")
    cleaned = clean(made.getvalue(), "photo", "a.jpg", BOUNDS)
    assert isinstance(cleaned, Cleaned)
    assert Image.open(BytesIO(cleaned.data)).mode == "RGB"


MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 40


@pytest.mark.parametrize(
    ("data", "kind", "name", "expected"),
    [
        (b"%PDF-1.7\n...", "document", "Factura nº 3.pdf", ("Factura nº 3.pdf", "application/pdf")),
        (b"%PDF-1.7\n...", "document", "", ("document.pdf", "application/pdf")),
        (zipped("a.txt"), "document", "logs.zip", ("logs.zip", "application/zip")),
        (MP4, "video", "", ("video.mp4", "video/mp4")),
        (b"\0\0\0\x14ftypqt  ", "video", "IMG.MOV", ("IMG.MOV", "video/quicktime")),
        (b"OggS\0\2", "voice", "", ("voice.ogg", "audio/ogg")),
        (b"ID3\4", "audio", "song.mp3", ("song.mp3", "audio/mpeg")),
        (b"\xff\xfb\x90\0", "audio", "song.mp3", ("song.mp3", "audio/mpeg")),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio", "a.wav", ("a.wav", "audio/wav")),
        ("año;precio\n1;2\n".encode(), "document", "datos.CSV", ("datos.CSV", "text/csv")),
        ("año".encode("latin-1"), "document", "notes.txt", ("notes.txt", "text/plain")),
        ("año".encode("utf-16"), "document", "notes.txt", ("notes.txt", "text/plain")),
        (b"12:00 ERROR \x1b[31mred\x1b[0m", "document", "server.log", ("server.log", "text/plain")),
        (b"%PDF-1.7", "document", "../../etc/passwd.pdf", ("passwd.pdf", "application/pdf")),
    ],
)
def test_harmless_files_are_kept_as_they_are(data: bytes, kind: Kind, name: str, expected: tuple[str, str]) -> None:
    assert clean(data, kind, name, BOUNDS) == Cleaned(data, *expected)


def test_a_picture_is_named_after_what_it_is() -> None:
    cleaned = clean(picture("PNG"), "document", "screenshot.jpg", BOUNDS)
    assert isinstance(cleaned, Cleaned)
    assert (cleaned.name, cleaned.mime) == ("screenshot.png", "image/png")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "file"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("/", "file"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a\0b\nc.txt", "ab_c.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ('a<b>:"c|?*.txt', "a_b_c_.txt"),
        ("x" * 300 + ".pdf", "x" * 75 + "….pdf"),
        ("factura ñ 2026.pdf", "factura ñ 2026.pdf"),
        ("Espan\u0303a.pdf", "Espa\u00f1a.pdf"),
    ],
)
def test_names_are_cleaned_for_show(name: str, expected: str) -> None:
    assert shown_name(name) == expected
    assert shown_name(expected) == expected


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_no_twisted_picture_raises_anything(form: str) -> None:
    dice = random.Random(7)
    for _ in range(150):
        data = bytearray(moving(form, 3) if form in ("GIF", "WEBP") else picture(form))
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(8, len(data))] = dice.randrange(256)
        assert isinstance(clean(bytes(data), "photo", "", BOUNDS), Cleaned | Refusal)
