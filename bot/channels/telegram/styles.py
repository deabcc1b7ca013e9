"""What is bold, struck, code or a link in a message of Telegram, in our small markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.channels.telegram import shapes
from bot.dialogue.markup import Span, tame
from bot.dialogue.writing import marked

_STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "italic",
    "strikethrough": "strike",
    "code": "code",
    "pre": "pre",
    "text_link": "link",
    "blockquote": "quote",
    "expandable_blockquote": "quote",
}
"""https://core.telegram.org/bots/api#messageentity. The others are words as they stand: mentions, hashtags, bare
addresses, spoilers, and custom emoji, each of which covers the emoji it stands for."""

_MOST = 200
"""Entities with a style; Telegram shows 100 in a message."""

Mark = tuple[str, str]
"""A style, and what it carries: an address, a language."""


def styled(words: str, entities: Sequence[shapes.Entity]) -> str:
    """Empty when nothing has a style. Takes whatever entities come: crossing, repeated, out of range."""
    edges = _edges(words, entities)
    return marked(_runs(words, edges)) if edges else ""


def _edges(words: str, entities: Sequence[shapes.Entity]) -> list[tuple[int, bool, Mark]]:
    """Where each style begins (True) and ends, in the order of the text."""
    known = [e for e in entities if e.type in _STYLES and e.length > 0 <= e.offset][:_MOST]
    place = _places(words) if known else []
    edges: list[tuple[int, bool, Mark]] = []
    for entity in known:
        start, end = (place[min(at, len(place) - 1)] for at in (entity.offset, entity.offset + entity.length))
        mark = (_STYLES[entity.type], entity.url if entity.type == "text_link" else entity.language)
        edges += [(start, True, mark), (end, False, mark)]
    return sorted(edges)


def _places(words: str) -> Sequence[int]:
    """For each UTF-16 unit, in which Telegram counts, the character it belongs to."""
    if max(words, default="") <= "\uffff":
        return range(len(words) + 1)
    return [n for n, letter in enumerate(words) for _unit in range(1 + (letter > "\uffff"))] + [len(words)]


def _runs(words: str, edges: Sequence[tuple[int, bool, Mark]]) -> Iterator[Span]:
    open_: dict[Mark, int] = {}
    done = 0
    for at, begins, mark in edges:
        if at > done:
            yield _span(words[done:at], open_)
            done = at
        many = open_.pop(mark, 0) + (1 if begins else -1)
        if many:
            open_[mark] = many
    yield Span(tame(words[done:]))


def _span(words: str, open_: Mapping[Mark, int]) -> Span:
    """Of two addresses over the same words, the one that began last."""
    on = dict(open_.keys())
    return Span(
        tame(words),
        bold="bold" in on,
        code="code" in on,
        quote="quote" in on,
        italic="italic" in on,
        strike="strike" in on,
        link=on.get("link", ""),
        pre="pre" in on,
        language=on.get("pre", ""),
    )
