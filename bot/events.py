"""What happened, free of any platform's shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field

from bot.dialogue.words import Answer, File, Said
from bot.dialogue.writing import PASSED_ON

TicketId = int
EntryId = str
Deed = Literal["answer", "note", "state"]
"""What another system does."""
Turn = Literal["ours", "yours", "solved"]
"""What a ticket may become by it."""
NOTHING = Said()


ASSIGN = "assign"
"""The choice of whoever wants to hand something on: who belongs to that chat is told with it (`Message.members`)."""
COLLEAGUE = "to."
"""A choice that begins so names somebody by their id; of them, too, the platform is asked whether they belong there."""


TICKET, ENTRY = "ticket.", "entry."
"""How the names begin by which buttons, slots, alarms and receipts say what they are about (`Ticket.key`, `Entry.key`)."""


def key_of(ticket: TicketId) -> str:
    return f"{TICKET}{ticket}"


def ticket_in(key: str) -> TicketId:
    """The ticket that is named so; 0: it names none."""
    kind, number = key[: len(TICKET)], key[len(TICKET) :]
    return int(number) if kind == TICKET and number.isascii() and number.isdigit() and len(number) < 18 else 0


def led_to(event: str, what: str) -> str:
    """The id of another event that comes of one."""
    known, sign, behind = event.partition("#")
    return f"{known}:{what}{sign}{behind}"


class Address(Struct, frozen=True):
    """A place where words can be said. Only the channel knows what `chat` and `thread` mean."""

    channel: str
    chat: str
    thread: str = ""


class Caller(Struct, frozen=True):
    """Who it was, as their platform says."""

    id: str
    """Theirs on the platform; also the `Address.chat` where they can be written to alone."""
    name: str
    locale: str = ""
    """The platform's word for their language (`es-ES`); empty when it does not say."""
    member: bool = True
    """False when the platform, asked at this very moment, says that they do not belong to that chat."""
    unsure: Literal["", "yet", "still"] = ""
    """It has not said so yet, and until it does they do not; or we have asked long enough."""
    nameless: bool = False
    """They hide behind a chat, whose id and name these are: nobody can tell who it is, nor whether two are the same."""
    organisation: str = ""
    """Whose people count as their own (Slack's Enterprise Grid), for as long as we are unsure."""


class Message(Struct, frozen=True, kw_only=True):
    """Someone wrote or pressed something."""

    id: str
    """A repeated id is a repeated delivery: ignored. What stands behind a `#` in it is no part of that: by it the channel
    knows whom to whisper to.
    """
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
    reply_asks: str | None = None
    """That message, or the topic it stands in, is one of ours, and this is what its buttons are about; empty: it has
    none. For what we do not know as ours any more: a copy that was sent twice, or what was said after the backup we were
    restored from.
    """
    quoted: str = ""
    """The part of a message that they chose to answer, on one line and cut to a sensible length; or, behind a sign of its
    own (`writing.passed_on`), the name of whoever wrote what they pass on. Not their words: nothing is decided by it."""
    album: str = ""
    """The same for all messages that were sent as one album."""
    private: bool = True
    """Said to us alone, not in a group."""
    agent: bool = False
    """Pressed on a page of one's own (`Visited`): the platform, asked at this moment, says that they belong to a
    team's chat."""
    absent: bool = False
    """Whom the choice names (`COLLEAGUE`) is no member of that chat at this moment."""
    members: tuple[Caller, ...] = ()
    """Who belongs to that chat at this moment, as far as its platform tells; when the choice is `ASSIGN`."""

    @property
    def passed_on(self) -> bool:
        """Somebody else wrote it: it is added to what it belongs to, and nothing is decided by it."""
        return self.quoted.startswith(PASSED_ON)


class Edited(Struct, frozen=True, kw_only=True):
    """Someone changed what they had written."""

    id: str
    at: datetime
    where: Address
    who: Caller
    ref: str
    text: str
    private: bool = True
    marked: str = ""
    """The same words in small markup when they carry styles."""
    whole: Message | None = None
    """The message as it is now, where a platform tells all of it and promises no order: it is taken instead when we have
    not heard of that message yet, which then counts as taken.
    """


class Deleted(Struct, frozen=True, kw_only=True):
    """Someone took back what they had written."""

    id: str
    at: datetime
    where: Address
    who: Caller
    ref: str
    private: bool = True
    was: Said = NOTHING
    """What stood there, where a platform tells."""
    message: str = ""
    """The `Message.id` it had, where a platform promises no order: should it come yet, it counts as taken."""


class Reacted(Struct, frozen=True, kw_only=True):
    """Someone put a sign on a message, where a platform has such a thing."""

    id: str
    at: datetime
    where: Address
    who: Caller
    on: str
    """The message."""
    sign: str
    """The emoji itself: `👀`."""
    private: bool = False


class Visited(Struct, frozen=True, kw_only=True):
    """Someone opened the page a platform keeps for them alone (Slack's App Home)."""

    id: str
    at: datetime
    where: Address
    """Where that page is written: whatever is said there replaces it."""
    who: Caller
    agent: bool = False
    """The platform, asked at this moment, says that they belong to a team's chat."""


