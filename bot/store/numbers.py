"""Counting how we did, beside the writer: two statements, from one index alone."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import astuple, fields
from sqlalchemy import BigInteger, Column, ColumnElement, Connection, and_, case, cast, func, literal, select, true
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.desk.numbers import Numbers, Quarter, Week, mondays
from bot.desk.ticket import Ticket
from bot.store import tables as t
from bot.store.rows import read_ticket
from bot.store.wall import DAY, on_the_wall

MINUTE, LONG, HOUR = 60, 6000, 3600
"""A wait is counted to the minute, and one as long as `LONG` to the hour."""
WEEK = 7 * DAY
MONDAY = 3 * DAY
"""1 January 1970 was a Thursday: so much after the Monday before."""
_ticket = t.ticket.c
Columns = ReadOnlyColumnCollection[str, Column[Any]]
Parts = Callable[[Columns], Sequence[ColumnElement[Any]]]
"""By what is counted, of the columns of a table."""


def count(connection: Connection, at: datetime, zone: ZoneInfo, weeks: int) -> Quarter:
    """So many weeks up to now, by the desk's clock."""
    days = mondays(at.astimezone(zone).date(), weeks)
    since = datetime.combine(days[0], datetime.min.time(), zone).timestamp()

    def week(of: Columns) -> tuple[ColumnElement[Any], ...]:
        return (cast(on_the_wall(of.opened, zone, since, at.timestamp()) + MONDAY, BigInteger) // WEEK,)

    weekly: dict[int, Heap] = defaultdict(Heap)
    for number, *sums in _counted(connection, since, at.timestamp(), week):
        weekly[number].add(sums)
    whole, kinds, tongues = Heap(), defaultdict[str, Heap](Heap), defaultdict[str, Heap](Heap)
    for category, language, *sums in _counted(connection, since, at.timestamp(), lambda of: (of.category, of.language)):
        for heap in (whole, kinds[category], tongues[language]):
            heap.add(sums)
    return Quarter(
        whole=whole.numbers(),
        weeks=tuple(Week(monday, weekly[_number(monday)].numbers()) for monday in days),
        categories=_most_first(kinds),
        languages=_most_first(tongues),
    )


def _number(monday: date) -> int:
    return int((datetime(monday.year, monday.month, monday.day, tzinfo=UTC).timestamp() + MONDAY) // WEEK)


def _most_first(parts: Mapping[str, Heap]) -> dict[str, Numbers]:
    counted = ((name, heap.numbers()) for name, heap in parts.items())
    return dict(sorted(counted, key=lambda part: (-part[1].opened, part[0])))


class Heap(Struct):
    """Sums of requests that have something in common, and how long how many of them waited for the first answer."""

    sums: list[int] = field(default_factory=lambda: [0] * 7)
    waited: Counter[int] = field(default_factory=Counter)

    def add(self, row: Sequence[Any]) -> None:
        took, *sums = row
        self.sums = [one + int(more) for one, more in zip(self.sums, sums, strict=True)]
        if took >= 0:
            self.waited[took] += sums[0]

    def numbers(self) -> Numbers:
        opened, answered, judged, late, reopened, rated, stars = self.sums
        return Numbers(opened, answered, judged, late, reopened, rated, stars, self._median())

    def _median(self) -> float | None:
        before, all_ = 0, self.waited.total()
        for took in sorted(self.waited):
            before += self.waited[took]
            if 2 * before >= all_:
                return float(took)
        return None


def _counted(connection: Connection, since: float, now: float, parts: Parts) -> Iterator[Sequence[Any]]:
    """Of the requests we keep, and of those we have kept."""
    overdue = case((and_(_ticket.answered == 0, _ticket.state == "ours", _ticket.due < now), 1), else_=0)
    for of, late, there in ((_ticket, overdue, _ticket.state != "merged"), (t.past.c, literal(0), true())):
        by, within = (*parts(of), _waited(of)), and_(of.opened >= since, of.opened <= now, there)
        yield from connection.execute(select(*by, *_sums(of, late)).where(within).group_by(*by))


def _waited(of: Columns) -> ColumnElement[Any]:
    """As exact as it is shown: to the minute, and what takes longer to the hour. So a few hundred rows stand for all."""
    took = of.answered - of.opened
    return case(
        (of.answered == 0, -1),
        (took < LONG, cast(took + MINUTE // 2, BigInteger) // MINUTE * MINUTE),
        else_=cast(took + HOUR // 2, BigInteger) // HOUR * HOUR,
    )


def _sums(of: Columns, overdue: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    answered = case((of.answered > 0, 1), else_=0)
    yield func.count()
    yield func.sum(answered)
    yield func.sum(answered + overdue)
    yield func.sum(case((of.answered > 0, of.late), else_=overdue))
    yield func.sum(case((of.reopened > 0, 1), else_=0))
    yield func.sum(case((of.rating > 0, 1), else_=0))
    yield func.sum(of.rating)


class Line(Struct, frozen=True):
    """A request as a spreadsheet has it."""

    code: str
    title: str
    category: str
    subcategory: str
    language: str
    state: str
    opened: datetime
    answered: datetime | None
    late: bool
    solved: datetime | None
    reopened: int
    rating: int | None
    tags: str


PAGE = 1000
LIVE = frozenset("=+-@\t\r\n")
"""What begins a formula in a spreadsheet."""


def written(connection: Connection, since: float) -> bytes:
    """Every request since then, the oldest first, as CSV: with a mark in front, by which every spreadsheet reads UTF-8."""
    made = io.StringIO(newline="")
    table = csv.writer(made)
    table.writerow(one.name for one in fields(Line))
    table.writerows(map(cell, astuple(_line(read_ticket(body)))) for body in _bodies(connection, since))
    return made.getvalue().encode("utf-8-sig")


def _bodies(connection: Connection, since: float) -> Iterator[str]:
    """So many at once that a large desk fits into a small memory."""
    last = 0
    while True:
        page = connection.execute(
            select(_ticket.id, _ticket.body)
            .where(_ticket.opened >= since, _ticket.id > last)
            .order_by(_ticket.id)
            .limit(PAGE)
        ).all()
        yield from (body for _number, body in page)
        if len(page) < PAGE:
            return
        last = page[-1][0]


def _line(ticket: Ticket) -> Line:
    return Line(
        ticket.code, ticket.title, ticket.category, ticket.subcategory, ticket.language, ticket.state,
        ticket.opened, ticket.answered, ticket.late, ticket.solved, ticket.reopened, ticket.stars or None, " ".join(ticket.tags),
    )  # fmt: skip


def cell(value: object) -> str:
    """Whatever a customer wrote is text there, and never a formula."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(timespec="seconds")
        case bool():
            return str(int(value))
        case str() if value.lstrip(" ")[:1] in LIVE and value.strip():
            return f"'{value}"
        case _:
            return str(value)
