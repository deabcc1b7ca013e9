"""What people wrote, as HTML: their styles and links, and nothing else of what they wrote means anything."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup, escape

from bot.dialogue.markup import Span, parse
from bot.links import pieces

_LINK = Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>')


def prose(text: str, marked: str = "") -> Markup:
    """`marked`: the same in small markup, when it carries styles."""
    spans = parse(marked) if marked else (Span(text),)
    blocks = [(quote, list(run)) for quote, run in groupby(spans, key=lambda span: span.quote)]
    return Markup().join(_block(run, quote=quote, alone=len(blocks) == 1) for quote, run in blocks)


def _block(spans: list[Span], *, quote: bool, alone: bool) -> Markup:
    inner = Markup().join(map(_drawn, spans))
    if quote:
        return Markup("<blockquote>{}</blockquote>").format(inner)
    return inner if alone else inner.strip("\n")  # beside a quotation its own line breaks are enough


def _drawn(span: Span) -> Markup:
    if span.pre:
        return Markup("<pre>{}</pre>").format(span.text)
    if span.code:
        return Markup("<code>{}</code>").format(span.text)
    words = escape(span.text) if span.link else _linked(span.text)
    for on, tag in ((span.strike, "s"), (span.italic, "i"), (span.bold, "b")):
        words = Markup("<{0}>{1}</{0}>").format(Markup(tag), words) if on else words  # noqa: S704 - one of three of ours
    return _LINK.format(span.link, words) if span.link.startswith(("https://", "http://")) else words


def _linked(text: str) -> Markup:
    return Markup().join(_LINK.format(link, words) if link else escape(words) for words, link in pieces(text))
