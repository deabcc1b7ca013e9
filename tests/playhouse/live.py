"""A play on a real channel: people act in the platform's stand-in, and what is read is what it shows them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from msgspec import structs

from bot.channels import Attachment, Parcel, Took
from bot.events import Address, Event
from bot.players import FILES, LINE, PRESS, Player
from bot.sandbox.samples import SAMPLES, sample
from bot.stage import BREATH, LOST, Stage
from bot.theatre import BREAK, Shown, Theatre, news, written
from bot.turn import Taken
from tests.playhouse.platform import HOME, Clock, Desktop, Look, Platform, Sent
from tests.playhouse.slack import OnSlack
from tests.playhouse.telegram import OnTelegram
from tests.store.laid import laid

PLATFORMS: dict[str, Callable[[Clock], Platform]] = {"telegram": OnTelegram, "slack": OnSlack}


ROOM = re.compile(r"https://(?:t\.me/c|(?:\w+\.)?slack\.com/archives)/\S+")
DESKTOP = frozenset({"visits", "opens", "sends", "closes", "reacts", "deletes"})


class House(Theatre):
    """Hands everything on to the real channel, and writes down what the stand-in shows then."""

    platform: Platform
    pages: dict[str, Parcel]
    """What stands on people's own pages. A platform may turn them at any time; a play tells of it when they look."""

    async def open_thread(self, at: Address, title: str, /) -> str:
        code = title.partition(" ")[0]
        thread = await self.platform.channel.open_thread(at, title)
        if thread:
            self.began(thread, code, at.chat)
        else:
            self.opening = code
        return thread

    async def fetch(self, ref: str, /) -> bytes:
        return await self.platform.channel.fetch(ref)

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        # A play reads the same everywhere: what one platform would show to its author alone is shown to all.
        refs = await self.platform.channel.deliver(to, structs.replace(parcel, only=""), files)
        if to.thread == HOME:
            self.pages[to.chat] = parcel
            return refs
        room = self._room(to, parcel)
        reader = self.reader(to.chat, room)
        if parcel.whisper:
            player = next(who for who, name in self.names.items() if name == self.presser)
            self.said.append((self.presser, f"!> {self.presser}: {self.platform.whispered(player)}"))
        elif parcel.unsay:
            self.said.append((reader, f"x> {reader}"))
            self.shown.pop(parcel.over, None)
        else:
            self._record(to.chat, room, parcel, refs)
        return refs

    def _record(self, chat: str, room: str, parcel: Parcel, refs: tuple[str, ...]) -> None:
        look, reader = _readable(self.platform.look(chat, refs)), self.reader(chat, room)
        words = written(look.words, look.files, look.labels)
        if parcel.over in self.shown:
            self.said.append((reader, f"~> {reader}: {news(self.shown[parcel.over].words, words)}"))
        else:
            self.said.append((reader, f"-> {reader}: {words}"))
        buttons = dict(zip(look.labels, (b.data for b in parcel.buttons), strict=True))
        self._keep(refs[0], parcel, Shown(chat, room, words, parcel.about, buttons))

    def looks(self, chat: str) -> None:
        """Somebody has their own page before their eyes."""
        ref = f"{chat}/{HOME}"
        self._record(chat, self.home_of(chat), structs.replace(self.pages[chat], over=ref), (ref,))

    def _keep(self, ref: str, parcel: Parcel, fresh: Shown) -> None:
        if parcel.over in self.shown:
            message = self.shown[parcel.over]
            message.earlier.append(message.buttons)
            message.buttons, message.words = fresh.buttons, fresh.words
            return
        self.shown[ref], room = fresh, fresh.room
        if self.opening and room == self.opening:
            self.began(ref, room, fresh.chat)
            self.opening = ""

    def _room(self, to: Address, parcel: Parcel) -> str:
        begun = to.thread or parcel.reply_to
        if begun in self.topics:
            return self.topics[begun]
        if parcel.over in self.shown:
            return self.shown[parcel.over].room
        return self.opening if to.chat in (self.platform.team, self.platform.office) else ""


