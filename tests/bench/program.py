"""A measured program: a process of its own, on a core of its own, given nothing but environment variables."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench.api import TEAM, TOKEN

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def pin(core: int) -> None:
    """Keeps this process, and what it starts from here on, on one core; where that cannot be said, nothing."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {CORES[core]})


@dataclass(frozen=True, slots=True)
class Program:
    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    born: float
    """`perf_counter` just before it was started."""

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far, of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def memory(self) -> int:
        """Bytes it holds."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def start(
    module: str, *words: str, api: str, mode: str, folder: Path, more: Mapping[str, str] | None = None
) -> Program:
    """`more`: environment variables beside the usual."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    pin(-1)
    born = perf_counter()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=folder,
            env=_environment(api, mode, folder, port) | dict(more or {}),
            stdout=log,
            stderr=log,
        )
    pin(0)
    return Program(process, folder, port, born)


async def stop(program: Program) -> None:
    """In order, while its last calls are still answered."""
    program.process.terminate()
    try:
        await asyncio.to_thread(program.process.wait, 15)
    except subprocess.TimeoutExpired:
        program.process.kill()
        program.process.wait()


@asynccontextmanager
async def running(
    module: str, *words: str, api: str, mode: str, folder: Path, more: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    program = start(module, *words, api=api, mode=mode, folder=folder, more=more)
    try:
        yield program
    finally:
        await stop(program)


def _environment(api: str, mode: str, folder: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "DESK_FILE": str(ROOT / "desk.toml"),
        "DATABASE_URL": f"sqlite:///{folder / 'desk.db'}",
        "MEDIA_URL": f"file:{folder / 'media'}",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "TELEGRAM_MODE": mode,
        "TELEGRAM_AGENTS_CHAT": str(TEAM),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "bench" * 8,
        "LOG_LEVEL": "WARNING",
    }
