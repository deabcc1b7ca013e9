"""The program as real processes that need not import everything anew: forked from one that has it all in memory.

A start costs a second of CPU, nine tenths of it imports, and the tests start the program some hundred times. What is
forked is a process as any other, with its own environment, folder and log, and is killed by its number.

`python -m tests.faults.cradle SOCKET` is that process: each connection brings what to become as a line of JSON, and
hears the child's number and at last its exit code.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.shared import shared

DOOR = "door"
ROOT = Path(__file__).parents[2]
HOOK = Path(__file__).parent / "hook"
REHEARSED = "tests/transcripts/a_ticket_in_spanish.chat"
OURS = ("bot", "handlers")
UNUSED = ("bot.__main__", "bot.sandbox")
LATE = (
    "aiohttp",
    "alembic.command",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""Imported by others when they are needed first."""


class Child(asyncio.Protocol):
    """What was forked; as much of `asyncio.subprocess.Process` as the tests use."""

    def __init__(self, wanted: bytes) -> None:
        self._wanted, self._told = wanted, b""
        self._born: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._over, self._parted = asyncio.Event(), asyncio.Event()
        self.pid = 0
        self.returncode: int | None = None

    def connection_made(self, transport: Any) -> None:
        self._line = transport
        transport.write(self._wanted)

    def data_received(self, data: bytes) -> None:
        self._told += data
        lines = self._told.splitlines() if self._told.endswith(b"\n") else []
        if lines and not self._born.done():
            self.pid = int(lines[0])
            self._born.set_result(self.pid)
        if len(lines) > 1:
            self._ends(int(lines[1]))

    def connection_lost(self, _error: Exception | None) -> None:
        if self.returncode is None:
            self._ends(-1)
        self._parted.set()

    def _ends(self, code: int) -> None:
        self.returncode = code
        self._over.set()

    async def born(self) -> None:
        await self._born

    async def wait(self) -> int:
        """Returns when the line is closed too: nothing is left to whoever runs next."""
        await self._over.wait()
        self._line.abort()
        await self._parted.wait()
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


async def born(*words: str, env: Mapping[str, str], folder: Path, log: Path) -> Child:
    """The program with these words of its command line."""
    wanted = json.dumps({"words": words, "env": dict(env), "folder": str(folder), "log": str(log)}).encode() + b"\n"
    _, child = await asyncio.get_running_loop().create_unix_connection(lambda: Child(wanted), cradle())
    await child.born()
    return child


@cache
def cradle() -> str:
    """Where it listens."""
    until_the_end = ExitStack()
    atexit.register(until_the_end.close)
    return str(until_the_end.enter_context(shared("cradle", _begin, _end)) / DOOR)


def _begin(home: Path) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [sys.executable, "-m", "tests.faults.cradle", home / DOOR]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()


# -- the other side --------------------------------------------------------------------------------------


def rock(path: str) -> None:
    sys.path[0] = str(ROOT)
    gc.disable()
    for name in (*everything(), *LATE):
        import_module(name)
    speech = import_module("bot.i18n")
    for language in speech.languages():
        speech.catalogue(language)
    rehearse()
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who tend the children
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in select.select([door, sys.stdin], [], [])[0]:
            line, _ = door.accept()
            if not os.fork():
                tend(line)
            line.close()


def rehearse() -> None:
    """One conversation, so that statements are compiled and patterns known. Whoever forks must have one thread only."""
    with tempfile.TemporaryDirectory() as folder:
        import_module("bot.stage").Stage(Path(folder)).play((ROOT / REHEARSED).read_text("utf-8"))
    assert threading.active_count() == 1, threading.enumerate()


def everything() -> list[str]:
    found = [name for top in OURS for _, name, _ in pkgutil.walk_packages([str(ROOT / top)], f"{top}.")]
    return [name for name in found if not name.startswith(UNUSED) and "migrations" not in name]


def tend(line: socket.socket) -> None:
    """Brings one child into the world and tells what becomes of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    wanted = json.loads(line.makefile().readline())
    child = os.fork()
    if not child:
        line.close()
        become(**wanted)
    line.sendall(b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(words: list[str], env: dict[str, str], folder: str, log: str) -> None:
    """`python -m bot`, as if it had just been started, up to its exit code.

    Values that the hook changes may have been taken over by others long since: for them our modules are imported anew.
    """
    os.chdir(folder)
    out, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644), os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, out, out)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["conserje", *words]
    if "CONSERJE_LOOSE" in env:
        for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
            del sys.modules[name]
    if any(name.startswith("CONSERJE_") for name in env):
        sys.path.insert(0, str(HOOK))
        sys.modules.pop("sitecustomize", None)
        import_module("sitecustomize")
    try:
        import_module("bot.cli").main()
    except SystemExit as end:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)  # to take the interpreter apart takes as long as to live


if __name__ == "__main__":
    rock(sys.argv[1])
