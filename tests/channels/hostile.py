"""A desk on which everybody is named, speaks and labels as strangers would, and says all of it back wherever it can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.channels import Attachment, Parcel, Sheet
from bot.channels.slack import decode as slack_decode
from bot.channels.slack.places import Me as SlackMe
from bot.channels.slack.read import read as slack_read
from bot.channels.telegram.read import Me
from bot.channels.telegram.read import decode as telegram_decode
from bot.channels.telegram.read import read as telegram_read
from bot.desk.config import Article, Category, Desk, Option, Question, Rule, SubCategory
from bot.dialogue.markup import tame
from bot.dialogue.words import Chose, Spoken
from bot.events import Address, Event, Filled, Message, Visited
from bot.players import GROUP
from bot.stage import BREATH, Stage
from bot.theatre import Theatre
from bot.turn import SCRIPT, Taken
from bot.turn import take as turn_take
from bot.values import replace
from tests.store.laid import laid

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = {"telegram": "5", "slack": "U0ANA"}
LEO = {"telegram": "6", "slack": "U0LEO"}
TEAM = {"telegram": GROUP, "slack": "C0TEAM"}
MOST_TURNS = 40


class Listener(Theatre):
    """A platform that keeps every parcel as it came, and every title of a topic."""

    def keep(self) -> None:
        self.parcels: list[tuple[Address, Parcel, tuple[Attachment, ...]]] = []
        self.titles: list[str] = []

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        self.parcels.append((to, parcel, files))
        return await super().deliver(to, parcel, files)

    async def open_thread(self, at: Address, title: str, /) -> str:
        self.titles.append(title)
        return await super().open_thread(at, title)


@dataclass(frozen=True)
class Said:
    """All that was said, surface by surface."""

    parcels: tuple[tuple[Address, Parcel, tuple[Attachment, ...]], ...]
    sheets: tuple[Sheet, ...]
    titles: tuple[str, ...]
    codes: int
    """Tickets that were opened."""


class Hostile(Stage):
    """Ana and Leo, both named and speaking as `words` has it, on a desk whose every label is such, too."""

    def __init__(self, folder: Path, channel: str, words: tuple[str, ...]) -> None:
        laid(folder / "play.db")
        super().__init__(folder, channel)
        self.words, self.turn_of = words, count()
        self.numbers = count(1)
        self.sheets: list[Sheet] = []
        self.desk = _desk(self.desk, self._next)
        listener = Listener(self.theatre.names, channel, self.theatre.limits, topical=self.theatre.topical)
        listener.keep()
        self.theatre = self.listener = listener
        names = {ANA[channel]: "Ana", LEO[channel]: "Leo", TEAM[channel]: "desk"}
        self.theatre.names.clear()
        self.theatre.names.update(names)

    def _next(self) -> str:
        return self.words[next(self.turn_of) % len(self.words)]

    async def whole_way(self) -> Said:
        await self._asked_through()
        await self._answered()
        ana = Address(self.channel, ANA[self.channel])
        who = self._message("private", "x").who
        await self._turn((Filled(id=self._id(), at=self.now, where=ana, who=who, moment="opened"),), self.now)
        page = Address(self.channel, ANA[self.channel], "home")
        await self._turn((Visited(id=self._id(), at=self.now, where=page, who=who),), self.now + BREATH)
        await self._does(self._message("private", "/tickets"))
        return Said(tuple(self.listener.parcels), tuple(self.sheets), tuple(self.listener.titles), len(self.codes()))

    def codes(self) -> set[int]:
        return {parcel.about for _to, parcel, _files in self.listener.parcels if parcel.about}

    async def _asked_through(self) -> None:
        """Answers whatever is asked, until the ticket is there."""
        await self._does(self._message("private", self._next()))
        for _ in range(MOST_TURNS):
            if self.codes():
                return
            await self._does(self._answer())
        raise AssertionError(f"it never ends: {self.theatre.shown}")

    def _answer(self) -> Event:
        asks, choices = self._question(ANA[self.channel])
        step = asks.partition(".")[2]
        match step:
            case "category" | "subcategory" | "x-pick":
                return self._press(asks, choices[0])
            case "title":
                return self._message("private", f"A title {self._next()}"[:110])
            case "links" if "done" not in choices:
                return self._message("private", f"https://e.example/?{self._next().replace(' ', '+')}")
            case "x-where":
                return self._message("private", f"https://e.example/{self._next()}")
            case "screenshots" if "done" not in choices:
                return self._message("private", f"see {self._next()}", file=self._next())
            case "review":
                return self._press(asks, "send")
        ready = next((c for c in ("new", "done", "on", "mine") if c in choices), "")
        return self._press(asks, ready) if ready else self._message("private", f"so it is {self._next()}")

    async def _answered(self) -> None:
        """Leo claims it, answers it, and leaves a note."""
        for choice, words in (
            ("claim", ""),
            ("answer", "we look at"),
            ("send", ""),
            ("note", "mind that"),
            ("solve", ""),
        ):
            asks = self._about(TEAM[self.channel], choice)
            if asks:
                await self._does(self._press(asks, choice, at_desk=True))
            if words:
                await self._does(self._message("team", f"{words} {self._next()}"))

    def _about(self, chat: str, choice: str) -> str:
        data = [d for m in self.theatre.shown.values() if m.chat == chat for d in m.buttons.values()]
        return next((d.partition("|")[0] for d in reversed(data) if d.endswith(f"|{choice}")), "")

    def _question(self, chat: str) -> tuple[str, list[str]]:
        newest = [m for m in self.theatre.shown.values() if m.chat == chat and m.buttons][-1]
        data = [d.partition("|") for d in newest.buttons.values()]
        return data[0][0], [choice for _asks, _bar, choice in data]

    async def _does(self, event: Event) -> None:
        await self._turn((event,), self.now + BREATH)

    async def _turn(self, events: tuple[Event, ...], until: datetime) -> None:
        for event in events:
            if isinstance(event, Filled):
                await self._hand(event)
            else:
                await self._fresh_process(event)
        self.now = until

    async def _hand(self, event: Filled) -> None:
        store = self._open()
        try:
            await store.learn()
            taken: Taken = await turn_take(event, store, SCRIPT)
            self.sheets += [taken.sheet] if taken.sheet else []
        finally:
            store.close()

    # -- as the platforms bring it -----------------------------------------------------------------------

    def _press(self, asks: str, choice: str, *, at_desk: bool = False) -> Message:
        who = self._message("team" if at_desk else "private", "x").who
        ids = TEAM if at_desk else ANA
        newest = [ref for ref, m in self.theatre.shown.items() if m.chat == ids[self.channel]][-1]
        thread = self._thread() if at_desk and self.theatre.topical else ""
        where = Address(self.channel, ids[self.channel], thread)
        return Message(
            id=self._id(),
            at=self.now,
            where=where,
            who=who,
            answer=Chose(choice),
            asked=asks,
            on=newest,
            private=not at_desk,
        )

    def _message(self, where: str, text: str, file: str = "") -> Message:
        raw = _telegram if self.channel == "telegram" else _slack
        event = raw(self, where, text, self._next(), file)
        assert isinstance(event, Message), (self.channel, where, text)
        return event

    def _thread(self) -> str:
        return next(reversed(self.theatre.topics), "")

    def _id(self) -> str:
        return f"hostile:{next(self.numbers)}"


def _telegram(stage: Hostile, where: str, text: str, name: str, file: str) -> Event | None:
    number, private = next(stage.numbers), where == "private"
    chat: dict[str, Any] = {"id": int(ANA["telegram"]), "type": "private"}
    thread = stage._thread()
    if not private:
        chat = {"id": int(GROUP), "type": "supergroup", "is_forum": True, "title": name}
    told: dict[str, Any] = {"text": text}
    if file:
        told = {
            "caption": text,
            "document": {"file_id": name, "file_unique_id": f"u{number}", "file_name": file, "file_size": 9},
        }
    who = {
        "id": int((ANA if private else LEO)["telegram"]),
        "is_bot": False,
        "first_name": name or "x",
        "last_name": name,
        "language_code": "en",
    }
    hangs = {"message_thread_id": int(thread), "is_topic_message": True} if thread and not private else {}
    posting = {"message_id": number, "date": int(stage.now.timestamp()), "chat": chat, "from": who, **told, **hangs}
    update = telegram_decode(json.dumps({"update_id": number, "message": posting}).encode())
    assert update is not None
    return telegram_read(update, Me(1, "our_bot"), stage.now)


def _slack(stage: Hostile, where: str, text: str, name: str, file: str) -> Event | None:
    number, private = next(stage.numbers), where == "private"
    files = [
        {
            "id": f"F{number}",
            "name": file,
            "title": name,
            "mimetype": "text/plain",
            "size": 9,
            "url_private": "https://files.slack.com/x",
        }
    ]
    posting = {
        "type": "message", "channel": "D0ANA" if private else "C0TEAM", "channel_type": "im" if private else "channel",
        "user": (ANA if private else LEO)["slack"], "ts": f"{int(stage.now.timestamp())}.{number:06d}",
        "text": re.sub(r"&(?!lt;|gt;|amp;)", "&amp;", text).replace("<", "&lt;").replace(">", "&gt;"),
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}],
        **({"files": files, "subtype": "file_share"} if file else {}),
    }  # fmt: skip
    envelope = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": posting}
    payload = slack_decode.decode(json.dumps(envelope).encode(), form=False)
    assert payload is not None
    event = slack_read(payload, SlackMe("T1", "U0BOT", "B1"), "", stage.now)
    if not isinstance(event, Message):
        return None
    hangs = stage._thread() if not private else ""
    return replace(event, who=replace(event.who, name=name_of(name), locale="en"), reply_to=hangs)


def name_of(name: str) -> str:
    """As `People` introduces somebody whose profile says so."""
    from bot.channels.slack import people, shapes

    known = shapes.Known(profile=shapes.Profile(display_name=name)) if name.strip() else shapes.Known()
    return people._name(known)


def _desk(desk: Desk, following: Any) -> Desk:
    """Every label that desk.toml has. What cannot be seen is refused when it is read."""

    def spoken(least: str = "") -> Spoken:
        return Spoken(
            {
                code: re.sub("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]", "", f"{least}{tame(following())}")
                for code in ("en", "es")
            }
        )

    questions = (
        Question(name="free", label=spoken("a "), kind="text", short=spoken("b ")),
        Question(name="pick", label=spoken("c "), kind="choice", options=(Option("one", spoken("d ")), Option("two", spoken("e ")))),
        Question(name="where", label=spoken("f "), kind="link"),
    )  # fmt: skip
    article = Article(spoken("g "), Spoken({"en": "https://help.example/1"}))
    subs = tuple(SubCategory(name=n, label=spoken("h "), note=spoken("i "), articles=(article,)) for n in ("s", "t"))
    categories = tuple(
        Category(name=n, label=spoken("j "), subcategories=subs, note=spoken("k "), questions=questions)
        for n in ("x", "y")
    )
    return replace(desk, name=spoken("l "), categories=categories, rules=(Rule(spoken("m ")),), agents_language="es")


def leaves(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else []:
        yield from leaves(one)
