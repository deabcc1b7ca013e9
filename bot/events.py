"""What happened, free of any platform's shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.words import Answer

TicketId = int
EntryId = str


@dataclass(frozen=True, slots=True)
class Address:
    """A place where words can be said. Only the channel knows what `chat` and `thread` mean."""

    channel: str
    chat: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who it was, as their platform says."""

    id: str
    name: str
    locale: str = ""
    """The platform's word for their language (`es-ES`); empty when it does not say."""
    member: bool = True
    """False when the platform, asked at this very moment, says that they do not belong to that chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Someone wrote or pressed something."""

    id: str
    """A repeated id is a repeated delivery: ignored."""
    at: datetime
    where: Address
    who: Caller
    answer: Answer
    asked: str = ""
    """What the pressed button was about (`Prompt.asks`)."""
    on: str = ""
    """The message whose button was pressed."""
    ref: str = ""
    """The message's own id in its chat."""
    reply_to: str = ""
    """The message it answers."""
    album: str = ""
    """The same for all messages that were sent as one album."""
    private: bool = True
    """Said to us alone, not in a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Someone changed what they had written."""

    id: str
    at: datetime
    where: Address
    who: Caller
    ref: str
    text: str
    private: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The time set by an earlier Wake has come."""

    id: str
    at: datetime
    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A message whose fate somebody wanted to know (`Say.receipt`) has arrived, or never will."""

    id: str
    at: datetime
    where: Address
    about: str
    """What `Say.receipt` said."""
    trouble: str = ""
    """Empty: delivered. `gone`: nobody there (blocked, left, deactivated). Else what the platform said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file somebody sent has been looked at."""

    id: str
    at: datetime
    where: Address
    file: str
    name: str
    trouble: str = ""
    """Empty: kept. Else why not: `type`, `size`, `pixels`, `broken`, `lost` (the platform no longer has it)."""
    limit: int = 0
    """The limit that was passed, in bytes, pixels or frames; 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A chat has a new id on its platform; all we knew of the old one holds for the new one."""

    id: str
    at: datetime
    where: Address
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """We were added to a group."""

    id: str
    at: datetime
    where: Address
    who: Caller
    title: str


Event = Message | Edited | Alarm | Receipt | Fetched | Moved | Joined
