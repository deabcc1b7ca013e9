"""A postman at work, and a window that keeps what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import structs
from sqlalchemy import select

from bot.channels import Attachment, Limits, Parcel
from bot.dialogue.words import File
from bot.effects import Effect, Room, Save
from bot.events import Address, Event
from bot.outbox.postman import Postman
from bot.store import Store
from bot.store import tables as t
from bot.store.letters import Letter
from bot.turn import Script, take
from tests.store.desk import ANA, DAWN, GROUP, LIMITS, Doing, Hand, message, say, ticket

Trouble = Callable[[Address, Parcel], None]


def fine(_to: Address, _parcel: Parcel) -> None:
    return None


@dataclass(slots=True)
class Window:
    """A channel that keeps what it is given, and can be told to make trouble."""

    name: str = "telegram"
    limits: Limits = LIMITS["telegram"]
    trouble: Trouble = fine
    threads: bool = True
    sent: list[tuple[Address, Parcel]] = field(default_factory=list)
    came: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    prefix: str = ""
    """What the names of its messages begin with."""
    opened: list[tuple[Address, str]] = field(default_factory=list)
    files: list[tuple[Attachment, ...]] = field(default_factory=list)
    notes: list[tuple[int, bool]] = field(default_factory=list)

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        self.trouble(to, parcel)
        await asyncio.sleep(0)
        self.sent.append((to, structs.replace(parcel, letter=0, again=False)))
        self.notes.append((parcel.letter, parcel.again))
        self.files.append(files)
        self.came.release()
        return (parcel.over or f"{self.prefix}m{len(self.sent)}",)

    async def open_thread(self, at: Address, title: str, /) -> str:
        self.opened.append((at, title))
        return f"t{len(self.opened)}" if self.threads else ""

    async def fetch(self, ref: str, /) -> bytes:
        return ref.encode()

    async def listen(self, _take: object, /) -> None:
        return None

    def texts(self) -> list[str]:
        return [parcel.text for _to, parcel in self.sent]


@dataclass(slots=True)
class Office:
    """A store, a postman and a window, and what the postman reports."""

    store: Store
    hand: Hand
    window: Window
    heard: list[Event] = field(default_factory=list)
    postman: Postman = field(init=False)

    def __post_init__(self) -> None:
        self.postman = Postman(self.store, {"telegram": self.window}, self.read, self.hear)

    async def read(self, file: File) -> Attachment:
        return Attachment(file.name, file.kind, file.mime, file.id.encode())

    async def hear(self, event: Event) -> None:
        if not (await take(event, self.store, Script(Doing()))).repeat:
            self.heard.append(event)

    async def turn(self, event: Event, *effects: Effect, notices: bool = False) -> None:
        taken = await take(event, self.store, Script(Doing(lambda _seen, _event: effects)), notices=notices)
        self.postman.post(taken.letters)
        await self.postman.rest()

    async def rounds(self, number: int = 1, seconds: float = 0) -> None:
        for _ in range(number):
            await self.postman.round()
            await self.postman.rest()
            self.hand.later(seconds)


def failing(times: int, error: Exception, chat: str = "") -> Trouble:
    left = [times]

    def trouble(to: Address, _parcel: Parcel) -> None:
        if (not chat or to.chat == chat) and left[0]:
            left[0] -= 1
            raise error

    return trouble


async def said(office: Office, number: str, words: str) -> tuple[Letter, ...]:
    return (await take(message(number), office.store, Script(Doing(lambda _s, _e: [say(ANA, words)])))).letters


async def lane(office: Office, key: str) -> tuple[object, ...]:
    columns = select(t.lane.c.pending, t.lane.c.owner, t.lane.c.next_at - DAWN.timestamp())
    return tuple(await office.store.read(lambda c: c.execute(columns.where(t.lane.c.key == key)).one()))


ROOM = Room(GROUP, 1001, "SUP-1001 Ana")


async def with_ticket(office: Office) -> None:
    await take(message("open"), office.store, Script(Doing(lambda s, _e: [Save(ticket(1001, s.person))])))
