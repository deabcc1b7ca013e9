"""How often an insult, a second subject and a language are recognised, and how often other words are taken for one.

Each is measured on three sets of phrases. The first two have taught us something and only guard it now; the figure that
counts is that of the one held out, and for insults also that of a fourth, by somebody who does not know the lists. The head of each file says who wrote it and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.desk.insults import insulting
from bot.desk.manners import subjects
from bot.language import detect

HERE = Path(__file__).parent
SETS = ("first", "second", "held_out")
OF_INSULTS = (*SETS, "another_hand")
KINDS = ("short", "long", "typos", "mixed")


@dataclass(frozen=True, slots=True)
class Row:
    """The phrases of one language in one set."""

    name: str
    language: str
    missed: tuple[str, ...]
    of: int
    false: tuple[str, ...] = ()
    harmless: int = 0

    def __str__(self) -> str:
        found = f"| {self.name} | {self.language} | {self.of - len(self.missed)}/{self.of} |"
        return f"{found} {len(self.false)}/{self.harmless} |" if self.harmless else found


def phrases(kind: str, name: str) -> Mapping[str, tuple[str, ...]]:
    """By section."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in (HERE / kind / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif line and not line.startswith("#"):
            found[section].append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def insults() -> Iterator[Row]:
    for name in OF_INSULTS:
        said = phrases("insults", name)
        for language in ("es", "en"):
            abusive, harmless = said[f"{language} abusive"], said[f"{language} harmless"]
            missed = tuple(text for text in abusive if not insulting(text))
            false = tuple(text for text in harmless if insulting(text))
            yield Row(name, language, missed, len(abusive), false, len(harmless))


def second_subjects() -> Iterator[Row]:
    said = phrases("subjects", "held_out")
    for language in ("es", "en"):
        two, one = ([text.replace("\\n", "\n") for text in said[f"{language} {many}"]] for many in ("two", "one"))
        missed = tuple(text for text in two if subjects(text) is None)
        false = tuple(text for text in one if subjects(text))
        yield Row("held_out", language, missed, len(two), false, len(one))


def languages() -> Iterator[Row]:
    for name in SETS:
        said = phrases("languages", name)
        for section in (f"{language} {kind}" for kind in KINDS for language in ("es", "en")):
            if texts := said.get(section):
                missed = tuple(text for text in texts if detect(text, "") != section[:2])
                yield Row(name, section, missed, len(texts))
