"""The platform of a play: it shows people what we say, hands out topics and files, and can shut its doors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.channels import Attachment, Gone, Limits, NoThread, Parcel
from bot.channels.email import Email
from bot.channels.email.draw import Head, draw
from bot.desk.people import MAIL
from bot.dialogue.markup import plain
from bot.events import Address


def _room(chat: str, message: str) -> str:
    return f"https://rooms.example/{chat}/{message}"


LIMITS = {
    "telegram": Limits(text=4096, button=40, album=10, room=_room),
    "slack": Limits(text=3000, button=40, album=10, call="/support ", room=_room),
}
"""What each platform of a play takes."""
CODE = "{code}"
"""In a line: the code that came by mail last."""
OFFICE = "office"
"""The chat of a second team."""
HOME = "home"
"""The thread of a chat that is no thread, but the page a platform keeps for one person."""
BREAK = "\n     | "
"""Between the lines of one message."""


@dataclass(slots=True)
class Shown:
    """A message as its reader has it in front of them."""

    chat: str
    room: str
    words: str
    about: int | None
    buttons: dict[str, str]
    earlier: list[dict[str, str]] = field(default_factory=list)
    lost: bool = False
    """Deleted with its thread; whoever still has it before their eyes can press its buttons."""


@dataclass
class Theatre:
    """The platform of a play: where the world begins. It records what people see, and hands out topics and files."""

    names: dict[str, str]
    """Chat id to the name of whoever reads there."""
    name: str
    limits: Limits
    topical: bool = True
    """A room is a topic; else it is a thread: what hangs under its first message."""
    said: list[tuple[str, str]] = field(default_factory=list)
    shown: dict[str, Shown] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    """Topic, or first message of a thread, to the ticket's number."""
    places: dict[str, str] = field(default_factory=dict)
    """The chat of each of those."""
    opening: str = ""
    """The ticket whose thread the next message begins."""
    forms: dict[str, str] = field(default_factory=dict)
    """What each reader has in front of them."""
    shut: set[str] = field(default_factory=set)
    presser: str = ""
    count: int = 0

    async def listen(self, take: object, /) -> None:
        raise NotImplementedError("a play brings its own events")

    async def fetch(self, ref: str, /) -> bytes:
        return ref.encode()

    async def open_thread(self, at: Address, title: str, /) -> str:
        if not self.topical:
            self.opening = title.partition(" ")[0]
            return ""
        self.count += 1
        self.began(str(self.count), title.partition(" ")[0], at.chat)
        return str(self.count)

    def began(self, thread: str, code: str, chat: str) -> None:
        self.topics[thread], self.places[thread] = code, chat

    def begun(self, room: str, chat: str) -> str:
        """The topic of a room in a chat, or the first message of its thread."""
        threads = (t for t, code in reversed(self.topics.items()) if code == room and self.places[t] == chat)
        return next(threads, "")

    def reader(self, chat: str, room: str) -> str:
        """Who reads there: a person, a team, or whoever has a ticket's room before them."""
        name = self.names.get(chat, chat)
        return name if not room else f"{room} at {name}" if name == OFFICE else room

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        if to.chat in self.shut:
            raise Gone
        room = self._room(to, parcel)
        reader = self.reader(to.chat, room)
        if parcel.whisper:
            self.said.append((self.presser, f"!> {self.presser}: {_words(parcel, files)}"))
            return ()
        if parcel.unsay:
            self.said.append((reader, f"x> {reader}"))
            del self.shown[parcel.over]
            return ()
        words = _words(parcel, files)
        if parcel.over in self.shown:
            self.said.append((reader, f"~> {reader}: {news(self.shown[parcel.over].words, words)}"))
        else:
            self.said.append((reader, f"-> {reader}: {words}"))
        return (self._show(to, room, parcel, words),)

    def home_of(self, chat: str) -> str:
        return f"{self.names[chat]}'s home"

    def draws(self, reader: str, form: str) -> None:
        """Somebody is shown a form; empty: it goes."""
        before, self.forms[reader] = self.forms.get(reader, ""), form.replace("\n", BREAK)
        if not form:
            self.said.append((reader, f"x> {reader}'s form"))
        elif before:
            self.said.append((reader, f"~> {reader}'s form: {news(before, self.forms[reader])}"))
        else:
            self.said.append((reader, f"-> {reader}'s form: {self.forms[reader]}"))

    def newest(self, chat: str, room: str) -> str:
        """The last message of a room."""
        return _last([ref for ref, m in self.shown.items() if m.chat == chat and m.room == room], room)

    def about(self, chat: str, code: str) -> str:
        """The last message about a ticket."""
        number = int(code.split("-")[1])
        return _last([ref for ref, m in self.shown.items() if m.chat == chat and m.about == number], code)

    def _room(self, to: Address, parcel: Parcel) -> str:
        """The number of the ticket whose room it is; empty: a chat."""
        if to.thread == HOME:
            return self.home_of(to.chat)
        begun = to.thread if self.topical else parcel.reply_to
        if parcel.over in self.shown and self.shown[parcel.over].lost:
            raise NoThread  # the message went with its thread
        if begun and begun not in self.topics:
            raise NoThread
        if begun or self.topical:
            return self.topics.get(begun, "")
        return self.shown[parcel.over].room if parcel.over in self.shown else self.opening

    def lost(self, code: str) -> None:
        """Somebody deletes a ticket's room, with all that is in it."""
        if code not in self.topics.values():
            raise LookupError(f"{code} has no room")
        self.topics = {t: c for t, c in self.topics.items() if c != code}
        for message in self.shown.values():
            message.lost |= message.room == code and not self.topical

    def _show(self, to: Address, room: str, parcel: Parcel, words: str) -> str:
        buttons = {b.label: b.data for b in parcel.buttons}
        if parcel.over in self.shown:
            message = self.shown[parcel.over]
            message.earlier.append(message.buttons)
            message.buttons, message.words, message.about = buttons, words, parcel.about or message.about
            return parcel.over
        self.count += 1
        self.shown[str(self.count)] = Shown(to.chat, room, words, parcel.about, buttons)
        if self.opening and room == self.opening:
            self.began(str(self.count), room, to.chat)
            self.opening = ""
        return str(self.count)

    def find(self, label: str, chat: str, room: str, *, old: bool) -> tuple[str, str]:
        """Message id and data of a button: the newest that can be seen, or an old one."""
        here = [(ref, m) for ref, m in self.shown.items() if m.chat == chat and (not room or m.room == room)]
        for ref, message in reversed(here):
            if not old and label in message.buttons:
                return ref, message.buttons[label]
        for ref, message in here:
            if old and (found := next((b for b in [*message.earlier, message.buttons] if label in b), None)):
                return ref, found[label]
        raise LookupError(f"nobody sees a button [{label}] there")


