r"""The small markup of final words: bold, italic, struck, code, links with words, blocks of code, quoted lines.

| sign | what |
|---|---|
| `*bold*`, `` `code` ``, lines that begin with `> ` | what our own sentences are written with |
| `\_italic\_`, `\~struck\~` | a backslash before a sign that `escape` leaves alone |
| `\[https://a.es\|words\]` | a link under words; a bare address is a link by itself |
| `\{python\|print()\}` | a block of code, perhaps with its language |

People's styles are written with a backslash because words already stored must be read as they were: `snake_case`,
`~5` and `[1]` were never signs, and a backslash is doubled by `escape`, so that none of these pairs can stand in words
that an earlier release has stored. So `escape` is what it was, and a text without a backslash has none of them.
Lists are plain lines (`• one`, `1. one`): not every platform has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple
from unicodedata import category

ITALIC, STRIKE = "\\_", "\\~"
LINK, END_LINK = "\\[", "\\]"
BLOCK, END_BLOCK = "\\{", "\\}"
BAR = "\\|"

_UP_TO_SIGN = re.compile(r"((?:[^*`\\]++|\\(?![_~\[\]{}|]).?)*+)([*`]|\\[_~\[\]{}|])", re.DOTALL)
_SPARE_SIGN = re.compile(r"\\[_~\[\]{}|]")
_QUOTED_LINE = r">(?: [^\n]*)?(?![^\n])"
_QUOTATION = re.compile(rf"^{_QUOTED_LINE}(?:\n{_QUOTED_LINE})*", re.MULTILINE)
ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"]{1,2000}", re.IGNORECASE)
MEMBER = "member:"
"""Before the id of somebody who is called by name, where others have an address. No words of people's become it
(`writing.py` lets through nothing but an `ADDRESS`).
"""
MOMENT = "moment:"
"""Before a moment, in seconds since 1970, under the words for it: whoever reads them elsewhere can have it in their own
time, where a platform offers that. No words of people's become it, either.
"""
_OURS = re.compile(rf"{MEMBER}[A-Za-z0-9:_-]{{1,64}}|{MOMENT}[0-9]{{1,11}}")
LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{0,32}")
_OPENS = {END_LINK: LINK, END_BLOCK: BLOCK}
MOST = 200
"""Signs that are a style in one stretch of text, and quotations."""
READ = 10 * MOST
"""Signs that are read as such there: past the first of them our own words have no style, but no sign of it either."""

# NUL (PostgreSQL refuses it) and its neighbours, and the embeddings, overrides and isolates that turn text around.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# Letters that are written from right to left, and the marks that make others so.
_LEFTWARD = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_MARK = "\u0300"
_MAY_BE_MARKS = re.compile("[^\x00-\u02ff]")
_MARKS = 3


class Span(NamedTuple):
    """A run of text in one style; code and blocks have no other style. Consecutive quoted spans are one quotation.

    A tuple, because every message makes some: it is built in a third of the time of a frozen dataclass.
    """

    text: str
    bold: bool = False
    code: bool = False
    quote: bool = False
    italic: bool = False
    strike: bool = False
    link: str = ""
    """The address under these words: `http`, `https` or `mailto`; whom they call (`member:77`); which moment they name."""
    pre: bool = False
    """A block of code with lines of its own."""
    language: str = ""
    """Of a block of code, when it is known."""


def escape(text: str) -> str:
    """Makes an untrusted fact mean nothing but itself."""
    for sign in "\\*`>":
        text = text.replace(sign, "\\" + sign)
    return text


def mention(member: str, name: str) -> str:
    """Calls a colleague; `name` is escaped already."""
    return f"{LINK}{MEMBER}{member}{BAR}{name}{END_LINK}" if _OURS.fullmatch(MEMBER + member) else name


def moment(at: float, words: str) -> str:
    """`words` name a moment, to the minute; they are escaped already. Two of the same minute are the same words."""
    return f"{LINK}{MOMENT}{int(at) // 60 * 60}{BAR}{words}{END_LINK}" if at > 0 else words


def parse(text: str, most: int = MOST) -> tuple[Span, ...]:
    """Never fails: `*` and `` ` `` without a partner stand for themselves, and so do quotations past the first 200; a
    backslashed sign without its partner is nothing. What has its signs past the first `most` (Telegram shows 100 styles
    in a message) is read as words. Takes time in proportion to the text.
    """
    return tuple(span for quote, block in _blocks(text) for span in _inline(block, most, quote=quote))


def plain(text: str) -> str:
    """The words without the markup; quoted lines keep their `> `, and an address stands behind its words."""
    return "".join(quoted(_said(block)) if quote else _said(block) for quote, block in _blocks(text))


def words(spans: Sequence[Span]) -> str:
    """What they say without their styles; an address stands behind its words."""
    following = (*(span.link for span in spans[1:]), "")
    return "".join(_in_words(span, after) for span, after in zip(spans, following, strict=False))


def _in_words(span: Span, after: str) -> str:
    if span.link.startswith(MEMBER):
        return f"@{span.text}"
    if span.link.startswith(MOMENT):
        return span.text
    return f"{span.text} ({span.link})" if span.link and span.link != after else span.text


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


def isolated(text: str) -> str:
    """Words that may run from right to left, as one piece of the sentence around them: they turn nothing else round.

    Not with an address, whose end a reader's program might see behind the sign.
    """
    if text.isascii() or not _LEFTWARD.search(text) or "://" in text:
        return text
    return "\n".join(f"\u2068{line}\u2069" if line else "" for line in text.split("\n"))


def _fewer_marks(text: str) -> Iterator[str]:
    marks = 0
    for sign in text:
        marks = marks + 1 if sign >= _FIRST_MARK and category(sign) in ("Mn", "Me") else 0
        if marks <= _MARKS:
            yield sign


# -- reading ---------------------------------------------------------------------------------------


def quoted(block: str) -> str:
    """Every line of it with the sign of a quotation."""
    return "\n".join(f"> {line}" for line in block.split("\n"))


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    """Quoted lines together, without their sign; the line break beside a quotation belongs to the unquoted text."""
    at = 0
    for found in islice(_QUOTATION.finditer(text), MOST):
        if found.start() > at:
            yield False, text[at : found.start()]
        yield True, "\n".join(row[2:] for row in found.group().split("\n"))
        at = found.end()
    if at < len(text):
        yield False, text[at:]


def _said(block: str) -> str:
    spans = tuple(_inline(block, READ, quote=False))
    return words(spans) if LINK in block else "".join(span.text for span in spans)


def _inline(block: str, most: int, *, quote: bool) -> Iterator[Span]:
    late: list[Span] = []
    for sign, span in _numbered(block, quote=quote):
        if sign < most:
            yield span
        else:
            late.append(span)
    if late:
        yield Span(words(late), quote=quote)


def _numbered(block: str, *, quote: bool) -> Iterator[tuple[int, Span]]:
    """Each with the number of signs before its style began."""
    pieces = _pieces(block)
    marks = _marks(pieces)
    on: dict[str, str] = {}
    run, since = "", 0
    for n, piece in enumerate(pieces):
        if n not in marks:
            run += _unescaped(piece) if "\\" in piece else piece
            continue
        if run:
            yield since, _span(run, on, quote=quote)
            run = ""
        opener = _OPENS.get(piece, piece)
        since = n // 2
        if opener in on:
            del on[opener]
        else:
            on[opener] = marks[n]
    if run:
        yield since, Span(run, quote=quote)


def _span(run: str, on: Mapping[str, str], *, quote: bool) -> Span:
    """What lies between two signs, in the styles that are open there."""
    if not on:
        return Span(run, quote=quote)
    if BLOCK in on:
        return Span(run, quote=quote, pre=True, language=on[BLOCK])
    if "`" in on:
        return Span(run, code=True, quote=quote)
    return Span(run, "*" in on, quote=quote, italic=ITALIC in on, strike=STRIKE in on, link=on.get(LINK, ""))


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
    while len(pieces) < 2 * READ and (found := _UP_TO_SIGN.match(block, at)):
        pieces += [found[1], found[2]]
        at = found.end()
    rest = block[at:]
    return [*pieces, _without_spare_signs(rest) if len(pieces) == 2 * READ else rest]


