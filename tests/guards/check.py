"""One check that keeps somebody out or something harmless, and what the code would be without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check: taking it away makes at least one of these tests fail, or nobody would notice that it is gone."""

    keeps: str
    """What it is there for, in a few words."""
    file: str
    there: str
    """The code as it is; it stands in the file exactly once."""
    gone: str
    tests: tuple[str, ...]
