"""What should happen, and what a handler may consult. Each effect becomes rows in its event's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.desk.config import Canned, Desk
from bot.desk.figures import NONE, Figures
from bot.desk.known import Issue
from bot.desk.people import Mailing, Person, PersonId
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.form import Form
from bot.dialogue.words import File, Prompt, Speech
from bot.events import Address, Caller, Message, TicketId
from bot.i18n import typed
from bot.queries import Found


class Room(Struct, frozen=True):
    """The place of one ticket in the agents' chat: a topic or a thread, opened when first needed."""

    at: Address
    ticket: TicketId
    title: str = ""


class Say(Struct, frozen=True, kw_only=True):
    """Words for someone."""

    to: Address | Room
    language: str
    words: Prompt
    slot: str = ""
    """A later Say in the same slot of the same chat edits the earlier message, or replaces it while it waits."""
    over: str = ""
    """The message to write over; when it can no longer be changed, the words come as a new one."""
    whisper: str = ""
    """The id of a press: only the presser sees the words, for a moment (a callback answer, an ephemeral message)."""
    under: str = ""
    """The message it answers, where it would else be in the air: a thread's first, where a thread is no chat."""
    only: str = ""
    """`Caller.id` of the one who may see it, buttons and all; where a platform cannot do that, everybody there does."""
    about: TicketId | None = None
    """The ticket it belongs to: an answer to this message is then an answer to the ticket."""
    files: tuple[File, ...] = ()
    receipt: str = ""
    """Asks for a `Receipt` event with this word when it arrived or never will."""
    off: str = ""
    """The path of the page where whoever gets it says that they want no more of these."""
    until: datetime | None = None
    """Of no use after that: then it is not sent any more, and what never left of it is kept for nobody."""
    amends: bool = False
    """Changes what stands in its slot, and is of no use where that is gone: nothing is said anew for it."""


class Unsay(Struct, frozen=True):
    """Take back what was said in a slot: withdrawn while it waits, deleted when it was sent."""

    to: Address | Room
    slot: str
    receipt: str = ""
    """Asks for a `Receipt` event with this word when that cannot be done."""


class Hush(Struct, frozen=True):
    """The question that stands in this chat has been answered elsewhere: it keeps its words, and its buttons go."""

    where: Address


class Drop(Struct, frozen=True):
    """What never left of a slot, in whatever chat, is of no use any more: nobody is to send it again."""

    slot: str


class Save(Struct, frozen=True):
    """A ticket as it is now: a new one (version 0) or a new version."""

    ticket: Ticket


class Record(Struct, frozen=True):
    """A line of a ticket's history, new or changed."""

    entry: Entry


class Stand(Struct, frozen=True):
    """Where the conversation of this person at this address stands now."""

    where: Address
    who: str
    dialogue: Dialogue[Any] | None
    """None: it is over."""


class Wake(Struct, frozen=True):
    """Send me an Alarm then. The same name and subject again: replaces the earlier one."""

    at: datetime | None
    """None: never mind."""
    alarm: str
    about: str


class Know(Struct, frozen=True):
    """What we now know of a person."""

    person: Person


class Hand(Struct, frozen=True):
    """A form for whoever asked for it, or the same one with what is wrong in it: the answer to a `Filled`."""

    form: Form
    language: str


class Count(Struct, frozen=True):
    """One more of something that `/metrics` tells."""

    name: str
    """`insult.kept`: the remark, and what became of it."""


class Again(Struct, frozen=True):
    """Take this event once more, as soon as the platform says whether whoever it was belongs there."""

    event: Message


class Admit(Struct, frozen=True):
    """A code that lets this person in at the page, until then and in the browser that asked for it."""

    person: PersonId
    knock: str
    code: str
    until: datetime


class Invite(Struct, frozen=True):
    """A word by which another door of this person can be joined to theirs, once and until then."""

    person: PersonId
    word: str
    until: datetime


class Join(Struct, frozen=True):
    """The door of whoever acted leads to that person from now on, with all that came through it."""

    word: str
    person: PersonId
    channel: str
    user: str


class Unjoin(Struct, frozen=True):
    """That door leads to somebody of its own again, with the tickets that were opened through it."""

    person: PersonId
    channel: str
    user: str