def _without_spare_signs(rest: str) -> str:
    """A doubled backslash is one of somebody's words, whatever follows it."""
    return "\\\\".join(_SPARE_SIGN.sub("", part) for part in rest.split("\\\\"))


def _marks(pieces: list[str]) -> dict[int, str]:
    """The signs that open or close something, by their places, with what they carry: an address, a language.

    Backticks in pairs, then, outside of them, each of the others in pairs.
    """
    code = _pairs(pieces, [n for n in range(1, len(pieces), 2) if pieces[n] == "`"])
    inside = {n for first, last in code for n in range(first, last)}
    bold = _pairs(pieces, [n for n in range(1, len(pieces), 2) if pieces[n] == "*" and n not in inside])
    marks = {n: "" for pair in code + bold for n in pair}
    if any(len(sign) > 1 for sign in pieces[1::2]):
        marks |= _backslashed(pieces, inside)
    return marks


def _backslashed(pieces: list[str], inside: set[int]) -> dict[int, str]:
    """Changes `pieces`: what stands for nothing is taken out, and so are the addresses and languages."""
    places = [n for n in range(1, len(pieces), 2) if len(pieces[n]) > 1 and n not in inside]
    styles = (_pairs(pieces, [n for n in places if pieces[n] == sign]) for sign in (ITALIC, STRIKE))
    marks = {n: "" for pairs in styles for pair in pairs for n in pair}
    carriers = [n for n in places if pieces[n] in (LINK, END_LINK, BLOCK, END_BLOCK)]
    for first, last in pairwise(carriers):
        if _OPENS.get(pieces[last]) == pieces[first] and last > first + 2 and pieces[first + 2] == BAR:
            carried = _unescaped(pieces[first + 1])
            if _may_carry(pieces[first], carried):
                marks |= {first: carried, last: ""}
                pieces[first + 1] = ""
    for n in places:
        if n not in marks:
            pieces[n] = ""
    return marks


def _may_carry(sign: str, carried: str) -> bool:
    if sign == BLOCK:
        return LANGUAGE.fullmatch(carried) is not None
    return ADDRESS.fullmatch(carried) is not None or _OURS.fullmatch(carried) is not None


def _pairs(pieces: list[str], signs: list[int]) -> list[tuple[int, int]]:
    """Two and two; a pair with nothing between stands for itself."""
    return [(a, b) for a, b in zip(signs[::2], signs[1::2], strict=False) if any(pieces[a + 1 : b])]