class Filled(Struct, frozen=True, kw_only=True):
    """Someone opened, changed, sent or closed a form. Answered at once, with a form or with nothing (`Hand`)."""

    id: str
    at: datetime
    where: Address
    """The person's own chat: the draft is the one that stands there."""
    who: Caller
    moment: Literal["opened", "changed", "sent", "closed"]
    form: str = ""
    """`Form.name`; empty when none is open yet."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By field: what is filled in now. A field left empty is missing."""
    brought: Said = NOTHING
    """What the person opened it with: the message they took it from, or words after the command."""


class Alarm(Struct, frozen=True, kw_only=True):
    """The time set by an earlier Wake has come."""

    id: str
    at: datetime
    name: str
    about: str


GONE = "gone"
"""They blocked us, left, or closed their account."""
OUT = "out"
"""Their workspace has taken our app out."""
NOBODY = (GONE, OUT)
"""Nothing reaches them there any more."""
STAYS = "stays"
"""It should have been taken back, and could not be: whoever got it still has it."""
BARRED = "we may send no files there"
"""Until an operator gives us the right to."""
LATE = "late"
"""It was of no use any more before it could leave."""


DRAFT = "draft."
"""Begins what an alarm is about that belongs to a conversation."""


def about_draft(where: Address, who: str) -> str:
    return f"{DRAFT}{where.channel}|{where.chat}|{where.thread}|{who}"


def draft_of(about: str) -> tuple[Address, str]:
    """Where that stands, and whose it is; empty where a part is missing."""
    channel, chat, thread, who = (*about.removeprefix(DRAFT).split("|", 3), "", "", "", "")[:4]
    return Address(channel, chat, thread), who


class Receipt(Struct, frozen=True, kw_only=True):
    """A message whose fate somebody wanted to know (`Say.receipt`) has arrived, or never will."""

    id: str
    at: datetime
    where: Address
    about: str
    """What `Say.receipt` said."""
    trouble: str = ""
    """Empty: delivered. One of `NOBODY`, `LATE`, or what the platform said."""
    files: tuple[File, ...] = ()
    """It is of these alone, which are a message of their own; the words have a receipt of theirs."""
    last: bool = True
    """Nothing of what was said comes after it."""
    there: bool = False
    """It never will, but a part of it is there: another of several messages, or the words that it should have replaced."""


class Fetched(Struct, frozen=True, kw_only=True):
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


class Moved(Struct, frozen=True, kw_only=True):
    """A chat has a new id on its platform; all we knew of the old one holds for the new one."""

    id: str
    at: datetime
    where: Address
    to: str
    messages: tuple[str, str] | None = None
    """What the names of its messages began with, and begin with now; None: in the new chat they begin anew."""


class Joined(Struct, frozen=True, kw_only=True):
    """We were added to a group."""

    id: str
    at: datetime
    where: Address
    who: Caller
    title: str
    setting: str = "TELEGRAM_AGENTS_CHAT"
    """The setting that makes this group the team's."""
    back: bool = False
    """It was ours before, had been closed, and is open again."""


class Allowed(Struct, frozen=True, kw_only=True):
    """What we may do in a group is something else now."""

    id: str
    at: datetime
    where: Address


class Left(Struct, frozen=True, kw_only=True):
    """Somebody is no longer in a group: they went, or were put out."""

    id: str
    at: datetime
    where: Address
    who: Caller


class Knocked(Struct, frozen=True, kw_only=True):
    """Somebody at the page of a ticket asks to be let in: a code goes to whoever opened it."""

    id: str
    at: datetime
    public: str
    """The id in the link."""
    knock: str
    """What their browser holds, hashed: in another one the code is worth nothing."""


class Posted(Struct, frozen=True, kw_only=True):
    """Somebody wrote or pressed something on the page of a ticket; the page knows them by their login."""

    id: str
    at: datetime
    person: int
    ticket: TicketId
    answer: Answer


class Called(Struct, frozen=True, kw_only=True):
    """Another system does what an agent would do (`/api`); that it may, its token has shown."""

    id: str
    at: datetime
    ticket: TicketId
    by: str
    """The agent's name, as the customer reads it."""
    deed: Deed
    text: str = ""
    """What is answered or noted, plain."""
    state: Turn | Literal[""] = ""
    """Whose turn it is after that; empty: as an answer leaves it."""


class Weekly(Struct, frozen=True, kw_only=True):
    """A week is over, and somebody has counted how it was."""

    id: str
    at: datetime
    monday: date
    opened: int
    in_time: int | None
    """Of 100; None: nothing had to be answered."""
    picture: File
    """Kept already."""


class Searched(Struct, frozen=True, kw_only=True):
    """What somebody of the team looked for has been found, or is nowhere."""

    id: str
    at: datetime
    where: Address
    """The chat in which they asked."""
    who: Caller
    words: str
    tickets: tuple[TicketId, ...]
    more: bool
    """There may be others, too."""


Event = (
    Message
    | Edited
    | Deleted
    | Reacted
    | Visited
    | Filled
    | Alarm
    | Receipt
    | Fetched
    | Moved
    | Joined
    | Allowed
    | Left
    | Knocked
    | Posted
    | Called
    | Weekly
    | Searched
)
