"""Finds the line on which each key of a TOML file stands, because `tomllib` forgets it."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""`("categories", "billing", "articles", 0, "label")`: keys, and positions in arrays."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def places(text: str) -> dict[Path, int]:
    """The line of every key path, counted from 1. The text must be valid TOML (`tomllib` has read it)."""
    return _Scan(text).document()


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing around it that is there."""
    around = (path[:n] for n in range(len(path), 0, -1))
    return next((lines[p] for p in around if p in lines), 1)


class _Scan:
    """Walks over a text once, noting where keys begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [m.start() for m in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        header: Path = ()
        while self._peek():
            if self.text[self.at] == "[":
                header = self._header()
            else:
                self._pair(header)
        return self.lines

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        path = self._resolved(self._key())
        if many:
            self._note(path, start)
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        self._note(path, start)
        self._peek()
        self.at += 2 if many else 1
        return path

    def _resolved(self, key: tuple[str, ...]) -> Path:
        """A header that goes through an array of tables means its last element."""
        path: Path = ()
        for part in key:
            path = (*path, self.counts[path], part) if path in self.counts else (*path, part)
        return path

    def _pair(self, around: Path) -> None:
        start = self.at
        path = (*around, *self._key())
        self._note(path, start)
        self._peek()
        self.at += 1  # the equals sign
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        self._peek()
        parts = [self._part()]
        while dot := _DOT.match(self.text, self.at):
            self.at = dot.end()
            parts.append(self._part())
        return tuple(parts)

    def _part(self) -> str:
        word = self._take(_KEY)
        return str(tomllib.loads(f"key = {word}")["key"]) if word[0] in "\"'" else word

    def _value(self, path: Path) -> None:
        match self._peek():
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._peek() != "]":
            self._note((*path, number), self.at)
            self._value((*path, number))
            self._comma()
            number += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._peek() != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        if self._peek() == ",":
            self.at += 1

    def _note(self, path: Path, offset: int) -> None:
        line = bisect_right(self.breaks, offset - 1) + 1
        for n in range(1, len(path) + 1):
            self.lines.setdefault(path[:n], line)

    def _peek(self) -> str:
        """The next character that is neither blank nor comment; empty at the end."""
        gap = _GAP.match(self.text, self.at)
        self.at = gap.end() if gap else self.at
        return self.text[self.at : self.at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no TOML at character {self.at}")
        self.at = found.end()
        return found[0]
