"""The small markup of our words as Telegram's HTML, or as plain text where a platform takes no markup."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from itertools import groupby

from bot.dialogue.markup import MEMBER, MOMENT, Span, parse, plain

__all__ = ["html", "plain", "quiet"]

_LIVE = re.compile(
    r"(?P<address>https?://[\w-]+(?:\.[\w-]+)+\S*|www\.\S+)|(?<!\w)@(?=[A-Za-z])|(?<!\w)(?:tg|ton|tonsite)(?=://)",
    re.IGNORECASE,
)
_GAP = "\u2060"
"""Nobody sees it, and no line is broken there."""
_WIDER = 0xFEE0


@lru_cache(512)  # a question is asked of many people, in few languages
def html(text: str, *, hushed: bool = False, tight: bool = False) -> str:
    """Telegram's HTML, balanced whatever the text is: `<b>`, `<i>`, `<s>`, `<code>`, `<pre>`, `<a>`, `<tg-time>`, `<blockquote>`.

    `hushed`, `tight`: see `quiet`.
    """
    spans = (_hushed(span, tight=tight) for span in parse(text)) if hushed else parse(text)
    return "".join(_block(quote, list(run)) for quote, run in groupby(spans, key=lambda s: s.quote))


def quiet(text: str, *, tight: bool = False) -> str:
    """In a group a name behind an `@` rings whoever bears it, and `tg://` leads into the program: Telegram looks for
    both by itself, in anybody's words. With a gap that nobody sees they are words. `tight`: where there is no room for
    gaps, a sign's wider twin stands in its place.
    """
    hush = _widened if tight else _gapped
    return _LIVE.sub(lambda m: m[0] if m["address"] else hush(m[0]), text)


def _gapped(words: str) -> str:
    return words + _GAP


def _widened(words: str) -> str:
    """Its last sign in full width: Unicode has all of ASCII so."""
    return words[:-1] + chr(ord(words[-1]) + _WIDER)


def _hushed(span: Span, *, tight: bool) -> Span:
    """In code, and over an address of its own, Telegram looks for nothing."""
    return span if span.code or span.pre or span.link else span._replace(text=quiet(span.text, tight=tight))


def _block(quote: bool, spans: list[Span]) -> str:  # noqa: FBT001 - it is groupby's key
    inner = "".join(map(_tagged, spans)) if not any(s.link for s in spans) else _linked(spans)
    return f"<blockquote>{inner}</blockquote>" if quote else inner


def _linked(spans: list[Span]) -> str:
    """Words of several styles over one address are one link."""
    runs = ((link, "".join(map(_tagged, run))) for link, run in groupby(spans, key=lambda s: s.link))
    return "".join(_over(link, inner) for link, inner in runs)


def _over(link: str, inner: str) -> str:
    if link.startswith(MEMBER):
        return f'<a href="tg://user?id={_safe(link.removeprefix(MEMBER))}">@{inner}</a>'
    if link.startswith(MOMENT):  # https://core.telegram.org/bots/api#date-time-entity-formatting
        return f'<tg-time unix="{link.removeprefix(MOMENT)}">{inner}</tg-time>'
    return f'<a href="{_safe(link)}">{inner}</a>' if link else inner


def _tagged(span: Span) -> str:
    text = escape(span.text, quote=False)
    match span:
        case Span(pre=True, language=language) if language:
            return f'<pre><code class="language-{_safe(language)}">{text}</code></pre>'
        case Span(pre=True):
            return f"<pre>{text}</pre>"
        case Span(code=True):
            return f"<code>{text}</code>"
    for on, tag in ((span.strike, "s"), (span.italic, "i"), (span.bold, "b")):
        text = f"<{tag}>{text}</{tag}>" if on else text
    return text


def _safe(value: str) -> str:
    """For an attribute."""
    return escape(value, quote=False).replace('"', "&quot;")