@dataclass(slots=True)
class Mailbox:
    """Every mail of a play, as whoever opens it reads it: its subject, then what stands in it."""

    said: Callable[[str, str], None]
    """Who reads it, and what."""
    limits: Limits = Email.limits
    code: str = "000000"
    """The newest that came by mail."""
    head: Head = field(default_factory=lambda: Head("desk@desk.example", {}, "desk.example"))

    name = MAIL

    async def listen(self, take: object, /) -> None:
        raise NotImplementedError("nobody writes to us by mail")

    async def fetch(self, ref: str, /) -> bytes:
        raise NotImplementedError(ref)

    async def open_thread(self, at: Address, title: str, /) -> str:
        raise NotImplementedError(at.chat, title)

    async def deliver(self, to: Address, parcel: Parcel, _files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        mail = draw(to.chat, parcel, self.head, datetime.fromtimestamp(0, UTC))
        body = mail.get_body(("plain",))
        words = f"{mail['Subject']}\n{body.get_content().strip() if body else ''}"
        self.code = next(iter(re.findall(r"\b\d{6}\b", words)), self.code)
        shown = re.sub(r"/mail/[0-9a-f]{32}", "/mail/…", words.replace(self.code, CODE))
        self.said(to.chat, f"-> {to.chat}: {written(shown, 0, ())}")
        return (str(mail["Message-ID"]),)


def _last(found: list[str], room: str) -> str:
    if not found:
        raise LookupError(f"nobody sees a message of {room} there")
    return found[-1]


def _words(parcel: Parcel, files: tuple[Attachment, ...]) -> str:
    return written(plain(parcel.caption), len(files), [b.label for b in parcel.buttons])


def written(words: str, files: int, labels: Sequence[str]) -> str:
    """A message as a transcript has it."""
    shown = re.sub(r"/t/[\w-]{16}", "/t/…", words)
    shown = re.sub(r"(https://rooms\.example/)\S+", r"\1…", shown)
    pieces = [shown] if shown else []
    if files:
        pieces.append(f"({files} {'file' if files == 1 else 'files'})")
    if labels:
        pieces.append(" ".join(f"[{label}]" for label in labels))
    return "\n".join(pieces).replace("\n", BREAK)


def news(before: str, after: str) -> str:
    """Of a message that was written over, the lines that are new; an ellipsis stands for what stayed."""
    old, rows = before.split(BREAK), after.split(BREAK)
    kept = [row if row not in old else "…" for row in rows]
    if kept.count("…") < 3:
        return after
    return BREAK.join(row for n, row in enumerate(kept) if row != "…" or n == 0 or kept[n - 1] != "…")
