"""The desk's clock on the wall, as statements count by it: as it was then, though it was put forward or back since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, case, literal

DAY = 86_400
QUARTER = 900
"""Seconds, of an hour: the clocks of all countries differ by whole ones."""


def on_the_wall(at: Column[float], zone: ZoneInfo, since: float, until: float) -> ColumnElement[float]:
    """What it showed, in seconds, at moments between these two."""
    *changes, (_end, latest) = _spans(zone, int(since), int(until))
    ahead = case(*((at < end, seconds) for end, seconds in changes), else_=latest) if changes else literal(latest)
    return at + ahead


def _spans(zone: ZoneInfo, since: int, until: int) -> Iterator[tuple[int, int]]:
    """Until when it was so many seconds ahead of UTC."""
    for day, following in pairwise((*range(since, until, DAY), until)):
        if _ahead(zone, day) != _ahead(zone, following):
            yield _change(zone, day, following), _ahead(zone, day)
    yield until, _ahead(zone, until)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The second from which on it is as it is after."""
    now = _ahead(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _ahead(zone, middle) == now else (middle, after)
    return after


def _ahead(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
