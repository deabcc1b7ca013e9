"""What people say to us and what we say to them, before any language or platform is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from msgspec import Struct, field

D = TypeVar("D")

Kind = Literal["photo", "document", "video", "audio", "voice"]

# -- what we say ---------------------------------------------------------------------------------


class Link(Struct, frozen=True):
    """A page of ours, by its path (`/t/…`). It becomes a full address when the words become final."""

    path: str


class RoomLink(Struct, frozen=True):
    """The way to a request's room in the team's chat; where no address leads the reader there, to its page."""

    ticket: int
    channel: str
    chat: str
    page: str
    """The path of that page."""


class Text(Struct, frozen=True):
    """A sentence of the catalogues with its facts. Write it `_("Up to {most} links.", most=10)`.

    The sentence may carry `*bold*` and `` `code` ``; facts are untrusted and arrive as they were written.
    """

    sentence: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    plural: str = ""
    context: str = ""


class Spoken(Struct, frozen=True):
    """The desk's own words, one per language, as `desk.toml` has them. Plain: no markup is read in them."""

    words: Mapping[str, str]


class Quote(Struct, frozen=True):
    """What somebody wrote, shown as a quotation: untrusted, kept line for line."""

    text: str
    marked: str = ""
    """The same in small markup, made by a channel's `read`; it is shown in the place of `text`."""


class Lines(Struct, frozen=True):
    """Several pieces, one under the other; empty ones leave no gap."""

    parts: tuple[Speech, ...]
    between: str = "\n\n"


class In(Struct, frozen=True):
    """Words in a language of their own, whatever the reader's: what somebody else will read."""

    language: str
    speech: Speech


class Tongue(Struct, frozen=True):
    """A language, by its name in the reader's: `es` is "Spanish", "español"."""

    code: str


class Mention(Struct, frozen=True):
    """A colleague, called by name so that their platform rings them. Only where they are members."""

    id: str
    """Theirs on the platform (`Caller.id`)."""
    name: str


class Number(Struct, frozen=True):
    """A number as it was kept, with a point (`70.18`); the reader sees the sign of their language."""

    digits: str


def megabytes(size: int) -> Number:
    """Of a bound: whole ones, or tenths where that would be another bound."""
    tenths = max(1, size // 100_000)
    return Number(f"{tenths / 10:g}")


class Call(Struct, frozen=True):
    """What stands before the name of a command on the reader's platform: `/new`, `/support new`."""


CALL = Call()


class City(Struct, frozen=True):
    """The one whose time the desk's dates are in, as the reader calls it."""


CITY = City()

Speech = Text | Spoken | Quote | Lines | In
Fact = str | int | datetime | date | Number | Link | RoomLink | Mention | Tongue | Call | City | Speech


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


class Choice(Struct, frozen=True):
    """Something that may be pressed. The name is ours (`[a-z0-9_.:-]`, at most 30 bytes; where it holds a platform's id also
    capitals), the label the reader's.
    """

    name: str
    label: Speech
    group: str = ""
    """Choices of different groups do not stand in one row."""


class Prompt(Struct, frozen=True):
    """Words, and what may be pressed under them."""

    text: Speech
    choices: tuple[Choice, ...] = ()
    asks: str = ""
    """What the buttons are about; it comes back as `Message.asked`. `intake.title`, `ticket.7`, `entry.12`.
    At most 33 bytes, so that with a choice's name it fits the 64 bytes Telegram gives a button."""


# -- what people say -----------------------------------------------------------------------------


STORY, PAID = "unseen/story", "unseen/paid"
"""For the type of a file that a platform shows to people alone: it comes as a file that cannot be had."""


class File(Struct, frozen=True):
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
    number: int = 0
    """Of a picture in its request, from 1; 0: it is no picture, or in no request yet."""


class Said(Struct, frozen=True):
    """The person wrote (and perhaps attached) something."""

    text: str = ""
    files: tuple[File, ...] = ()
    marked: str = ""
    """The same words in small markup when they carry styles; empty: they carry none."""


class Chose(Struct, frozen=True):
    """The person pressed a choice, or typed its label."""

    choice: str


class Command(Struct, frozen=True):
    """The person called us by a command: `/new`, or `/start` with what a deep link carries."""

    name: str
    rest: str = ""


Answer = Said | Chose | Command


# -- what a step makes of it ---------------------------------------------------------------------


class Next(Struct, Generic[D], frozen=True):
    """Understood; ask the next question."""

    draft: D


class Stay(Struct, Generic[D], frozen=True):
    """Understood; ask this question again."""

    draft: D
    say: Speech | None = None
    """What to say before it."""


class Go(Struct, Generic[D], frozen=True):
    """Understood; go to that step and come back here."""

    draft: D
    step: str


class Again(Struct, frozen=True):
    """Not understood; this is why."""

    why: Speech


class Leave(Struct, frozen=True):
    """The person needs nothing more; the conversation ends with these words."""

    say: Speech


Heard = Next[D] | Stay[D] | Go[D] | Again | Leave
