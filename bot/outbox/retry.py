"""How long to wait before trying again."""

from __future__ import annotations

from collections.abc import Iterator

TRIES = 12
"""After so many failures nothing more is tried."""

LONGEST = 3600.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


def wait(failures: int, chance: float) -> float:
    """Seconds after so many failures (1 or more): 1, 4, 16 … 3600, and up to a quarter more as `chance` (0 to 1) has it.

    The quarter keeps those who failed together from coming back together.
    """
    return min(4.0 ** min(failures - 1, 8), LONGEST) * (1 + chance / 4)


def pauses() -> Iterator[float]:
    """Seconds between the tries of what has to succeed before anything else can be done."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
