"""What the people of a play do: a line of a transcript becomes events, as a platform would bring them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.channels import Blank, Sheet
from bot.dialogue.words import Answer, Chose, Command, File, Kind, Said
from bot.dialogue.writing import passed_on
from bot.events import Address, Caller, Deleted, Edited, Event, Filled, Left, Message, Reacted, Visited
from bot.theatre import HOME, Theatre
from bot.values import replace

GROUP, SECOND = "-1001", "-1002"
"""The chats of the team, and of another one."""
LINE = re.compile(
    r"(?P<who>\w+)(?: to (?P<to>[A-Z][A-Z0-9]*-\d+))?(?: in (?P<room>[A-Z][A-Z0-9]*-\d+))?"
    r"(?: quoting “(?P<quote>[^”]+)”)?(?: forwarding “(?P<of>[^”]+)”)?"
    r"(?: (?P<how>edits|deletes|reacts|visits|opens|sends|closes|leaves)| fills (?P<blank>[^:]+))?: ?(?P<what>.*)"
)
PRESS = re.compile(r"\[(?P<label>[^\]]+)\](?: (?P<room>[A-Z][A-Z0-9]*-\d+|at home))?(?P<old> old)?")
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
    chat: str = GROUP
    """Where their team is, when they are an agent."""

    @property
    def caller(self) -> Caller:
        return Caller(self.id, self.name, self.locale)


@dataclass
class Paper:
    """A form as somebody has it in front of them."""

    sheet: Sheet
    answers: dict[str, Answer] = field(default_factory=dict)

    def blank(self, label: str) -> Blank:
        found = next((b for b in self.sheet.blanks if b.label == label), None)
        if found is None:
            raise LookupError(f"there is no field {label} in the form")
        return found

    def handed(self, sheet: Sheet) -> None:
        """The same form drawn again: what was filled in stays, where its field does."""
        self.sheet = sheet
        for blank in sheet.blanks:
            if blank.value and blank.name not in self.answers:
                self.answers[blank.name] = Chose(blank.value) if blank.kind == "choice" else Said(blank.value)
        there = {blank.name for blank in sheet.blanks}
        self.answers = {name: a for name, a in self.answers.items() if name in there}


class Players:
    """Everybody on the stage, what they wrote last, and the forms they have open."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.cast: dict[str, Player] = {}
        self.papers: dict[str, Paper] = {}
        self._numbers = count(1)
        self._wrote: dict[tuple[str, str], str] = {}
        self._said: dict[str, Said] = {}

    def act(self, line: str, now: datetime) -> Iterator[Event]:
        """Raises `ValueError` for a line nobody can play, `LookupError` for a button or field nobody sees."""
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no line of a play: {line}")
        player = self.cast.get(match["who"])
        if player is None:
            raise LookupError(f"{match['who']} is not in the cast")
        self.theatre.presser = player.name
        if match["blank"] or match["how"] in ("opens", "sends", "closes"):
            yield from self._fills(player, match, now)
        elif press := PRESS.fullmatch(match["what"]):
            yield self._press(player, press, now)
        elif match["how"]:
            yield self._does(player, match, now)
        else:
            yield from self._says(player, match, now)

    # -- words ---------------------------------------------------------------------------------------

    def _says(self, player: Player, match: re.Match[str], now: datetime) -> Iterator[Event]:
        room = match["room"] or ""
        if player.agent and room and not self.theatre.begun(room, player.chat):
            raise LookupError(f"{room} has no room there")
        where = self._where(player, room)
        reply_to, number, what = self._answered(player, where, match), next(self._numbers), match["what"]
        album = f"album{number}" if what.startswith("(album") else ""
        for n, answer in enumerate(_answers(what, number)):
            event = Message(
                id=f"play:{number}.{n}", at=now, where=where, who=player.caller, answer=answer, ref=f"u{number}.{n}",
                reply_to=reply_to, album=album, private=not player.agent, quoted=_brought(player, match),
            )  # fmt: skip
            self._wrote[player.id, room] = event.ref
            self._said[event.ref] = answer if isinstance(answer, Said) else Said()
            yield event

    def _press(self, player: Player, press: re.Match[str], now: datetime) -> Event:
        room = press["room"] or ""
        at_home = room == "at home"
        where = Address(self.theatre.name, player.id, HOME) if at_home else self._where(player, room)
        seen = self.theatre.home_of(player.id) if at_home else room
        on, data = self.theatre.find(press["label"], where.chat, seen, old=bool(press["old"]))
        asked, _, choice = data.partition("|")
        if choice == "form":
            return self._filled(player, "opened", now)
        return Message(
            id=self._id(), at=now, where=where, who=player.caller, answer=Chose(choice), asked=asked,
            on="" if at_home else on, private=at_home or not player.agent, agent=at_home and player.agent,
        )  # fmt: skip

    def _does(self, player: Player, match: re.Match[str], now: datetime) -> Event:
        room, who, private = match["room"] or "", player.caller, not player.agent
        where = self._where(player, room)
        match match["how"]:
            case "visits":
                home = Address(self.theatre.name, player.id, HOME)
                return Visited(id=self._id(), at=now, where=home, who=who, agent=player.agent)
            case "reacts":
                on = self.theatre.newest(where.chat, room)
                return Reacted(id=self._id(), at=now, where=where, who=who, on=on, sign=match["what"], private=private)
            case "leaves":
                return Left(id=self._id(), at=now, where=Address(self.theatre.name, player.chat), who=who)
        ref = self._wrote.get((player.id, room))
        if ref is None:
            raise LookupError(f"{player.name} has written nothing there yet")
        if match["how"] == "deletes":
            return Deleted(
                id=self._id(), at=now, where=where, who=who, ref=ref, was=self._said[ref], private=private
            )  # fmt: skip
        now_said = match["what"].replace("\\n", "\n")
        self._said[ref] = replace(self._said[ref], text=now_said)
        return Edited(id=self._id(), at=now, where=where, who=who, ref=ref, text=now_said, private=private)

    def _where(self, player: Player, room: str) -> Address:
        if not player.agent:
            return Address(self.theatre.name, player.id)
        thread = self.theatre.begun(room, player.chat) if self.theatre.topical else ""
        return Address(self.theatre.name, player.chat, thread)

    def _answered(self, player: Player, where: Address, match: re.Match[str]) -> str:
        """The message that theirs hangs under."""
        if player.agent and not self.theatre.topical:
            return self.theatre.begun(match["room"] or "", player.chat)
        return self.theatre.about(where.chat, match["to"]) if match["to"] else ""

    # -- forms ---------------------------------------------------------------------------------------

    def _fills(self, player: Player, match: re.Match[str], now: datetime) -> Iterator[Event]:
        if match["how"] == "opens":
            yield self._filled(player, "opened", now, match["what"])
            return
        paper = self.papers.get(player.name)
        if paper is None:
            raise LookupError(f"{player.name} has no form open")
        if match["blank"]:
            blank = paper.blank(match["blank"])
            _write(paper, blank, match["what"], next(self._numbers))
            if blank.turns:
                yield self._filled(player, "changed", now)
            return
        yield self._filled(player, "sent" if match["how"] == "sends" else "closed", now)

    def _filled(self, player: Player, moment: str, now: datetime, brought: str = "") -> Filled:
        paper = self.papers.get(player.name) if moment != "opened" else None
        said = next(_answers(brought, next(self._numbers)), Said())
        return Filled(
            id=self._id(), at=now, where=Address(self.theatre.name, player.id), who=player.caller,
            moment=moment,  # type: ignore[arg-type]  # one of four, by the regular expression
            form=paper.sheet.name if paper else "", answers=dict(paper.answers) if paper else {},
            brought=said if isinstance(said, Said) else Said(),
        )  # fmt: skip

    def handed(self, player: str, sheet: Sheet) -> str:
        """Somebody is shown a form, or the same again; returns how it looks."""
        paper = self.papers.setdefault(player, Paper(sheet))
        paper.handed(sheet)
        rows = [sheet.title, *sheet.head.split("\n"), *(_drawn(blank, paper) for blank in sheet.blanks)]
        return "\n".join([*rows, f"[{sheet.send}] [{sheet.close}]"])

    def _id(self) -> str:
        return f"play:{next(self._numbers)}"


