"""Every check that keeps somebody out or something harmless, and what the code would be without it."""

from __future__ import annotations

from tests.guards import doors, edges, pages, words
from tests.guards.check import Check

CHECKS: tuple[Check, ...] = (*doors.CHECKS, *pages.CHECKS, *words.CHECKS, *edges.CHECKS)

__all__ = ["CHECKS", "Check"]
