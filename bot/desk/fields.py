"""Takes typed values out of a table of `desk.toml`, and notes what is wrong with them instead of stopping."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from bot.desk.places import Path
from bot.dialogue.words import Spoken

NAME = re.compile(r"[a-z0-9-]{1,20}")
TAKEN = frozenset({"back", "cancel", "clear", "done", "edit", "keep", "no", "send", "skip", "yes"})
"""Names of buttons that stand beside the desk's own choices."""

SPEECH = {"es": "Spanish", "en": "English"}
LABEL = 40
"""Letters of what stands on a button, or in a line with other words."""
NOTHING = Spoken({})
"""Stands in for words that are wrong, so that reading can go on and find the rest."""

L = TypeVar("L", bound=str)
Report = Callable[[Path, str], None]


class Problem(Struct, frozen=True, order=True):
    """One thing that is wrong, where, and how it should be."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.path}: {self.message}" if self.path else f"{self.line}: {self.message}"


class Wrong(Exception):
    """The configuration cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(self.lines("desk.toml")))

    def lines(self, file: str) -> tuple[str, ...]:
        """One line per problem: `desk.toml:41: categories.billing.label: …`."""
        return tuple(f"{file}:{problem}" for problem in self.problems)


def dotted(path: Path) -> str:
    """`categories.billing.articles[1].label`; positions are counted from 1."""
    return "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def meant(word: str, words: Sequence[str]) -> str:
    """A hint at what somebody may have wanted to write."""
    near = difflib.get_close_matches(word, words, 1, 0.6)
    return f'did you mean "{near[0]}"?' if near else f"it could be {', '.join(words)}"


class Table:
    """A table being read. Every key asked for is known; `close` complains of the others."""

    def __init__(self, values: object, path: Path, report: Report, languages: tuple[str, ...]) -> None:
        self.path, self.report, self.languages = path, report, languages
        self.values: dict[str, object] = values if isinstance(values, dict) else {}
        self.asked: list[str] = []
        if not isinstance(values, dict):
            report(path, f"should be a table ({_section(path)}), not {_kind(values)}")

    def wrong(self, message: str, *below: str | int) -> None:
        self.report((*self.path, *below), message)

    def close(self) -> None:
        for key in self.values:
            if key not in self.asked:
                self.wrong(f"is not known here; {meant(key, self.asked)}", key)

    def get(self, key: str) -> object:
        self.asked.append(key)
        return self.values.get(key)

    def flag(self, key: str, *, usual: bool = False) -> bool:
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(f"should be true or false, not {_kind(value)}", key)
        return value if isinstance(value, bool) else usual

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(f"should be a whole number, not {_kind(value)}", key)
        elif not least <= value <= most:
            self.wrong(f"should be between {least} and {most}, not {value}", key)
        else:
            return value
        return default

    def text(self, key: str, pattern: str, like: str, default: str | None) -> str:
        """A word of a given form; `like` says the form in words."""
        value = self.get(key)
        if value is None:
            if default is None:
                self.wrong(f"is missing; it should be {like}", key)
            return default or ""
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        self.wrong(f"should be {like}, not {_shown(value)}", key)
        return default or ""

    def one_of(self, key: str, options: tuple[L, ...], default: L | None) -> L:
        value = self.get(key)
        found = next((o for o in options if o == value), None)
        if found is None and value is not None:
            self.wrong(f"should be one of {', '.join(options)}, not {_shown(value)}", key)
        elif found is None and default is None:
            self.wrong(f"is missing; it should be one of {', '.join(options)}", key)
        return found or default or options[0]

    def items(self, key: str) -> tuple[object, ...]:
        value = self.get(key)
        if value is not None and not isinstance(value, list):
            self.wrong(f"should be a list [ … ], not {_kind(value)}", key)
        return tuple(value) if isinstance(value, list) else ()

    def section(self, key: str) -> Table:
        """The table below a key; an empty one when there is none. The caller closes it."""
        value = self.get(key)
        return Table({} if value is None else value, (*self.path, key), self.report, self.languages)

    def listed(self, key: str) -> Iterator[Table]:
        """The tables of a list, each closed after it was read."""
        for number, item in enumerate(self.items(key)):
            yield from self._read(item, (*self.path, key, number))

    def named(self, key: str) -> Iterator[tuple[str, Table]]:
        """The tables below a key with their names, each closed after it was read."""
        tables = self.section(key)
        for name, item in tables.values.items():
            tables.check_name(name)
            for table in self._read(item, (*tables.path, name)):
                yield name, table

    def spoken(self, key: str, most: int) -> Spoken:
        """Words in every language, at most so many characters each."""
        found = self.maybe_spoken(key, most)
        if key not in self.values:
            self.wrong(f"is missing; write {key} = {self.example()}", key)
        return found or NOTHING

    def maybe_spoken(self, key: str, most: int) -> Spoken | None:
        value = self.get(key)
        return None if value is None else words(self, value, most, key)

    def address(self, key: str) -> Spoken:
        """The address of a web page: one for everybody, or one per language."""
        value = self.get(key)
        each = dict.fromkeys(self.languages, value) if isinstance(value, str) else value
        if value is None:
            self.wrong("is missing; it should be like https://example.com/help", key)
            return NOTHING
        found = words(self, each, 2_000, key)
        for language, url in found.words.items():
            if not _is_address(url):
                below = () if isinstance(value, str) else (language,)
                self.wrong(f"should be like https://example.com/help, not {_shown(url)}", key, *below)
                break
        return found

    def _read(self, item: object, path: Path) -> Iterator[Table]:
        table = Table(item, path, self.report, self.languages)
        if isinstance(item, dict):
            yield table
            table.close()

    def check_name(self, name: str) -> None:
        if not NAME.fullmatch(name):
            self.wrong("a name has 1 to 20 characters of a-z, 0-9 and hyphen", name)
        elif name in TAKEN:
            self.wrong("this name is taken by a button of ours; choose another", name)

    def example(self) -> str:
        return "{ " + ", ".join(f'{language} = "…"' for language in self.languages) + " }"


