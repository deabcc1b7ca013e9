"""How often an insult is recognised, and how often harmless words are taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.desk.insults import insulting

PHRASES = Path(__file__).with_name("phrases.txt")


@dataclass(frozen=True, slots=True)
class Row:
    """The phrases of one language."""

    language: str
    missed: tuple[str, ...]
    abusive: int
    false: tuple[str, ...]
    harmless: int

    def __str__(self) -> str:
        hits = self.abusive - len(self.missed)
        return f"| {self.language} | {hits}/{self.abusive} | {len(self.false)}/{self.harmless} |"


def phrases() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    section = ""
    for line in PHRASES.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif line and not line.startswith("#"):
            found[section].append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def measured() -> Iterator[Row]:
    said = phrases()
    for language in ("es", "en"):
        abusive, harmless = said[f"{language} abusive"], said[f"{language} harmless"]
        missed = tuple(text for text in abusive if not insulting(text))
        false = tuple(text for text in harmless if insulting(text))
        yield Row(language, missed, len(abusive), false, len(harmless))
