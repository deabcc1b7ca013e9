"""A long text that a platform has cut into several messages, which come at once."""

from __future__ import annotations

from datetime import datetime, timedelta

PIECE = 2_000
"""So many letters each of them has at least, but for the last one."""
AT_ONCE = timedelta(seconds=2)


def is_rest(at: datetime, before: datetime) -> bool:
    """Whether what was said at one moment is the rest of the piece said before it."""
    return timedelta() <= at - before <= AT_ONCE
