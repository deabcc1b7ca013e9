"""Plays a conversation on the real desk: real handlers, a real database, a fresh process at every turn, and every event
delivered twice. The `.chat` tests run on it, and `conserje simulate`. `tests/transcripts/README.md` says how to write.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import func, select

import handlers
from bot.channels import Attachment
from bot.clock import Clock
from bot.desk.config import Desk
from bot.desk.reading import read as read_desk
from bot.dialogue.words import Answer, Chose, Command, File, Kind, Said
from bot.events import Address, Caller, Edited, Event, Fetched, Message
from bot.i18n import Words, languages
from bot.outbox.chores import Chores
from bot.outbox.postman import Postman, Take
from bot.store import tables
from bot.store.chores import Chore
from bot.store.rows import moment
from bot.store.schema import migrate
from bot.store.store import Store
from bot.theatre import CHANNEL, Theatre
from bot.turn import Script, take

SHIPPED = Path(__file__).resolve().parent.parent / "desk.toml"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Madrid."""
LOST = "    ?? "
"""Marks a line that cannot be played: nobody sees that button."""
DIRECTIONS = ("cast", "answers", "later", "blocked", "unblocked", "deleted")
BREATH = timedelta(seconds=20)
"""Between two lines."""
GROUP = "-1001"
SCRIPT = Script(handlers.decide, handlers.needs, handlers.apology)

LINE = re.compile(
    r"(?P<who>\w+)(?: to (?P<to>[A-Z]+-\d+))?(?: in (?P<room>[A-Z]+-\d+))?(?P<edits> edits)?: (?P<what>.*)"
)
PRESS = re.compile(r"\[(?P<label>[^\]]+)\](?: (?P<room>[A-Z]+-\d+))?(?P<old> old)?")
FILES = re.compile(
    r"\((?P<album>album of )?(?P<n>\d+)? ?(?P<kind>photos?|files?)(?: (?P<name>\S+))?(?: (?P<mb>\d+) MB)?\) ?(?P<caption>.*)"
)


@dataclass(frozen=True)
class Player:
    """Somebody of the cast."""

    name: str
    id: str
    locale: str
    agent: bool


