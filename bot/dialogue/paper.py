"""A flow as a form: all its questions at once, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Generic

from msgspec import Struct

from bot.dialogue.engine import SKIP
from bot.dialogue.flow import NEEDED, Flow
from bot.dialogue.form import Field
from bot.dialogue.words import Again, Answer, Choice, Chose, D, Speech, _
from bot.values import replace

NONE = Choice(SKIP.name, _("No answer"))
"""Stands behind the choices of a field that may be left empty."""


class Filled(Struct, Generic[D], frozen=True):
    """What a form has made of a draft."""

    draft: D
    troubles: Mapping[str, Speech]
    """By field: why its answer will not do."""


def fields(flow: Flow[D], draft: D) -> tuple[Field, ...]:
    """The questions that make sense for this draft. While the first one turns the others, it stands alone; behind one
    that ends it stands none.
    """
    found: list[Field] = []
    for step in flow.steps:
        field = step.field(draft)
        if field is None:
            continue
        found.append(_open(field))
        if (field.turns and len(found) == 1 and not step.filled(draft)) or step.ends(draft):
            break
    return tuple(found)


def _open(field: Field) -> Field:
    """Where a choice may be left out, one more option takes it back: not every platform can empty a list again."""
    free = field.optional and field.kind == "choice"
    return replace(field, choices=(*field.choices, NONE)) if free else field


def fill(flow: Flow[D], draft: D, answers: Mapping[str, Answer], shown: Collection[str]) -> Filled[D]:
    """Hears all fields in their order. One that is empty counts only when it was `shown`.

    An answer that will not do empties its place in the draft: what stands there always does.
    """
    troubles: dict[str, Speech] = {}
    for step in flow.steps:
        answer = answers.get(step.name)
        if (answer is None and step.name not in shown) or step.field(draft) is None:
            continue
        match step.fill(draft, None if step.optional and answer == Chose(NONE.name) else answer):
            case Again(why):
                troubles[step.name] = why
                draft = step.empty(draft)
            case better:
                draft = better
    return Filled(draft, troubles)


def complete(flow: Flow[D], draft: D) -> bool:
    """Whether everything that has to be answered is."""
    return not missing(flow, draft)


def missing(flow: Flow[D], draft: D) -> dict[str, Speech]:
    """What has to be answered yet, as `Filled.troubles`."""
    asked = [s for s in flow.steps if s.field(draft) is not None]
    end = next((n for n, s in enumerate(asked, 1) if s.ends(draft)), len(asked))
    return {s.name: NEEDED for s in asked[:end] if not (s.optional or s.filled(draft))}


def marked(found: tuple[Field, ...], troubles: Mapping[str, Speech], loose: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields with what is wrong in them, and with the words that stand there although they will not do."""
    return tuple(replace(f, trouble=troubles.get(f.name), value=loose.get(f.name) or f.value) for f in found)
