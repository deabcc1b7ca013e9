"""A clock that is put right: what was said leaves as if nothing had been, and nothing that opens a door lasts longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from bot.channels import Attachment, Later, Parcel
from bot.clock import Clock, Watch
from bot.dialogue.words import File, Said
from bot.effects import Admit
from bot.events import Address, Alarm
from bot.outbox.postman import Postman
from bot.store import Store, logins, pages
from bot.store.alarms import plant
from bot.store.chores import LEASE, claim
from bot.store.lanes import claim as claim_letters
from bot.store.rows import moment, stamp
from bot.turn import Script, take
from tests.outbox.office import Office, Window, failing, fine
from tests.store.desk import ANA, GROUP, Doing, Hand, does, message, opened, say, sees

HOUR = 3600.0


@pytest.fixture
async def office(url: str, hand: Hand) -> AsyncIterator[Office]:
    store = opened(url, hand)
    yield Office(store, hand, Window())
    store.close()


@pytest.fixture
async def clock(office: Office) -> Clock:
    clock = Clock(office.store, office.hear)
    await clock.mind()
    await office.postman.round()
    return clock


def test_only_a_step_back_is_seen_and_once(hand: Hand) -> None:
    watch, seen = Watch(hand.now), []
    for step in (0, 1, HOUR, -1, -HOUR, 0, 1):
        hand.later(step)
        seen.append(watch.back())
    assert seen == [0, 0, 0, 0, HOUR, 0, 0]


async def test_the_paces_go_on(office: Office, clock: Clock) -> None:
    """Of a person, of the team's group and of the whole bot: each had said all it may at once."""
    for n in range(30):
        await office.turn(message(str(n)), say(ANA, f"{n}"), say(GROUP, f"{n}"))
    await office.rounds(2)
    before = len(office.window.sent)
    office.hand.later(-HOUR)
    await clock.mind()
    await office.rounds(60, seconds=1)
    assert (before < 60, len(office.window.sent)) == (True, 60)


async def test_a_chat_that_was_to_wait_waits_as_long_as_it_was_told(office: Office, clock: Clock) -> None:
    office.window.trouble = failing(1, Later(30.0))
    await office.turn(message("1"), say(ANA, "hello"))
    office.hand.later(-HOUR)
    await clock.mind()
    await office.rounds(29, seconds=1)
    assert office.window.sent == []
    await office.rounds(3, seconds=1)
    assert office.window.sent == [(ANA, Parcel(text="hello"))]


async def test_a_platform_that_was_away_is_looked_for_as_soon(office: Office, clock: Clock) -> None:
    away = OSError("away")
    people = [Address("telegram", str(n)) for n in range(300, 304)]

    def trouble(_to: Address, _parcel: Parcel) -> None:
        raise away

    office.window.trouble = trouble
    for person in people:
        await office.turn(message(person.chat, person), say(person, "hello"))
    office.hand.later(-HOUR)
    await clock.mind()
    office.window.trouble = fine
    await office.rounds(20, seconds=1)
    assert len(office.window.sent) == len(people)


async def test_what_a_dead_process_had_in_hand_is_soon_anothers(
    office: Office, clock: Clock, hand: Hand, url: str
) -> None:
    dead = opened(url, hand)
    await does(dead, message("1", answer=Said("", (File("f", "photo"),))), say(ANA, "hello"))
    assert len(await dead.run(partial(claim, most=4))) == 1
    dead.close()
    office.hand.later(-HOUR)
    await clock.mind()
    office.hand.later(LEASE + 1)
    await office.rounds()
    assert office.window.texts() == ["hello"]
    assert len(await office.store.run(partial(claim, most=4))) == 1


async def test_a_login_and_a_code_last_no_longer(office: Office, clock: Clock) -> None:
    store, hand = office.store, office.hand
    person = (await sees(store, message("1"))).person.id
    await store.run(partial(logins.begin, person=person, login="held"))
    until = moment(stamp(hand.at) + 600)
    await does(store, message("2"), *(Admit(person, knock, "123456", until) for knock in ("early", "late")))
    hand.later(300)
    await clock.mind()
    hand.later(-HOUR)
    await clock.mind()
    hand.later(299)
    early = await store.run(partial(logins.redeem, knock="early", code="123456", login="early"))
    hand.later(2)
    late = await store.run(partial(logins.redeem, knock="late", code="123456", login="late"))
    assert (early, late) == (True, False)
    hand.later(24 * HOUR - 602)
    before = await store.look(partial(pages.guest, login="held"))
    hand.later(2)
    assert before
    assert await store.look(partial(pages.guest, login="held")) is None


