"""The small markup of our words as Telegram's HTML, or as plain text where a platform takes no markup."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from bot.dialogue.markup import Span, parse, plain

__all__ = ["html", "plain"]


@lru_cache(512)  # a question is asked of many people, in few languages
def html(text: str) -> str:
    """Telegram's HTML: `<b>`, `<code>` and `<blockquote>`, balanced whatever the text is."""
    return "".join(_block(quote, list(spans)) for quote, spans in groupby(parse(text), key=lambda s: s.quote))


def _block(quote: bool, spans: list[Span]) -> str:  # noqa: FBT001 - it is groupby's key
    inner = "".join(map(_tagged, spans))
    return f"<blockquote>{inner}</blockquote>" if quote else inner


def _tagged(span: Span) -> str:
    text = span.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    match span:
        case Span(code=True):
            return f"<code>{text}</code>"
        case Span(bold=True):
            return f"<b>{text}</b>"
        case _:
            return text
