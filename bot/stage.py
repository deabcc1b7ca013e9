"""Plays a conversation on the real desk: real handlers, a real database, a fresh process at every turn, and every event
delivered twice. The `.chat` tests run on it, and `conserje simulate`. `tests/transcripts/README.md` says how to write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import get_args
from weakref import finalize
from zoneinfo import ZoneInfo

import uvloop
from msgspec import convert

import handlers
from bot.channels import Attachment, Channel
from bot.clock import Clock, mornings
from bot.desk.config import Answers, Desk
from bot.desk.reading import read as read_desk
from bot.dialogue.words import Command, File
from bot.events import Address, Called, Event, Fetched, Filled, Posted
from bot.i18n import Words, languages
from bot.outbox.chores import Chores
from bot.outbox.postman import Postman, Take
from bot.players import GROUP, SECOND, Player, Players
from bot.store import alarms
from bot.store.api import named
from bot.store.chores import Chore
from bot.store.engines import connected
from bot.store.naming import find
from bot.store.schema import migrate
from bot.store.searching import searched
from bot.store.store import Store
from bot.theatre import CODE, LIMITS, OFFICE, Mailbox, Theatre
from bot.turn import SCRIPT, Taken, take
from bot.values import replace

SHIPPED = Path(__file__).resolve().parent.parent / "desk.toml"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Madrid."""
LOST = "    ?? "
"""Marks a line that cannot be played: nobody sees that button."""
DIRECTIONS: Mapping[str, str] = {
    "cast": "cast: Ana in es, Bea at desk",
    "answers": "answers: at-once",
    "digest": "digest: 09:30",
    "office": "office: billing",
    "unasked": "unasked: store",
    "dropped": "dropped: publishing",
    "later": "later: 2 days",
    "page": "page: Ana /erase",
    "system": "system: Eva answers SUP-1001: It works again.",
    "blocked": "blocked: Ana",
    "unblocked": "unblocked: Ana",
    "deleted": "deleted: SUP-1001",
}
"""What nobody of the cast says, and how it looks."""
LATER = re.compile(r"(?P<n>[0-9]{1,4}) (?P<unit>second|minute|hour|day|week)s?")
SYSTEM = re.compile(
    r"(?P<by>\w+) (?P<deed>answers|notes|turns) (?P<code>[A-Z]+-\d+)(?: (?P<state>ours|yours|solved))?(?:: (?P<text>.+))?"
)
"""What another system does: `Eva answers SUP-1001 solved: It works again.`"""
DEEDS = {"answers": "answer", "notes": "note", "turns": "state"}
BREATH = timedelta(seconds=20)
"""Between two lines."""
TOPICAL = ("telegram",)
"""Where a ticket's room is a topic. Elsewhere it is a thread: what its people write answers its first message."""


@cache
def shipped() -> Desk:
    """The desk that comes with the program, read once."""
    return read_desk(SHIPPED.read_text("utf-8"))


