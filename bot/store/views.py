"""Reads for pages and signs of life, beside the writer."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from bot.store import tables as t


def overdue(connection: Connection, now: float) -> float:
    """Seconds for which the longest waiting letter could have been sent, and nobody has. 0: none waits."""
    oldest = connection.scalar(select(func.min(t.lane.c.next_at)).where(t.lane.c.pending > 0, t.lane.c.next_at < now))
    return now - oldest if oldest else 0.0


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