class Slow(Window):
    """Takes nothing until its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        await self.gate.wait()
        return await super().deliver(to, parcel, files)


async def test_what_rang_by_the_wrong_clock_rings_when_its_time_comes(office: Office, clock: Clock) -> None:
    """A team's digest sets the next one: unheard, it would be the last."""
    nine = office.hand.at + timedelta(hours=1)
    digest = partial(plant, name="digest", about="telegram:-100", at=nine)
    for step in (24 * HOUR, -24 * HOUR, HOUR):
        await office.store.run(digest)  # as every start does
        office.hand.later(step)
        await clock.mind()
        await clock.round()
    assert [event.name for event in office.heard if isinstance(event, Alarm)] == ["digest", "digest"]


async def test_a_step_forward_sends_nothing_twice(office: Office) -> None:
    """What this process has in hand stays its own, however late it suddenly is."""
    slow = Slow()
    postman = Postman(office.store, {"telegram": slow}, office.read, office.hear)
    postman.post((await does(office.store, message("1"), say(ANA, "hello"))).letters)
    await asyncio.sleep(0)
    office.hand.later(HOUR)
    await postman.round()
    slow.gate.set()
    await postman.rest()
    await postman.round()
    await postman.rest()
    assert slow.texts() == ["hello"]


@pytest.mark.parametrize(("step", "before"), [(HOUR, ["one"]), (HOUR, ["one", "two"]), (-HOUR, ["one"])])
async def test_a_step_sends_nothing_twice_though_a_turn_comes_first(
    office: Office, clock: Clock, step: float, before: list[str]
) -> None:
    """After one forward the lane looks to a turn as if whoever had it had died."""
    slow = Slow()
    postman = Postman(office.store, {"telegram": slow}, office.read, office.hear)

    async def told(words: str) -> None:
        script = Script(Doing(lambda _seen, _event: [say(ANA, words)]))
        postman.post((await take(message(words), office.store, script, notices=True)).letters)
        await asyncio.sleep(0)

    await postman.tend()
    for words in before:
        await told(words)
    office.hand.later(step)
    if step < 0:
        await clock.mind()
        await postman.tend()
    await told("last")
    others = (await office.store.run(partial(claim_letters, most=4))).letters
    slow.gate.set()
    for _ in range(3):
        await postman.rest()
        await postman.round()
    await postman.rest()
    assert others == ()
    assert slow.texts() == [*before, "last"]


async def test_a_start_sees_what_happened_while_nobody_was_at_work(url: str, hand: Hand) -> None:
    store = opened(url, hand)
    office = Office(store, hand, Window())
    for n in range(40):
        await office.turn(message(str(n)), say(ANA, f"{n}"))
    hand.later(-HOUR)
    again = opened(url, hand)
    await Clock(again, office.hear).mind()
    await office.rounds(20, seconds=1)
    assert len(office.window.sent) == 40
    store.close()
    again.close()


@pytest.mark.parametrize("second", [0, 59])
async def test_two_processes_that_notice_move_it_once(
    office: Office, clock: Clock, url: str, hand: Hand, second: float
) -> None:
    """Though a minute begins between the two."""
    person = (await sees(office.store, message("1"))).person.id
    await office.store.run(partial(logins.begin, person=person, login="held"))
    other: Store = opened(url, hand)
    beside = Clock(other, office.hear)
    await beside.mind()
    hand.later(second)
    await clock.mind()
    await beside.mind()
    hand.later(-HOUR)
    await clock.mind()
    hand.later(1)
    await beside.mind()
    hand.later(23.5 * HOUR)
    assert await other.look(partial(pages.guest, login="held"))
    hand.later(0.6 * HOUR)
    assert await other.look(partial(pages.guest, login="held")) is None
    other.close()


async def test_a_start_does_not_move_once_more_what_was_moved(office: Office, clock: Clock) -> None:
    store, hand = office.store, office.hand
    person = (await sees(store, message("1"))).person.id
    await store.run(partial(logins.begin, person=person, login="held"))
    await clock.mind()
    hand.later(-2 * HOUR)
    await clock.mind()
    for _ in range(3):
        hand.later(120)
        await Clock(store, office.hear).mind()
    hand.later(23.8 * HOUR)
    assert await store.look(partial(pages.guest, login="held"))
