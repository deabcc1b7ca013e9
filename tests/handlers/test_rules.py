"""What is said of our promise before sending: only where it is true."""

from __future__ import annotations

import pytest

from bot.desk.config import Category, Desk, Priority, Rule, Term
from bot.i18n import typed
from bot.values import replace
from handlers.draft import Draft, house_rules
from tests.handlers.test_list import DESK


def shown(desk: Desk, category: str) -> tuple[Rule, ...]:
    whole = typed(house_rules(desk, Draft(category=category)), "en")
    return tuple(rule for rule in DESK.rules if rule.words.words["en"] in whole)


def told(category: Category, low: Term | None = None) -> bool:
    """Whether it is said of a request of that category."""
    desk = replace(DESK, categories=(category,), promises=replace(DESK.promises, low=low))
    return shown(desk, category.name)[:1] == DESK.rules[:1]


@pytest.mark.parametrize(
    ("promise", "priority", "said"),
    [
        (None, "normal", True),
        (Term(days=1), "normal", True),
        (Term(minutes=240), "normal", True),
        (Term(days=2), "normal", False),
        (Term(minutes=20 * 60), "normal", False),  # a day is open for eight hours
        (None, "low", False),
        (None, "urgent", True),
        (Term(days=2), "urgent", True),
    ],
)
def test_a_rule_is_not_said_where_more_time_is_promised(
    promise: Term | None, priority: Priority, *, said: bool
) -> None:
    assert told(replace(DESK.categories[0], promise=promise, priority=priority), Term(days=3)) is said


def test_a_rule_that_promises_nothing_is_said_everywhere() -> None:
    slow = replace(DESK.categories[0], promise=Term(days=9))
    desk = replace(DESK, categories=(slow,))
    assert shown(desk, slow.name) == DESK.rules[1:]


def test_before_they_chose_what_it_is_about_it_is_what_the_desk_promises() -> None:
    assert shown(DESK, "") == DESK.rules
    assert shown(replace(DESK, promises=replace(DESK.promises, answer=Term(days=2))), "") == DESK.rules[1:]
