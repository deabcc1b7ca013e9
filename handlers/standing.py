"""The question that stands in a chat, and how it comes again behind what was said between."""

from __future__ import annotations

from typing import Any

from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow
from bot.dialogue.words import Prompt, Speech, lines
from bot.effects import Effects, Seen
from bot.events import Message
from handlers import opening, rating, which
from handlers.intake import intake
from handlers.saying import reply


def flow_of(seen: Seen) -> Flow[Any] | None:
    """The conversation we are in, if it is one of questions."""
    match seen.dialogue:
        case Dialogue(flow="intake"):
            return intake(seen.desk)
        case Dialogue(flow="which"):
            return which.WHICH
        case Dialogue(flow="why"):
            return rating.WHY
    return None


def again(seen: Seen, event: Message, word: Speech) -> Effects:
    """The word alone, when nothing is asked here."""
    flow = flow_of(seen)
    if seen.dialogue and flow:
        question = engine.ask(flow, seen.dialogue).text
        yield from opening.ask(seen, event, flow, seen.dialogue, lines(word, question))
    else:
        yield reply(seen, event, Prompt(word))
