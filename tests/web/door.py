"""The web side on a real port, over a real desk of four tickets: Ana's, in Telegram. Bob has one too, and Bea is the team."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

import handlers
from bot import turn
from bot.channels import Busy, Limits, Parcel, Took
from bot.channels.email import Email
from bot.desk.config import Category, Desk, Hours
from bot.desk.ticket import Entry, State, Ticket
from bot.dialogue.words import Answer, File, Said, Spoken
from bot.effects import Invite, Record, Save
from bot.events import Address, Caller, Event, Message
from bot.i18n import Words
from bot.media.keep import Keep
from bot.store import Store, logins
from bot.store import tables as t
from bot.store.rows import read_parcel
from bot.turn import SCRIPT, Script
from bot.web.app import build
from bot.web.keys import fresh
from bot.web.server import Hasty, listen, server
from bot.web.site import Site
from tests.store.desk import Doing
from tests.store.laid import laid

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
ANA, BOB = Address("telegram", "11"), Address("telegram", "22")
TEAM = Address("telegram", "-100")
STRANGER = Address("telegram", "99")
NAMES = {ANA: "Ana", BOB: "Bob", STRANGER: "Eva"}
PEOPLE = {
    "Ana": (ANA, "es"),
    "Bob": (BOB, "en"),
    "Bea": (Address("telegram", "77"), "en"),
    "Leo": (Address("telegram", "88"), "en"),
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
TICKETS: dict[str, tuple[str, State]] = {
    "abcdefghij-ours_": ("SUP-1042", "ours"),
    "abcdefghij-yours": ("SUP-7", "yours"),
    "abcdefghi-solved": ("SUP-100200", "solved"),
    "abcdefghi-merged": ("<b>X</b>-1", "merged"),
}
OURS = "abcdefghij-ours_"
BOBS = "abcdefghij-bobs_"
DESK = Desk(
    name=Spoken({"es": "Soporte de Tu App", "en": "Your App support"}),
    language="es",
    agents_language="en",
    categories=(Category(name="billing", label=Spoken({"es": "Facturas", "en": "Billing"}), subcategories=()),),
    rules=(),
    hours=Hours(zone="Europe/Madrid", frames=(((time(9), time(18)),),) * 7),
)


@dataclass
class Health:
    """What `/readyz` and `/healthz` hear."""

    trouble: str | None = None
    ails: str | None = None
    hangs: bool = False
    away: bool = False

    async def ready(self) -> str | None:
        if self.away:
            raise Busy
        if self.hangs:
            await asyncio.Event().wait()
        return self.trouble

    async def ailing(self) -> str | None:
        if self.hangs:
            await asyncio.Event().wait()
        return self.ails

    async def metrics(self) -> bytes:
        if self.away:
            raise Busy
        return b"conserje_turns_total 7\n"


@dataclass
class Room:
    """The desk behind the pages, and a clock that is moved by hand."""

    store: Store
    keep: Keep
    health: Health
    at: datetime = NOON
    people: dict[str, int] = field(default_factory=dict)
    count: int = 0
    url: str = ""

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)

    async def take(self, event: Event) -> Took:
        await turn.take(event, self.store, SCRIPT)
        return Took()

    async def meet(self, name: str) -> int:
        """Somebody who has written to us once; their number."""
        if name not in self.people:
            where, language = PEOPLE[name]
            who = Caller(where.chat, name, language)
            doing = Doing()
            event = Message(id=f"hello:{name}", at=self.at, where=where, who=who, answer=Said("hi"))
            await turn.take(event, self.store, Script(doing))
            self.people[name] = doing.seen[0].person.id
        return self.people[name]

    async def ticket(self, public: str, code: str, state: State = "ours", name: str = "Ana", **more: Any) -> Ticket:
        person = await self.meet(name)
        self.count += 1
        where, language = PEOPLE[name]
        known: dict[str, Any] = {
            "agents": TEAM,
            "category": "billing",
            "subcategory": "",
            "title": "La factura no se abre",
            "opened": self.at - timedelta(hours=2),
            "due": self.at + timedelta(days=1),
            "touched": self.at,
        }
        opened = Ticket(
            id=self.count, code=code, public=public, name=name, language=language, state=state,
            **{"person": person, "where": where, **known, **more},
        )  # fmt: skip
        await self.does(Save(opened))
        return opened

    async def record(self, ticket: Ticket, kind: Any, text: str, by: str = "Bea", **more: Any) -> Entry:
        self.count += 1
        at = ticket.opened + timedelta(minutes=self.count)
        line = Entry(id=f"e{self.count}", ticket=ticket.id, kind=kind, by=by, at=at, text=text, **more)
        await self.does(Record(line))
        return line

    async def does(self, *effects: Any) -> None:
        """A turn with exactly these effects."""
        self.count += 1
        event = Message(
            id=f"does:{self.count}", at=self.at, where=TEAM, who=Caller("77", "Bea"), answer=Said("x"), private=False
        )
        await turn.take(event, self.store, Script(Doing(lambda _seen, _event: effects)))

    async def file(self, ticket: Ticket, name: str, data: bytes, mime: str, line: Any = "asked") -> File:
        """A file in a line of the history, kept."""
        self.count += 1
        file = File(f"f{self.count}", "photo" if mime.startswith("image/") else "document", name, mime, len(data))
        await self.keep.put(file.id, data, name, mime)
        await self.hold(file)
        await self.record(ticket, line, "", by="Ana" if line == "asked" else "Bea", files=(file,))
        return file

    async def hold(self, file: File, who: str = "") -> None:
        """The row of a file that is kept; of the page's guest `who`, else of Ana's chat."""
        await self.store.run(partial(_row, file=file, who=who))

    async def login(self, name: str) -> dict[str, str]:
        """The cookie of somebody who has proved who they are."""
        person, token = await self.meet(name), fresh()
        await self.store.run(partial(logins.begin, person=person, login=logins.hashed(token)))
        return {"desk": token}

    async def pass_for_team(self, *, late: bool = False) -> dict[str, str]:
        """The cookie of an agent who asked for the numbers, or did so the day before yesterday."""
        self.count += 1
        word, token = f"{self.count:a>26}".translate(str.maketrans("0189", "zyxw")), fresh()
        now, self.at = self.at, self.at - timedelta(days=2 * late)
        await self.does(Invite(0, word, self.at + timedelta(minutes=10)))
        assert await self.store.run(partial(logins.begin_team, word=word, login=logins.hashed(token)))
        self.at = now
        return {"desk-team": token}

    async def letters(self, where: Address = ANA) -> list[str]:
        """What was said to somebody in chat."""
        return [parcel.text for parcel in await self.parcels(where)]

    async def parcels(self, where: Address) -> list[Parcel]:
        lane = f"{where.channel}|{where.chat}|"
        rows = await self.store.read(
            lambda db: db.execute(
                select(t.outbox.c.body).where(t.outbox.c.lane.startswith(lane)).order_by(t.outbox.c.id)
            )
        )
        return [read_parcel(body) for (body,) in rows.all()]

    async def code(self, where: Address = ANA) -> str:
        """The newest code in their chat."""
        found = re.search(r"`(\d{6})`", (await self.letters(where))[-1])
        assert found
        return found[1]

    def site(self, *, https: bool = False, metrics_token: str = "", **more: Any) -> Site:
        return Site(
            address="https://localhost" if https else "http://localhost",
            store=self.store,
            keep=self.keep,
            take=self.take,
            ready=self.health.ready,
            ailing=self.health.ailing,
            metrics=self.health.metrics,
            metrics_token=metrics_token,
            **more,
        )

    def build(self, routes: Sequence[BaseRoute] = (), **more: Any) -> ASGIApp:
        return build(self.site(**more), routes)


def _row(tx: Any, file: File, who: str) -> None:
    from bot.store.meeting import _row as row

    row(tx, file, Address("", "") if who else ANA, who or "11", "kept")


def furnished(folder: Path, desk: Desk = DESK, *, by_mail: bool = True, url: str = "") -> Room:
    """An empty room."""
    url = url or laid(folder / "desk.db")
    clock: list[Room] = []
    limits = {"telegram": Limits(text=4096, button=40, album=10)} | ({"email": Email.limits} if by_mail else {})
    store = Store.open(
        url, desk, Words("http://localhost", ZoneInfo("Europe/Madrid")), now=lambda: clock[0].at if clock else NOON,
        limits=limits, drafts=handlers.DRAFTS, agents=(TEAM,),
    )  # fmt: skip
    room = Room(store, Keep.open("memory:"), Health(), url=url)
    clock.append(room)
    return room


async def filled(room: Room) -> Room:
    for public, (code, state) in TICKETS.items():
        await room.ticket(public, code, state)
    await room.ticket(BOBS, "SUP-2000", name="Bob")
    return room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    found = await filled(furnished(tmp_path))
    yield found
    found.store.close()


async def says(room: Room, where: Address, answer: Answer | str, asked: str = "") -> str:
    """What they are answered there."""
    room.count += 1
    said = Said(answer) if isinstance(answer, str) else answer
    who = Caller(where.chat, NAMES.get(where, "Ana Ruiz"), "es")
    await room.take(Message(id=f"m{room.count}", at=room.at, where=where, who=who, answer=said, asked=asked))
    return (await room.letters(where))[-1]


@asynccontextmanager
async def served(app: ASGIApp, protocol: type[Hasty] | None = None) -> AsyncIterator[str]:
    sock = listen("127.0.0.1", 0)
    running = server(app, protocol)
    task = asyncio.create_task(running.serve(sockets=[sock]))
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        running.leaving.set()
        await task


Serve = Callable[..., AbstractAsyncContextManager[str]]
"""Serves an application while the block lasts; its address comes out."""
Build = Callable[..., ASGIApp]
