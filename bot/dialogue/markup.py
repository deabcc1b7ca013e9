"""The small markup of final words: `*bold*`, `` `code` ``, quoted lines that begin with `> `, and bare links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from unicodedata import category

_UP_TO_SIGN = re.compile(r"((?:[^*`\\]++|\\.?)*+)([*`])", re.DOTALL)
_QUOTED_LINE = r">(?: [^\n]*)?(?![^\n])"
_QUOTATION = re.compile(rf"^{_QUOTED_LINE}(?:\n{_QUOTED_LINE})*", re.MULTILINE)
_MOST = 200

# NUL (PostgreSQL refuses it) and its neighbours, and the embeddings, overrides and isolates that turn text around.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_MARK = "\u0300"
_MAY_BE_MARKS = re.compile("[\u0300-\U0010ffff]")
_MARKS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; code is never bold. Consecutive quoted spans are one quotation."""

    text: str
    bold: bool = False
    code: bool = False
    quote: bool = False


def escape(text: str) -> str:
    """Makes an untrusted fact mean nothing but itself."""
    for sign in "\\*`>":
        text = text.replace(sign, "\\" + sign)
    return text


def parse(text: str) -> tuple[Span, ...]:
    """Never fails: a sign without its partner stands for itself, and so do signs and quotations past the first 200
    (Telegram shows 100 of them in a message). Takes time in proportion to the text.
    """
    return tuple(span for quote, block in _blocks(text) for span in _inline(block, quote=quote))


def plain(text: str) -> str:
    """The words without the markup; quoted lines keep their `> `."""
    pieces = ((quote, "".join(s.text for s in _inline(block, quote=quote))) for quote, block in _blocks(text))
    return "".join(_quoted(piece) if quote else piece for quote, piece in pieces)


def tame(text: str) -> str:
    """What strangers write, safe to keep and to show.

    Without NUL and other invisible controls, without signs that turn the reading direction around, with a
    replacement for half a surrogate pair, and with at most three combining marks on a letter.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))
    return "".join(_fewer_marks(text)) if _MAY_BE_MARKS.search(text) else text


def _fewer_marks(text: str) -> Iterator[str]:
    marks = 0
    for sign in text:
        marks = marks + 1 if sign >= _FIRST_MARK and category(sign) in ("Mn", "Me") else 0
        if marks <= _MARKS:
            yield sign


def _quoted(block: str) -> str:
    return "\n".join(f"> {line}" for line in block.split("\n"))


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    """Quoted lines together, without their sign; the line break beside a quotation belongs to the unquoted text."""
    at = 0
    for found in islice(_QUOTATION.finditer(text), _MOST):
        if found.start() > at:
            yield False, text[at : found.start()]
        yield True, "\n".join(row[2:] for row in found.group().split("\n"))
        at = found.end()
    if at < len(text):
        yield False, text[at:]


def _inline(block: str, *, quote: bool) -> Iterator[Span]:
    pieces = _pieces(block)
    partners = _partners(pieces)
    bold = code = False
    run = ""
    for n, piece in enumerate(pieces):
        if n not in partners:
            run += _unescaped(piece) if "\\" in piece else piece
            continue
        if run:
            yield Span(run, bold and not code, code, quote)
        run, bold, code = "", bold ^ (piece == "*"), code ^ (piece == "`")
    if run:
        yield Span(run, bold and not code, code, quote)


def _unescaped(piece: str) -> str:
    return "\\".join(_without_signs(part) for part in piece.split("\\\\"))


def _without_signs(part: str) -> str:
    for sign in "*`>":
        part = part.replace("\\" + sign, sign)
    return part


def _pieces(block: str) -> list[str]:
    """Text and signs in turn, escaped signs being text."""
    pieces: list[str] = []
    at = 0
    while len(pieces) < 2 * _MOST and (found := _UP_TO_SIGN.match(block, at)):
        pieces += [found[1], found[2]]
        at = found.end()
    return [*pieces, block[at:]]


def _partners(pieces: list[str]) -> frozenset[int]:
    """Which signs open or close something: backticks in pairs, then the asterisks outside of them in pairs."""
    code = _pairs(pieces, [n for n in range(1, len(pieces), 2) if pieces[n] == "`"])
    inside = {n for first, last in code for n in range(first, last)}
    bold = _pairs(pieces, [n for n in range(1, len(pieces), 2) if pieces[n] == "*" and n not in inside])
    return frozenset(n for pair in code + bold for n in pair)


def _pairs(pieces: list[str], signs: list[int]) -> list[tuple[int, int]]:
    """Two and two; a pair with nothing between stands for itself."""
    return [(a, b) for a, b in zip(signs[::2], signs[1::2], strict=False) if any(pieces[a + 1 : b])]
