"""What a handler may ask to have looked up before it runs, and what was found."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from bot.desk.config import Canned
from bot.desk.known import Issue
from bot.desk.people import Agent, Person
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.events import Address, EntryId, TicketId


class MyTickets(Struct, frozen=True):
    """The person's tickets, those that are over too: so many, after the first so many."""

    start: int = 0
    most: int = 5


class Queue(Struct, frozen=True):
    """Tickets by promise. What waits for us, an agent's own first; or all that is theirs; or all that is open."""

    agent: str = ""
    start: int = 0
    most: int = 10
    of: Literal["queue", "mine", "all"] = "queue"


class Added(Struct, frozen=True):
    """What the customer of a ticket has added and the team has not seen; of albums that one."""

    ticket: TicketId
    album: EntryId = ""


class Issues(Struct, frozen=True):
    """The known issues that are open, newest first; or the one of that id, whatever its state."""

    id: str = ""
    hold: bool = False
    """Somebody may be about to follow one."""


class Followers(Struct, frozen=True):
    """A known issue, and some of those who have not heard what is new of it."""

    id: str
    most: int = 100


class These(Struct, frozen=True):
    """The tickets of these numbers themselves, also those merged into another, in this order."""

    tickets: tuple[TicketId, ...]


class Around(Struct, frozen=True):
    """The last lines of the event's ticket, newest first; and whom its team's chat has seen, latest first, or
    the canned answers it keeps, when they are asked for.
    """

    people: bool = False
    canned: bool = False


class Morning(Struct, frozen=True):
    """All that waits for us in one team's chat, by promise."""

    team: Address


class Standing(Struct, frozen=True):
    """The conversations of the event's person, in all their chats."""


class Asked(Struct, frozen=True):
    """What may be pressed under the last thing said in a chat; the ticket it is about, or whose word is in it."""

    where: Address
    past: bool = False
    """Past mere notices, too: under which nothing may be pressed."""
    issues: Issues | None = None
    """The known issues as well, where they answer a question behind which one may come."""


Query = MyTickets | Queue | Added | Issues | Followers | These | Around | Morning | Standing | Asked


class Found(Struct, frozen=True):
    """What was found for a query: some tickets of so many, in their order, and what else it asked for."""

    tickets: tuple[Ticket, ...] = ()
    start: int = 0
    total: int = 0
    entries: tuple[Entry, ...] = ()
    issues: tuple[Issue, ...] | None = None
    """None: nobody asked for them."""
    people: tuple[Person, ...] = ()
    colleagues: tuple[Agent, ...] = ()
    canned: tuple[Canned, ...] = ()
    standing: tuple[tuple[Address, Dialogue[Any]], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    """What each asks (`Prompt.asks`), and its name; and …"""
    noticed: int = 0
    """… how many notices have come below them."""
