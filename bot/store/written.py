"""Events as text and back, for those that are taken again later."""

from __future__ import annotations

from typing import get_args, get_type_hints

import msgspec

from bot.dialogue.words import Answer, Chose, Command, Said
from bot.events import Event, Filled, Message, Posted
from bot.store.rows import json

ANSWERS: dict[str, type[Answer]] = {kind.__name__: kind for kind in (Said, Chose, Command)}
EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


_APART = frozenset({"answers", "whole"})


def written(event: Event) -> str:
    """Of an edit the change alone: whatever it changed has been heard by then."""
    answer = type(event.answer).__name__ if isinstance(event, Message | Posted) else ""
    fields = event.answers if isinstance(event, Filled) else {}
    kinds = {name: type(said).__name__ for name, said in fields.items()}
    return json({"event": type(event).__name__, "answer": answer, "answers": kinds, "body": event})


def unwritten(body: str) -> Event:
    """The event of such a text. Raises `msgspec.MsgspecError` or `KeyError` when this release cannot read it."""
    raw = msgspec.json.decode(body)
    kind = EVENTS[raw["event"]]
    hints = get_type_hints(kind)
    if raw["answer"]:
        hints["answer"] = ANSWERS[raw["answer"]]
    values = {name: msgspec.convert(v, hints[name]) for name, v in raw["body"].items() if name not in _APART}
    if kinds := raw.get("answers"):
        said = raw["body"]["answers"]
        values["answers"] = {name: msgspec.convert(said[name], ANSWERS[of]) for name, of in kinds.items()}
    return kind(**values)
