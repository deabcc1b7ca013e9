"""Numbers and days as people write them."""

from __future__ import annotations

import pytest

from bot.desk.config import Question
from bot.dialogue.words import Spoken
from bot.i18n import typed
from bot.values import replace
from handlers.draft import extra_row
from handlers.questions import day, number
from tests.handlers.test_list import DESK


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        (" 19,90 ", "19.90"),
        ("-3.5", "-3.5"),
        ("007", "007"),
        ("0.125", "0.125"),
        ("1.200", "1200"),
        ("1,200", "1200"),
        ("1.200,50", "1200.50"),
        ("1,200.50 USD", "1200.50"),
        ("1.000.000", "1000000"),
        ("12 500", "12500"),
        ("30 €", "30"),
        ("$19.90", "19.90"),
        ("1.200 euros", "1200"),
        ("1.000,000.5", None),
        ("2 mil", "2000"),
        ("2 mil euros", "2000"),
        ("3 millones de €", "3000000"),
        ("0,5k", "500"),
        ("2 km", "2"),
        ("5 millas", "5"),
        ("1 kilo", "1"),
        ("2,5k", "2500"),
        ("1.200 mil", "1200000"),
        ("1,25 millones", "1250000"),
        ("-3 million", "-3000000"),
        ("1.0005k", "1000.5"),
        ("999999999999 millones", None),
        ("1.2.3", None),
        ("20-30", None),
        ("v2", None),
        ("600 60 60 60", None),
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


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("Which order?", "Which order? 77"),
        ("Its number. It is at the top right.", "Its number. It is at the top right. 77"),
        ("Order number", "Order number: 77"),
    ],
)
def test_a_question_without_a_short_name_has_one_sign_behind_it(label: str, row: str) -> None:
    question = Question(name="order", label=Spoken({"en": label, "es": label}), kind="text")
    shop = replace(DESK.categories[-1], questions=(question,))
    desk = replace(DESK, categories=(shop,))
    assert typed(extra_row(desk, shop.name, "order", "77"), "en") == row
