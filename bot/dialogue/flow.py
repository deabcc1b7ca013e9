"""A conversation with a purpose: the steps that fill a draft, and where one stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, Literal, Protocol

from msgspec import Struct

from bot.dialogue.form import Field
from bot.dialogue.words import Again, Answer, D, Heard, Next, Prompt, Said, Speech, Stay, _

NEEDED = _("We need this one, please.")


class Step(Protocol[D]):
    """One question. No method has effects."""

    name: str
    optional: bool = False
    passing: bool = False
    """A remark at the step where it helps: nobody who has gone by is called back to it at the end."""
    counts: bool = False
    """Its choices are a list, one of which may be named by its number."""

    def ask(self, draft: D, /) -> Prompt: ...

    def hear(self, draft: D, answer: Answer, /) -> Heard[D]: ...

    def needed(self, _draft: D, /) -> bool:
        """Whether the question makes sense for this draft at all."""
        return True

    def filled(self, _draft: D, /) -> bool:
        """Whether the draft has its answer; asked when somebody corrects an earlier one."""
        return True

    def settled(self, _draft: D, /) -> bool:
        """Whether it is answered so well already that we pass it by; it can still be corrected."""
        return False

    def ends(self, _draft: D, /) -> bool:
        """Whether nothing that follows matters with this answer; a form stops there."""
        return False

    # -- the same question as a field of a form --

    def field(self, draft: D, /) -> Field | None:
        """How it looks in a form; None: it has no place there, or makes no sense for this draft."""
        if not self.needed(draft):
            return None
        prompt = self.ask(draft)
        kind: Literal["choice", "line"] = "choice" if prompt.choices else "line"
        return Field(self.name, prompt.text, kind, choices=prompt.choices, optional=self.optional)

    def empty(self, draft: D, /) -> D:
        """The draft without this answer."""
        return draft

    def fill(self, draft: D, answer: Answer | None, /) -> D | Again:
        """The draft with what the field says now, in the place of what it said; None: it was left empty."""
        bare = self.empty(draft)
        if answer is None:
            return bare if self.optional else Again(NEEDED)
        match self.hear(bare, answer):
            case Next(draft=heard) | Stay(draft=heard):
                return heard
            case Again() as again:
                return again
        return draft


class Gathered(Struct, Generic[D], frozen=True):
    """What a message brought along, whatever the question was."""

    draft: D
    rest: Said | None
    """What is left for the question; None: the message is used up."""
    word: Speech | None = None
    """What to tell the person of it."""


def nothing_along(draft: D, said: Said, _step: str) -> Gathered[D]:
    return Gathered(draft, said)


@dataclass(frozen=True)
class Flow(Generic[D]):
    """A conversation: its name, and its questions in the order they are heard."""

    name: str
    steps: Sequence[Step[D]]
    gather: Callable[[D, Said, str], Gathered[D]] = nothing_along

    def step(self, name: str) -> Step[D] | None:
        at = self._places.get(name)
        return None if at is None else self.steps[at]

    def after(self, step: Step[D]) -> Sequence[Step[D]]:
        return self.steps[self._places[step.name] + 1 :]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {step.name: at for at, step in enumerate(self.steps)}


class Dialogue(Struct, Generic[D], frozen=True):
    """Where one conversation stands: one row, plain data."""

    flow: str
    step: str
    draft: D
    trail: tuple[str, ...] = ()
    """The steps behind us: what Back walks."""
    returns: str = ""
    """The step to come back to after a correction; empty: none."""
    heard: datetime | None = None
    """When the person last said something here, or was asked whether to go on."""
    paused: bool = False
    """They were asked whether to go on."""
    asked: int = 0
    """The letter that asks it; the store fills it in."""
