"""Cuts what should be said into messages a platform takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.channels import Button, Limits, Parcel
from bot.dialogue.markup import READ, Span, parse
from bot.dialogue.words import File
from bot.dialogue.writing import write
from bot.links import pieces
from bot.values import replace


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
            slot=piece_of(parcel.slot, number),
            buttons=tuple(_short(b, limits.button) for b in parcel.buttons) if number == len(pieces) - 1 else (),
        )


def _shown(parcel: Parcel, limits: Limits) -> Iterator[Parcel]:
    for start in range(0, len(parcel.files), limits.album):
        files: tuple[File, ...] = parcel.files[start : start + limits.album]
        slot = f"{parcel.slot}+{start}" if parcel.slot else ""
        yield replace(parcel, text="", files=files, over="", slot=slot, buttons=())


def piece_of(slot: str, number: int) -> str:
    """The slot of one of several messages with the words of one slot."""
    return f"{slot}/{number}" if slot and number else slot


def is_piece(slot: str, of: str) -> bool:
    """Whether what stands in this slot was said or shown as a part of what was packed for the other."""
    return slot == of or slot.startswith((f"{of}/", f"{of}+"))


def _long(parcel: Parcel, limits: Limits) -> bool:
    return any(len(button.label) > limits.button for button in parcel.buttons)


def _short(button: Button, most: int) -> Button:
    label = button.label
    return button if len(label) <= most else replace(button, label=label[: most - 1].rstrip() + "…")


def size(text: str) -> int:
    """Length in UTF-16 units, as Telegram and Slack count: a face may be two or more."""
    return len(text) if text.isascii() else len(_units(text)) // 2


def cut(text: str, most: int) -> str:
    """What does not fit ends with an ellipsis."""
    return text if size(text) <= most else _units(text)[: 2 * (most - 1)].decode("utf-16-le", "ignore") + "…"


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def split(text: str, most: int) -> Iterator[str]:
    """Pieces that show at most `most` units: cut at a paragraph, else a line, else a word, never inside code or a link
    if it can be. What is bold, quoted or a block of code goes on being so in the next piece.
    """
    spans = tuple(_honest(parse(text, READ), most))
    while (fits := _fits(spans, most)) < sum(len(span.text) for span in spans):
        words = "".join(span.text for span in spans)
        at = _place(spans, words, max(fits, 1))
        if piece := words[:at].rstrip():
            yield write(_between(spans, 0, len(piece)))
        spans = tuple(_between(spans, len(words) - len(words[at:].lstrip("\n ")), len(words)))
    if any(span.text.strip() for span in spans):
        yield write(spans)


def shortened(text: str, most: int, gap: str) -> str:
    """Where it does not fit: its beginning and its end, with `gap` between them."""
    spans = parse(text)
    whole = sum(len(span.text) for span in spans)
    if _fits(spans, most) == whole:
        return text
    room = most - size(gap) - 4  # the breaks of lines around it
    end = room // 3
    while _fits(tail := tuple(_between(spans, whole - end, whole)), room // 3) < end:
        end = end * 3 // 4
    words = "".join(span.text for span in tail)
    begins = re.search(r"\s(?=\S)", words[: end // 2])  # not in the middle of a word
    tail = tuple(_between(tail, begins.end() if begins else 0, end))
    return f"{next(split(text, room * 2 // 3))}\n\n{gap}\n\n{write(tail)}"


def _honest(spans: Sequence[Span], most: int) -> Iterator[Span]:
    """An address that no message holds whole becomes code, to be copied: its parts are no links, which would lead
    elsewhere.
    """
    for span in spans:
        short = span.code or span.pre or span.link or size(span.text) <= most
        if short or all(size(address) <= most for _words, address in pieces(span.text)):
            yield span
            continue
        for words, address in pieces(span.text):
            yield Span(words, code=True, quote=span.quote) if size(address) > most else span._replace(text=words)


def _fits(spans: Sequence[Span], most: int) -> int:
    """How many characters are at most so many UTF-16 units. A line of a quotation has two more: its sign, where a platform
    takes no markup.
    """
    units = at = 0
    begins = True
    for span in spans:
        for letter in span.text:
            units += (2 if ord(letter) > 0xFFFF else 1) + (2 if span.quote and begins else 0)
            if units > most:
                return at
            begins = letter == "\n"
            at += 1
    return at


def _place(spans: Sequence[Span], words: str, fits: int) -> int:
    """The best place to cut; a piece is at least a quarter full, so that a short first line does not stand alone."""
    solid = _solid(spans, fits)
    for sign in ("\n\n", "\n", " "):
        places = (at for at in range(fits, fits // 4, -1) if words.startswith(sign, at) and at not in solid)
        if (at := next(places, 0)) > 0:
            return at
    return next((at for at in range(fits, 0, -1) if at not in solid), fits)


def _solid(spans: Sequence[Span], end: int) -> frozenset[int]:
    """The places up to `end` where a cut would leave code or a link in two."""
    places: list[int] = []
    at = 0
    for span in spans:
        if at > end:
            break
        whole = ((span.text, "whole"),) if span.code or span.link else pieces(span.text)
        for words, link in whole:
            if at > end:
                break
            if link:
                places += range(at + 1, at + len(words))
            at += len(words)
    return frozenset(places)


def _between(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    at = 0
    for span in spans:
        if words := span.text[max(start - at, 0) : max(end - at, 0)]:
            yield span._replace(text=words)
        at += len(span.text)
