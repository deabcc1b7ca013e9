"""A conversation with a purpose: the steps that fill a draft, and where one stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol

from bot.dialogue.words import Answer, D, Heard, Prompt, Said, Speech


class Step(Protocol[D]):
    """One question. No method has effects."""

    name: str
    optional: bool = False

    def ask(self, draft: D, /) -> Prompt: ...

    def hear(self, draft: D, answer: Answer, /) -> Heard[D]: ...

    def needed(self, _draft: D, /) -> bool:
        """Whether the question makes sense for this draft at all."""
        return True

    def filled(self, _draft: D, /) -> bool:
        """Whether the draft has its answer; asked when somebody corrects an earlier one."""
        return True


@dataclass(frozen=True, slots=True)
class Gathered(Generic[D]):
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
    """A conversation: its name, what it fills, and its questions in the order they are heard."""

    name: str
    draft: type[D]
    steps: Sequence[Step[D]]
    gather: Callable[[D, Said, str], Gathered[D]] = nothing_along

    def step(self, name: str) -> Step[D] | None:
        return next((s for s in self.steps if s.name == name), None)


@dataclass(frozen=True, slots=True)
class Dialogue(Generic[D]):
    """Where one conversation stands: one row, plain data."""

    flow: str
    step: str
    draft: D
    trail: tuple[str, ...] = ()
    """The steps behind us: what Back walks."""
    returns: str = ""
    """The step to come back to after a correction; empty: none."""
    heard: datetime | None = None
    """When the person last said something here."""
    paused: bool = False
    """The person came back and was asked whether to go on."""
