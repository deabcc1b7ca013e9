"""A copy made while the desk was at work is the desk: the conversation goes on from it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

from tests.faults.scene import WAY, Scene, walk

HALF = next(n for n, step in enumerate(WAY) if step.name == "claim")


async def test_a_desk_goes_on_from_its_copy(scene: Scene) -> None:
    async with scene.program() as program:
        await walk(scene, WAY[:HALF])
        await scene.quiet()
        other = scene.folder / "restored"
        other.mkdir()
        with (
            closing(sqlite3.connect(scene.folder / "desk.db")) as lost,
            closing(sqlite3.connect(other / "desk.db")) as copy,
        ):
            lost.backup(copy)
        shutil.copytree(scene.folder / "media", other / "media")
        await program.stop()
        (scene.folder / "desk.db").unlink()
        shutil.rmtree(scene.folder / "media")

    async with replace(program, folder=other) as restored:
        await walk(scene, WAY[HALF:])
        assert restored.tickets() == [("SUP-1001", "solved")]
    assert scene.doubles("SUP-1001") == []
