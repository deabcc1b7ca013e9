"""Alarms ring once; chores are done until they are done; the broom leaves what is young."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.channels import Attachment, Busy
from bot.clock import Clock
from bot.dialogue.words import File, Said
from bot.effects import Wake
from bot.events import Address, Alarm, Event, Fetched
from bot.outbox.chores import Chores
from bot.outbox.postman import Postman
from bot.store import Store
from bot.store import tables as t
from bot.store.chores import FEW, LEASE, Chore, add, claim, done, failed, renew
from bot.store.failures import BURY
from bot.store.rows import Fetch
from bot.store.sweeping import MOST, sweep
from bot.store.tx import Tx
from bot.turn import Script, take
from tests.store.desk import ANA, DAWN, Doing, Hand, does, message, say

HOUR = timedelta(hours=1)


async def idle(_what: object) -> None:
    return None


async def nothing(_file: File) -> Attachment:
    raise NotImplementedError


@dataclass(slots=True)
class Ear:
    """Takes events through the desk and keeps the new ones; busy as often as it is told."""

    store: Store
    busy: int = 0
    heard: list[Event] = field(default_factory=list)
    then: tuple[Wake, ...] = ()

    async def __call__(self, event: Event) -> None:
        if self.busy:
            self.busy -= 1
            raise Busy
        if not (await take(event, self.store, Script(Doing(lambda _s, _e: self.then)))).repeat:
            self.heard.append(event)


def rung(name: str, hours: int = 1) -> Alarm:
    at = DAWN + hours * HOUR
    return Alarm(id=f"alarm:{name}:ticket.7:{at.timestamp()}", at=at, name=name, about="ticket.7")


async def test_an_alarm_rings_once_and_not_before_its_time(store: Store, hand: Hand) -> None:
    ear = Ear(store)
    clocks = [Clock(store, ear), Clock(store, ear)]
    await does(store, message("1"), Wake(DAWN + HOUR, "due", "ticket.7"))
    assert [await clock.round() for clock in clocks] == [0, 0]
    hand.later(3600)
    assert [await clock.round() for clock in clocks] == [1, 0]
    hand.later(3600)
    assert [await clock.round() for clock in clocks] == [0, 0]
    assert ear.heard == [rung("due")]


async def test_an_alarm_that_is_set_again_for_when_it_has_rung_rings_once_more(store: Store, hand: Hand) -> None:
    ear = Ear(store)
    clock = Clock(store, ear)
    for number in ("1", "2"):
        await does(store, message(number), Wake(DAWN + HOUR, "due", "ticket.7"))
        hand.later(3600)
        assert [await clock.round(), await clock.round()] == [1, 0]
        hand.later(3600)
    assert ear.heard == [rung("due"), rung("due", 2)]


async def test_an_alarm_that_is_postponed_rings_at_its_last_time_only(store: Store, hand: Hand) -> None:
    ear = Ear(store)
    clock = Clock(store, ear)
    for number, hours in (("1", 1), ("2", 3), ("3", 2)):
        await does(store, message(number), Wake(DAWN + hours * HOUR, "due", "ticket.7"))
    for _ in range(3):
        hand.later(3600)
        await clock.round()
    assert ear.heard == [rung("due", 2)]


async def test_an_alarm_that_could_not_be_taken_rings_again(store: Store, hand: Hand) -> None:
    ear = Ear(store, busy=1)
    clock = Clock(store, ear)
    await does(store, message("1"), Wake(DAWN, "due", "ticket.7"))
    assert await clock.round() == 1
    assert ear.heard == []
    hand.later(31)
    assert await clock.round() == 1
    assert ear.heard == [rung("due", 0)]


async def test_an_alarm_may_set_itself_again(store: Store, hand: Hand) -> None:
    ear = Ear(store, then=(Wake(DAWN + 2 * HOUR, "due", "ticket.7"),))
    clock = Clock(store, ear)
    await does(store, message("1"), Wake(DAWN + HOUR, "due", "ticket.7"))
    for _ in range(3):
        hand.later(3600)
        await clock.round()
    assert ear.heard == [rung("due", 1), rung("due", 2)]


async def test_a_chore_that_fails_is_done_again_and_gone_when_it_is_done(store: Store, hand: Hand) -> None:
    done: list[Chore] = []

    async def work(chore: Chore) -> None:
        done.append(chore)
        if len(done) == 1:
            raise OSError("no network")

    chores = Chores(store, work)
    file = File("f1", "photo", ref="r")
    await does(store, message("1", answer=Said("", (file,))))
    for seconds in (0.5, 1, 120):
        await chores.round()
        await chores.rest()
        hand.later(seconds)
    assert [(c.kind, c.fetch(), c.attempts, c.last) for c in done] == [
        ("fetch", Fetch(file, ANA), 0, False),
        ("fetch", Fetch(file, ANA), 1, False),
    ]
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(t.chore)).scalar_one()) == 0


async def test_a_chore_is_not_given_up_before_somebody_was_told_of_its_end(store: Store, hand: Hand) -> None:
    """The last try comes to an end that the database does not take just then."""
    told = Ear(store, busy=1)

    async def work(chore: Chore) -> None:
        if not chore.last:
            raise OSError("no network")
        await told(Fetched(id="fetched:f1", at=DAWN, where=ANA, file="f1", name="", trouble="lost"))

    chores = Chores(store, work)
    await does(store, message("1", answer=Said("", (File("f1", "photo", ref="r"),))))
    for _ in range(FEW + 2):
        await chores.round()
        await chores.rest()
        hand.later(600)
    assert [event.id for event in told.heard] == ["fetched:f1"]
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(t.chore)).scalar_one()) == 0


async def test_a_chore_of_a_process_that_died_is_done_at_the_next_start_when_we_are_alone(store: Store) -> None:
    done: asyncio.Queue[int] = asyncio.Queue()

    async def work(chore: Chore) -> None:
        done.put_nowait(chore.id)

    await does(store, message("1", answer=Said("", (File("f1", "photo", ref="r"),))))
    (held,) = await store.run(partial(claim, most=4))  # and then it died
    chores = Chores(store, work)
    assert await chores.round() == 0
    running = asyncio.create_task(chores.run(alone=True))
    assert await asyncio.wait_for(done.get(), 5) == held.id
    await chores.rest()
    running.cancel()


async def test_nobody_else_begins_a_chore_that_somebody_is_at(store: Store, hand: Hand) -> None:
    enough = asyncio.Event()

    async def work(_chore: Chore) -> None:
        await enough.wait()

    await does(store, message("1", answer=Said("", (File("f1", "photo", ref="r"),))))
    chores = Chores(store, work)
    assert await chores.round() == 1
    hand.later(LEASE - 1)
    await chores.keep()
    hand.later(LEASE - 1)
    assert await store.run(partial(claim, most=4)) == ()
    hand.later(2)
    assert len(await store.run(partial(claim, most=4))) == 1  # it has said nothing more: whoever was at it died
    enough.set()
    await chores.rest()


async def test_a_chore_that_is_over_takes_nothing_from_another_with_its_number(store: Store) -> None:
    """SQLite gives it out again at once."""
    await does(store, message("1", answer=Said("", (File("f1", "photo", ref="r"),))))
    (over,) = await store.run(partial(claim, most=4))
    await store.run(partial(done, chore=over))
    await does(store, message("2", answer=Said("", (File("f2", "photo", ref="r"),))))
    await store.run(partial(renew, chores=(over,)))
    await store.run(partial(failed, chore=over, error="late"))
    await store.run(partial(done, chore=over))
    (other,) = await store.run(partial(claim, most=4))
    assert (other.fetch().file.id, other.attempts) == ("f2", 0)


@pytest.mark.parametrize("kind", [Chores, Postman])
async def test_a_bell_that_rings_as_we_are_told_to_stop_does_not_keep_us(store: Store, kind: type) -> None:
    """`asyncio.wait_for` of Python 3.11 forgets a cancellation that comes together with what it waits for."""
    part = Chores(store, idle) if kind is Chores else Postman(store, {}, nothing, idle)
    running = asyncio.create_task(part.run())
    for _ in range(5):
        await store.run(lambda _tx: None)  # by then it has looked, and listens for the bell
    part._bell.set()
    running.cancel()
    await asyncio.wait({running}, timeout=2)
    assert running.cancelled()


async def test_the_broom_takes_old_keys_and_old_letters_only(store: Store, hand: Hand) -> None:
    async def left() -> tuple[int, int]:
        keys = await store.read(lambda c: c.execute(select(func.count()).select_from(t.taken)).scalar_one())
        rows = await store.read(lambda c: c.execute(select(func.count()).select_from(t.outbox)).scalar_one())
        return keys, rows

    await does(store, message("1"), say(ANA, "one"))
    await store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET state = 2"))
    await does(store, message("2"), say(ANA, "two"))
    hand.later(4 * 86_400)
    await does(store, message("3"))
    assert not await store.run(sweep)
    assert await left() == (1, 2)
    hand.later(27 * 86_400)
    assert not await store.run(sweep)
    assert await left() == (0, 1)


async def test_the_broom_takes_lines_of_addresses_and_requests_that_are_long_quiet(store: Store, hand: Hand) -> None:
    """Nobody writes to most of them ever again. The others are chats of people, and go with them."""
    for n, channel in enumerate(("email", "hook", "telegram")):
        await does(store, message(f"{n}"), say(Address(channel, "old"), "words", slot="x"))
        await store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET state = 2"))
        await store.run(lambda tx: tx._cursor.execute("UPDATE lane SET pending = 0, owner = ''"))
        await store.run(
            lambda tx: tx._cursor.execute(
                "INSERT INTO slot SELECT key, 'x', '1', '{}' FROM lane WHERE key NOT IN (SELECT lane FROM slot)"
            )
        )
    await does(store, message("young"), say(Address("email", "busy"), "words"))
    hand.later(32 * 86_400)
    await does(store, message("new"), say(Address("email", "new"), "words"))
    await store.run(sweep)
    left = await store.read(lambda c: (c.scalars(select(t.lane.c.key)).all(), c.scalars(select(t.slot.c.lane)).all()))
    assert [sorted(keys) for keys in left] == [["email|busy|", "email|new|", "telegram|old|"], ["telegram|old|"]]


async def test_what_was_set_aside_is_kept_for_a_season(store: Store, hand: Hand) -> None:
    def aside(tx: Tx) -> None:
        tx.do(BURY, key="k", body="b", error="e", at=tx.at)
        for _ in range(2):
            add(tx, "fetch", "{}")
        tx._cursor.execute("UPDATE chore SET dead = 1 WHERE id = 1")

    async def left() -> tuple[int, list[int]]:
        return await store.read(
            lambda c: (
                len(c.execute(select(t.dead_letter.c.id)).all()),
                list(c.scalars(select(t.chore.c.dead).order_by(t.chore.c.id))),
            )
        )

    await store.run(aside)
    hand.later(89 * 86_400)
    await store.run(sweep)
    assert await left() == (1, [1, 0])
    hand.later(2 * 86_400)
    await store.run(sweep)
    assert await left() == (0, [0])


async def test_the_broom_goes_around_what_waits_for_a_platform_that_was_switched_off(store: Store, hand: Hand) -> None:
    many = "INSERT INTO outbox (lane, slot, at, body, error, receipt, state) VALUES ('x', '', {}, '{{}}', '', '', {})"

    def written(tx: Tx) -> None:
        for n in range(3 * MOST + 1):
            tx._cursor.execute(many.format(tx.at, 0 if n < MOST + 1 else 2))

    async def left() -> list[int]:
        return await store.read(lambda c: list(c.scalars(select(t.outbox.c.state).order_by(t.outbox.c.id))))

    await store.run(written)
    hand.later(31 * 86_400)
    await does(store, message("1"), say(ANA, "new"))
    await store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET state = 2 WHERE lane <> 'x'"))
    assert [await store.run(sweep) for _ in range(4)] == [True, True, False, False]
    assert await left() == [0] * (MOST + 1) + [2]
