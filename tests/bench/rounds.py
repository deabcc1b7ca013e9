"""The measurements: a program is started, a crowd talks to it, and what it took is noted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

import click

from tests.bench.api import Api, Hooks
from tests.bench.crowd import Crowd
from tests.bench.program import Program, running
from tests.bench.script import HELLO, INTAKE

PATIENCE = 60.0
"""Seconds until we stop believing that a program starts, or that the last answer comes."""


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    module: str
    words: tuple[str, ...] = ()


DESK = Contender("Conserje", "bot", ("run",))
ECHO = Contender("bare echo bot", "tests.bench.echo")
INTERVIEW = Contender("ConversationHandler bot", "tests.bench.interview")
FLOOR = Contender("ASGI, one commit, reply", "tests.bench.floor")


@dataclass(frozen=True, slots=True)
class Speed:
    """What one load has shown."""

    rate: float
    """Steps a second."""
    p50: float
    p99: float
    """In seconds."""
    cpu: float
    """Seconds of CPU for a step."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Requests confirmed to customers, and tickets found in the database."""

    confirmed: int
    kept: int


def middle(speeds: Sequence[Speed]) -> Speed:
    """Of several rounds: the median of each figure."""
    return Speed(*(median(getattr(s, name) for s in speeds) for name in ("rate", "p50", "p99", "cpu")))


@asynccontextmanager
async def started(
    api: Api, who: Contender, mode: str, folder: Path, more: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """Runs a program, from the moment when it wants updates."""
    api.forget()
    async with running(who.module, *who.words, api=api.url, mode=mode, folder=folder, more=more) as program:
        async with asyncio.timeout(PATIENCE):
            await api.first("setWebhook" if mode == "webhook" else "getUpdates")
            await _listens(api, mode)
        yield program


async def _listens(api: Api, mode: str) -> None:
    """Some open their door only after they have told where it is."""
    while mode == "webhook":
        try:
            _, writer = await asyncio.open_connection(*api.webhook.place)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


async def speed(  # noqa: PLR0917 - one load in all its parts
    api: Api, who: Contender, mode: str, seconds: float, size: int = 20, delay: float = 0.0
) -> tuple[Speed, Ledger]:
    """A closed loop of so many customers; the first second does not count."""
    folder = Path(mkdtemp())
    async with started(api, who, mode, folder) as program:
        api.delay, api.crowd = delay, Crowd(size, INTAKE)
        async with _talking(api, mode, size):
            found = await measured(api.crowd, program, seconds)
    return found, Ledger(api.crowd.tally.done, _kept(folder))


@asynccontextmanager
async def _talking(api: Api, mode: str, size: int) -> AsyncIterator[None]:
    """The crowd talks; at the end everybody still gets the answer they wait for, and nothing was refused."""
    hooks = Hooks(api)
    if mode == "webhook":
        await hooks.open(size)
    api.crowd.begin(hooks.bring if mode == "webhook" else api.queue)
    yield
    api.crowd.leave()
    async with asyncio.timeout(PATIENCE):
        await api.crowd.quiet.wait()
    hooks.close()
    if hooks.refused:
        click.echo(f"  ({hooks.refused} updates were refused and handed over again)", err=True)


async def measured(crowd: Crowd, program: Program, seconds: float) -> Speed:
    await asyncio.sleep(1)
    crowd.tally.latencies.clear()
    begun, cpu = perf_counter(), program.cpu
    await asyncio.sleep(seconds)
    took, cpu, latencies = perf_counter() - begun, program.cpu - cpu, sorted(crowd.tally.latencies)
    steps = len(latencies)
    if not steps:
        raise RuntimeError(f"no answer at all:\n{(program.folder / 'log').read_text()}")
    return Speed(steps / took, latencies[steps // 2], latencies[steps * 99 // 100], cpu / steps)


def _kept(folder: Path) -> int:
    path = folder / "desk.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM ticket").fetchone()[0])


async def growth(api: Api, conversations: int) -> float:
    """Bytes of memory for each open conversation, in a program that has been at work before."""
    async with started(api, DESK, "webhook", Path(mkdtemp())) as program:
        await _begun(api, conversations // 4)
        before = program.memory
        await _begun(api, conversations)
        return (program.memory - before) / conversations


async def _begun(api: Api, conversations: int) -> None:
    api.crowd = Crowd(20, HELLO, most=conversations)
    hooks = Hooks(api)
    await hooks.open(20)
    api.crowd.begin(hooks.bring)
    async with asyncio.timeout(PATIENCE):
        await api.crowd.quiet.wait()
    hooks.close()


async def birth(api: Api, who: Contender, mode: str, folder: Path, more: Mapping[str, str] | None = None) -> float:
    """Seconds from the start of the program to its first call for updates."""
    async with started(api, who, mode, folder, more) as program:
        first = await api.first("setWebhook" if mode == "webhook" else "getUpdates")
        return first - program.born
