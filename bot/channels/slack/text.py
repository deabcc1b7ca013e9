"""Words between Slack and our small markup: mrkdwn out, rich text and mrkdwn in. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import groupby
from typing import Any

from bot.channels.slack import shapes
from bot.channels.slack.signs import sign
from bot.dialogue.markup import Span, escape, parse, plain, tame
from bot.links import links_in

MOST_TEXT = 100_000
_ANGLED = re.compile(r"<([^<>]*)>")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)

# -- out -------------------------------------------------------------------------------------------


def safe(text: str) -> str:
    """Nothing in it means anything to Slack: no mention, no link (https://docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(512)  # a question is asked of many people, in few languages
def mrkdwn(markup: str) -> str:
    """For a `verbatim` text: bold, code, quotations, and links written out, which Slack then leaves alone."""
    return "".join(_block(quote, list(spans)) for quote, spans in groupby(parse(markup), key=lambda s: s.quote))


def _block(quote: bool, spans: list[Span]) -> str:  # noqa: FBT001 - it is groupby's key
    inner = "".join(map(_styled, spans))
    return "\n".join(f"> {line}" for line in inner.split("\n")) if quote else inner


def _styled(span: Span) -> str:
    match span:
        case Span(code=True):
            return _around("`", safe(span.text))
        case Span(bold=True):
            return _around("*", _linked(span.text))
        case _:
            return _linked(span.text)


def _around(mark: str, text: str) -> str:
    """Slack wants its signs close to the words, and never across lines."""
    return "\n".join(_close(mark, line) for line in text.split("\n"))


def _close(mark: str, line: str) -> str:
    found = _EDGES.fullmatch(line)
    return f"{found[1]}{mark}{found[2]}{mark}{found[3]}" if found and found[2] else line


def _linked(text: str) -> str:
    """Addresses in angle brackets, as they stand: what is shown is where it leads."""
    out, rest = "", text
    for link in links_in(text):
        before, found, after = rest.partition(link)
        if found:
            out += f"{safe(before)}<{safe(link).replace('|', '%7C')}>"
            rest = after
    return out + safe(rest)


# -- in --------------------------------------------------------------------------------------------


def words(posting: shapes.Posting) -> tuple[str, str]:
    """What was written: plain, and in small markup (empty when it carries no styles)."""
    rich = [block for block in posting.blocks or () if block.get("type") == "rich_text"]
    marked = "\n".join(_rich(block) for block in rich) if rich else escape(plain_mrkdwn(posting.text or ""))
    marked = tame(marked[: 2 * MOST_TEXT])
    text = plain(marked)[:MOST_TEXT]
    return text, marked if any(s.bold or s.code or s.quote for s in parse(marked)) else ""


def plain_mrkdwn(text: str) -> str:
    """Mrkdwn without Slack's angle brackets."""
    return unescape(_ANGLED.sub(lambda found: _angle(found[1]), text))


def _angle(inside: str) -> str:
    """`<https://…|label>`, `<@U1>`, `<#C1|general>`, `<!here>`, `<!subteam^S1|@team>`, `<!date^…|fallback>`."""
    what, _, label = inside.partition("|")
    match what[:1]:
        case "@":
            return f"@{label or what[1:]}"
        case "#":
            return f"#{label or what[1:]}"
        case "!":
            return label or f"@{what[1:].partition('^')[0]}"
        case _:
            address = what.removeprefix("mailto:")
            return address if label in ("", address) or what.endswith(label) else f"{label} ({address})"


def _rich(block: dict[str, Any]) -> str:
    return "\n".join(_part(part) for part in _list(block, "elements"))


def _part(part: dict[str, Any]) -> str:
    inner = _list(part, "elements")
    match part.get("type"):
        case "rich_text_list":
            return "\n".join(f"- {_run(_list(item, 'elements'))}" for item in inner)
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _run(inner).split("\n"))
        case "rich_text_preformatted":
            return _mark("`", escape("".join(map(_word, inner))))
        case _:
            return _run(inner).removesuffix("\n")


def _run(elements: list[dict[str, Any]]) -> str:
    return "".join(_element(element) for element in elements)


def _element(element: dict[str, Any]) -> str:
    style = element.get("style")
    style = style if isinstance(style, dict) else {}
    text = escape(_word(element))
    if style.get("code"):
        return _mark("`", text)
    return _mark("*", text) if style.get("bold") else text


def _mark(mark: str, text: str) -> str:
    return "\n".join(f"{mark}{line}{mark}" if line.strip() else line for line in text.split("\n"))


def _word(element: dict[str, Any]) -> str:
    match element:
        case {"type": "text", "text": str(text)}:
            return text
        case {"type": "link", "url": str(url)}:
            label = element.get("text")
            return f"{label} ({url})" if isinstance(label, str) and label and label not in url else url
        case {"type": "emoji", "name": str(name)}:
            return _emoji(element.get("unicode"), name)
        case {"type": "user", "user_id": str(who)} | {"type": "usergroup", "usergroup_id": str(who)}:
            return f"@{who}"
        case {"type": "channel", "channel_id": str(where)}:
            return f"#{where}"
        case {"type": "broadcast", "range": str(whom)}:
            return f"@{whom}"
        case {"fallback": str(text)}:
            return text
        case _:
            return ""


def _emoji(points: object, name: str) -> str:
    """Slack names the code points in hexadecimal, with dashes between."""
    try:
        return "".join(chr(int(point, 16)) for point in str(points).split("-"))
    except (ValueError, OverflowError):
        return sign(name)


def _list(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    inner = part.get(name)
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
