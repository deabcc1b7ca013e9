"""PostgreSQL killed under the program: whoever brings updates is asked to come again, and what was taken stays."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psycopg
import pytest

from bot.store import migrate
from tests.faults.door import Door, words
from tests.faults.scene import Scene
from tests.measured import measured
from tests.store import postgres as pg

UPDATES, AT_ONCE, KILLS = 2000, 10, 4
WORST = 5.0
"""Seconds until an update is taken at last."""


@dataclass
class Server:
    """A PostgreSQL of one's own, to be killed."""

    folder: Path
    home: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.process = pg.start(self.folder, self.home)

    def restart(self) -> None:
        """Its parts notice only a little later that their head is gone; a new one waits for them."""
        self.process.kill()
        self.process.wait()
        until = time.monotonic() + 10
        while True:
            (self.home / "data/postmaster.pid").unlink(missing_ok=True)
            try:
                self.process = pg.run(self.folder, self.home)
            except AssertionError:
                assert time.monotonic() < until
                time.sleep(0.1)
            else:
                return


@pytest.fixture
def server() -> Iterator[Server]:
    folder = pg.programs()
    if folder is None:
        pg.absent("no initdb on PATH or in /usr/lib/postgresql/*/bin")
        return
    home = Path(tempfile.mkdtemp(prefix="conserje-killed-"))
    found = Server(folder, home)
    yield found
    found.process.terminate()
    found.process.wait()
    shutil.rmtree(home, ignore_errors=True)


@dataclass
class Sender:
    """Brings updates as a platform does: each until it is taken."""

    door: Door
    now: int
    numbers: Iterator[int]
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    async def bring(self) -> None:
        for number in self.numbers:
            begun, taken = time.monotonic(), False
            while not taken:
                with suppress(aiohttp.ClientError):
                    answer = await self.door.bring(words(number, 70_000 + number % 60, f"hola {number}", self.now))
                    self.statuses[answer.status] += 1
                    taken = answer.status == 200
                if not taken:
                    await asyncio.sleep(0.1)
            self.waits.append(time.monotonic() - begun)


@pytest.mark.timeout(120)
async def test_what_was_taken_is_there_after_postgresql_was_killed_four_times(scene: Scene, server: Server) -> None:
    url = f"postgresql://tester@/postgres?host={server.home}"
    migrate(url)
    program = scene.program("webhook", level="ERROR")
    program.command, program.more = "web", {"DATABASE_URL": url}
    async with program, aiohttp.ClientSession() as session:
        sender = Sender(Door(scene.world, session), scene.world.now, iter(range(1, UPDATES + 1)))
        bringing = asyncio.gather(*(sender.bring() for _ in range(AT_ONCE)))
        for kill in range(1, KILLS + 1):
            while len(sender.waits) < UPDATES * kill / (KILLS + 1):  # noqa: ASYNC110 - looked at now and then
                await asyncio.sleep(0.02)
            await asyncio.to_thread(server.restart)
        await bringing
        await program.stop()
    with psycopg.connect(url) as link:
        rows = link.execute("SELECT count(*) FROM taken WHERE key LIKE 'telegram:%'").fetchone()
    again = sender.statuses[503]
    measured(f"F3: {UPDATES} taken, {KILLS} kills, {again} asked to come again, worst wait {max(sender.waits):.1f} s")
    assert rows == (UPDATES,)
    assert set(sender.statuses) <= {200, 503}
    assert max(sender.waits) < WORST
