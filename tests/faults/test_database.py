"""A database that balks: the platform is asked to come again, nothing is half done, and we recover by ourselves."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import aiohttp

from tests.faults.door import Door, words
from tests.faults.points import falls_at
from tests.faults.program import Program
from tests.faults.scene import INTAKE, Scene, walk

BALKED = 2.0
"""Seconds in which the platform has to hear that we cannot."""


async def test_a_locked_database_is_said_in_time_and_nothing_is_lost(scene: Scene) -> None:
    async with scene.program("webhook") as program, aiohttp.ClientSession() as session:
        await walk(scene, INTAKE[:4])
        door, now = Door(scene.world, session), scene.world.now
        with closing(sqlite3.connect(scene.folder / "desk.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await door.bring(words(1, 70_000, "hola", now))
            scene.ana.write("Me habéis cobrado dos veces")
        assert (answer.status, answer.retry_after) == (503, "1")
        assert answer.seconds < BALKED
        await scene.asked(scene.ana, "Cuéntanos más")
        await walk(scene, INTAKE[5:])
        await program.stop()
        assert program.tickets() == [("SUP-1001", "ours")]
        assert scene.doubles() == []


async def test_a_full_database_is_said_and_we_recover_alone(scene: Scene) -> None:
    program = scene.program("webhook")
    program.more = {"CONSERJE_FULL": "1"}
    async with program, aiohttp.ClientSession() as session:
        await walk(scene, INTAKE[:5])
        full, door = scene.folder / "full", Door(scene.world, session)
        full.touch()
        # Its free pages are soon used up.
        answers = [await door.bring(words(1 + n, 70_000 + n, "x" * 4000, scene.world.now)) for n in range(40)]
        await program.says_of_itself("degraded: the database takes nothing; the log says why")
        full.unlink()
        assert (answers[-1].status, answers[-1].retry_after) == (503, "1")
        assert max(answer.seconds for answer in answers) < BALKED
        await walk(scene, INTAKE[5:])
        await program.says_of_itself("alive")
        await program.stop()
        assert "warning: the database takes nothing just now" in "".join(program.troubles())
        assert program.tickets() == [("SUP-1001", "ours")]
        with closing(sqlite3.connect(scene.folder / "desk.db")) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def ended(program: Program, *words: str) -> tuple[int, str]:
    """Runs one command to its end: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        env=program.environment,
        cwd=program.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def tables(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "desk.db")) as db:
        return [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


async def test_a_migration_that_is_cut_off_has_done_nothing_and_the_next_one_does_all(scene: Scene) -> None:
    program = scene.program("webhook")
    program.more = falls_at("migrating")
    assert (await ended(program, "migrate"))[0] == -signal.SIGKILL
    assert tables(scene.folder) == []
    program.more = {}
    code, said = await ended(program, "web")
    assert code != 0
    assert "run `conserje migrate`" in said
    both = await asyncio.gather(ended(program, "migrate"), ended(program, "migrate"))
    assert [*both] == [(0, "The database is up to date.\n")] * 2
    async with program:
        await walk(scene, INTAKE[:1])
