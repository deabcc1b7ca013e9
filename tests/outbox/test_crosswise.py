"""Two who write into one line at the same time, on PostgreSQL: neither overtakes, neither sends what the other has."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import text

from bot.channels import Parcel
from bot.effects import Say
from bot.events import Caller, Message
from bot.store import Store, Tx
from bot.store.fates import Held, Sent, finish
from bot.store.lanes import claim
from bot.store.ledger import Ledger
from bot.store.letters import Letter
from bot.store.team import note
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, GROUP, Doing, Hand, alarm, message, opened, say

WAITERS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


@pytest.fixture
def both(pg_url: str, hand: Hand) -> Iterator[tuple[Store, Store]]:
    """Two processes on one database."""
    ours, theirs = opened(pg_url, hand), opened(pg_url, hand)
    yield ours, theirs
    ours.close()
    theirs.close()


class Slowly:
    """Says something in a transaction of its own, and commits only when it is told to."""

    def __init__(self, words: Say) -> None:
        self._words = words
        self.said, self.go = threading.Event(), threading.Event()

    def __call__(self, tx: Tx) -> object:
        ledger = Ledger(tx, message("slow"))
        ledger.write(self._words)
        letters = ledger.seal()
        self.said.set()
        assert self.go.wait(10)
        return letters


async def until_somebody_waits(store: Store) -> None:
    async with asyncio.timeout(10):
        while not await store.read(lambda connection: connection.execute(WAITERS).scalar_one()):  # noqa: ASYNC110 - another server: nobody rings here
            await asyncio.sleep(0.01)


async def meanwhile(
    store: Store, slowly: Slowly, by: Store, work: Callable[[], asyncio.Task[object]]
) -> tuple[object, object]:
    """Lets `work` run into what is written slowly; what came of both."""
    slow = asyncio.create_task(by.run(slowly))
    assert await asyncio.to_thread(slowly.said.wait, 10)
    other = work()
    await until_somebody_waits(store)
    slowly.go.set()
    return await slow, await other


def doing(words: str) -> Script:
    return Script(Doing(lambda _seen, _event: [say(ANA, words)]))


async def test_nobody_overtakes_what_another_process_said_first(both: tuple[Store, Store]) -> None:
    ours, theirs = both
    assert len((await take(message("1"), ours, doing("one"))).letters) == 1  # in hand, and not sent yet
    slowly = Slowly(say(ANA, "two"))
    _, taken = await meanwhile(
        ours, slowly, theirs, lambda: asyncio.create_task(take(message("3"), ours, doing("three")))
    )
    assert taken.letters == ()  # type: ignore[attr-defined]


async def test_nobody_else_gets_what_was_claimed_behind_a_letter_that_is_just_being_noted(
    both: tuple[Store, Store],
) -> None:
    ours, theirs = both
    (first,) = (await take(message("1"), ours, doing("one"))).letters
    note = partial(finish, fates=[Sent(first, ANA, ("m1",))])
    slowly = Slowly(say(ANA, "two"))
    claimed, _ = await meanwhile(ours, slowly, ours, lambda: asyncio.create_task(ours.run(note)))
    assert len(claimed) == 1  # type: ignore[arg-type]
    assert (await theirs.run(partial(claim, most=4))).letters == ()


async def test_what_a_waiting_letter_says_anew_is_what_is_sent(both: tuple[Store, Store]) -> None:
    """Others claim a letter just while its words are replaced by newer ones."""
    ours, theirs = both
    await take(alarm("old", "x"), ours, Script(Doing(lambda _seen, _event: [say(ANA, "old", slot="s")])))
    slowly = Slowly(say(ANA, "new", slot="s"))
    slow = asyncio.create_task(theirs.run(slowly))
    assert await asyncio.to_thread(slowly.said.wait, 10)
    claiming = asyncio.create_task(ours.run(partial(claim, most=4)))
    await asyncio.wait({claiming}, timeout=0.5)  # it waits for the other, or goes without
    slowly.go.set()
    await slow
    letters = (*(await claiming).letters, *(await ours.run(partial(claim, most=4))).letters)
    assert [letter.parcel.text for letter in letters] == ["new"]


async def test_what_is_held_stops_buckets_in_the_order_of_a_claim(
    both: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a claim beside it, which takes the bot's before the group's, and this would wait for each other."""
    taken: list[str] = []
    monkeypatch.setattr("bot.store.fates.stop", lambda _tx, key, _pace, _seconds: taken.append(key))
    group, chat = (Letter(id=9, lane=f"{at.channel}|{at.chat}|", to=at, parcel=Parcel()) for at in (GROUP, ANA))
    await both[0].run(partial(finish, fates=[Held(group, 2.0), Held(chat, 3.0, everywhere=True)]))
    assert taken == [ANA.channel, f"{GROUP.channel}|{GROUP.chat}"]


async def test_whose_team_is_named_at_the_same_time_is_noted_without_waiting_for_each_other(
    both: tuple[Store, Store],
) -> None:
    """Else PostgreSQL ends one of the two, and it is run again."""
    ours, theirs = both
    said, go, runs = threading.Event(), threading.Event(), []
    of_all = message("1", GROUP, members=tuple(Caller(name, name) for name in "cba"))

    def noted(tx: Tx, events: list[Message]) -> None:
        runs.append(tx.again)
        for event in events:
            note(tx, event)
            said.set()
            assert go.wait(10)

    alone = [replace(of_all, who=Caller(name, name), members=()) for name in "ac"]
    slow = asyncio.create_task(theirs.run(partial(noted, events=alone)))
    assert await asyncio.to_thread(said.wait, 10)
    other = asyncio.create_task(ours.run(partial(noted, events=[of_all])))
    await until_somebody_waits(ours)
    go.set()
    await asyncio.gather(slow, other)
    assert runs == [0, 0]
