"""What a live play asks of a platform: people who act, and what they have before their eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.channels import Channel, Take


@dataclass(frozen=True)
class Look:
    """A message of ours as the platform shows it; quoted lines begin with `> `, a link's address follows its words."""

    words: str
    labels: tuple[str, ...] = ()
    files: int = 0


@dataclass(frozen=True)
class Sent:
    """Files of one message, all with the same content."""

    kind: str
    """`photo` or `file`."""
    data: bytes
    names: list[str]
    caption: str


class Clock:
    """What the clock of the play says."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


HOME = "home"
"""What stands for the message that is a person's own page."""


class Platform(Protocol):
    """A stand-in with the real channel before it. `who` is a person's id, `room` a topic or the root of a thread."""

    team: str
    """The team's chat."""
    office: str
    """That of another team."""

    @property
    def channel(self) -> Channel: ...
    def joins(self, name: str, locale: str, team: str) -> str:
        """Somebody is there; returns their id. `team`: the chat of an agent; empty: they are a customer."""

    def writes(self, who: str, words: str, room: str, answers: str, quote: str = "", *, of: str = "") -> str:
        """Returns the message's id. `answers`: the message it hangs under; `quote`: a part of that, or of one elsewhere;
        `of`: whose words they pass on.
        """

    def attaches(self, who: str, sent: Sent, room: str) -> str: ...
    def presses(self, who: str, on: str, data: str) -> None: ...
    def edits(self, who: str, ref: str, words: str) -> None: ...
    def leaves(self, who: str) -> None:
        """An agent leaves the team's chat."""

    def shuts(self, who: str, *, shut: bool) -> None: ...
    def loses(self, room: str) -> None:
        """Somebody deletes a ticket's room with all that is in it."""

    async def quiet(self) -> None:
        """Waits until everything that was done has been taken."""

    def look(self, chat: str, refs: tuple[str, ...], /) -> Look: ...
    def whispered(self, who: str) -> str:
        """The last word for that person alone."""

    def complaints(self) -> list[str]: ...
    async def open(self, take: Take) -> None: ...
    async def close(self) -> None: ...


@runtime_checkable
class Desktop(Platform, Protocol):
    """One that has forms and a page of one's own, and tells of signs and deletions."""

    def visits(self, who: str) -> None:
        """They open their own page."""

    def opens(self, who: str, words: str) -> None:
        """They ask for a form, with these words if there are any."""

    def fills(self, who: str, label: str, given: str | Sent) -> bool:
        """Whether the app hears of it at once."""

    def sends(self, who: str) -> None: ...
    def closes(self, who: str) -> None: ...
    def form(self, who: str) -> str:
        """The form they have in front of them, as a transcript has it; empty: none."""

    def reacts(self, who: str, on: str, sign: str) -> None: ...
    def deletes(self, who: str, ref: str) -> None: ...