class Prove(Struct, frozen=True):
    """A code is on its way to that address, so that this person can show that it is theirs."""

    person: PersonId
    address: str
    code: str
    until: datetime


class Tried(Struct, frozen=True):
    """They wrote a code. The right one is spent, and so is one that was missed too often."""

    person: PersonId
    right: bool


class Erase(Struct, frozen=True):
    """All we keep of this person."""

    person: PersonId


class Declare(Struct, frozen=True):
    """A known issue as it is now."""

    issue: Issue


class Follow(Struct, frozen=True):
    """A person wants to hear of a known issue; once is enough."""

    issue: Issue
    person: PersonId
    broken: bool = False
    """For them it is not fixed."""


class Told(Struct, frozen=True):
    """Some followers of a known issue have heard what is new of it."""

    issue: Issue
    people: tuple[PersonId, ...]


class Search(Struct, frozen=True):
    """Somebody of the team looks for requests: that is done beside the turns, and comes as `Searched`."""

    id: str
    words: str
    where: Address
    who: Caller


class Stock(Struct, frozen=True):
    """A canned answer that somebody of the team wrote, kept under its name."""

    canned: Canned


class Unstock(Struct, frozen=True):
    """No such canned answer any more."""

    name: str


Effect = (
    Say
    | Unsay
    | Hush
    | Drop
    | Save
    | Record
    | Stand
    | Wake
    | Know
    | Hand
    | Count
    | Again
    | Search
    | Admit
    | Invite
    | Join
    | Unjoin
    | Prove
    | Tried
    | Erase
    | Declare
    | Follow
    | Told
    | Stock
    | Unstock
)
Effects = Iterator[Effect]


class Seen(Struct, frozen=True, kw_only=True):
    """All a handler may consult: the facts when the event came."""

    now: datetime
    desk: Desk
    agents: Address | None
    """The team's chat when a category names none: on the platform of the event, else another; None: there is none yet."""
    at_desk: bool
    """The event comes from a chat of the team."""
    person: Person
    """Who it is about: the writer, or the customer of the ticket the alarm is about."""
    dialogue: Dialogue[Any] | None
    ticket: Ticket | None
    """The one the button, the thread, the answered message or the alarm is about."""
    entry: Entry | None
    """The line the button, the edit, the receipt, the album or the alarm is about."""
    erased: TicketId = 0
    """The number of one that was erased, when somebody writes in what was its room."""
    lost: bool = False
    """It was said to a message of ours in a team's chat, or in a topic of ours, and we do not know of what that is."""
    old_room: bool = False
    """It was said in a topic that was the ticket's room before people closed it."""
    open_tickets: tuple[Ticket, ...]
    """This person's that are not over, newest first."""
    next_id: TicketId
    fresh: str
    """A random word of 16 letters from 96 bits, new in every turn."""
    found: Found = Found()
    """What the handler's query found."""
    who: str = ""
    """Whose conversation `dialogue` is, as `Stand.who` has it."""
    lost_draft: bool = False
    """There was a conversation here that this release cannot read any more."""
    figures: Figures = NONE
    """How we did in the last weeks, as counted some minutes ago."""
    lately: Ticket | None = None
    """Their last solved one, when they write to us and have none open."""
    invited: Person | None = None
    """Whose door it was whose word somebody brings (`Invite`)."""
    doors: int = 1
    """By how many doors we know this person; counted when it is about them."""
    admitted: tuple[datetime, ...] = ()
    """When codes for the page were made for this person within the last day, when another is asked for."""
    elsewhere: tuple[Address, ...] = ()
    """The other chats of the person whom a message did not reach."""
    missed: tuple[tuple[Ticket, Entry], ...] = ()
    """Answers that reached nobody (`Person.missed`), for their customer, who is back."""
    by_mail: bool = False
    """The desk sends e-mail."""
    mailing: Mailing | None = None
    """What is known of codes that were sent to addresses, when it is about that and the desk sends e-mail."""
    refuge: Address | None = None
    """Another team, when a receipt tells of the room in which the ticket is."""
    teams: tuple[Address, ...] = ()
    """The teams' chats when a category names none, one on each platform; for whoever acts in one of them, and for
    what happens by itself.
    """
    plain: Callable[[Speech, str], str] = typed
    """A sentence's final words without markup, for what is kept as words."""
