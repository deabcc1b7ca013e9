"""One customer on the stage, and what the desk has of their words: a model that keeps whatever was once accepted."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.stage import LOST, Stage
from tests.store.laid import laid

MARK = re.compile(r"kw[0-9]+k")
"""In every text somebody says, so that it can be found again wherever it is kept."""
CAST = "cast: Ana in en, Leo at desk, desk in es"
ANA = "1"
NOT_TAKEN = (
    "Press one of these", "Use between", "I see no link there", "A number, please", "A date, please",
    "A few words, please", "That is more than", "Tell us in a few words", "Send a picture or a file here",
    "That is a bit long", "Press Send", "I don't know that command", "most useful links", "links fit in a request",
    "larger than", "files fit in a request", "That is too long", "belongs to an earlier question", "Which request",
    "In its form", "I need a request",
)  # fmt: skip
"""With these we tell somebody that their words were not taken: they still have them, and know it."""
MOST_ANSWERS = 25
PATIENT: Mapping[str, str] = {
    "Is everything right": "[Send]",
    "This goes to SUP": "[Send]",
    "What is it about?": "[Design and templates]",
    "Give it a title": "The last thing that I still had to say",
    "letters for the title": "The last thing that I still had to say",
    "Tell us": "It is all as I have said before now.",
    "Is it your SUP": "[No, a new one]",
    "Go on where you were": "[Go on]",
    "Which request is this about": "[A new one]",
    "already help you": "[Go on with my request]",
}
"""What a patient person answers to each question; to all others the first button that leads on."""
WAYS = ("Back", "Cancel")
ONWARD = ("Done", "That is all", "Keep it", "Skip", "iPhone and iPad", "Send")


@dataclass(frozen=True)
class Kept:
    """What the desk has of Ana's words just now."""

    draft: Mapping[str, Any]
    """Empty: no conversation stands."""
    tickets: tuple[Mapping[str, Any], ...]
    entries: tuple[Mapping[str, Any], ...]
    broken: int
    """Turns that failed, events that were set aside."""

    @property
    def marks(self) -> frozenset[str]:
        """The draft's memory of messages and forms is for comparing alone: what only it has is lost."""
        said = {name: value for name, value in self.draft.items() if name not in ("words", "missed", "handed")}
        return frozenset(MARK.findall(json.dumps([said, self.tickets, self.entries])))

    @property
    def files(self) -> frozenset[str]:
        return frozenset(re.findall(r"f[0-9]+-[0-9]+", json.dumps([self.draft, self.tickets, self.entries])))


class Interview:
    """The stage with Ana on it. Every line she speaks is kept: together they are the transcript of a failure."""

    def __init__(self, folder: Path, channel: str) -> None:
        laid(folder / "play.db")
        self.stage = Stage(folder, channel)
        self.file = folder / "play.db"
        self.script = [f"# on {channel}", CAST]
        self.said = 0

    async def begin(self) -> None:
        await self.stage.speak(CAST)

    def mark(self) -> str:
        self.said += 1
        return f"kw{self.said}k"

    def last(self) -> str:
        """What she has written last, on one line."""
        players = self.stage.players
        (ref,) = players._wrote.values()
        return " ".join(players._said[ref].text.split())

    async def speak(self, line: str) -> str:
        self.script.append(line)
        heard = "\n".join(await self.stage.speak(line))
        assert LOST not in heard, self.told(heard)
        return heard

    def told(self, why: str) -> str:
        return "\n".join([*(line[:100] for line in self.script), "", why])

    def kept(self) -> Kept:
        with closing(sqlite3.connect(self.file)) as db:
            stands = [json.loads(body) for (body,) in db.execute("SELECT body FROM dialogue WHERE who = ?", (ANA,))]
            tickets = tuple(json.loads(body) for (body,) in db.execute("SELECT body FROM ticket ORDER BY id"))
            entries = tuple(json.loads(body) for (body,) in db.execute("SELECT body FROM entry"))
            (broken,) = db.execute(
                "SELECT (SELECT count(*) FROM failure) + (SELECT count(*) FROM dead_letter)"
            ).fetchone()
        return Kept(stands[0]["draft"] if stands else {}, tickets, entries, broken)

    # -- what Ana has in front of her ------------------------------------------------------------------

    def buttons(self, *, old: bool) -> list[str]:
        """Labels she may press: those of her newest messages, or of all that she ever saw."""
        mine = [m for m in self.stage.theatre.shown.values() if m.chat == ANA and not m.room]
        if old:
            return sorted({label for m in mine for each in (*m.earlier, m.buttons) for label in each})
        return sorted({label for m in mine[-2:] for label in m.buttons})

    def blanks(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Of the form she has open: label, kind, labels of the choices."""
        paper = self.stage.players.papers.get("Ana")
        if paper is None:
            return []
        return [(b.label, b.kind, tuple(label for _name, label in b.choices)) for b in paper.sheet.blanks]

    @property
    def filled(self) -> Mapping[str, Any]:
        paper = self.stage.players.papers.get("Ana")
        return paper.answers if paper else {}

    @property
    def newest(self) -> list[str]:
        return [*[m for m in self.stage.theatre.shown.values() if m.chat == ANA and not m.room][-1].buttons]

    # -- the way out -----------------------------------------------------------------------------------

    async def finish(self) -> Kept:
        """From wherever she stands a patient person comes to a ticket. Returns what was kept before the last word."""
        heard = await self.speak("Ana: /new")
        for _ in range(MOST_ANSWERS):
            before = self.kept()
            answer = next(self._answers(heard))
            heard = await self.speak(f"Ana: {answer}")
            if len(self.kept().tickets) > len(before.tickets) or (answer == "[Send]" and "Added to SUP" in heard):
                return before
        raise AssertionError(self.told("it never ends"))

    def _answers(self, heard: str) -> Iterator[str]:
        yield from (answer for words, answer in PATIENT.items() if words in heard)
        fresh = self.newest
        yield from (f"[{label}]" for label in ONWARD if label in fresh)
        yield from (f"[{label}]" for label in fresh if label not in WAYS)
        yield "12"
