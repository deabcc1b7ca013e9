"""The keep holds files by our own ids only, in a folder as in a bucket; and fetching puts them there."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from io import BytesIO
from pathlib import Path

import pytest
from obstore.store import LocalStore
from PIL import Image

from bot.channels import Lost
from bot.desk.config import Bounds
from bot.dialogue.words import PAID, STORY, File
from bot.events import Fetched
from bot.media.fetch import Looked, fetch
from bot.media.keep import LATELY, Away, Keep, Kept

PDF = b"%PDF-1.7\n..."


@pytest.fixture(params=["file", "memory"])
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Keep:
    return Keep.open(f"file://{tmp_path}/media" if request.param == "file" else "memory:")


async def test_a_file_comes_back_as_it_was_put(keep: Keep) -> None:
    await keep.put("tg-AQAD_1-5", PDF, "Factura ñ.pdf", "application/pdf")
    await keep.put("tg-AQAD_1-5", PDF + b"2", "Factura ñ.pdf", "application/pdf")
    assert await keep.get("tg-AQAD_1-5") == Kept(PDF + b"2", "Factura ñ.pdf", "application/pdf")
    assert await keep.exists("tg-AQAD_1-5")


async def test_what_was_deleted_is_gone_and_may_be_deleted_again(keep: Keep) -> None:
    await keep.put("a", PDF, "a.pdf", "application/pdf")
    await keep.delete("a")
    await keep.delete("a")
    assert not await keep.exists("a")
    with pytest.raises(FileNotFoundError):
        await keep.get("a")


async def test_a_file_that_is_there_no_more_leaves_a_picture_that_says_so(
    keep: Keep, caplog: pytest.LogCaptureFixture
) -> None:
    """Only where the database says that it was kept; and whoever runs the desk hears which."""
    await keep.put("a", PDF, "a.pdf", "application/pdf")
    there = await keep.shown("a", "a.pdf")
    await keep.delete("a")
    gone = await keep.shown("a", "a.pdf")
    assert (there, there.gone) == (Kept(PDF, "a.pdf", "application/pdf"), False)
    assert (gone.name, gone.mime, gone.gone) == ("a.pdf.png", "image/png", True)
    with Image.open(BytesIO(gone.data), formats=("PNG",)) as picture:
        picture.verify()
    assert "file a is kept" in caplog.text


@pytest.mark.parametrize(("name", "most"), [("a", 0), ("a", 5), ("a.json", 0), ("a.json", 7)])
async def test_so_does_one_that_a_power_cut_left_in_half(tmp_path: Path, name: str, most: int) -> None:
    """The folder's disk may write later than the database's."""
    keep = Keep.open(f"file://{tmp_path}")
    await keep.put("a", PDF, "a.pdf", "application/pdf")
    os.truncate(tmp_path / name, most)
    gone = await keep.shown("a", "a.pdf")
    assert (gone.name, gone.mime, gone.gone) == ("a.pdf.png", "image/png", True)


async def test_a_folder_that_is_away_is_said_in_a_line_and_forgotten_when_it_is_back(tmp_path: Path) -> None:
    folder, clock = tmp_path / "media", [0.0]
    keep = Keep(LocalStore(folder, mkdir=True), lambda: clock[0])
    await keep.put("a", PDF, "a.pdf", "application/pdf")
    shutil.rmtree(folder)
    folder.write_text("no folder")
    for call in (keep.get("a"), keep.exists("a"), keep.delete("a"), keep.stones(), keep.put("b", PDF, "b.pdf", "x/y")):
        with pytest.raises(Away, match="Not a directory"):
            await call
    assert keep.away
    folder.unlink()
    await keep.put("b", PDF, "b.pdf", "x/y")
    await keep.get("b")
    assert keep.away  # it lists and deletes nothing yet, for all we know
    clock[0] = LATELY
    assert not keep.away


@pytest.mark.parametrize("bad", ["", "../a", "a/b", "a.json", "a\0", "a\n", "ñ", "x" * 65])
async def test_only_our_own_ids_are_keys(keep: Keep, bad: str) -> None:
    with pytest.raises(ValueError, match="a file id is"):
        await keep.put(bad, PDF, "a.pdf", "application/pdf")
    with pytest.raises(ValueError, match="a file id is"):
        await keep.get(bad)


async def test_a_relative_address_lies_below_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await Keep.open("file:data/media").put("a", PDF, "a.pdf", "application/pdf")
    assert sorted(p.name for p in (tmp_path / "data/media").iterdir()) == ["a", "a.json"]


@pytest.mark.parametrize("url", ["", "data/media", "http://x/y", "s3:///prefix", "file:", "ftp://a/b"])
def test_a_wrong_address_is_said_in_one_line(url: str) -> None:
    with pytest.raises(ValueError, match="MEDIA_URL should look like"):
        Keep.open(url)


class Shelf:
    """A channel as far as files go: real bytes by reference."""

    def __init__(self, **files: bytes | Exception) -> None:
        self.files = files

    async def fetch(self, ref: str, /) -> bytes:
        found = self.files[ref]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (File("f1", "document", "../a.pdf", ref="pdf"), Looked("a.pdf")),
        (File("f2", "document", "a.exe", ref="exe"), Looked("a.exe", "type")),
        (File("f3", "photo", ref="exe"), Looked("", "broken")),
        (File("f4", "video", ref="lost"), Looked("", "lost")),
        (File("f5", "video", ref="big"), Looked("", "size", 20_000_000)),
        (File("s1", "video", mime=STORY, ref="never asked"), Looked("", "story")),
        (File("s2", "video", mime=PAID, ref="never asked"), Looked("", "paid")),
        (File("f6", "video", "a.mp4", size=20_000_001, ref="never asked"), Looked("a.mp4", "size", 20_000_000)),
    ],
)
async def test_a_file_is_fetched_cleaned_and_kept_or_refused(keep: Keep, file: File, expected: Looked) -> None:
    shelf = Shelf(pdf=PDF, exe=b"MZ\0", lost=Lost("lost"), big=Lost("size"))
    assert await fetch(shelf, file, keep, Bounds()) == expected
    assert await keep.exists(file.id) == (not expected.trouble)
    assert {"file", "name", "trouble", "limit"} <= set(Fetched.__struct_fields__)


async def test_trouble_that_may_pass_is_not_swallowed(keep: Keep) -> None:
    with pytest.raises(ConnectionResetError):
        await fetch(Shelf(a=ConnectionResetError()), File("f", "photo", ref="a"), keep, Bounds())


async def test_whoever_reads_the_database_does_not_wait_for_pictures() -> None:
    """However many come at once, and however long each of them takes."""
    gate = threading.Event()

    class Slow(bytes):
        def __len__(self) -> int:
            gate.wait(10)
            return super().__len__()

    keep, files = Keep.open("memory:"), [File(f"f{n}", "document", "a.pdf", ref="pdf") for n in range(64)]
    work = [asyncio.ensure_future(fetch(Shelf(pdf=Slow(PDF)), file, keep, Bounds())) for file in files]
    try:
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(gate.is_set) is False
    finally:
        gate.set()
    assert [looked.trouble for looked in await asyncio.gather(*work)] == [""] * 64