def _brought(player: Player, match: re.Match[str]) -> str:
    """What stands above their words: the part of a message that they answer, or whose words these are, if not their own."""
    if match["of"] and match["of"] != player.name:
        return passed_on(match["of"])
    return match["quote"] or ""


def _drawn(blank: Blank, paper: Paper) -> str:
    """One field: its label, what is in it or may be, and what is wrong."""
    answer = paper.answers.get(blank.name)
    labels = dict(blank.choices)
    match answer:
        case Chose(name):
            value = labels.get(name, "")
        case Said(text):
            value = text.replace("\n", " / ")
        case _:
            value = " ".join(f"[{label}]" for label in labels.values()) or (f"({blank.hint})" if blank.hint else "")
    if blank.files:
        value = f"({len(blank.files)} so far)"
    trouble = f" ! {blank.trouble}" if blank.trouble else ""
    return f"{blank.label}{'' if blank.optional else '*'}: {value}{trouble}"


def _write(paper: Paper, blank: Blank, what: str, number: int) -> None:
    if not what:
        paper.answers.pop(blank.name, None)
    elif blank.kind == "choice":
        found = next((name for name, label in blank.choices if label == what), None)
        if found is None:
            raise LookupError(f"{blank.label} offers no {what}")
        paper.answers[blank.name] = Chose(found)
    else:
        files = [a.files for a in _answers(what, number) if isinstance(a, Said)]
        sent = tuple(file for some in files for file in some)
        paper.answers[blank.name] = Said("", sent) if sent else Said(what.replace("\\n", "\n"))


def _answers(what: str, number: int) -> Iterator[Answer]:
    if what.startswith("/"):
        name, _, rest = what[1:].partition(" ")
        yield Command(name, rest)
        return
    sent = FILES.fullmatch(what)
    if sent is None:
        yield Said(what.replace("\\n", "\n"))
        return
    kind: Kind = "document" if sent["kind"].startswith("file") else "photo"
    for n in range(int(sent["n"] or 1)):
        yield Said(sent["caption"] if n == 0 else "", (_file(kind, number, n, sent),))


def _file(kind: Kind, number: int, n: int, sent: re.Match[str]) -> File:
    name = sent["name"] or ("" if kind == "photo" else "file.pdf")
    size = int(sent["mb"] or 0) * 1_000_000 or 1234
    return File(f"f{number}-{n}", kind, name, "image/jpeg" if kind == "photo" else "", size, f"ref{n}")