def words(table: Table, value: object, most: int, *below: str | int) -> Spoken:
    """Checks one text in all its languages."""
    if not isinstance(value, dict):
        table.wrong(f"should have its words in every language: {table.example()}", *below)
        return NOTHING
    for language in value.keys() - set(table.languages):
        table.wrong(f"is no language of this desk; {meant(language, table.languages)}", *below, language)
    fine = {language: _sentence(table, value, most, language, below) for language in table.languages}
    return Spoken({language: text for language, text in fine.items() if text})


def _sentence(table: Table, value: dict[str, object], most: int, language: str, below: tuple[str | int, ...]) -> str:
    text = value.get(language)
    speech = SPEECH.get(language, language)
    if text is None or text == "":
        table.wrong(f'the {speech} words are missing ({language} = "…")', *below)
    elif not isinstance(text, str):
        table.wrong(f"should be words in quotes, not {_kind(text)}", *below, language)
    elif not text.strip() or re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text):
        table.wrong(f"the {speech} words are blank or hold characters that cannot be seen", *below, language)
    elif most <= LABEL and "\n" in text.strip():
        table.wrong(f"the {speech} words stand on a button or in a line: write them without a break", *below, language)
    elif len(text) > most:
        table.wrong(f"the {speech} words have {len(text)} characters; at most {most} fit", *below, language)
    else:
        return text.strip()
    return ""


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r'[\s"<>]', url)


def _section(path: Path) -> str:
    return f"[{dotted(path)}]" if all(isinstance(p, str) for p in path) else "{ … }"


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or a time")


def _shown(value: object) -> str:
    return f'"{value[:60]}"' if isinstance(value, str) else _kind(value)
