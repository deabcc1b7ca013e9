"""Owns the real program as a child process: starts it, kills it when asked, brings it back when it dies."""

import asyncio
import contextlib
import os
import random
import re
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path

from bot.sandbox.slack import Channel
from bot.sandbox.telegram import Room, World

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "desk.toml"
COMMAND = (sys.executable, "-m", "bot", "run")
# Ports that Linux, macOS and Windows lend to nobody's calls.
NOT_LENT = range(20_000, 32_000)
# Seconds: until a program asked to stop is killed; between two starts of one that dies at once, at most.
STOPS_WITHIN = 10.0
LONGEST_PAUSE = 15.0
# A program that lived this long is started again at once (seconds).
LIVED = 5.0
# Where the demo's new tickets go, by the name the page knows it: the chats that take turns, category by category.
Routes = Mapping[str, Sequence[str]]
_CATEGORY = re.compile(r"^\[categories\.[a-z0-9-]+\]$", re.MULTILINE)
# Settings of the surroundings that must not reach the pretend desk: real tokens, real databases.
_OURS = ("TELEGRAM_", "SLACK_", "SMTP_", "AWS_", "LOG_", "DATABASE_", "MEDIA_", "DESK_", "PUBLIC_", "SECRET_")


def settings(world: World, api: str, agents: Room, folder: Path, port: int, *, slack: Channel) -> dict[str, str]:
    """The environment of the child: everything pretended, everything in the folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*_OURS, "HOST", "PORT"))}
    path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH", "")]))
    return (
        kept
        | ({"DESK_FILE": str(folder / "desk.toml")} if SHIPPED.exists() else {})
        | {
            "PYTHONPATH": path,
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": api,
            "TELEGRAM_MODE": "polling",
            "TELEGRAM_AGENTS_CHAT": str(agents.id),
            "SLACK_BOT_TOKEN": slack.world.app.token,
            "SLACK_SIGNING_SECRET": slack.world.app.signing_secret,
            "SLACK_API_URL": f"{api}/slack/api/",
            "SLACK_AGENTS_CHANNEL": slack.id,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
            "DATABASE_URL": f"sqlite:///{folder / 'conserje.db'}",
            "MEDIA_URL": f"file:{folder / 'media'}",
            "SECRET_KEY": secrets.token_hex(32),
            "LOG_LEVEL": "WARNING",
        }
    )


def directed(desk: str, chats: Sequence[str]) -> str:
    """The text of desk.toml with `agents` in each category; several chats take turns."""
    turn = cycle(chats)
    return _CATEGORY.sub(lambda match: f'{match[0]}\nagents = "{next(turn)}"', desk)


def free_port(wished: int) -> int:
    """The wished port, or any free one when it is taken or out of range.

    Not one of those that the system lends to whoever calls somebody: it might before we take it.
    """
    others = random.sample(NOT_LENT, 20)
    for port in (*((wished,) if wished else ()), *others, 0):
        with contextlib.suppress(OSError, OverflowError), socket.create_server(("127.0.0.1", port)) as taken:
            found: int = taken.getsockname()[1]
            return found
    raise OSError("no free port on this machine")


class Program:
    """The `Desk` the page shows. It counts as ready when it asks for updates for the first time."""

    def __init__(
        self,
        world: World,
        environment: Mapping[str, str],
        folder: Path,
        say: Callable[[str], None],
        *,
        routes: Routes,
        command: Sequence[str] = COMMAND,
        beside: int = 0,
    ) -> None:
        self.beside = beside
        self.world = world
        self.say = say
        self._command = command
        self._environment = environment
        self._folder = folder
        self._state = "down"
        self._process: asyncio.subprocess.Process | None = None
        self._asked = False
        self._routes = routes
        self._direct(next(iter(routes)))

    @property
    def route(self) -> str:
        return self._route

    def _direct(self, route: str) -> None:
        self._route = route
        if SHIPPED.exists():
            desk = directed(SHIPPED.read_text("utf-8"), self._routes[route])
            (self._folder / "desk.toml").write_text(desk, "utf-8")

    async def send_to(self, route: str) -> None:
        self._direct(route)
        if self._process is not None and self._process.returncode is None:
            self._asked = True
            self.say(f"New tickets go to: {route}; starting the program again.")
            self._process.send_signal(signal.SIGTERM)

    @property
    def state(self) -> str:
        return self._state

    @property
    def address(self) -> str:
        return self._environment["PUBLIC_URL"]

    @property
    def inside(self) -> str:
        """The same for this machine alone: no name has to be looked up."""
        return f"http://127.0.0.1:{self._environment['PORT']}"

    async def run(self) -> None:
        """Keeps the program alive until cancelled; then stops it."""
        pause = 0.0
        try:
            while True:
                lived = await self._life()
                pause = 0.0 if self._asked or lived > LIVED else min(pause * 2 or 1.0, LONGEST_PAUSE)
                self._asked = False
                await asyncio.sleep(pause)
        finally:
            await self._stop()

    async def _life(self) -> float:
        """One life of the program, in seconds."""
        loop = asyncio.get_running_loop()
        born = loop.time()
        self._show("starting")
        # In a session of its own: Ctrl-C reaches the runner only, which then stops the child in order.
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=dict(self._environment),
            cwd=self._folder,
            start_new_session=True,
        )
        ready = asyncio.create_task(self._await_ready())
        code = await self._process.wait()
        ready.cancel()
        self._show("down")
        if not self._asked:
            self.say(f"The program ended with code {code}; starting it again.")
        return loop.time() - born

    async def _await_ready(self) -> None:
        polls = self.world.updates.polls
        await self.world.until(lambda: self.world.updates.polls > polls, 3600)
        self._show("ready")
        self.say("Ready.")

    def _show(self, state: str) -> None:
        self._state = state
        self.world.tell("desk", state=state)

    async def restart(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._asked = True
            self.say("Killed with SIGKILL from the page; starting it again.")
            self._process.kill()

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOPS_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()
