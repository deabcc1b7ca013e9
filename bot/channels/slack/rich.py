"""Slack's blocks, as people's messages come in them, read as runs of styled text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.channels.slack import bare
from bot.dialogue.markup import Span

_SILENT = frozenset({"divider", "actions", "input", "context_actions"})
"""Blocks that say nothing: lines, and what is pressed."""
_DEEPEST = 8
_LARGEST = 10**11

Element = dict[str, Any]


def spans(blocks: object) -> Iterator[Span]:
    """Whatever shape the blocks have. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""
    for block in _dicts(blocks):
        yield from _on_lines(_block(block))


def _block(block: Element) -> Iterator[Span]:
    """Of what is no rich text the words are kept; what has none is named."""
    match block:
        case {"type": "rich_text"}:
            for part in _dicts(block.get("elements")):
                yield from _on_lines(_part(part))
        case {"type": "section" | "header" | "context" | "markdown"}:
            for text in _texts(block):
                yield from _on_lines(text if isinstance(text, list) else bare.spans(text))
        case {"type": str(kind)} if kind not in _SILENT:
            yield Span(" ".join((f"[{kind.replace('_', ' ')}]", *_titles(block))))


def _on_lines(run: Iterable[Span]) -> Iterator[Span]:
    """Ends with the break of a line; nothing stays nothing."""
    last = ""
    for span in run:
        if span.text:
            last = span.text
            yield span
    if last and not last.endswith("\n"):
        yield Span("\n")


# -- rich text -------------------------------------------------------------------------------------


def _part(part: Element) -> Iterator[Span]:
    inset = bool(part.get("border"))
    match part.get("type"):
        case "rich_text_list":
            run: Iterable[Span] = _list(part)
        case "rich_text_preformatted":
            text = "".join(span.text for span in _run(part))
            run = (Span(text.strip("\n"), pre=True, language=_string(part, "language")),)
        case "rich_text_quote":
            run, inset = _run(part), True
        case _:
            run = _run(part)
    return (span._replace(quote=inset) for span in run)


def _list(part: Element) -> Iterator[Span]:
    """Its items as lines: not every platform has lists."""
    ordered, first = part.get("style") == "ordered", 1 + _number(part, "offset")
    for n, item in enumerate(_dicts(part.get("elements"))):
        sign = f"{first + n}." if ordered else "•"
        yield Span(f"{'  ' * min(_number(part, 'indent'), _DEEPEST)}{sign} ")
        yield from _on_lines(_run(item))


def _run(part: Element) -> Iterator[Span]:
    return (_element(element) for element in _dicts(part.get("elements")))


def _element(element: Element) -> Span:
    given = element.get("style")
    style = given if isinstance(given, dict) else {}
    text, link = _word(element)
    return Span(
        text,
        bold=bool(style.get("bold")),
        code=bool(style.get("code")),
        italic=bool(style.get("italic") or style.get("underline")),
        strike=bool(style.get("strike")),
        link=link,
    )


def _word(element: Element) -> tuple[str, str]:
    """What is shown, and the address under it."""
    match element:
        case {"type": "text", "text": str(text)}:
            return text, ""
        case {"type": "link", "url": str(url)}:
            return _string(element, "text") or url.removeprefix("mailto:"), url
        case {"type": "emoji", "name": str(name)}:
            return _emoji(_string(element, "unicode"), name), ""
        case {"type": "user", "user_id": str(who)} | {"type": "usergroup", "usergroup_id": str(who)}:
            return f"@{who}", ""
        case {"type": "channel", "channel_id": str(where)}:
            return f"#{where}", ""
        case {"type": "broadcast", "range": str(whom)}:
            return f"@{whom}", ""
        case {"type": "color", "value": str(colour)}:
            return colour, ""
        case {"type": "date"}:
            return _date(element), _string(element, "url")
    return _string(element, "fallback") or _string(element, "text"), ""


def _emoji(points: str, name: str) -> str:
    """Slack names the code points in hexadecimal, with dashes between; those of its own making have none."""
    try:
        return "".join(chr(int(point, 16)) for point in points.split("-"))
    except (ValueError, OverflowError):
        return f":{name}:"


def _date(element: Element) -> str:
    """As the sender's program wrote it, else in full."""
    stamp = _number(element, "timestamp")
    try:
        return _string(element, "fallback") or f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


# -- other blocks, and whatever comes ----------------------------------------------------------------


def _texts(block: Element) -> Iterator[str | list[Span]]:
    """Mrkdwn as it stands; plain words as a run."""
    text = block.get("text")
    for one in (text, *_dicts(block.get("fields")), *_dicts(block.get("elements"))):
        match one:
            case str(words):
                yield [Span(words)]
            case {"type": "mrkdwn", "text": str(words)}:
                yield words
            case {"type": "plain_text", "text": str(words)}:
                yield [Span(words)]


def _titles(block: Element) -> Iterator[str]:
    """What an unknown block calls itself."""
    for name in ("title", "alt_text", "name", "title_url", "image_url"):
        match block.get(name):
            case str(words) | {"text": str(words)} if words:
                yield words


def _dicts(given: object) -> list[Element]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _string(element: Element, name: str) -> str:
    found = element.get(name)
    return found if isinstance(found, str) else ""


def _number(element: Element, name: str) -> int:
    found = element.get(name)
    return min(found, _LARGEST) if isinstance(found, int) and found > 0 else 0
