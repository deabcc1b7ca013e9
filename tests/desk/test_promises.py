"""What becomes of a date: by category and priority, at each turn, answered, undone, apologised for, merged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.config import Category, Priority, Promises, SubCategory, Team, Term
from bot.desk.people import Agent
from bot.desk.promises import baton, late, parted, promised, reopens_until, replied, reprioritised, slept, term, turned
from bot.desk.ticket import Ticket
from bot.dialogue.words import Spoken
from bot.values import replace
from tests.handlers.test_list import DESK as SHIPPED
from tests.handlers.test_list import TICKET

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten in Madrid
HOUR, DAY = timedelta(hours=1), timedelta(1)
BEA = Agent("telegram:5", "Bea")
LABEL = Spoken({"en": "x"})
SLOW = Category(
    name="slow", label=LABEL, subcategories=(SubCategory(name="a", label=LABEL),), promise=Term(days=5), priority="low"
)
DESK = replace(
    SHIPPED,
    categories=(*SHIPPED.categories, SLOW),
    promises=Promises(further=Term(days=2), urgent=Term(minutes=60)),
)
OPEN = promised(DESK, replace(TICKET, opened=MONDAY), MONDAY)


@pytest.mark.parametrize(
    ("category", "priority", "further", "found"),
    [
        ("design", "normal", False, Term(days=1)),
        ("design", "normal", True, Term(days=2)),
        ("design", "urgent", True, Term(minutes=60)),
        ("design", "low", False, Term(days=1)),  # this desk says nothing of what can wait
        ("slow", "normal", False, Term(days=5)),
        ("slow", "urgent", False, Term(minutes=60)),
        ("gone", "normal", False, Term(days=1)),
    ],
)
def test_the_priority_goes_before_the_category_and_that_before_the_desk(
    category: str,
    priority: Priority,
    further: bool,  # noqa: FBT001 - a case
    found: Term,
) -> None:
    assert term(DESK, category, priority, further=further) == found


def waits(ticket: Ticket, at: datetime) -> Ticket:
    return turned(DESK, ticket, replace(ticket, state="yours"), at)


def test_the_clock_stands_still_while_it_is_the_customers_turn() -> None:
    stopped = waits(OPEN, MONDAY + 2 * HOUR)
    assert stopped.left == 6 * HOUR
    on = turned(DESK, stopped, stopped.hear(MONDAY + 7 * DAY), MONDAY + 7 * DAY)
    assert (on.due, on.left, on.since) == (MONDAY + 7 * DAY + 7 * HOUR, None, MONDAY + 7 * DAY)  # with lunch


def test_a_date_that_has_passed_leaves_nothing_and_the_next_word_begins_another_which_is_as_late() -> None:
    overdue = replace(OPEN, sorry=OPEN.due, due=MONDAY + 2 * DAY)
    stopped = waits(overdue, MONDAY + 4 * DAY)
    on = turned(DESK, stopped, stopped.hear(MONDAY + 7 * DAY), MONDAY + 7 * DAY)
    assert (stopped.left, on.due, on.sorry) == (None, MONDAY + 8 * DAY, OPEN.due)
    assert replied(DESK, on.answer(BEA, MONDAY + 7 * DAY + HOUR, "solved"), MONDAY + 7 * DAY + HOUR).late


def test_an_answer_keeps_the_promise_and_the_next_word_begins_another() -> None:
    answered = replied(DESK, OPEN.answer(BEA, MONDAY + HOUR, "yours"), MONDAY + HOUR)
    assert (answered.left, answered.late, answered.waits) == (None, False, MONDAY + HOUR)
    on = turned(DESK, answered, answered.hear(MONDAY + DAY), MONDAY + DAY)
    assert on.due == MONDAY + 3 * DAY


def test_an_answer_after_which_it_is_still_our_turn_promises_another() -> None:
    assert replied(DESK, OPEN.answer(BEA, MONDAY + HOUR, "ours"), MONDAY + HOUR).due == MONDAY + 2 * DAY + HOUR


def test_after_an_apology_an_answer_is_late_only_past_the_first_date() -> None:
    at = OPEN.due - HOUR / 2
    sorry = late(DESK, OPEN, at)
    assert (sorry.sorry, sorry.due > OPEN.due) == (OPEN.due, True)
    for moment, is_late in ((OPEN.due, False), (OPEN.due + HOUR, True)):
        assert replied(DESK, sorry.answer(BEA, moment, "yours"), moment).late == is_late


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (MONDAY + timedelta(minutes=30), MONDAY + HOUR),  # an hour from when it was asked
        (MONDAY + 2 * HOUR, MONDAY + 3 * HOUR),  # that has passed: an hour from now
    ],
)
def test_a_new_priority_is_reckoned_from_the_beginning_but_never_into_the_past(at: datetime, due: datetime) -> None:
    assert reprioritised(DESK, OPEN, "urgent", at).due == due


def test_a_new_priority_while_it_is_the_customers_turn_counts_from_their_next_word() -> None:
    stopped = reprioritised(DESK, waits(OPEN, MONDAY + HOUR), "urgent", MONDAY + 2 * HOUR)
    assert turned(DESK, stopped, stopped.hear(MONDAY + DAY), MONDAY + DAY).due == MONDAY + DAY + HOUR


def test_a_solved_one_opens_again_for_some_business_days() -> None:
    assert reopens_until(DESK, OPEN.solve(MONDAY)) == MONDAY + 7 * DAY
    shorter = replace(DESK, life=replace(DESK.life, reopen=1))
    assert reopens_until(shorter, OPEN.solve(MONDAY)) == MONDAY + DAY


def test_of_two_that_are_merged_the_earlier_date_holds_and_the_open_turn() -> None:
    other = replace(OPEN, id=1002, code="SUP-1002", due=OPEN.due + DAY)
    part, whole = OPEN.merge(other, MONDAY + HOUR)
    assert (part.state, part.into) == ("merged", 1002)
    assert (whole.codes, whole.due, whole.state) == (("SUP-1002", "SUP-1001"), OPEN.due, "ours")
    _part, whole = OPEN.merge(waits(other, MONDAY + HOUR), MONDAY + HOUR)
    assert (whole.state, whole.due, whole.left) == ("ours", OPEN.due, None)
    _part, whole = waits(OPEN, MONDAY).merge(other, MONDAY + HOUR)
    assert (whole.state, whole.due) == ("ours", other.due)


def test_one_that_is_parted_again_has_a_date_to_come_and_is_as_late_as_it_was() -> None:
    other = replace(OPEN, id=1002, code="SUP-1002", due=OPEN.due + DAY)
    part, whole = OPEN.merge(other, MONDAY + HOUR)
    soon, late_at = OPEN.due - HOUR, OPEN.due + HOUR
    assert parted(DESK, part.part(whole, soon)[0], whole, soon).due == OPEN.due
    solved = replied(DESK, whole.answer(BEA, soon, "solved"), soon)
    found = parted(DESK, part.part(solved, late_at)[0], solved, late_at)
    assert (found.due, found.sorry) == (promised(DESK, OPEN, late_at).due, OPEN.due)
    sorry = late(DESK, whole, OPEN.due - HOUR)  # the whole was late, and the customer has read another date
    found = parted(DESK, part.part(sorry, late_at)[0], sorry, late_at)
    assert (found.due, found.sorry) == (sorry.due, OPEN.due)
    waiting, whole = waits(OPEN, MONDAY).merge(other, MONDAY + HOUR)
    found = parted(DESK, waiting.part(whole, late_at)[0], whole, late_at)
    assert (found.state, found.due) == ("yours", OPEN.due)


def test_what_wakes_in_time_keeps_its_date() -> None:
    asleep = slept(DESK, OPEN, MONDAY + 22 * HOUR, MONDAY + HOUR)
    assert (asleep.due, asleep.sorry, asleep.asleep) == (OPEN.due, None, MONDAY + 22 * HOUR)


def test_what_sleeps_past_its_date_has_left_at_waking_what_was_left_before() -> None:
    wednesday = MONDAY + 2 * DAY - HOUR  # nine in Madrid
    asleep = slept(DESK, OPEN, wednesday, MONDAY + 2 * HOUR)
    assert (asleep.due, asleep.sorry) == (wednesday + 7 * HOUR, OPEN.due)  # six hours, and lunch between them
    later = slept(DESK, asleep, wednesday + DAY, MONDAY + 3 * HOUR)
    assert later.sorry == OPEN.due  # the date first promised is the one it is measured by


def test_while_it_is_the_customers_turn_sleep_moves_nothing() -> None:
    stopped = waits(OPEN, MONDAY + 2 * HOUR)
    asleep = slept(DESK, stopped, MONDAY + 7 * DAY, MONDAY + 3 * HOUR)
    assert replace(asleep, asleep=None, touched=stopped.touched) == stopped


def test_the_customer_and_whatever_changes_the_date_wake_it() -> None:
    asleep = replace(slept(DESK, OPEN, MONDAY + 3 * DAY, MONDAY), agent=BEA)
    now = MONDAY + HOUR
    woken = (asleep.hear(now), asleep.solve(now), asleep.answer(BEA, now, "ours"))
    assert [ticket.asleep for ticket in (*woken, reprioritised(DESK, asleep, "urgent", now), waits(asleep, now))] == [
        None
    ] * 5
    assert asleep.hear(now).held == now


def test_the_baton_counts_open_time_and_only_while_it_is_our_turn() -> None:
    held = OPEN.claim(BEA, MONDAY)
    assert baton(DESK, held, MONDAY) == MONDAY + DAY
    assert baton(DESK, waits(held, MONDAY), MONDAY) is None
    assert baton(DESK, held.release(MONDAY), MONDAY) is None
    assert baton(DESK, replace(held, asleep=MONDAY + DAY), MONDAY) is None
    assert baton(replace(DESK, team=Team(baton=None)), held, MONDAY) is None
    back = turned(DESK, waits(held, MONDAY), held.hear(MONDAY + 3 * HOUR), MONDAY + 3 * HOUR)
    assert back.held == MONDAY + 3 * HOUR
