"""Whom and which channel somebody mentions: by name, since an id says nothing to who reads it on another platform, by mail or at the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.dialogue.markup import escape
from bot.dialogue.words import Said
from bot.events import Deleted, Edited, Event, Message
from bot.values import replace

MOST = 10
"""In one message whose names we ask for."""
_MENTIONED = re.compile(r"(?<![\w@#])(?:@(?=[UW][A-Z0-9]{4})|#(?=C[A-Z0-9]{8}))([A-Z0-9]{5,21})\b")


def mentioned(event: Event) -> tuple[str, ...]:
    """Their ids, as they stand in what somebody wrote where no name is known."""
    match event:
        case Message(answer=Said(text)) | Edited(text=text) | Deleted(was=Said(text)):
            return tuple(dict.fromkeys(_MENTIONED.findall(text)))[:MOST]
    return ()


def named(event: Event, names: Mapping[str, str]) -> Event:
    """`names`: by the ids, as far as they are known."""
    if not names:
        return event
    match event:
        case Message(answer=Said() as said):
            text, marked = _called(said.text, said.marked, names)
            return replace(event, answer=replace(said, text=text, marked=marked))
        case Edited():
            text, marked = _called(event.text, event.marked, names)
            whole = named(event.whole, names) if event.whole else None
            assert whole is None or isinstance(whole, Message)
            return replace(event, text=text, marked=marked, whole=whole)
        case Deleted():
            text, marked = _called(event.was.text, event.was.marked, names)
            return replace(event, was=replace(event.was, text=text, marked=marked))
    return event


def _called(text: str, marked: str, names: Mapping[str, str]) -> tuple[str, str]:
    def name(found: re.Match[str]) -> str:
        return f"{found[0][0]}{names[found[1]]}" if found[1] in names else found[0]

    def safe(found: re.Match[str]) -> str:
        return f"{found[0][0]}{escape(names[found[1]])}" if found[1] in names else found[0]

    return _MENTIONED.sub(name, text), _MENTIONED.sub(safe, marked)
