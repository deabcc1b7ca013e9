"""A sheet becomes a modal of Slack, and what is filled into it becomes answers. Pure.

The limits stand on https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/surfaces/modals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import Any, Literal

import msgspec

from bot.channels import Blank, Sheet
from bot.channels.slack import shapes
from bot.channels.slack.content import files
from bot.channels.slack.text import MOST_TEXT, mrkdwn, safe
from bot.dialogue.markup import tame
from bot.dialogue.words import Answer, Chose, Said
from bot.outbox.packing import cut, split

Moment = Literal["opened", "changed", "sent", "closed"]
CALLBACK, ACTION = "form", "v"
MOST_TITLE, MOST_LABEL, MOST_OPTION, MOST_OPTIONS, MOST_INPUT, MOST_SECTION = 24, 2000, 75, 100, 3000, 3000
MOST_FILES = 10
MOST_HEAD, MOST_HEADS = 2000, 5
"""Letters of one part of what stands above the fields, before signs get their gaps; and how many parts leave them room."""


class Meta(msgspec.Struct):
    """What a view carries and hands back."""

    name: str = ""


# -- out -------------------------------------------------------------------------------------------


def view(sheet: Sheet) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(sheet.title, MOST_TITLE),
        "submit": _plain(sheet.send, MOST_TITLE),
        "close": _plain(sheet.close, MOST_TITLE),
        "notify_on_close": True,
        "private_metadata": msgspec.json.encode(Meta(sheet.name)).decode(),
        "blocks": list(_blocks(sheet))[:100],
    }


def reply(sheet: Sheet | None, sent: shapes.View) -> dict[str, Any]:
    """The answer to a form that was sent: what is wrong at its fields, or another page, or nothing more to do."""
    if sheet is None:
        return {"response_action": "clear"}
    troubles = {_block_id(blank): blank.trouble for blank in sheet.blanks if blank.trouble}
    shown = {block.block_id for block in sent.blocks or () if block.type == "input"}
    now = {_block_id(blank) for blank in sheet.blanks if _has_input(blank)}
    if troubles and shown == now and troubles.keys() <= shown:
        return {"response_action": "errors", "errors": {at: cut(why, MOST_LABEL) for at, why in troubles.items()}}
    return {"response_action": "update", "view": view(sheet)}


def _blocks(sheet: Sheet) -> Iterator[dict[str, Any]]:
    for piece in islice(split(sheet.head, MOST_HEAD), MOST_HEADS):
        words = cut(mrkdwn(piece), MOST_SECTION)
        yield {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}
    for blank in sheet.blanks:
        yield from _field(blank)


def _field(blank: Blank) -> Iterator[dict[str, Any]]:
    if _has_input(blank):
        yield {
            "type": "input",
            "block_id": _block_id(blank),
            "label": _plain(blank.label, MOST_LABEL),
            **({"hint": _plain(blank.hint, MOST_LABEL)} if blank.hint else {}),
            "optional": blank.optional or bool(blank.files),
            "dispatch_action": blank.turns,
            "element": _element(blank),
        }
    if blank.files:
        yield _context("📎 " + ", ".join(safe(file.name or file.kind) for file in blank.files))
    if blank.trouble:
        yield _context("⚠️ " + safe(blank.trouble))


def _has_input(blank: Blank) -> bool:
    """Not where nothing could be chosen, nor where no file more is wanted."""
    match blank.kind:
        case "choice":
            return bool(blank.choices)
        case "files":
            return _room(blank) > 0
        case _:
            return True


def _room(blank: Blank) -> int:
    return min(blank.most - len(blank.files), MOST_FILES) if blank.most else MOST_FILES


def _block_id(blank: Blank) -> str:
    """Slack keeps what is filled in as long as the id is the same: another set of choices is another field."""
    if blank.kind != "choice":
        return blank.name
    options = "\n".join(name for name, _label in blank.choices)
    return f"{blank.name}:{blake2b(options.encode(), digest_size=6).hexdigest()}"


def _element(blank: Blank) -> dict[str, Any]:
    match blank.kind:
        case "choice":
            return _select(blank)
        case "files":
            return {"type": "file_input", "action_id": ACTION, "max_files": _room(blank)}
        case "date":
            day = {"initial_date": blank.value} if _is_date(blank.value) else {}
            return {"type": "datepicker", "action_id": ACTION, **day}
        case _:
            return _input(blank)


def _select(blank: Blank) -> dict[str, Any]:
    options = [_option(name, label) for name, label in blank.choices[:MOST_OPTIONS]]
    chosen = next((option for option in options if option["value"] == blank.value), None)
    begun = {"initial_option": chosen} if chosen else {}
    return {"type": "static_select", "action_id": ACTION, "options": options, **begun}


def _option(name: str, label: str) -> dict[str, Any]:
    return {"text": _plain(label or name, MOST_OPTION), "value": name}


def _input(blank: Blank) -> dict[str, Any]:
    most = min(blank.most or MOST_INPUT, MOST_INPUT)
    begun = {"initial_value": cut(blank.value, most)} if blank.value else {}
    several = blank.kind != "line"
    return {"type": "plain_text_input", "action_id": ACTION, "multiline": several, "max_length": most, **begun}


def _context(words: str) -> dict[str, Any]:
    text = {"type": "mrkdwn", "text": cut(words, MOST_LABEL), "verbatim": True}
    return {"type": "context", "elements": [text]}


def _plain(words: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(words, most) or "·", "emoji": False}


def _is_date(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


# -- in --------------------------------------------------------------------------------------------


def is_ours(given: shapes.View) -> bool:
    return given.callback_id == CALLBACK


def name_of(given: shapes.View) -> str:
    try:
        return msgspec.json.decode(given.private_metadata or "{}", type=Meta).name
    except msgspec.MsgspecError:
        return ""


def answers(given: shapes.View, team: str) -> Mapping[str, Answer]:
    """By field. Slack says nothing of a field left empty, or says null; of a closed form it says nothing at all."""
    values = given.state.values if given.state else {}
    found = ((block.partition(":")[0], _answer(by_action, team)) for block, by_action in values.items())
    return {name: answer for name, answer in found if answer is not None}


def _answer(by_action: Mapping[str, shapes.Action], team: str) -> Answer | None:
    match by_action.get(ACTION):
        case shapes.Action(selected_option=shapes.Chosen(value)) if value:
            return Chose(value)
        case shapes.Action(selected_date=str(day)) if day:
            return Said(tame(day)[:10])
        case shapes.Action(files=[_, *_] as given):
            return Said(files=files(given, team, "form"))
        case shapes.Action(value=str(words)) if words.strip():
            return Said(tame(words[:MOST_TEXT]))
        case _:
            return None