def _readable(look: Look) -> Look:
    """Transcripts have labels as short as they have to be on the platform with the narrowest, and one address for rooms."""
    words = ROOM.sub("https://rooms.example/…", look.words)
    return replace(
        look, words=words, labels=tuple(one if len(one) <= 40 else f"{one[:39].rstrip()}…" for one in look.labels)
    )


class Live(Stage):
    """Lines become what people do; the desk hears of it only through the channel."""

    theatre: House

    def __init__(self, folder: Path, channel: str) -> None:
        laid(folder / "play.db")
        super().__init__(folder, channel)
        self.clock = Clock(self.now)
        self.platform = PLATFORMS[channel](self.clock)
        self.desktop: Desktop | None = None
        self.group, self.office = self.platform.team, self.platform.office
        self.theatre = House({self.group: "desk"}, channel, self.theatre.limits, topical=self.theatre.topical)
        self.theatre.platform, self.theatre.pages = self.platform, {}
        self.players.theatre = self.theatre
        self.wrote: dict[tuple[str, str], str] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        await self.platform.open(self._hear)
        self.theatre.limits = self.platform.channel.limits
        self.desktop = self.platform if isinstance(self.platform, Desktop) else None
        try:
            yield
        finally:
            await self.platform.close()

    async def _hear(self, event: Event) -> Took:
        """Every event twice, each time to a process that remembers nothing."""
        taken = await self._fresh_process(event)
        again = await self._fresh_process(event)
        assert again.repeat
        return Took(taken.whispered, taken.sheet)

    async def played(self, text: str) -> str:
        async with self.opened():
            return await super().played(text)

    async def speak(self, line: str) -> list[str]:
        word, _, rest = line.partition(": ")
        if word in ("blocked", "unblocked"):
            self.platform.shuts(self.cast[rest].id, shut=word == "blocked")
        elif word == "deleted":
            self.platform.loses(next(t for t, code in self.theatre.topics.items() if code == rest))
            self.theatre.lost(rest)
        else:
            return await super().speak(line)
        await self.platform.quiet()
        return self._heard()

    def _introduce(self, rest: str) -> None:
        super()._introduce(rest)
        for name, player in list(self.cast.items()):
            who = self.platform.joins(name, player.locale, player.chat if player.agent else "")
            self.cast[name] = Player(name, who, player.locale, player.agent, player.chat)
            self.theatre.names = {chat: n for chat, n in self.theatre.names.items() if n != name} | {who: name}

    async def _act(self, line: str) -> None:
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no line of a play: {line}")
        player = self.cast[match["who"]]
        self.theatre.presser = player.name
        self.clock.now = self.now
        heard = await self._does(player, match)
        await self.platform.quiet()
        if heard and self.desktop:
            self._draws(player.name, self.desktop.form(player.id))
            if match["how"] == "visits":
                self.theatre.looks(player.id)
        await self._turn((), self.now + BREATH)

    def _draws(self, reader: str, form: str) -> None:
        """A transcript tells of the form first, then of what was said meanwhile."""
        if form.replace("\n", BREAK) != self.theatre.forms.get(reader, ""):
            said, self.theatre.said = self.theatre.said, []
            self.theatre.draws(reader, form)
            self.theatre.said += said

    def _show(self, _event: Event, _taken: Taken) -> None:
        """The platform shows forms itself."""

    async def _does(self, player: Player, match: re.Match[str]) -> bool:
        """Whether the app hears of it."""
        if self.desktop and (match["blank"] or match["how"] in DESKTOP):
            return self._at_desktop(self.desktop, player, match)
        await self._in_chat(player, match)
        return True

    def _at_desktop(self, platform: Desktop, player: Player, match: re.Match[str]) -> bool:
        what, room = match["what"], match["room"] or ""
        match match["how"]:
            case "visits":
                platform.visits(player.id)
            case "opens":
                platform.opens(player.id, what)
            case "sends":
                platform.sends(player.id)
            case "closes":
                platform.closes(player.id)
            case "reacts":
                platform.reacts(player.id, self.theatre.newest(player.chat if player.agent else player.id, room), what)
            case "deletes":
                platform.deletes(player.id, self.wrote[player.id, room])
            case _:
                files = FILES.fullmatch(what)
                given = _together(files) if files else what.replace("\\n", "\n")
                return platform.fills(player.id, match["blank"], given)
        return True

    async def _in_chat(self, player: Player, match: re.Match[str]) -> None:
        what, room = match["what"], match["room"] or ""
        if press := PRESS.fullmatch(what):
            at_home = press["room"] == "at home"
            chat = player.chat if player.agent and not at_home else player.id
            seen = self.theatre.home_of(player.id) if at_home else press["room"] or ""
            on, data = self.theatre.find(press["label"], chat, seen, old=bool(press["old"]))
            self.platform.presses(player.id, HOME if at_home else on, data)
        elif match["how"] == "edits":
            self.platform.edits(player.id, self.wrote[player.id, room], what.replace("\\n", "\n"))
        elif match["how"] == "leaves":
            self.platform.leaves(player.id)
        elif match["how"]:
            raise LookupError(f"nobody {match['how']} on every platform")
        else:
            self.wrote[player.id, room] = await self._says(player, match)

    async def _says(self, player: Player, match: re.Match[str]) -> str:
        chat = player.chat if player.agent else player.id
        what, room = match["what"], self.theatre.begun(match["room"] or "", chat)
        answers = self.theatre.about(chat, match["to"]) if match["to"] else ""
        if files := FILES.fullmatch(what):
            for sent in _sent(files):
                ref = self.platform.attaches(player.id, sent, room)
                await self.platform.quiet()  # platforms promise no order of what comes close together
            return ref
        words, quote = what.replace("\\n", "\n"), match["quote"] or ""
        return self.platform.writes(player.id, words, room, answers, quote, of=match["of"] or "")


