"""What goes wrong in a storm, by a seeded script: at the stand-in's answers, and on the line to our door."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.slack.refusals import Refused, limited
from bot.sandbox.telegram import Refusal, too_many

Cut = Literal["before", "after"]

TRICKS: Mapping[str, float] = {
    "429": 0.008,
    "500": 0.005,
    "502": 0.002,
    "html": 0.004,
    "garbage": 0.004,
    "before": 0.004,
    "after": 0.003,
    "hang": 0.0004,
    "hang-after": 0.0002,
}
"""What may come instead of an answer, and how often. With updates that come twice it is 5% in all."""
PATIENT: Mapping[str, float] = {name: often for name, often in TRICKS.items() if not name.startswith("hang")}
"""The same without what makes everybody wait for a quarter of a minute."""
FLIGHT = 1.0
"""Seconds in which a group's other messages may still arrive after it has asked us to wait: they were under way, on a
machine that has too much to do (0.6 s were seen at six times as much as it can).
"""
NOTED = 1.0
"""Seconds after which the program has written down that a chat has asked it to wait."""


R = TypeVar("R")


@dataclass(frozen=True)
class Sky(Generic[R]):
    """What trouble looks like on a platform."""

    wait: Callable[[int], R]
    broken: Callable[[int], R]
    makes: tuple[str, ...]
    """The beginnings of methods that make something new; and …"""
    paced: tuple[str, ...]
    """… of those that a chat's `retry_after` is for."""
    private: Callable[[str], bool]
    """Whether a chat is one person's: there nothing is under way beside what we are told to wait with."""
    quiet: frozenset[str]
    """Methods that are left alone: a start must end some time."""


TELEGRAM = Sky(
    wait=too_many,
    broken=lambda status: Refusal(status, "Internal Server Error"),
    makes=("send", "createForumTopic"),
    paced=("send", "edit", "delete"),
    private=lambda chat: not chat.startswith("-"),
    quiet=frozenset({"setWebhook", "deleteWebhook", "getMe", "setMyCommands"}),
)
SLACK = Sky(
    wait=limited,
    broken=lambda status: Refused("internal_error", status=status),
    makes=("chat.post",),
    paced=("chat.postMessage",),
    private=lambda chat: chat.startswith("D"),
    quiet=frozenset({"auth.test"}),
)


@dataclass(kw_only=True)
class Weather(Faults[R]):
    """The stand-in asks here before it answers."""

    sky: Sky[R]
    chance: random.Random = field(default_factory=random.Random)
    often: Mapping[str, float] = field(default_factory=dict)
    longest: int = 2
    """Seconds a chat may be asked to wait."""
    seen: Counter[str] = field(default_factory=Counter)
    unsure: Counter[str] = field(default_factory=Counter)
    """For each chat how many messages it got without the program being able to know."""
    until: dict[str, float] = field(default_factory=dict)
    """For each chat the moment before which nothing may come."""
    asked: dict[str, float] = field(default_factory=dict)
    early: list[str] = field(default_factory=list)
    """Calls that came before it."""
    hindered: Callable[[str], None] = lambda _: None
    """Is told whose answer was hindered."""

    def meet(self, method: str, chat: int | str | None) -> Fault[R] | None:
        if planned := super().meet(method, chat):
            return planned
        where = "" if chat is None else str(chat)
        self._watch(method, where)
        trick = self._trick(method)
        if trick is None:
            return None
        self.seen[trick] += 1
        if trick.endswith("after") and method.startswith(self.sky.makes):
            self.unsure[where] += 1
        self.hindered(where)
        return self._fault(method, trick, where)

    def forget(self, cut: float) -> None:
        """A power cut: what was asked a moment before it may not have been written down, and what was asked since was
        told to nobody.
        """
        self.until = {chat: until for chat, until in self.until.items() if self.asked[chat] < cut - NOTED}

    def _watch(self, method: str, chat: str) -> None:
        now = time.monotonic()
        if not method.startswith(self.sky.paced):
            return
        if now < self.until.get(chat, 0.0) and (self.sky.private(chat) or now > self.asked[chat] + FLIGHT):
            self.early.append(f"{method} to {chat}, {self.until[chat] - now:.2f} s too early")
            self.hindered(chat)

    def _trick(self, method: str) -> str | None:
        if method in self.sky.quiet:
            return None
        dice = self.chance.random()
        for trick, often in self.often.items():
            dice -= often
            if dice < 0:
                return None if method == "getUpdates" and trick.startswith("hang") else trick
        return None

    def _fault(self, method: str, trick: str, chat: str) -> Fault[R]:
        match trick:
            case "429":
                seconds = self.chance.randint(1, self.longest)
                if chat and method.startswith(self.sky.paced):
                    now = time.monotonic()
                    self.asked[chat], self.until[chat] = now, now + seconds
                return Fault(method, self.sky.wait(seconds), met=1)
            case "500" | "502":
                return Fault(method, self.sky.broken(int(trick)), met=1)
            case "before" | "after" | "hang" | "hang-after" | "html" | "garbage":
                return Fault(method, trick, met=1)
        raise AssertionError(trick)


@dataclass
class Line:
    """A relay in front of some ports, now this, now that, which can cut the line before or after a request gets there."""

    ports: list[int]
    """Where it leads; who does not answer is left out, as a load balancer does."""
    dice: Callable[[], Cut | None] = lambda: None
    cuts: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: int = 0

    async def open(self) -> str:
        """Returns its own address."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError):
            there, to = await self._there()
            try:
                await self._both(reader, writer, there, to)
            finally:
                to.transport.abort()
        writer.transport.abort()

    async def _there(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._turn += 1
        turn = self._turn % len(self.ports)
        *others, last = (*self.ports[turn:], *self.ports[:turn])
        for port in others:
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return await asyncio.open_connection("127.0.0.1", last)

    async def _both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        to: asyncio.StreamWriter,
    ) -> None:
        deaf = asyncio.Event()
        ways = [asyncio.create_task(self._asks(reader, to, deaf)), asyncio.create_task(_tells(there, writer, deaf))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _asks(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, deaf: asyncio.Event) -> None:
        while data := await reader.read(65_536):
            cut = self.dice()
            self.cuts += cut is not None
            if cut == "before":
                return
            if cut == "after":
                deaf.set()
            to.write(data)


async def _tells(there: asyncio.StreamReader, writer: asyncio.StreamWriter, deaf: asyncio.Event) -> None:
    while data := await there.read(65_536):
        if deaf.is_set():
            return
        writer.write(data)
