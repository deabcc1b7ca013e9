"""Days as people write them, on a Tuesday."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.days import day_of

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ayer", "2026-11-23"),
        ("desde ayer.", "2026-11-23"),
        ("since yesterday", "2026-11-23"),
        ("hoy", "2026-11-24"),
        ("This morning", "2026-11-24"),
        ("antes de ayer", "2026-11-22"),
        ("the day before yesterday", "2026-11-22"),
        ("mañana", "2026-11-25"),
        ("manana", None),
        ("hace 3 días", "2026-11-21"),
        ("hace una semana", "2026-11-17"),
        ("Two weeks ago", "2026-11-10"),
        ("desde hace dos días", "2026-11-22"),
        ("3 days", None),
        ("el lunes", "2026-11-23"),
        ("martes", "2026-11-24"),
        ("el martes pasado", "2026-11-17"),
        ("last Friday", "2026-11-20"),
        ("24 de noviembre", "2026-11-24"),
        ("since 24th of November", "2026-11-24"),
        ("November 3", "2026-11-03"),
        ("30 de diciembre", "2026-12-30"),
        ("3 de enero", "2027-01-03"),
        ("desde el 3 de enero", "2026-01-03"),
        ("since 3/5", "2026-05-03"),
        ("el 3 de mayo pasado", "2026-05-03"),
        ("1 de mayo de 2025", "2025-05-01"),
        ("24 nov 26", "2026-11-24"),
        ("24/11", "2026-11-24"),
        ("31/02", None),
        ("31 de febrero", None),
        ("ayer no, hoy", None),
        ("el lunes o el martes", None),
        ("no lo sé", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_days(text: str, value: str | None) -> None:
    found = day_of(text, TUESDAY)
    assert (found and found.isoformat()) == value