def _sent(files: re.Match[str]) -> Iterator[Sent]:
    """An album as one message, else each file as its own. What is too large is so by a little."""
    kind = "file" if files["kind"].startswith("file") else "photo"
    data = b"%PDF-1.7" if kind == "file" else sample(next(iter(SAMPLES)))
    data += bytes(min(int(files["mb"] or 0), 21) * 2**20)
    names = [files["name"] or ("file.pdf" if kind == "file" else "")] * int(files["n"] or 1)
    for n, together in enumerate([names] if files["album"] else [[name] for name in names]):
        yield Sent(kind, data, together, "" if n else files["caption"])


def _together(files: re.Match[str]) -> Sent:
    """In a field of a form they are one."""
    sent = list(_sent(files))
    return replace(sent[0], names=[name for one in sent for name in one.names])


def settled(transcript: str) -> str:
    """With what answers an album, and is at once written over, as one message: on some platforms an album is one event."""
    whole: list[list[str]] = []
    album = False
    for message in _messages(transcript):
        head, _, first = message[0].partition(": ")
        album = "(album of" in message[0] if not head.startswith("    ") else album
        reader = head.removeprefix("    ~> ")
        if album and reader != head and whole[-1][0].startswith(f"    -> {reader}: "):
            whole[-1] = _over(whole[-1], [f"    -> {reader}: {first}", *message[1:]])
        else:
            whole.append(message)
    return "\n".join(row for message in whole for row in message)


def _messages(transcript: str) -> list[list[str]]:
    messages: list[list[str]] = []
    for row in transcript.split("\n"):
        if row.startswith("     | ") and messages:
            messages[-1].append(row)
        else:
            messages.append([row])
    return messages


def _over(before: list[str], after: list[str]) -> list[str]:
    """An ellipsis is what stayed; a line that is new stands in the place of the one most like it."""
    fresh = [row for row in after if not row.endswith("…")]
    if len(fresh) == len(after):
        return after
    rows = list(before)
    for row in fresh:
        rows[rows.index(get_close_matches(row, rows, 1, 0.0)[0])] = row
    return rows


__all__ = ["LOST", "Live"]
