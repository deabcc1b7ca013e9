"""Numbers and days as people write them."""

from __future__ import annotations

import pytest

from handlers.questions import day, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        (" 19,90 ", "19.90"),
        ("-3.5", "-3.5"),
        ("1.000.000", None),
        ("", None),
        ("twelve", None),
        ("٣", None),
        ("9" * 16, None),
    ],
)
def test_numbers(text: str, value: str | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24/11/2026", "2026-11-24"),
        ("24.11.26", "2026-11-24"),
        ("4-1-2027", "2027-01-04"),
        ("2026-11-24", "2026-11-24"),
        ("11/24/2026", "2026-11-24"),
        ("13/13/2026", None),
        ("31/02/2026", None),
        ("yesterday", None),
        ("24/11", None),
        ("", None),
    ],
)
def test_days(text: str, value: str | None) -> None:
    assert day(text) == value
