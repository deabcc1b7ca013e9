"""Reads for pages and signs of life, beside the writer."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.channels import LOCKED_OUT
from bot.events import Address
from bot.store import tables as t
from bot.store.fates import DESERTED
from bot.store.letters import SENT


def overdue(connection: Connection, now: float) -> float:
    """Seconds for which the longest waiting letter could have been sent, and nobody has. 0: none waits."""
    oldest = connection.scalar(select(func.min(t.lane.c.next_at)).where(t.lane.c.pending > 0, t.lane.c.next_at < now))
    return now - oldest if oldest else 0.0


def deserted(connection: Connection) -> tuple[Address, ...]:
    """The teams' chats that could not be reached when they were tried last."""
    waits = t.lane.join(t.outbox, (t.outbox.c.lane == t.lane.c.key) & (t.outbox.c.state < SENT))
    found = (
        select(t.lane.c.channel, t.lane.c.chat)
        .select_from(waits)
        .where(t.lane.c.pending > 0, t.lane.c.ticket > 0, t.outbox.c.error == DESERTED)
        .distinct()
    )
    return tuple(Address(*row) for row in connection.execute(found.order_by(t.lane.c.channel, t.lane.c.chat)))


def locked_out(connection: Connection) -> tuple[str, ...]:
    """The platforms that refuse our token, by what waits for them."""
    waits = t.lane.join(t.outbox, (t.outbox.c.lane == t.lane.c.key) & (t.outbox.c.state < SENT))
    found = select(t.lane.c.channel).select_from(waits).where(t.outbox.c.error.startswith(LOCKED_OUT)).distinct()
    return tuple(connection.scalars(found.where(t.lane.c.pending > 0).order_by(t.lane.c.channel)))


def open_tickets(connection: Connection) -> dict[str, int]:
    """How many wait for us and for their customers."""
    rows = connection.execute(
        select(t.ticket.c.state, func.count()).where(t.ticket.c.state.in_(("ours", "yours"))).group_by(t.ticket.c.state)
    )
    return {"ours": 0, "yours": 0} | {str(state): int(number) for state, number in rows}


def counted(connection: Connection) -> dict[str, int]:
    """What turns have counted (`Count`)."""
    return {str(name): int(number) for name, number in connection.execute(select(t.tally.c.name, t.tally.c.number))}


def broken_promises(connection: Connection, now: float) -> int:
    """Tickets that wait for us past their date."""
    return int(connection.scalar(select(func.count()).where(t.ticket.c.state == "ours", t.ticket.c.due < now)) or 0)
