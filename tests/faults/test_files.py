"""A disk that takes no more files: the request goes its way, and whoever sent a picture is asked to send it again."""

from __future__ import annotations

import asyncio
import io
import os
import resource
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

import bot.media
from bot.store.chores import FEW
from tests.faults.program import Program
from tests.faults.scene import BEFORE_FILES, PATIENCE, Scene, picture, sends, walk

GONE = (Path(bot.media.__file__).with_name("gone.png")).read_bytes()
SHIPPED = Path(__file__).resolve().parents[2] / "desk.toml"
MOST = 1 << 20
"""Bytes of a file that the disk takes: enough for the database, too little for a picture of noise."""


def noise() -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (1200, 1200), os.urandom(1200 * 1200 * 3)).save(out, "PNG")
    return out.getvalue()


def limit(program: Program, most: int) -> None:
    assert sys.platform == "linux"
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


async def tried_for_long(scene: Scene) -> None:
    """As soon as it has failed once, it is as if that had gone on for a minute."""
    with closing(sqlite3.connect(scene.folder / "desk.db", timeout=10, isolation_level=None)) as db:
        async with asyncio.timeout(PATIENCE):
            while not db.execute("UPDATE chore SET attempts = ? WHERE attempts = 1", (FEW - 1,)).rowcount:  # noqa: ASYNC110 - another process: nobody rings here
                await asyncio.sleep(0.02)


def _kept(folder: Path) -> list[Path]:
    return [f for f in folder.glob("*") if f.is_file() and not f.suffix and "#" not in f.name]


async def vanishes(scene: Scene) -> None:
    """The only file that is kept is taken away, once it is whole (what lies beside it is written first, each as `…#1`)."""
    async with asyncio.timeout(PATIENCE):
        while not (kept := _kept(scene.folder / "media")):  # noqa: ASYNC110 - another process: nobody rings here
            await asyncio.sleep(0.02)
    kept[0].unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process from outside")
async def test_a_picture_that_finds_no_room_is_asked_for_again_and_the_request_goes_on(scene: Scene) -> None:
    async with scene.program() as program:
        await walk(scene, BEFORE_FILES)
        limit(program, MOST)
        scene.ana.photo(noise())
        await scene.asked(scene.ana, "Llevas un archivo")
        await tried_for_long(scene)
        await scene.asked(scene.ana, "¿Me lo mandas otra vez?")
        limit(program, resource.RLIM_INFINITY)
        scene.ana.photo(picture("#d03030"))
        await scene.asked(scene.ana, "Llevas un archivo")
        await sends(scene, "Listo")
        await scene.world.until(lambda: scene.hues("SUP-1001") == "r", PATIENCE)
        await program.stop()
        assert program.tickets() == [("SUP-1001", "ours")]


async def test_a_picture_that_vanished_from_the_folder_reaches_the_team_as_one_that_says_so(scene: Scene) -> None:
    async with scene.program() as program:
        await walk(scene, BEFORE_FILES)
        scene.ana.photo(picture("#d03030"))
        await scene.asked(scene.ana, "Llevas un archivo")
        await vanishes(scene)
        await sends(scene, "Listo")
        await scene.world.until(lambda: scene.pictures("SUP-1001"), PATIENCE)
        await program.stop()
        shown = [scene.world.files.stored[str(one.file_id)].data for one in scene.pictures("SUP-1001")]
        sizes = [Image.open(io.BytesIO(data)).size for data in (GONE, *shown)]
        assert sizes == [(320, 200)] * 2  # Telegram makes pictures anew; hers was another size
        assert [line for line in program.troubles() if "is kept, says the database" in line] != []


async def test_more_pictures_than_a_day_may_bring_are_said_and_the_request_goes_on(scene: Scene) -> None:
    few = SHIPPED.read_text("utf-8").replace("files_daily = 200", "files_daily = 1")
    (scene.folder / "few.toml").write_text(few, "utf-8")
    program = scene.program()
    program.more = {"DESK_FILE": str(scene.folder / "few.toml")}
    async with program:
        await walk(scene, BEFORE_FILES)
        scene.ana.photo(picture("#d03030"))
        await scene.asked(scene.ana, "Llevas un archivo")
        scene.ana.photo(picture("#3030d0"))
        await scene.asked(scene.ana, "Son más de 1 archivos en un día")
        await scene.asked(scene.ana, "Llevas", button="Listo")
        await sends(scene, "Listo")
        await scene.world.until(lambda: scene.hues("SUP-1001") == "r", PATIENCE)
        await program.stop()
        assert program.tickets() == [("SUP-1001", "ours")]


async def test_a_folder_that_takes_no_files_is_told_by_healthz_until_it_does(scene: Scene) -> None:
    async with scene.program() as program:
        await walk(scene, BEFORE_FILES)
        await program.says_of_itself("alive")
        media = scene.folder / "media"
        media.rename(scene.folder / "elsewhere")
        media.write_text("no folder")
        scene.ana.photo(picture("#d03030"))
        await program.says_of_itself("degraded: files cannot be kept, or had; `conserje doctor` says how to mend it")
        media.unlink()
        (scene.folder / "elsewhere").rename(media)
        await program.says_of_itself("alive")
        await program.stop()
        assert [line for line in program.troubles() if "(fetch) failed: Away(" not in line] == []
        assert len([path for path in media.iterdir() if path.is_file() and not path.suffix]) == 1
