"""What the last weeks say of us, and when they say too little."""

from __future__ import annotations

import pytest

from bot.desk.figures import NONE, Figures, figures

EVEN = dict.fromkeys(range(5), 10)


@pytest.mark.parametrize(
    ("answered", "late", "opened", "found"),
    [
        (0, 0, {}, NONE),
        (19, 0, {}, NONE),
        (20, 0, {}, Figures(100)),
        (250, 10, {}, Figures(96)),
        (20, 20, {}, Figures(0)),
        (0, 0, EVEN, NONE),
        (0, 0, {**EVEN, 0: 25}, Figures(busy=frozenset({0}))),
        (0, 0, {0: 39}, NONE),  # too few to say
        (0, 0, {**EVEN, 0: 20, 1: 20}, Figures(busy=frozenset())),  # two days that are much alike are no exception
    ],
)
def test_figures_are_said_only_when_they_say_something(
    answered: int, late: int, opened: dict[int, int], found: Figures
) -> None:
    assert figures(answered, late, opened) == found
