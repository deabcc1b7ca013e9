"""One thing said in several messages: a long text that a platform cuts, and what people write line by line."""

from __future__ import annotations

from datetime import datetime, timedelta

PIECE = 2_000
"""So many letters each of them has at least, but for the last one."""
AT_ONCE = timedelta(seconds=2)
SETTLE = timedelta(seconds=2)
"""The pictures of an album arrive one by one; so long after the first they are all there."""
READ, LETTER = timedelta(seconds=1), timedelta(seconds=1) / 8
"""Nobody reads a question sooner, or types faster on a phone."""
FEW = 3
"""Fewer words may well be an answer."""


def is_rest(at: datetime, before: datetime) -> bool:
    """Whether what was said at one moment is the rest of the piece said before it."""
    return timedelta() <= at - before <= AT_ONCE


def is_begun(text: str, at: datetime, before: datetime, least: int = FEW) -> bool:
    """Whether somebody had begun to write it before they could have read what we asked in between. `least`: words of it,
    where fewer may be an answer.
    """
    return len(text.split()) >= least and timedelta() <= at - before < READ + len(text) * LETTER
