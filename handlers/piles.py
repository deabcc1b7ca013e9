"""Pictures that come one after another, each by itself, in answer to a question: it comes once more when they all have."""

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
from handlers.which import Loose

SOON = timedelta(seconds=3)


def grows(seen: Seen, event: Message, before: Dialogue[Any], after: Dialogue[Any]) -> bool:
    """Whether it is one more, of which there is nothing to say but that we have it."""
    match event.answer, before.draft, after.draft:
        case Said(text, files), Draft() | Loose() as had, Draft() | Loose() as has if not (text.strip() or event.album):
            soon = before.heard is not None and seen.now - before.heard <= SOON
            return (
                soon and had.files != () and before.step == after.step and len(has.files) == len(had.files) + len(files)
            )
    return False


def grown(seen: Seen, event: Message, dialogue: Dialogue[Any]) -> Effects:
    yield Stand(event.where, event.who.id, replace(dialogue, heard=seen.now))
    yield Wake(seen.now + SOON, "pile", place(event))
