"""Pictures that come one after another, each by itself, while somebody writes a request: counted once when no more come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Said
from bot.effects import Effects, Seen, Stand, Wake
from bot.events import Message
from bot.values import replace
from handlers.draft import Draft
from handlers.start import place

SOON = timedelta(seconds=3)


def grows(seen: Seen, event: Message, before: Dialogue[Any], after: Dialogue[Any]) -> bool:
    """Whether it is one more, of which there is nothing to say but that we have it."""
    match event.answer, before, after:
        case Said(text, files), Dialogue(draft=Draft() as had, heard=heard), Dialogue(draft=Draft() as has) if (
            had.files and heard and seen.now - heard <= SOON and not (text.strip() or event.album)
        ):
            return before.step == after.step and len(has.files) == len(had.files) + len(files)
    return False


def grown(seen: Seen, event: Message, dialogue: Dialogue[Any]) -> Effects:
    yield Stand(event.where, event.who.id, replace(dialogue, heard=seen.now))
    yield Wake(seen.now + SOON, "pile", place(event))
