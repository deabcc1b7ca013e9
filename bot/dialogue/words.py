"""What people say to us and what we say to them, before any language or platform is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

D = TypeVar("D")

Kind = Literal["photo", "document", "video", "audio", "voice"]

# -- what we say ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A page of ours, by its path (`/t/…`). It becomes a full address when the words become final."""

    path: str


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogues with its facts. Write it `_("Up to {most} links.", most=10)`.

    The sentence may carry `*bold*` and `` `code` ``; facts are untrusted and arrive as they were written.
    """

    sentence: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    plural: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The desk's own words, one per language, as `desk.toml` has them. Plain: no markup is read in them."""

    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, shown as a quotation: untrusted, kept line for line."""

    text: str
    marked: str = ""
    """The same in small markup, made by a channel's `read`; it is shown in the place of `text`."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Several pieces, one under the other; empty ones leave no gap."""

    parts: tuple[Speech, ...]
    between: str = "\n\n"


@dataclass(frozen=True, slots=True)
class In:
    """Words in a language of their own, whatever the reader's: what somebody else will read."""

    language: str
    speech: Speech


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language, by its name in the reader's: `es` is "Spanish", "español"."""

    code: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A colleague, called by name so that their platform rings them. Only where they are members."""

    id: str
    """Theirs on the platform (`Caller.id`)."""
    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was kept, with a point (`70.18`); the reader sees the sign of their language."""

    digits: str


@dataclass(frozen=True, slots=True)
class Call:
    """What stands before the name of a command on the reader's platform: `/new`, `/support new`."""


CALL = Call()

Speech = Text | Spoken | Quote | Lines | In
Fact = str | int | datetime | date | Number | Link | Mention | Tongue | Call | Speech


def _(sentence: str, /, **facts: Fact) -> Text:
    """A sentence for `pybabel extract` to find."""
    return Text(sentence, facts)


def n_(one: str, many: str, n: int, /, **facts: Fact) -> Text:
    """A sentence that counts; `{n}` is the number."""
    return Text(one, {**facts, "n": n}, plural=many)


def p_(context: str, sentence: str, /, **facts: Fact) -> Text:
    """A short word that means different things in different places."""
    return Text(sentence, facts, context=context)


def lines(*parts: Speech | None, between: str = "\n\n") -> Speech:
    """Joins what is there; one piece stays itself."""
    there = tuple(p for p in parts if p is not None)
    return there[0] if len(there) == 1 else Lines(there, between)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be pressed. The name is ours (`[a-z0-9_.:-]`, at most 30 bytes; where it holds a platform's id also
    capitals), the label the reader's.
    """

    name: str
    label: Speech
    group: str = ""
    """Choices of different groups do not stand in one row."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words, and what may be pressed under them."""

    text: Speech
    choices: tuple[Choice, ...] = ()
    asks: str = ""
    """What the buttons are about; it comes back as `Message.asked`. `intake.title`, `ticket.7`, `entry.12`.
    At most 33 bytes, so that with a choice's name it fits the 64 bytes Telegram gives a button."""


# -- what people say -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class File:
    """Something attached, not yet fetched."""

    id: str
    """Ours, made by the channel, the same at every delivery; safe as a name (`[A-Za-z0-9_-]`)."""
    kind: Kind
    name: str = ""
    """As its owner called it; cleaned for show, never a path."""
    mime: str = ""
    size: int = 0
    """In bytes as the platform says; 0 when it does not say."""
    ref: str = ""
    """What the channel fetches it by. Only the channel reads it."""


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote (and perhaps attached) something."""

    text: str = ""
    files: tuple[File, ...] = ()
    marked: str = ""
    """The same words in small markup when they carry styles; empty: they carry none."""


@dataclass(frozen=True, slots=True)
class Chose:
    """The person pressed a choice, or typed its label."""

    choice: str


@dataclass(frozen=True, slots=True)
class Command:
    """The person called us by a command: `/new`, or `/start` with what a deep link carries."""

    name: str
    rest: str = ""


Answer = Said | Chose | Command


# -- what a step makes of it ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Next(Generic[D]):
    """Understood; ask the next question."""

    draft: D


@dataclass(frozen=True, slots=True)
class Stay(Generic[D]):
    """Understood; ask this question again."""

    draft: D
    say: Speech | None = None
    """What to say before it."""


@dataclass(frozen=True, slots=True)
class Go(Generic[D]):
    """Understood; go to that step and come back here."""

    draft: D
    step: str


@dataclass(frozen=True, slots=True)
class Again:
    """Not understood; this is why."""

    why: Speech


@dataclass(frozen=True, slots=True)
class Leave:
    """The person needs nothing more; the conversation ends with these words."""

    say: Speech


Heard = Next[D] | Stay[D] | Go[D] | Again | Leave
