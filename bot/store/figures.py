"""Counting the last weeks, beside the writer: no turn ever waits for it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, bindparam, cast, func, select

from bot.desk.figures import Figures, figures
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.tx import Tx
from bot.store.wall import DAY, QUARTER

SINCE = 90 * DAY
WEEKS = 56 * DAY

_ticket = t.ticket.c
ANSWERED = Prepared(
    select(func.count(), func.coalesce(func.sum(_ticket.late), 0)).where(
        _ticket.answered > 0, _ticket.answered >= bindparam("since")
    )
)
OVERDUE = Prepared(
    select(func.count()).where(_ticket.state == "ours", _ticket.due < bindparam("now"), _ticket.answered == 0)
)
_quarter = cast(_ticket.opened, BigInteger) // QUARTER
# Whatever was opened lately was touched lately: the index on `touched` finds it.
_lately = (_ticket.touched >= bindparam("since"), _ticket.opened >= bindparam("since"))
OPENED = Prepared(select(_quarter, func.count()).where(*_lately).group_by(_quarter))


def count(tx: Tx, zone: ZoneInfo) -> Figures:
    """`zone`: of the desk's clock, by which days are told as it was then."""
    answered, late = tx.one(ANSWERED, since=tx.at - SINCE) or (0, 0)
    (overdue,) = tx.one(OVERDUE, now=tx.at) or (0,)
    opened: Counter[int] = Counter()
    for quarter, many in tx.all(OPENED, since=tx.at - WEEKS):
        opened[datetime.fromtimestamp(quarter * QUARTER, zone).weekday()] += many
    return figures(answered + overdue, int(late) + overdue, opened)
