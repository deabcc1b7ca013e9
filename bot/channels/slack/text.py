"""Words between Slack and our small markup: rich text and mrkdwn, in and out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby, islice
from typing import Any

from bot.channels.slack import bare, rich
from bot.dialogue.markup import MEMBER, MOMENT, Span, parse, tame
from bot.dialogue.markup import words as plain_words
from bot.dialogue.writing import marked
from bot.links import links_in

MOST_TEXT = 100_000
_MOST_RUNS = 2000
_MOST_BARE = 40_000
"""Slack cuts the `text` of a message there (https://docs.slack.dev/reference/methods/chat.postMessage)."""
_GAP = "\u200b"
"""No wider than nothing. Slack's signs of style count only at the edge of a word, and beside it they have one."""

_CALL = re.compile(r"<(?=!(?:here|channel|everyone|subteam|date)\b|[@#][A-Z0-9])")
"""Slack's own spelling of a mention."""
_JOINER = "\u2060"
"""Nobody sees it, and no line is broken there."""

IN_THEIR_TIME = "{date_long} {time}"
"""How Slack spells a moment, in the time and the language of the reader's own Slack
(https://docs.slack.dev/reference/block-kit/block-elements/date-element); what cannot shows our words.
"""
_SIGN = re.compile(r"[*_~`]|^&gt;", re.MULTILINE)

Element = dict[str, Any]

# -- out -------------------------------------------------------------------------------------------


def safe(text: str) -> str:
    """Nothing in it means anything to Slack: no mention, no link (https://docs.slack.dev/messaging/formatting-message-text)."""
    return escape(text, quote=False)


def hushed(markup: str) -> str:
    """In rich text a mention spelled in signs calls nobody; but words are copied, exported and shown elsewhere."""
    return _CALL.sub(f"<{_JOINER}", markup)


@lru_cache(512)  # a question is asked of many people, in few languages
def rich_text(markup: str) -> Element:
    """A block that shows exactly these words: in it no sign is a style and no word a mention, whoever wrote it.

    For whatever people have written. Empty words are no block: `elements` is empty then.
    """
    return {"type": "rich_text", "elements": [*_parts(parse(markup))]}


def _parts(spans: Sequence[Span]) -> Iterator[Element]:
    """Each stands on lines of its own, so that the break of a line before and after it is Slack's."""
    groups = [(kind, list(run)) for kind, run in groupby(spans, key=_kind)]
    for n, ((kind, inset), run) in enumerate(groups):
        whole = run if kind == "preformatted" else _trimmed(run, before=n > 0, after=n < len(groups) - 1)
        elements = [element for span in whole for element in _elements(span)]
        if elements:
            yield {"type": f"rich_text_{kind}", "elements": elements, **({"border": 1} if inset else {})}


def _kind(span: Span) -> tuple[str, bool]:
    """And whether it is a block of code within a quotation, which Slack draws with a border."""
    if span.pre:
        return "preformatted", span.quote
    return "quote" if span.quote else "section", False


def _trimmed(run: Sequence[Span], *, before: bool, after: bool) -> list[Span]:
    spans = list(run)
    if before:
        spans[0] = spans[0]._replace(text=spans[0].text.removeprefix("\n"))
    if after:
        spans[-1] = spans[-1]._replace(text=spans[-1].text.removesuffix("\n"))
    return spans


def _elements(span: Span) -> Iterator[Element]:
    """Slack makes no links of its own in rich text, so that bare addresses are made links here."""
    on = {"bold": span.bold, "italic": span.italic, "strike": span.strike, "code": span.code}
    style = {name: True for name, there in on.items() if there}
    styled: Element = {"style": style} if style else {}
    if span.link.startswith(MEMBER):
        yield {"type": "user", "user_id": span.link.removeprefix(MEMBER).rpartition(":")[2], **styled}
    elif span.link.startswith(MOMENT):
        at = int(span.link.removeprefix(MOMENT))
        yield {"type": "date", "timestamp": at, "format": IN_THEIR_TIME, "fallback": span.text, **styled}
    elif span.link:
        yield {"type": "link", "url": span.link, "text": span.text, **styled}
    elif span.code or span.pre:
        yield {"type": "text", "text": span.text, **styled}
    else:
        yield from ({**piece, **styled} for piece in _with_links(span.text))


def _with_links(text: str) -> Iterator[Element]:
    for link in links_in(text):
        shown = link if link in text else link.removeprefix("https://")
        before, found, rest = text.partition(shown)
        if found:
            yield from ({"type": "text", "text": words} for words in (before,) if words)
            yield {"type": "link", "url": link, **({"text": shown} if shown != link else {})}
            text = rest
    if text:
        yield {"type": "text", "text": text}


@lru_cache(512)
def mrkdwn(markup: str) -> str:
    """For a `verbatim` text, where Slack takes no rich text: notes below a message, labels of our own.

    Signs that somebody wrote get a gap beside them that nobody sees, so that they style nothing; it goes along when
    the words are copied. Where people's words stand, `rich_text` is exact.
    """
    return "".join(_block(quote, list(spans)) for quote, spans in groupby(parse(markup), key=lambda s: s.quote))


def _block(quote: bool, spans: list[Span]) -> str:  # noqa: FBT001 - it is groupby's key
    inner = "".join(map(_spelled, spans))
    return "\n".join(f"> {line}" for line in inner.split("\n")) if quote else inner


def _spelled(span: Span) -> str:
    if span.pre:
        return f"```\n{_gapped(span.text)}\n```"
    signs = [s for s, on in (("*", span.bold), ("_", span.italic), ("~", span.strike), ("`", span.code)) if on]
    if span.link and not span.link.startswith(MOMENT):
        return _around(signs, f"<{_address(span.link)}|{_gapped(span.text.replace('|', '¦'))}>")
    return _around(signs, _gapped(span.text) if span.code else _addressed(span.text))


def _around(signs: list[str], text: str) -> str:
    """Slack wants its signs close to the words, and never across lines."""
    return "\n".join(_close(signs, line) for line in text.split("\n")) if signs else text


def _close(signs: list[str], line: str) -> str:
    core = line.strip()
    before, _, after = line.partition(core) if core else (line, "", "")
    opened = "".join(signs)
    return f"{before}{_GAP}{opened}{core}{opened[::-1]}{_GAP}{after}" if core else line


def _gapped(text: str) -> str:
    return _SIGN.sub(rf"{_GAP}\g<0>{_GAP}", safe(text))


def _addressed(text: str) -> str:
    """Addresses in angle brackets, as they stand: what is shown is where it leads."""
    return "".join(
        f"<{_address(piece['url'])}>" if piece["type"] == "link" else _gapped(piece["text"])
        for piece in _with_links(text)
    )


def _address(link: str) -> str:
    return safe(link).replace("|", "%7C")


# -- in --------------------------------------------------------------------------------------------


def words(blocks: object, text: str = "") -> tuple[str, str]:
    """What a message says: plain, with the addresses that hide under words below it; and in small markup, empty when
    nothing has a style. Blocks may be of any shape; where they hold no words, `text` (mrkdwn) is read.
    """
    said = list(rich.spans(blocks))
    there = _tamed(said if any(span.text.strip() for span in said) else bare.spans(text[:_MOST_BARE]))
    shown = "".join(span.text for span in there)
    hidden = (s.link for s in there if s.link.lower().startswith(("http://", "https://")))
    links = dict.fromkeys(link for link in hidden if link not in shown)
    return "\n".join((shown, *links)), marked(there)


def _tamed(spans: Iterable[Span]) -> list[Span]:
    """At most `MOST_TEXT` characters, without breaks of lines at their end; styles for the first runs alone."""
    given = iter(spans)
    kept = [span._replace(text=tame(span.text)) for span in islice(given, _MOST_RUNS)]
    kept.append(Span(tame(plain_words(list(given)))))
    left = MOST_TEXT
    for n, span in enumerate(kept):
        kept[n] = span._replace(text=span.text[:left])
        left -= len(kept[n].text)
    while kept and not kept[-1].text.rstrip("\n"):
        kept.pop()
    return [*kept[:-1], kept[-1]._replace(text=kept[-1].text.rstrip("\n"))] if kept else []