class Stage:
    """One play, from its first line to its last."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'play.db'}"
        self.now = START
        self.desk: Desk = read_desk(SHIPPED.read_text("utf-8"))
        self.cast: dict[str, Player] = {}
        self.theatre = Theatre({GROUP: "desk"})
        self.kept: dict[str, bytes] = {}
        self.events = 0
        self.wrote: dict[tuple[str, str], str] = {}
        migrate(self.url)

    def play(self, text: str) -> str:
        """The transcript as it really goes: people's lines as written, ours as they are said now."""
        out: list[str] = []
        for line in text.splitlines():
            if line.startswith("    "):
                continue
            if not line.strip() and out and not out[-1].strip():
                continue
            out.append(line.rstrip())
            out += asyncio.run(self.speak(line.strip())) if line.strip() and not line.startswith("#") else ()
        return "\n".join(out).rstrip() + "\n"

    async def speak(self, line: str) -> list[str]:
        word, _, rest = line.partition(": ")
        match word:
            case "cast":
                self._introduce(rest)
            case "answers":
                self.desk = replace(self.desk, answers=rest)  # type: ignore[arg-type]  # read_desk checks the real ones
            case "later":
                await self._wait(rest)
            case "blocked":
                self.theatre.shut.add(self.cast[rest].id)
            case "unblocked":
                self.theatre.shut.remove(self.cast[rest].id)
            case "deleted":
                self.theatre.topics = {t: code for t, code in self.theatre.topics.items() if code != rest}
            case _:
                try:
                    await self._act(line)
                except LookupError as missing:
                    return [f"{LOST}{missing}", *self._heard()]
        return self._heard()

    def _introduce(self, rest: str) -> None:
        for n, words in enumerate(rest.split(", "), start=1):
            name, _, where = words.partition(" ")
            agent = where.startswith("at desk")
            locale = where.rpartition("in ")[2] if "in " in where else ""
            if name == "desk":
                self.desk = replace(self.desk, agents_language=locale)
                continue
            player = Player(name, str(n), "" if locale == "?" else locale, agent)
            self.cast[name] = player
            self.theatre.names[player.id] = name

    async def _wait(self, rest: str) -> None:
        number, unit = rest.split()
        until = self.now + timedelta(**{unit.rstrip("s") + "s": int(number)})
        await self._turn((), until)

    async def _act(self, line: str) -> None:
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no line of a play: {line}")
        player = self.cast[match["who"]]
        self.theatre.presser = player.name
        await self._turn(tuple(self._events(player, match)), self.now + BREATH)

    # -- what people do --------------------------------------------------------------------------

    def _events(self, player: Player, match: re.Match[str]) -> Iterator[Event]:
        what = match["what"]
        if press := PRESS.fullmatch(what):
            yield self._press(player, press)
            return
        where = self._where(player, match["room"] or "")
        if match["edits"]:
            ref = self.wrote[player.id, where.thread]
            yield Edited(
                id=self._id(),
                at=self.now,
                where=where,
                who=_caller(player),
                ref=ref,
                text=what,
                private=not player.agent,
            )
            return
        reply_to = self._about(where.chat, match["to"]) if match["to"] else ""
        album = f"album{self.events}" if what.startswith("(album") else ""
        for answer in self._answers(what):
            event = Message(
                id=self._id(), at=self.now, where=where, who=_caller(player), answer=answer, ref=f"u{self.events}",
                reply_to=reply_to, album=album, private=not player.agent,
            )  # fmt: skip
            self.wrote[player.id, where.thread] = event.ref
            yield event

    def _press(self, player: Player, press: re.Match[str]) -> Message:
        where = self._where(player, press["room"] or "")
        on, data = self.theatre.find(press["label"], where.chat, where.thread, old=bool(press["old"]))
        asked, _, choice = data.partition("|")
        return Message(
            id=self._id(), at=self.now, where=where, who=_caller(player), answer=Chose(choice), asked=asked, on=on, private=not player.agent
        )  # fmt: skip

    def _where(self, player: Player, room: str) -> Address:
        if not player.agent:
            return Address(CHANNEL, player.id)
        thread = next((t for t, code in reversed(self.theatre.topics.items()) if code == room), "")
        return Address(CHANNEL, GROUP, thread)

    def _about(self, chat: str, code: str) -> str:
        number = int(code.split("-")[1])
        return [ref for ref, m in self.theatre.shown.items() if m.chat == chat and m.about == number][-1]

    def _answers(self, what: str) -> Iterator[Answer]:
        if what.startswith("/"):
            name, _, rest = what[1:].partition(" ")
            yield Command(name, rest)
            return
        sent = FILES.fullmatch(what)
        if sent is None:
            yield Said(what.replace("\\n", "\n"))
            return
        kind: Kind = "document" if sent["kind"].startswith("file") else "photo"
        files = [self._file(kind, n, sent) for n in range(int(sent["n"] or 1))]
        for n, file in enumerate(files):
            yield Said(sent["caption"] if n == 0 else "", (file,))

    def _file(self, kind: Kind, n: int, sent: re.Match[str]) -> File:
        name = sent["name"] or ("" if kind == "photo" else "file.pdf")
        size = int(sent["mb"] or 0) * 1_000_000 or 1234
        return File(f"f{self.events}-{n}", kind, name, "image/jpeg" if kind == "photo" else "", size, f"ref{n}")

    def _id(self) -> str:
        self.events += 1
        return f"play:{self.events}"

    # -- what the desk does ------------------------------------------------------------------------

    async def _turn(self, events: tuple[Event, ...], until: datetime) -> None:
        for event in events:
            for _delivery in range(2):
                await self._fresh_process(event)
        while (due := await self._next_alarm()) and due <= until:
            self.now = max(self.now, due)
            await self._fresh_process(None)
        self.now = until

    async def _next_alarm(self) -> datetime | None:
        store = self._open()
        try:
            soonest = await store.read(lambda db: db.scalar(select(func.min(tables.alarm.c.next_at))))
        finally:
            store.close()
        return moment(soonest) if soonest else None

    async def _fresh_process(self, event: Event | None) -> None:
        """A process that remembers nothing: it takes the event, rings what is due, sends what waits, and ends."""
        store = self._open()
        await store.learn()
        take_ = self._take_with(store)
        postman = Postman(store, {CHANNEL: self.theatre}, self._read, take_)
        try:
            if event:
                postman.post((await take(event, store, SCRIPT)).letters)
            else:
                await Clock(store, take_).round()
            await self._chores(store, take_)
            for _round in range(12):
                await postman.rest()
                await postman.round()
            await postman.rest()
        finally:
            store.close()

    def _open(self) -> Store:
        words = Words("https://desk.example", ZoneInfo(self.desk.hours.zone))
        return Store.open(
            self.url, self.desk, words, now=lambda: self.now, limits={CHANNEL: self.theatre.limits},
            drafts=handlers.DRAFTS, agents=Address(CHANNEL, GROUP), languages=languages(),
        )  # fmt: skip

    def _take_with(self, store: Store) -> Take:
        async def take_(event: Event) -> object:
            return await take(event, store, SCRIPT)

        return take_

    async def _chores(self, store: Store, take_: Take) -> None:
        """Files are fetched; what is called `.exe` is found to be nothing we keep."""

        async def work(chore: Chore) -> None:
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


def _caller(player: Player) -> Caller:
    return Caller(player.id, player.name, player.locale)


def rehearse(cast: str, record: Path | None) -> None:
    """Plays line by line in a terminal, until the input ends."""
    played = [f"cast: {cast}", ""]
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        asyncio.run(stage.speak(played[0]))
        click.echo(f"{played[0]}\nWrite as {next(iter(stage.cast))}, or name somebody: `Bea: …`. Ctrl-D ends it.\n")
        for words in iter(_prompted, None):
            named = LINE.fullmatch(words)
            line = (
                words if named and named["who"] in {*stage.cast, *DIRECTIONS} else f"{next(iter(stage.cast))}: {words}"
            )
            said = _tried(stage, line) if words.strip() else []
            click.echo("\n".join(said))
            played += [line, *said] if not any(row.startswith(LOST) for row in said) else []
    if record:
        record.write_text("\n".join(played) + "\n", "utf-8")
        click.echo(f"Written: {record}")


def _tried(stage: Stage, line: str) -> list[str]:
    """What is said to a line; a slip of whoever types ends nothing."""
    try:
        return asyncio.run(stage.speak(line))
    except (ValueError, LookupError, TypeError) as slip:
        return [f"{LOST}{slip}"]


def _prompted() -> str | None:
    """A line somebody types; None: the input has ended."""
    try:
        return input("> ")
    except EOFError:
        return None
