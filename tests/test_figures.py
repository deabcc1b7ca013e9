"""Numbers and days, as the readers of each language write them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.words import Fact, Number, _
from bot.i18n import Words

MADRID = ZoneInfo("Europe/Madrid")
WORDS = Words("https://desk.example", MADRID)


@pytest.mark.parametrize(
    ("fact", "spanish", "english"),
    [
        (Number("70.10"), "70,10", "70.10"),
        (Number("48213"), "48213", "48213"),
        (date(2026, 11, 24), "24 de noviembre de 2026", "24 November 2026"),
        (
            datetime(2026, 11, 24, 9, 5, tzinfo=MADRID),
            "martes 24 de noviembre a las 9:05",
            "Tuesday 24 November at 09:05",
        ),
        (
            datetime(2026, 11, 24, 1, 5, tzinfo=MADRID),
            "martes 24 de noviembre a la 1:05",
            "Tuesday 24 November at 01:05",
        ),
    ],
)
def test_a_figure_reads_as_its_reader_writes_it(fact: Fact, spanish: str, english: str) -> None:
    said = _("{link}", link=fact)
    assert (WORDS.plain(said, "es"), WORDS.plain(said, "en")) == (spanish, english)
