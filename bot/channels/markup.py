"""The small markup of our words as Telegram's HTML, or as plain text where a platform takes no markup."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from bot.dialogue.markup import Span, parse, plain

__all__ = ["html", "plain"]


@lru_cache(512)  # a question is asked of many people, in few languages
def html(text: str) -> str:
    """Telegram's HTML, balanced whatever the text is: `<b>`, `<i>`, `<s>`, `<code>`, `<pre>`, `<a>`, `<blockquote>`."""
    return "".join(_block(quote, list(spans)) for quote, spans in groupby(parse(text), key=lambda s: s.quote))


def _block(quote: bool, spans: list[Span]) -> str:  # noqa: FBT001 - it is groupby's key
    inner = "".join(map(_tagged, spans)) if not any(s.link for s in spans) else _linked(spans)
    return f"<blockquote>{inner}</blockquote>" if quote else inner


def _linked(spans: list[Span]) -> str:
    """Words of several styles over one address are one link."""
    runs = ((link, "".join(map(_tagged, run))) for link, run in groupby(spans, key=lambda s: s.link))
    return "".join(f'<a href="{_safe(link)}">{inner}</a>' if link else inner for link, inner in runs)


def _tagged(span: Span) -> str:
    text = span.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
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
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
