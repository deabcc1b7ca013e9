"""A platform as the contract of channels sees it: its people act, and what they have before their eyes is told."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from bot.channels import Busy, Channel, Took
from bot.events import Address, Caller, Event
from bot.values import replace
from tests.meanwhile import meanwhile

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Place = Literal["customer", "team"]
Call = Literal["say", "edit", "unsay", "file"]


@dataclass(frozen=True)
class Shown:
    """A message of ours as people have it before their eyes."""

    words: str = ""
    styles: tuple[tuple[str, str], ...] = ()
    """What kind, and the words in it."""
    labels: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    under: str = ""
    """The topic, or the first message of the thread, that it stands in."""


@dataclass
class Desk:
    """What a channel hands its events to; it can be busy. What comes twice counts once, as in the program."""

    events: list[Event] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    busy: int = 0
    refused: list[str] = field(default_factory=list)
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, event: Event) -> Took:
        if self.busy:
            self.busy -= 1
            self.refused.append(event.id)
            raise Busy
        if event.id not in self.known:
            self.known.add(event.id)
            self.events.append(event)
            self.rung.set()
        return Took()

    async def heard(self, count: int = 1) -> list[Event]:
        """The next so many, without what differs at each run: their ids, and when it was."""
        async with asyncio.timeout(5):
            while len(self.events) < count:
                self.rung.clear()
                await self.rung.wait()
        taken, self.events = self.events, []
        assert len({event.id for event in taken}) == len(taken)
        return [replace(event, id="", at=AT) for event in taken]


class Ground(Protocol):
    """One platform; `who` is Ana, a customer, or Bea of the team."""

    desk: Desk
    secret: str
    topical: bool
    """A room is a topic; else it is a thread: what hangs under its first message."""
    findable: bool
    """One can look whether a message has arrived after all."""

    @property
    def channel(self) -> Channel: ...
    def at(self, place: Place) -> Address: ...
    def caller(self, place: Place) -> Caller: ...
    def writes(self, place: Place, words: str, under: str = "") -> str: ...
    def edits(self, place: Place, ref: str, words: str) -> None: ...
    def presses(self, place: Place, label: str) -> None: ...
    def attaches(self, name: str, data: bytes, caption: str) -> str: ...
    def seen(self, place: Place) -> list[Shown]: ...
    def whispers(self) -> list[str]: ...
    def loses(self, place: Place, ref: str) -> None:
        """The message is deleted by somebody else."""

    def loses_room(self, thread: str) -> None: ...
    def shuts(self) -> None:
        """Ana can no longer be written to."""

    def fails(self, call: Call, how: Any, seconds: int = 1) -> None: ...
    def made(self, call: Call) -> int: ...
    def expires(self) -> None:
        """Our token opens nothing any more."""

    def breaks_files(self) -> None: ...
    def complaints(self) -> list[str]: ...


def listening(ground: Ground) -> AbstractAsyncContextManager[None]:
    return meanwhile(ground.channel.listen(ground.desk.take))
