"""Whom and which channel somebody mentions: by name, since an id says nothing to who reads it on another platform, by mail or
at the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.channels.slack import shapes
from bot.channels.slack.bare import unescaped
from bot.dialogue.markup import escape, tame
from bot.dialogue.words import Said
from bot.events import Deleted, Edited, Event, Filled, Message
from bot.values import replace

MOST = 10
"""In one message whose names we ask for."""
_MENTIONED = re.compile(r"(?<![\w@#])(?:@(?=[UWS][A-Z0-9]{4})|#(?=C[A-Z0-9]{8}))([A-Z0-9]{5,21})\b")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]{4,20})(?:\|@?([^<>|]{1,80}))?>")


def mentioned(event: Event) -> tuple[str, ...]:
    """Their ids, as they stand in what somebody wrote where no name is known."""
    match event:
        case Message(answer=Said(text)) | Edited(text=text) | Deleted(was=Said(text)) | Filled(brought=Said(text)):
            asked = (one for one in _MENTIONED.findall(text) if not one.startswith("S"))
            return tuple(dict.fromkeys(asked))[:MOST]
    return ()


def groups(payload: shapes.Payload) -> dict[str, str]:
    """The groups of people (`@designers`) that a message calls by their ids; with their names, where Slack tells them."""
    found = (one for text in _texts(payload) for one in _GROUP.findall(text))
    return {number: tame(unescaped(name)).strip() for number, name in found}


def _texts(payload: shapes.Payload) -> Iterator[str]:
    """What stands beside the blocks, also of words that are passed on."""
    for posting in _postings(payload):
        yield from filter(None, (posting.text, *(one.text for one in posting.attachments or ())))


def _postings(payload: shapes.Payload) -> Iterator[shapes.Posting]:
    match payload:
        case shapes.Envelope(event=shapes.Happening() as event):
            yield from filter(None, (event, event.message, event.previous_message))
        case shapes.Interaction(message=shapes.Posting() as message):
            yield message


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
        case Filled():
            text, marked = _called(event.brought.text, event.brought.marked, names)
            return replace(event, brought=replace(event.brought, text=text, marked=marked))
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
