"""The real program as its own process, seen from outside only: what it is told, what it logs, how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

import aiohttp

from bot.sandbox.program import ROOT, free_port
from bot.sandbox.telegram import Room, World
from tests.faults.cradle import HOOK, Child, born
from tests.store.laid import laid

Mode = Literal["polling", "webhook"]

STARTS_WITHIN = 20.0
STOPS_WITHIN = 10.0
FALLS_WITHIN = 20.0
"""Seconds."""
QUIET = frozenset({"debug", "info"})


@dataclass
class Program:
    """One desk: its settings and folder stay the same from life to life, so a start after a kill finds what was there."""

    world: World
    api: str
    """Where the stand-in of Telegram is served."""
    agents: Room
    folder: Path
    mode: Mode = "polling"
    level: str = "INFO"
    more: Mapping[str, str] = field(default_factory=dict)
    """Further settings, and what the tests' hook shall do inside (`points.py`)."""
    command: str = "run"
    anew: bool = False
    """Started as an operator starts it; else forked from a process that has imported everything (`cradle.py`), with the
    tables already made."""
    port: int = field(default_factory=lambda: free_port(0))
    key: str = field(default_factory=lambda: secrets.token_hex(32))
    _process: asyncio.subprocess.Process | Child | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Everything the program is told; nothing of the surroundings."""
        return {
            "DATABASE_URL": f"sqlite:///{self.folder / 'desk.db'}",
            "MEDIA_URL": f"file:{self.folder / 'media'}",
            "DESK_FILE": str(ROOT / "desk.toml"),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SECRET_KEY": self.key,
            "TELEGRAM_BOT_TOKEN": self.world.token,
            "TELEGRAM_API_URL": self.api,
            "TELEGRAM_MODE": self.mode,
            "TELEGRAM_AGENTS_CHAT": str(self.agents.id),
            "LOG_FORMAT": "json",
            "LOG_LEVEL": self.level,
            "PYTHONPATH": str(HOOK),
            **self.more,
        }

    async def start(self) -> None:
        """Returns when updates reach it. Raises `AssertionError` with its log when it ends instead."""
        before = self._calls()
        self._process = await self._begun()
        if self.command == "worker" and self.mode == "webhook":
            return  # updates reach its `web`
        await self._comes(asyncio.create_task(self.world.until(lambda: self._calls() > before, STARTS_WITHIN)))

    async def _comes(self, sign: asyncio.Task[None]) -> None:
        """Waits for a sign that it has started. Raises `AssertionError` with its log when it ends instead."""
        ended = asyncio.create_task(self._alive().wait())
        await asyncio.wait({ended, sign}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not sign.done():
            sign.cancel()
            raise AssertionError(f"it ended instead of starting:\n{self.log}")
        sign.result()

    async def _begun(self) -> asyncio.subprocess.Process | Child:
        told, path = self.environment, self.folder / "log"
        if not self.anew:
            if not self.more.get("DATABASE_URL") and not (self.folder / "desk.db").exists():
                laid(self.folder / "desk.db")
            return await born(self.command, env=told, folder=self.folder, log=path)
        with path.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", self.command, env=told, cwd=self.folder, stdout=log, stderr=log
            )

    def _calls(self) -> int:
        """How often it has asked for updates: a poll, or where to send them."""
        return self.world.updates.polls if self.mode == "polling" else len(self.world.called("setWebhook"))

    @property
    def pid(self) -> int:
        return self._alive().pid

    async def kill(self) -> None:
        """As a power cut would."""
        process = self._alive()
        process.kill()
        await process.wait()
        self._process = None

    async def falls(self) -> None:
        """Waits until it has ended by itself at a named point. Raises `AssertionError` when it does not."""
        assert await self.fell(), f"it never came to {self.more}:\n{self.log}"

    async def fell(self, within: float = FALLS_WITHIN) -> bool:
        """Whether it ends by itself at a named point soon."""
        process = self._process
        assert process is not None, "it is not running"
        try:
            await asyncio.wait_for(process.wait(), within)
        except TimeoutError:
            return False
        assert process.returncode == -signal.SIGKILL, f"it ended with {process.returncode}:\n{self.log}"
        self._process = None
        return True

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    async def stop(self) -> float:
        """Asks it to end; returns the seconds that took. Raises `AssertionError` when it ends badly or too late."""
        process = self._alive()
        async with asyncio.timeout(STARTS_WITHIN):
            while process.returncode is None and not _heeds(process.pid):  # noqa: ASYNC110 - another process: nobody rings here
                await asyncio.sleep(0.01)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            code = await asyncio.wait_for(process.wait(), STOPS_WITHIN)
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"it did not stop within {STOPS_WITHIN:.0f} s:\n{self.log}") from None
        self._process = None
        assert code == 0, f"it ended with {code}:\n{self.log}"
        return time.monotonic() - begun

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leaves nothing behind, however the test went."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    def _alive(self) -> asyncio.subprocess.Process | Child:
        assert self._process is not None, "it is not running"
        assert self._process.returncode is None, f"it ended by itself with {self._process.returncode}:\n{self.log}"
        return self._process

    # -- what it leaves behind -------------------------------------------------------------------------

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8") if path.exists() else ""

    def logged(self) -> list[dict[str, Any]]:
        """Its log line by line; every line must be JSON, also those of a life that was cut short."""
        return [json.loads(line) for line in self.log.splitlines()]

    def troubles(self) -> list[str]:
        """What it thought worth a warning or more."""
        return [f"{e['level']}: {e['event']}" for e in self.logged() if e["level"] not in QUIET]

    def shown_secrets(self) -> list[str]:
        """Which of its secrets stand in the log."""
        known = [self.world.token, self.world.token.partition(":")[2], self.key]
        hook = self.world.updates.webhook
        return [word for word in (*known, hook.secret if hook else "") if word and word in self.log]

    def tickets(self) -> list[tuple[str, str]]:
        """Number and state of all tickets, as its database has them."""
        with closing(sqlite3.connect(self.folder / "desk.db")) as database:
            return list(database.execute("SELECT code, state FROM ticket ORDER BY id"))

    async def page(self, address: str) -> str:
        """What a browser without any proof gets for an address of ours."""
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            assert answer.status == 200, answer.status
            return await answer.text()

    async def says_of_itself(self, wanted: str) -> None:
        """Waits until `/healthz` says so."""
        async with asyncio.timeout(STARTS_WITHIN):
            while wanted != await self.page(f"http://127.0.0.1:{self.port}/healthz"):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)


def _heeds(pid: int) -> bool:
    """Whether it listens for a SIGTERM by now, of which it would die before; elsewhere than on Linux nobody tells."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return True
    caught = re.search(r"SigCgt:\s+(\w+)", status)
    return caught is None or bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)
