"""Runs of styled text become small markup: what a channel heard, as the desk keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.dialogue.markup import (
    ADDRESS,
    BAR,
    BLOCK,
    END_BLOCK,
    END_LINK,
    ITALIC,
    LANGUAGE,
    LINK,
    MOST,
    STRIKE,
    Span,
    escape,
    parse,
    quoted,
    words,
)
from bot.dialogue.words import Said
from bot.links import links_in

PASSED_ON = "↪ "
"""Begins no quotation: platforms are read without it there."""
_SCHEME = re.compile(r"(?:https?://|mailto:)")


def marked(spans: Iterable[Span]) -> str:
    """What a channel heard, in small markup; empty when nothing in it has a style."""
    there = normal(spans)
    return write(there) if any(span != Span(span.text) for span in there) else ""


def both(first: Said, then: Said) -> Said:
    """Two things somebody said, as one."""
    text = f"{first.text}\n{then.text}".strip()
    styled = first.marked or then.marked
    words = f"{first.marked or escape(first.text)}\n{then.marked or escape(then.text)}".strip() if styled else ""
    return Said(text, first.files + then.files, words)


def passed_on(name: str) -> str:
    """What stands above words that somebody else wrote (`Message.quoted`), in whatever language these are."""
    return f"{PASSED_ON}{name}"


def below(quoted: str, said: Said) -> Said:
    """What somebody said, under the part of a message that it answers, or under whose words it is. What they said is a
    quotation itself by then, and platforms know none within another; for one, “these” are the signs in Spanish, too.
    """
    return both(Said(quoted if quoted.startswith(PASSED_ON) else f"“{quoted}”"), said) if quoted else said


def current(marked: str, text: str) -> str:
    """The markup while it still says what the text says; else nothing, and the text is shown."""
    spans = parse(marked) if marked else ()
    said = "".join(span.text for span in spans)
    for link in {span.link for span in spans if span.link}:
        said, text = said.replace(link, ""), text.replace(link, "")  # the text has them written out
    return marked if said.split() == text.split() else ""


def write(spans: Iterable[Span]) -> str:
    """The markup that `parse` reads as `normal(spans)`; past its first 200 signs the words alone."""
    groups = groupby(_affordable(normal(spans)), key=lambda span: span.quote)
    written = ((quote, "".join(map(_spelled, group))) for quote, group in groups)
    return "".join(quoted(inner) if quote else inner for quote, inner in written)


def normal(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Neighbours of one style together, impossible styles taken away, quotations on lines of their own."""
    single = (part for span in spans if span.text for part in _without_edges(_possible(span)))
    return tuple(_merged(_on_lines(tuple(_merged(single)))))


def _possible(span: Span) -> Span:
    if span.pre:
        language = span.language if LANGUAGE.fullmatch(span.language) else ""
        return Span(span.text, quote=span.quote, pre=True, language=language)
    text, link = _honest(span.text, span.link) if ADDRESS.fullmatch(span.link) else (span.text, "")
    if span.code and not link:
        return Span(text, code=True, quote=span.quote)
    return span._replace(text=text, code=False, link=link, language="")


def _honest(text: str, link: str) -> tuple[str, str]:
    """An address is a link by itself, and another one is not hidden under it."""
    if not links_in(text) and _bare(text) != _bare(link):
        return text, link
    return (text if _bare(text) == _bare(link) else f"{text} ({link})"), ""


def _bare(address: str) -> str:
    return _SCHEME.sub("", address.strip().lower()).rstrip("/")


def _without_edges(span: Span) -> Iterator[Span]:
    """A style begins and ends beside a word, not beside the break of a line."""
    bare = Span("", quote=span.quote)
    core = span.text.strip("\n")
    if not core or span._replace(text="") == bare:
        yield bare._replace(text=span.text)
        return
    before, _, after = span.text.partition(core)
    yield from (
        part for part in (bare._replace(text=before), span._replace(text=core), bare._replace(text=after)) if part.text
    )


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    for style, run in groupby(spans, key=lambda span: span[1:]):
        yield Span("".join(span.text for span in run), *style)


def _on_lines(spans: Sequence[Span]) -> Iterator[Span]:
    """What stands beside a quotation is parted from it by the break of a line, two quotations by two."""
    groups = [(quote, list(run)) for quote, run in groupby(spans, key=lambda span: span.quote)]
    for n, (quote, run) in enumerate(groups):
        words = "".join(span.text for span in run)
        if not quote and n > 0 and not words.startswith("\n"):
            yield Span("\n")
        yield from run
        if not quote and n < len(groups) - 1 and (not words.endswith("\n") or (n > 0 and words == "\n")):
            yield Span("\n")


def _affordable(spans: Iterable[Span]) -> Iterator[Span]:
    signs = 0
    for span in spans:
        signs += 2 * (span.bold + span.italic + span.strike + span.code) + 3 * (span.pre + bool(span.link))
        yield span if signs <= MOST else Span(words((span,)), quote=span.quote)


def _spelled(span: Span) -> str:
    text = escape(span.text)
    if span.pre:
        return f"{BLOCK}{span.language}{BAR}{text}{END_BLOCK}"
    if span.code:
        return f"`{text}`"
    for on, sign in ((span.bold, "*"), (span.italic, ITALIC), (span.strike, STRIKE)):
        text = f"{sign}{text}{sign}" if on else text
    return f"{LINK}{escape(span.link)}{BAR}{text}{END_LINK}" if span.link else text
