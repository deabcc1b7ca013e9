"""The questions of a request, one class each; `handlers/intake.py` puts them in order. Here: what they share."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.answers import says_nothing
from bot.desk.config import Desk
from bot.dialogue.flow import Step
from bot.dialogue.words import Again, Answer, Choice, Heard, Said, Speech, Stay, _
from handlers.draft import Draft, longer

DONE = Choice("done", _("Done"))
PRESS = _("Press one of these, or write its name, please.")
KEPT = _("I keep that for the details.")
FEW_WORDS = 3
"""Fewer than these are a greeting or a slip, not a description."""


@dataclass(frozen=True)
class DeskStep(Step[Draft]):
    """A question whose bounds, choices and words are the desk's."""

    desk: Desk


def too_long(desk: Desk) -> Speech:
    return _("That is more than {most} letters. The essential first, please.", most=desk.bounds.details_most)


def cut_short(desk: Desk) -> Speech:
    return _("Only {most} letters fit in the details; I keep the first ones.", most=desk.bounds.details_most)


def with_words(desk: Desk, draft: Draft, answer: Answer, instead: Speech = PRESS) -> Heard[Draft]:
    """Nobody has to write anything twice: a description that came too early, or too late, joins the details. What is none
    is answered with `instead`.
    """
    if not isinstance(answer, Said) or len(answer.text.split()) < FEW_WORDS or says_nothing(answer.text):
        return Again(instead)
    return joined(desk, draft, answer)


def joined(desk: Desk, draft: Draft, answer: Said) -> Stay[Draft] | Again:
    """The words join the details, as far as there is room."""
    kept = draft if answer.text.strip() in draft.details else longer(draft, answer)
    if len(kept.details) > desk.bounds.details_most:
        return Again(too_long(desk))
    return Stay(kept, KEPT)
