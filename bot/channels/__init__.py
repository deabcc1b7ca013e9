"""A platform is a package here and a line in `app.py`. This page says what every one of them must do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec import Struct

from bot.desk.pictures import signs
from bot.dialogue.form import Kind as FieldKind
from bot.dialogue.words import File, Kind
from bot.events import Address, Event
from bot.outbox.pace import BOT, GROUP, Pace


def no_room(_chat: str, _message: str) -> str:
    return ""


class Limits(Struct, frozen=True):
    """What a platform takes. Data, so that nobody asks which platform it is."""

    text: int
    """Characters of one message, after markup is read (Telegram counts UTF-16 units)."""
    button: int
    """Characters of a label that are still readable on a phone; longer ones are cut with an ellipsis."""
    album: int
    """Files of one message."""
    group: Pace = GROUP
    """How fast messages may come to one chat of several people."""
    everywhere: Pace = BOT
    """How fast to all chats together; answers to somebody who waits are not counted."""
    call: str = "/"
    """What stands before a command's name."""
    pages: bool = False
    """It opens pages of ours inside itself, from a button."""
    spoken: bool = False
    """Each of its messages says in which language it is written."""
    fleeting: bool = False
    """What it shows to one person alone goes only where that person presses a button of it."""
    room: Callable[[str, str], str] = no_room
    """The address of a chat's topic or message, by which its members get there; empty: there is none."""
    stale: float = 0.0
    """Seconds after which a message that could not be sent is of no use any more; 0: it is sent however late."""


class Button(Struct, frozen=True):
    label: str
    data: str
    """`asks|choice`, at most 64 bytes."""
    group: str = ""
    """Buttons of different groups do not stand in one row."""
    page: str = ""
    """The page of ours it opens, where the platform can (`Limits.pages`)."""


class Parcel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message with its final words: exactly one call to the platform. Plain data; it waits as a row.

    Of msgspec, since each step makes, changes and writes several: as a dataclass that took twenty times as long.
    """

    text: str = ""
    """Small markup (`markup.py`); empty: only files, or with `unsay` nothing."""
    buttons: tuple[Button, ...] = ()
    files: tuple[File, ...] = ()
    over: str = ""
    """The message to edit; filled in by the postman for slots."""
    whisper: str = ""
    only: str = ""
    """Whom alone it is shown to (`Say.only`), where the platform can; of such a message no receipt comes back."""
    unsay: bool = False
    """Delete the message `over`; of an album, its messages, with spaces between."""
    slot: str = ""
    about: int | None = None
    receipt: str = ""
    reply_to: str = ""
    """The message to hang it under; filled in by the postman where a room is no thread of its own."""
    entry: str = ""
    """The line of the ticket's history it shows: an answer to this message is about that line."""
    more: bool = False
    """Further parcels of the same words follow; their receipt waits for the last."""
    letter: int = 0
    """The letter's number, by which a platform that keeps a note can find it again; filled in by the postman."""
    again: bool = False
    """An earlier try ended without an answer: it may have arrived; filled in by the postman."""
    language: str = ""
    """What it is written in, where the platform says so (`Limits.spoken`)."""
    off: str = ""
    """The address of the page where whoever gets it ends these messages."""
    until: float = 0
    """Of no use after that (seconds since 1970); 0: always."""
    amends: bool = False
    """Of no use where nothing stands that it could change (`Say.amends`)."""

    @property
    def caption(self) -> str:
        """What stands with its files, in small markup: words, or the numbers of the pictures."""
        return self.text or signs(self.files)


class Attachment(Struct, frozen=True):
    """A kept file with its bytes, ready to be sent on."""

    name: str
    kind: Kind
    mime: str
    data: bytes


class Finding(Struct, frozen=True):
    """What the doctor sees of a platform."""

    what: str
    mend: str = ""
    """The exact step that mends it; empty: all is well."""


class Blank(Struct, frozen=True):
    """A field of a form in its final words; `bot.dialogue.form.Field` says what each part means."""

    name: str
    label: str
    kind: FieldKind
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Name and label."""
    value: str = ""
    files: tuple[File, ...] = ()
    optional: bool = False
    most: int = 0
    turns: bool = False
    trouble: str = ""


class Sheet(Struct, frozen=True):
    """A form in its final words. Plain: only `head` may carry small markup."""

    name: str
    title: str
    blanks: tuple[Blank, ...]
    send: str
    close: str
    head: str = ""


class Took(Struct, frozen=True):
    """What a channel has to know of an event it took, at once, after the commit."""

    whispered: bool = False
    """Somebody gets a whisper for this press, so the channel need not acknowledge it."""
    sheet: Sheet | None = None
    """The form to show in answer to a `Filled`; none: all is well, close it."""


class Gone(Exception):
    """Nobody there: blocked, left, deactivated, no such chat, or we may not write in it. Trying again is of no use."""


class TakenOut(Gone):
    """There is no app of ours any more where they are."""


class Refused(Exception):
    """The platform will never take this message as it is. Its words are in `args[0]`."""


LOCKED_OUT = "it refuses the token"
"""Begins why nothing can be said: somebody has to give us another one."""


class Later(Exception):
    """Too fast, or `why`. Try this chat again after so many seconds; `everywhere` when the whole bot is meant."""

    def __init__(self, seconds: float, *, everywhere: bool = False, why: str = "") -> None:
        super().__init__(why or f"retry in {seconds:g} s")
        self.seconds, self.everywhere, self.why = seconds, everywhere, why


class NoThread(Exception):
    """The topic or thread is gone; it has to be opened again."""


class NoMessage(Exception):
    """The message to edit or delete is gone, or too old to be changed."""


class Stays(NoMessage):
    """It is there, and can be neither changed nor taken back: too old, or not ours to."""


class Rehoused(Exception):
    """The chat has a new id: `args[0]`."""


class Lost(Exception):
    """A file can no longer be had; `args[0]` is `lost` or `size`."""


# Takes one event through the desk; returns after its commit. Raises `Busy` when it cannot be committed now.
Take = Callable[[Event], Awaitable[Took]]


class Busy(Exception):
    """Not committed: the platform should send the event again."""


class Away(Busy):
    """The database itself takes nothing just now: locked, full, down."""


class Early(Busy):
    """It speaks of a message that is only just being sent: in a moment we know where that stands."""


class Channel(Protocol):
    """One platform. `deliver` makes one call; everything else is the postman's matter."""

    name: str
    limits: Limits

    async def listen(self, take: Take, /) -> None:
        """The platform's updates become events, until cancelled."""

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        """Sends one parcel; returns the ids of the messages that came of it.

        Raises `Gone`, `Refused`, `Later`, `NoThread`, `NoMessage`, `Rehoused`; anything else means: try again.
        An edit that changes nothing counts as done.
        """

    async def open_thread(self, at: Address, title: str, /) -> str:
        """Opens a topic or thread in the agents' chat; empty when that chat has none and works by replies."""

    async def fetch(self, ref: str, /) -> bytes:
        """The bytes of a file somebody sent. Raises `Lost`; anything else means: try again."""
