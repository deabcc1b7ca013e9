"""Words and buttons as blocks, within the limits of https://docs.slack.dev/reference/block-kit/blocks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from bot.channels import Button
from bot.channels.slack.text import hushed, rich_text
from bot.outbox.packing import cut, size, split

MOST_SECTION, MOST_LABEL, MOST_ROW, MOST_ROWS = 3000, 75, 25, 20


def sections(markup: str) -> list[dict[str, Any]]:
    """As rich text, in which no sign that anybody wrote is a style of Slack's and no word a mention.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block names no limit; so long a section may be, we keep to.
    """
    markup = hushed(markup)
    pieces = (markup,) if size(markup) <= MOST_SECTION else split(markup, MOST_SECTION)
    return [block for block in map(rich_text, pieces) if block["elements"]]


def actions(buttons: tuple[Button, ...]) -> list[dict[str, Any]]:
    """One row for each group, as long as so many rows find place."""
    named = list(enumerate(buttons))
    rows = [row for _, group in groupby(named, key=lambda b: b[1].group) for row in _rows(list(group))]
    if len(rows) > MOST_ROWS:
        rows = list(_rows(named))
    return [{"type": "actions", "elements": [_button(number, button) for number, button in row]} for row in rows]


def _rows(group: list[tuple[int, Button]]) -> Iterator[list[tuple[int, Button]]]:
    yield from (group[at : at + MOST_ROW] for at in range(0, len(group), MOST_ROW))


def _button(number: int, button: Button) -> dict[str, Any]:
    text = {"type": "plain_text", "text": cut(button.label, MOST_LABEL) or "·", "emoji": False}
    return {"type": "button", "action_id": f"b{number}", "text": text, "value": button.data}
