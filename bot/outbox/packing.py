"""Cuts what should be said into messages a platform takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.channels import Button, Limits, Parcel
from bot.dialogue.words import File

MARKS = "*`"


def pack(parcel: Parcel, limits: Limits) -> tuple[Parcel, ...]:
    """One parcel of any size as several in the order they are sent; only the first edits, only the last has buttons.

    Pictures stand before words that ask something, so that the buttons are the last thing on the screen, and after
    words that do not. Nothing to say and nothing to show is nothing.
    """
    if not parcel.files and 0 < size(parcel.text) <= limits.text and not _long(parcel, limits):
        return (parcel,)  # nearly always
    words = tuple(_said(parcel, limits))
    shown = tuple(_shown(parcel, limits))
    whole = (*shown, *words) if parcel.buttons else (*words, *shown)
    return tuple(replace(p, more=p is not whole[-1]) for p in whole)


def _said(parcel: Parcel, limits: Limits) -> Iterator[Parcel]:
    pieces = tuple(split(parcel.text, limits.text))
    for number, piece in enumerate(pieces):
        yield replace(
            parcel,
            text=piece,
            files=(),
            over=parcel.over if number == 0 else "",
            slot=_slot(parcel.slot, number),
            buttons=tuple(_short(b, limits.button) for b in parcel.buttons) if number == len(pieces) - 1 else (),
        )


def _shown(parcel: Parcel, limits: Limits) -> Iterator[Parcel]:
    for start in range(0, len(parcel.files), limits.album):
        files: tuple[File, ...] = parcel.files[start : start + limits.album]
        slot = f"{parcel.slot}+{start}" if parcel.slot else ""
        yield replace(parcel, text="", files=files, over="", slot=slot, buttons=())


def is_piece(slot: str, of: str) -> bool:
    """Whether what stands in this slot was said or shown as a part of what was packed for the other."""
    return slot == of or slot.startswith((f"{of}/", f"{of}+"))


def _long(parcel: Parcel, limits: Limits) -> bool:
    return any(len(button.label) > limits.button for button in parcel.buttons)


def _slot(slot: str, number: int) -> str:
    return f"{slot}/{number}" if slot and number else slot


def _short(button: Button, most: int) -> Button:
    label = button.label
    return button if len(label) <= most else replace(button, label=label[: most - 1].rstrip() + "…")


def size(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts: a face may be two or more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def split(text: str, most: int) -> Iterator[str]:
    """Pieces of at most `most` units: cut at a paragraph, else a line, else a word, never inside markup if it can be."""
    while size(text) > most:
        cut = _cut(text, most)
        if piece := text[:cut].rstrip():
            yield piece
        text = _quoted(text, cut) + text[cut:].lstrip("\n ")
    if text.strip():
        yield text


def _quoted(text: str, cut: int) -> str:
    """What the rest begins with: a quoted line that was cut is quoted on."""
    inside = text[text.rfind("\n", 0, cut) + 1 : cut]
    return "> " if inside.startswith("> ") and not text.startswith("\n", cut) and text[cut:].strip() else ""


def _cut(text: str, most: int) -> int:
    """The best place to cut; a piece is at least a quarter full, so that a short first line does not stand alone."""
    fits = _fits(text, most)
    whole = _whole(text, fits)
    for sign in ("\n\n", "\n", " "):
        places = (at for at in range(fits, fits // 4, -1) if text.startswith(sign, at) and whole[at])
        if (at := next(places, 0)) > 0:
            return at
    return next((at for at in range(fits, 0, -1) if whole[at]), fits)


def _fits(text: str, most: int) -> int:
    """How many characters are at most so many UTF-16 units."""
    if text.isascii():
        return most
    units = 0
    for at, letter in enumerate(text):
        units += 2 if ord(letter) > 0xFFFF else 1
        if units > most:
            return at
    return len(text)


def _whole(text: str, end: int) -> list[bool]:
    """For every place up to `end`: whether a cut there leaves bold, code and escaped signs in one piece."""
    whole, inside, escaped = [], "", False
    for letter in text[: end + 1]:
        whole.append(not inside and not escaped)
        if escaped or letter == "\\":
            escaped = not escaped
        elif letter in MARKS and inside in ("", letter):
            inside = "" if inside else letter
        elif letter == "\n":
            inside = ""  # a mark never spans lines: a lone asterisk is only an asterisk
    return whole
