"""What an agent is about to write, as they said by a press: a note, an answer, a reason. It lasts some minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from bot.desk.config import Deed
from bot.desk.ticket import Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File
from bot.effects import Effects, Room, Seen, Stand, Unsay, Wake
from bot.events import Address, Message
from handlers import cards
from handlers.pieces import is_rest
from handlers.start import place

INTENT = timedelta(minutes=10)
"""So long the press on *Note* or *Reply* waits for its words."""
BLOCK = "block"
"""The slot of what is asked before somebody is blocked: for how long, and why."""


class Noting(Struct, frozen=True):
    """An agent is about to write a note, or an answer."""

    ticket: int = 0
    reply: bool = False
    block: int | None = None
    """It is the reason for blocking the customer for so many days; 0: for good."""
    does: tuple[Deed, ...] = ()
    """It takes the place of a canned answer, and does what that does."""
    opens: bool = False
    """It is a request that they open for the customer."""
    files: tuple[File, ...] = ()
    """What came before its words."""
    begun: datetime | None = None
    """When a long note came: what follows it at once is the rest of it, and nothing for the customer."""


def intended(seen: Seen, event: Message, ticket: Ticket) -> Noting | None:
    """What the agent said they would write here, by *Note* or *Reply*."""
    match seen.dialogue:
        case Dialogue(draft=Noting(ticket=ticket.id, begun=begun) as noting):
            return noting if begun is None or is_rest(event.at, begun) else None
    return None


def how(who: str) -> str:
    """What one agent reads about writing here (`cards.question`)."""
    return f"how.{who}"


def _hinted(noting: Noting, who: str) -> tuple[int, str]:
    """In which ticket's room they read of it, and in which slot."""
    return noting.ticket, cards.asking(how(who)) if noting.block is None else BLOCK


def stands(noting: Noting) -> Dialogue[Noting]:
    """As it is kept beside the conversations of customers."""
    return Dialogue("note", "note", noting)


def will_write(seen: Seen, event: Message, noting: Noting) -> Effects:
    """The next words of this agent here are what they said, and not what they said before; that lasts some minutes."""
    match seen.dialogue:
        case Dialogue(draft=Noting() as before) if _hinted(before, event.who.id) != _hinted(noting, event.who.id):
            yield _unhinted(event.where, before, event.who.id)
    yield Stand(event.where, event.who.id, stands(noting))
    yield Wake(seen.now + INTENT, "note-over", place(event))


def over(seen: Seen, where: Address, who: str) -> Effects:
    """They wrote nothing: what they write now is shown back first again, and the hint goes."""
    match seen.dialogue:
        case Dialogue(draft=Noting() as noting):
            yield Stand(where, who, None)
            yield _unhinted(where, noting, who)


def given_up(seen: Seen, event: Message) -> Effects:
    """They will not write it after all, and nobody need wait for it."""
    yield from over(seen, event.where, event.who.id)
    yield Wake(None, "note-over", place(event))


def _unhinted(where: Address, noting: Noting, who: str) -> Unsay:
    ticket, slot = _hinted(noting, who)
    return Unsay(Room(cards.here(where), ticket), slot)
