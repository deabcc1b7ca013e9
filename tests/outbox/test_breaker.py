"""A platform that is away is asked by one letter now and then; nobody's letter is used up by it, and nobody else waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from bot.channels import Attachment, Parcel
from bot.dialogue.words import File, Said
from bot.events import Address, Fetched, Receipt
from bot.outbox.breaker import LANES, LONGEST, MEANWHILE, Breaker
from bot.outbox.postman import Postman
from bot.outbox.retry import TRIES
from bot.store.letters import Letter
from bot.values import replace
from tests.outbox.office import Office, Window
from tests.store.desk import BEA, DAWN, LIMITS, Hand, message, opened, say

DAY = 86_400.0
STEP = 10
"""Seconds between two looks of the postman, to be quick."""
PEOPLE = [Address("telegram", str(100 + n)) for n in range(LANES + 2)]


def test_one_letters_trouble_is_no_platforms() -> None:
    breaker = Breaker()
    assert [breaker.fails("one", at) for at in range(20)] == [0.0] * 20
    assert breaker.waits(20.0) == 0.0


def test_it_is_left_alone_for_longer_and_longer_up_to_a_minute() -> None:
    breaker, now, pauses = Breaker(), 0.0, []
    for n in range(LANES):
        pause = breaker.fails(f"lane {n}", now)
    for _ in range(9):
        pauses.append(pause)
        assert breaker.waits(now + pause / 2) == pause / 2
        now += pause
        assert (breaker.waits(now), breaker.waits(now)) == (0.0, MEANWHILE)  # one looks, the others wait
        pause = breaker.fails("lane 0", now)
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST]


def test_an_answer_opens_it_to_all() -> None:
    breaker = Breaker()
    for n in range(LANES):
        breaker.fails(f"lane {n}", 0.0)
    assert breaker.waits(1.0) == 0.0
    breaker.well()
    assert [breaker.waits(1.0) for _ in range(5)] == [0.0] * 5
    assert breaker.fails("lane 0", 2.0) == 0.0


@pytest.fixture
async def office(url: str, hand: Hand) -> AsyncIterator[Office]:
    store = opened(url, hand)
    yield Office(store, hand, Window())
    store.close()


async def test_files_that_cannot_be_read_are_no_fault_of_the_platform(office: Office) -> None:
    async def unreadable(_file: File) -> Attachment:
        raise OSError("the bucket is away")

    office.postman = Postman(office.store, {"telegram": office.window}, unreadable, office.hear)
    for n, who in enumerate(PEOPLE[: LANES + 1]):
        picture = File(f"f{n}", "photo", "a.jpg", "image/jpeg")
        await office.turn(message(f"m{n}", BEA, answer=Said("", (picture,))), say(who, "", files=(picture,)))
        await office.turn(Fetched(id=f"f{n}", at=DAWN, where=BEA, file=f"f{n}", name="a.jpg"))
    await office.rounds()
    await office.turn(message("words", BEA), say(PEOPLE[-1], "words"))
    await office.rounds()
    assert office.window.texts() == ["words"]


async def test_what_is_of_no_use_a_day_later_is_given_up_with_a_word_and_not_before(url: str, hand: Hand) -> None:
    limits = replace(LIMITS["telegram"], stale=DAY)
    store = opened(url, hand, limits={"telegram": limits})
    office = Office(store, hand, Window(limits=limits))

    def away(_to: Address, _parcel: Parcel) -> None:
        raise OSError("away")

    office.window.trouble = away
    await office.turn(message("m", BEA), say(PEOPLE[0], "news", receipt="told"))
    await office.rounds(46, seconds=DAY / 48)
    before = list(office.heard)
    await office.rounds(6, seconds=DAY / 48)
    told = [event.trouble for event in office.heard if isinstance(event, Receipt)]
    assert (before, told, office.window.texts()) == ([], ["it could not be sent for a whole day"], [])
    store.close()


async def test_an_hour_without_the_platform_costs_few_calls_and_no_letter(office: Office) -> None:
    calls: list[float] = []

    def away(_to: Address, _parcel: Parcel) -> None:
        calls.append(office.hand.at.timestamp())
        raise OSError("away")

    office.window.trouble = away
    for n, who in enumerate(PEOPLE):
        await office.turn(message(f"m{n}", who), say(who, f"to {who.chat}"))
    for _ in range(3600 // STEP):
        await office.rounds(1, seconds=STEP)
    assert len(calls) < len(PEOPLE) + 3600 / LONGEST + 10
    assert max(later - earlier for earlier, later in pairwise(calls)) < LONGEST + 2 * STEP

    office.window.trouble = lambda _to, _parcel: None
    await office.rounds(int(LONGEST) // STEP + 3, seconds=STEP)
    assert sorted(office.window.texts()) == [f"to {who.chat}" for who in PEOPLE]
    assert TRIES < 3600 / LONGEST  # none of them was used up


@pytest.mark.parametrize("nothing", [Parcel(unsay=True, slot="never said"), Parcel(about=1)])
async def test_a_letter_that_needs_no_call_says_nothing_of_the_platform(office: Office, nothing: Parcel) -> None:
    """What it should take back was never sent; none of its files could be kept."""
    calls: list[str] = []

    def away(to: Address, _parcel: Parcel) -> None:
        calls.append(to.chat)
        raise OSError("away")

    office.window.trouble = away
    for n, who in enumerate(PEOPLE[:LANES]):
        await office.turn(message(f"m{n}", who), say(who, f"to {who.chat}"))
    office.hand.later(MEANWHILE)
    by = office.hand.at.timestamp() + DAY
    office.postman.post((Letter(id=99, lane="a lane", to=PEOPLE[-1], parcel=nothing, by=by),))
    await office.postman.rest()
    for n, who in enumerate(PEOPLE[LANES:]):
        await office.turn(message(f"next{n}", who), say(who, "waits"))
    assert calls == [who.chat for who in PEOPLE[: LANES + 1]]  # one has looked, and the other waits
