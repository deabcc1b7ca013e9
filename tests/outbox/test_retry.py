"""How long to wait, and how fast one may talk: arithmetic."""

from __future__ import annotations

import pytest

from bot.outbox.pace import BOT, CHAT, GROUP, Pace
from bot.outbox.retry import pauses, wait


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, 1024), (7, 3600), (12, 3600), (999, 3600)]
)
def test_the_wait_grows_to_an_hour_and_a_quarter_more_by_chance(failures: int, seconds: float) -> None:
    assert (wait(failures, 0), wait(failures, 1)) == (seconds, seconds * 1.25)


def sent(pace: Pace, seconds: int) -> list[float]:
    """When messages go, if there is always one more."""
    tat, now, times = 0.0, 1000.0, []
    while (now := pace.opens(tat, now)) < 1000 + seconds:
        tat = pace.after(tat, now)
        times.append(now)
    return times


@pytest.mark.parametrize(("pace", "second", "minute"), [(BOT, 32, 1772), (GROUP, 20, 40), (CHAT, 31, 90)])
def test_no_second_and_no_minute_sees_more_than_it_may(pace: Pace, second: int, minute: int) -> None:
    times = sent(pace, 60)
    busiest = max(sum(start <= at < start + 1 for at in times) for start in times[:200])
    assert (busiest <= second, len(times) <= minute) == (True, True)


def test_the_bot_sends_nearly_all_it_may() -> None:
    assert len(sent(BOT, 60)) >= 0.97 * 30 * 60


def test_the_pauses_grow_to_half_a_minute() -> None:
    waits = pauses()
    assert [next(waits) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
