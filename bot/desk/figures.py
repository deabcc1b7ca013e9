"""What the last weeks say of us: how often we kept our word, and which days are busy."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bot.desk.numbers import of_100

ENOUGH = 20
"""Fewer answers say nothing."""
BUSY = 1.5
"""Times as much as on a usual day."""


class Figures(Struct, frozen=True):
    """As they were when they were last counted."""

    in_time: int | None = None
    """Of 100 first answers of the last 90 days, those that came by the date first promised. What is overdue counts as
    late. None: too few to say.
    """
    busy: frozenset[int] = frozenset()
    """Days of the week, Monday 0, that brought half as much again as a usual day, over the last eight weeks."""


NONE = Figures()


def figures(answered: int, late: int, opened: Mapping[int, int]) -> Figures:
    """`answered`: all that had a first answer, or should have; `late`: those among them; `opened`: by day of the week."""
    kept = of_100(answered - late, answered) if answered >= ENOUGH else None
    return Figures(kept, _busy(opened))


def _busy(opened: Mapping[int, int]) -> frozenset[int]:
    used = [number for number in opened.values() if number]
    if sum(used) < ENOUGH * 2:
        return frozenset()
    usual = sum(used) / len(used)
    return frozenset(day for day, number in opened.items() if number >= BUSY * usual)