class Stage:
    """One play, from its first line to its last."""

    deliveries = 2
    """How often each event comes."""

    def __init__(self, folder: Path, channel: str = "telegram", desk: Desk | None = None) -> None:
        """`desk`: the one that is played; else that which comes with the program."""
        self.channel = channel
        self.url = f"sqlite:///{folder / 'play.db'}"
        self.now = START
        self.desk = desk or shipped()
        self.group, self.office = GROUP, SECOND
        self.theatre = Theatre({GROUP: "desk"}, channel, LIMITS[channel], topical=channel in TOPICAL)
        self.players = Players(self.theatre)
        self.cast = self.players.cast
        self.mailbox = Mailbox(lambda reader, words: self.theatre.said.append((reader, words)))
        self.kept: dict[str, bytes] = {}
        self.due: datetime | None = None
        """When the next alarm rings."""
        self.looks = 0
        migrate(self.url)
        self.engines = connected(self.url), connected(self.url, reading=True)
        """Nothing is remembered in them, and to make them anew for each process was half of a play's work."""
        for engine in self.engines:
            finalize(self, engine.dispose)

    def play(self, text: str) -> str:
        """The transcript as it really goes: people's lines as written, ours as they are said now."""
        return uvloop.run(self.played(text))

    async def played(self, text: str) -> str:
        out: list[str] = []
        for line in text.splitlines():
            if line.startswith("    "):
                continue
            if not line.strip() and out and not out[-1].strip():
                continue
            out.append(line.rstrip())
            out += await self.speak(line.strip()) if line.strip() and not line.startswith("#") else ()
        await self._fresh_process(None)
        out += self._heard()
        return "\n".join(out).rstrip() + "\n"

    async def speak(self, line: str) -> list[str]:
        line = line.replace(CODE, self.mailbox.code)
        word, _, rest = line.partition(": ")
        match word:
            case "digest":
                await self._digest(rest)
            case "later":
                await self._wait(rest)
            case "page":
                await self._at_page(rest)
            case "system":
                await self._by_system(rest)
            case _ if word in DIRECTIONS:
                self._arrange(word, rest)
            case _:
                try:
                    await self._act(line)
                except LookupError as missing:
                    return [f"{LOST}{missing}", *self._heard()]
        return self._heard()

    def _arrange(self, word: str, rest: str) -> None:
        """What is otherwise from the next line on."""
        match word:
            case "cast":
                self._introduce(rest)
            case "answers":
                self._answers(rest)
            case "office":
                self._moves_out(rest)
            case "unasked":
                self._asks_no_more(rest)
            case "dropped":
                self._drops(rest)
            case "blocked" | "unblocked":
                self._shuts(self.cast[rest].id, shut=word == "blocked")
            case "deleted":
                self.theatre.lost(rest)

    def _introduce(self, rest: str) -> None:
        for n, words in enumerate(rest.split(", "), start=1):
            name, _, where = words.partition(" ")
            if not re.fullmatch(r"\w+", name):
                raise ValueError(rest)
            agent = where.startswith(("at desk", f"at {OFFICE}"))
            locale = where.rpartition("in ")[2] if "in " in where else ""
            if name == "desk":
                self.desk = replace(self.desk, agents_language=locale)
                continue
            chat = self.office if where.startswith(f"at {OFFICE}") else self.group
            player = Player(name, str(n), "" if locale == "?" else locale, agent, chat)
            self.cast[name] = player
            self.theatre.names[player.id] = name

    def _answers(self, way: str) -> None:
        """How what agents write leaves from now on."""
        if way not in get_args(Answers):
            raise ValueError(way)
        self.desk = replace(self.desk, answers=way)  # type: ignore[arg-type]  # it is one of these

    def _moves_out(self, category: str) -> None:
        """The team of that category has a chat of its own."""
        if self.desk.category(category) is None:
            raise LookupError(category)
        at = f"{self.channel}:{self.office}"
        categories = (replace(c, agents=at) if c.name == category else c for c in self.desk.categories)
        self.desk = replace(self.desk, categories=tuple(categories))
        self.theatre.names[self.office] = OFFICE

    def _asks_no_more(self, question: str) -> None:
        """A release has taken that question away."""
        if not any(q.name == question for c in self.desk.categories for q in c.questions):
            raise LookupError(question)
        left = (replace(c, questions=tuple(q for q in c.questions if q.name != question)) for c in self.desk.categories)
        self.desk = replace(self.desk, categories=tuple(left))

    def _drops(self, category: str) -> None:
        """A release has taken that category away."""
        if self.desk.category(category) is None:
            raise LookupError(category)
        self.desk = replace(self.desk, categories=tuple(c for c in self.desk.categories if c.name != category))

    def _shuts(self, who: str, *, shut: bool) -> None:
        if shut:
            self.theatre.shut.add(who)
        else:
            self.theatre.shut.remove(who)

    async def _digest(self, rest: str) -> None:
        """From now on it comes at that hour."""
        self.desk = replace(self.desk, team=replace(self.desk.team, digest=time.fromisoformat(rest)))
        store = self._open()
        await mornings(store, (Address(self.channel, self.group),))
        await self._look(store)
        store.close()

    async def _wait(self, rest: str) -> None:
        found = LATER.fullmatch(rest)
        if found is None:
            raise ValueError(rest)
        await self._turn((), self.now + timedelta(**{f"{found['unit']}s": int(found["n"])}))

    async def _at_page(self, rest: str) -> None:
        """What somebody does at the page of their own: `Ana /erase`."""
        name, slash, said = rest.partition(" /")
        store = self._open()
        person = await store.run(find, named=f"{self.channel}:{self.cast[name].id}")
        store.close()
        if not (slash and person):
            raise LookupError(rest)
        word, _, more = said.partition(" ")
        event = Posted(id=f"page:{self.now}", at=self.now, person=person, ticket=0, answer=Command(word, more))
        await self._turn((event,), self.now + BREATH)

    async def _by_system(self, rest: str) -> None:
        match = SYSTEM.fullmatch(rest)
        if match is None:
            raise ValueError(f"what should another system do? {rest}")
        store = self._open()
        ticket = await store.look(named, code=match["code"])
        store.close()
        done = {
            "id": f"api:{self.now}", "at": self.now, "ticket": ticket.id if ticket else 0, "by": match["by"],
            "deed": DEEDS[match["deed"]], "text": match["text"] or "", "state": match["state"] or "",
        }  # fmt: skip
        await self._turn((convert(done, Called),), self.now + BREATH)

    async def _act(self, line: str) -> None:
        await self._turn(tuple(self.players.act(line, self.now)), self.now + BREATH)

    # -- what the desk does ------------------------------------------------------------------------

    async def _turn(self, events: tuple[Event, ...], until: datetime) -> None:
        for event in events:
            for _delivery in range(self.deliveries):
                await self._fresh_process(event)
        while self.due and self.due <= until:
            self.now = max(self.now, self.due)
            await self._fresh_process(None)
        self.now = until

    async def _fresh_process(self, event: Event | None) -> Taken:
        """A process that remembers nothing: it takes the event, rings what is due, sends what waits, and ends. One that
        hears of it again ends at once: if anything was left to do, the next one does it, where nobody expects it.
        """
        store = self._open()
        await store.learn()
        channels: dict[str, Channel] = {self.channel: self.theatre, self.mailbox.name: self.mailbox}

        async def take_(event: Event) -> Taken:
            taken = await take(event, store, SCRIPT)
            postman.post(taken.letters)
            return taken

        postman, taken = Postman(store, channels, self._read, take_), Taken()
        try:
            if event:
                taken = await take_(event)
                if taken.repeat:
                    return taken
                self._show(event, taken)
            else:
                await Clock(store, take_).round()
            await self._chores(store, take_)
            more = store.bell("chore")
            for _round in range(12):
                await postman.rest()
                await postman.round()
                if more.is_set():  # what became of a letter may be work
                    more.clear()
                    await self._chores(store, take_)
                elif not postman.busy:  # the clock stands still: nothing becomes due by itself
                    break
            await postman.rest()
            await self._look(store)
        finally:
            store.close()
        return taken

    async def _look(self, store: Store) -> None:
        """Several may look at the same time: who began last has seen what all of them wrote."""
        self.looks += 1
        look, due = self.looks, await store.run(alarms.soonest)
        if look == self.looks:
            self.due = due

    def _show(self, event: Event, taken: Taken) -> None:
        """A form is shown to whoever asked for it, and goes when nothing is wrong in it any more."""
        if not isinstance(event, Filled) or taken.repeat:
            return
        if taken.sheet:
            look = self.players.handed(event.who.name, taken.sheet)
            self.theatre.draws(event.who.name, look)
        elif event.moment in ("sent", "closed"):
            self.players.papers.pop(event.who.name, None)
            self.theatre.draws(event.who.name, "")

    def _open(self) -> Store:
        words = Words("https://desk.example", ZoneInfo(self.desk.hours.zone), now=lambda: self.now)
        return Store.open(
            self.url, self.desk, words, now=lambda: self.now, limits={self.channel: self.theatre.limits, self.mailbox.name: self.mailbox.limits},
            drafts=handlers.DRAFTS, agents=(Address(self.channel, self.group),), languages=languages(), engines=self.engines,
        )  # fmt: skip

    async def _chores(self, store: Store, take_: Take) -> None:
        """What is looked for is found; files are fetched; what is called `.exe` is found to be nothing we keep. Those of
        whom we erase lie nowhere else.
        """

        async def work(chore: Chore) -> None:
            if chore.kind == "search":
                await take_(await searched(store, chore))
            if chore.kind != "fetch":
                return
            sent, file = chore.fetch(), chore.fetch().file
            trouble = "type" if file.name.endswith(".exe") else ""
            self.kept[file.id] = file.ref.encode()
            await take_(
                Fetched(
                    id=f"fetched:{file.id}",
                    at=self.now,
                    where=sent.where,
                    file=file.id,
                    name=file.name,
                    trouble=trouble,
                )
            )

        chores = Chores(store, work)
        while await chores.round():
            await chores.rest()

    async def _read(self, file: File) -> Attachment:
        return Attachment(file.name, file.kind, file.mime, self.kept[file.id])

    def _heard(self) -> list[str]:
        """What was said, reader by reader: customers first, then the desk and its topics, each in order."""
        order = {name: n for n, name in enumerate([*self.cast, "desk"])}
        said, self.theatre.said = self.theatre.said, []
        return ["    " + words for _reader, words in sorted(said, key=lambda pair: order.get(pair[0], len(order)))]
