"""The pictures of a request have numbers, by which people speak of them: wherever one is shown, it has the same."""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.words import File
from bot.values import replace

KINDS = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""What we make anew from its pixels; only these are shown, everything else is handed out."""


def is_picture(file: File) -> bool:
    return file.kind == "photo" or file.mime in KINDS


def numbered(files: Iterable[File], after: int) -> tuple[tuple[File, ...], int]:
    """The files, the pictures among them numbered on from there, but for those that are already; and the last number."""
    given = []
    for file in files:
        fresh = is_picture(file) and not file.number
        after += fresh
        given.append(replace(file, number=after) if fresh else file)
    return tuple(given), after


def bare(files: Iterable[File]) -> tuple[File, ...]:
    """The same without numbers: where those of another request count."""
    return tuple(replace(file, number=0) for file in files)


def signs(files: Iterable[File]) -> str:
    """The numbers of what is shown together: `① ② ③`. Empty: no picture has one."""
    return " ".join(circled(file.number) for file in files if file.number)


def circled(number: int) -> str:
    """① to ㊿; no screenshot has ever come fifty-first."""
    firsts = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
    return next(
        (chr(start + number - least) for least, most, start in firsts if least <= number <= most), f"({number})"
    )
