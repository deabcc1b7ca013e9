"""Counting the last weeks, beside the writer: no turn ever waits for it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, cast, func, select

from bot.desk.figures import Figures, figures
from bot.store import tables as t
from bot.store.wall import DAY, on_the_wall

SINCE = 90 * DAY
WEEKS = 56 * DAY
EPOCH = 3
"""1 January 1970 was a Thursday."""


def count(connection: Connection, at: datetime, zone: ZoneInfo) -> Figures:
    """`zone`: of the desk's clock."""
    ticket, now = t.ticket.c, at.timestamp()
    answered, late = connection.execute(
        select(func.count(), func.coalesce(func.sum(ticket.late), 0)).where(
            ticket.answered > 0, ticket.answered >= now - SINCE
        )
    ).one()
    overdue = connection.scalar(
        select(func.count()).where(ticket.state == "ours", ticket.due < now, ticket.answered == 0)
    )
    # Whatever was opened lately was touched lately: the index on `touched` finds it.
    day = cast(on_the_wall(ticket.opened, zone, now - WEEKS, now), BigInteger) // DAY
    rows = connection.execute(
        select(day, func.count()).where(ticket.touched >= now - WEEKS, ticket.opened >= now - WEEKS).group_by(day)
    )
    opened: dict[int, int] = {}
    for number, many in rows:
        opened[(number + EPOCH) % 7] = opened.get((number + EPOCH) % 7, 0) + many
    return figures(answered + (overdue or 0), int(late) + (overdue or 0), opened)
