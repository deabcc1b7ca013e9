"""Whether something happens where the team is, or where it was."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.desk.ticket import Ticket
from bot.events import Address, Deleted, Edited, Event, Message, Reacted, Receipt
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rehousing import learn_homes
from bot.store.tx import Tx

BY_THREAD = Prepared(
    select(t.thread.c.ticket).where(*(t.thread.c[n] == bindparam(n) for n in ("channel", "chat", "thread")))
)


def at_the_desk(tx: Tx, event: Event, where: Address, *, private: bool) -> bool:
    """Whether it is where the team is. A group that is not may be one whose chat has a new number, of which another
    process alone has heard.
    """
    if tx.rules.of_team(where.channel, where.chat):
        return True
    if private or not isinstance(event, Message | Edited | Deleted | Reacted):
        return False
    learn_homes(tx)
    return tx.rules.of_team(where.channel, where.chat)


def of_its_room(tx: Tx, event: Event, ticket: Ticket | None, *, now: bool = False) -> bool:
    """Whether it tells of words for a ticket's room, though its chat may be no team's any more: another has been named
    since. `now`: and the ticket is in that room.
    """
    if ticket is None or not isinstance(event, Receipt):
        return False
    at, home = event.where, tx.rules.home(ticket.agents)
    there = (at.channel, at.chat) == (home.channel, home.chat)
    return there or (not now and left(ticket, at))


def room_of(tx: Tx, where: Address) -> int:
    """The number of the ticket whose room a thread is; 0: it is none."""
    return tx.value(BY_THREAD, channel=where.channel, chat=where.chat, thread=where.thread) or 0


def left(ticket: Ticket, where: Address) -> bool:
    """Whether it was in that chat once."""
    return f"{where.channel}:{where.chat}" in ticket.left_chats
