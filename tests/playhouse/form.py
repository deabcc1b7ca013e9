"""A modal as its reader has it in front of them, line by line as a transcript writes a form."""

from __future__ import annotations

from collections.abc import Iterator

from bot.sandbox.slack.modals import View
from bot.sandbox.slack.mrkdwn import reading
from bot.sandbox.slack.shapes import Json, part, things, word

WARNING = "⚠️ "


def form_of(view: View) -> Iterator[str]:
    yield view.title
    for block, following in zip(view.blocks, [*view.blocks[1:], {}], strict=True):
        match block["type"]:
            case "section":
                yield from reading(word(block, "text", "text")).split("\n")
            case "input":
                yield _field(view, block, following)
    yield f"[{word(view.body, 'submit', 'text')}] [{word(view.body, 'close', 'text')}]"


def _field(view: View, block: Json, following: Json) -> str:
    """Its label, what is in it or may be, and what is wrong."""
    wrong = view.errors.get(word(block, "block_id"), "") or _warning(following)
    must = "" if block.get("optional") else "*"
    return f"{word(block, 'label', 'text')}{must}: {_value(view, block)}" + (f" ! {wrong}" if wrong else "")


def _warning(block: Json) -> str:
    if block.get("type") != "context":
        return ""
    words = "".join(word(one, "text") for one in things(block.get("elements")))
    return reading(words.removeprefix(WARNING)) if words.startswith(WARNING) else ""


def _value(view: View, block: Json) -> str:
    (state,) = view.values[word(block, "block_id")].values()
    if chosen := word(state, "selected_option", "text", "text"):
        return chosen
    if typed := word(state, "value"):
        return typed.replace("\n", " / ")
    if options := [word(one, "text", "text") for one in things(part(block, "element", "options"))]:
        return " ".join(f"[{label}]" for label in options)
    hint = word(block, "hint", "text")
    return f"({hint})" if hint and not state.get("files") else ""
