"""What somebody has in hand stays theirs for as long as they are at it, and is soon another's when they are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from bot.dialogue.words import File, Said
from bot.events import Address, Fetched
from bot.outbox.postman import Postman
from bot.store import Store
from bot.store.fates import Failed, Fate, Held, Sent, finish
from bot.store.lanes import claim
from bot.store.letters import LEASE, Letter
from tests.outbox.office import Office, Window
from tests.store.desk import ANA, BEA, DAWN, Hand, does, message, opened, say

PICTURE = File("f1", "photo", "1.jpg", "image/jpeg")


async def with_picture(store: Store) -> None:
    """A letter of a picture that has been fetched."""
    await does(store, message("1", BEA, answer=Said("", (PICTURE,))), say(ANA, "", files=(PICTURE,)))
    await does(store, Fetched(id="f1", at=DAWN, where=BEA, file="f1", name="1.jpg"))


async def test_a_picture_whose_sender_died_is_sent_by_another_as_soon_as_words_are(url: str, hand: Hand) -> None:
    dying = opened(url, hand)
    await with_picture(dying)
    assert len((await dying.run(partial(claim, most=4))).letters) == 1
    dying.close()
    office = Office(opened(url, hand), hand, Window())
    hand.later(LEASE + 1)
    await office.rounds()
    assert [file.data for (file,) in office.window.files] == [b"f1"]
    office.store.close()


@pytest.mark.parametrize("does", [Postman.round, Postman.tend])
async def test_nobody_else_gets_a_letter_whose_upload_takes_long(
    url: str, hand: Hand, does: Callable[[Postman], Awaitable[object]]
) -> None:
    ours, theirs = opened(url, hand), opened(url, hand)
    begun, enough = asyncio.Event(), asyncio.Event()

    class Slow(Window):
        async def deliver(self, *parcel: object) -> tuple[str, ...]:
            begun.set()
            await enough.wait()
            return await super().deliver(*parcel)  # type: ignore[arg-type]

    office = Office(ours, hand, Slow())
    await with_picture(ours)
    await office.postman.round()
    await begun.wait()
    for _ in range(3):
        hand.later(LEASE - 1)
        await does(office.postman)
        assert (await theirs.run(partial(claim, most=4))).letters == ()
    hand.later(LEASE + 1)
    assert len((await theirs.run(partial(claim, most=4))).letters) == 1  # it has said nothing more: it must be dead
    enough.set()
    await office.postman.rest()
    ours.close()
    theirs.close()


@pytest.mark.parametrize("fate", [lambda letter: Held(letter, 0.0), lambda letter: Failed(letter, "no answer")])
async def test_who_was_too_slow_takes_nothing_from_whoever_has_it_now(
    url: str, hand: Hand, fate: Callable[[Letter], Fate]
) -> None:
    """Else words that follow would take its place while it is under way, and never leave."""
    ours, slow = opened(url, hand), opened(url, hand)
    office = Office(ours, hand, Window())
    await does(slow, message("1"), say(BEA, "old", slot="card"))
    (letter,) = (await slow.run(partial(claim, most=4))).letters
    hand.later(LEASE + 1)
    (again,) = (await ours.run(partial(claim, most=4))).letters
    await slow.run(partial(finish, fates=[fate(letter)]))
    await does(slow, message("2"), say(BEA, "new", slot="card"))
    await ours.run(partial(finish, fates=[Sent(again, BEA, ("m1",))]))
    await office.rounds(2, seconds=1)
    assert [(parcel.over, parcel.text) for _to, parcel in office.window.sent] == [("m1", "new")]
    ours.close()
    slow.close()


async def test_who_has_both_hands_full_does_not_look_before_one_is_free(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What everybody else waits for is due, and was looked for two hundred times a second."""
    monkeypatch.setattr("bot.outbox.postman.LANES", 2)
    enough = asyncio.Event()

    class Slow(Window):
        async def deliver(self, *parcel: object) -> tuple[str, ...]:
            await enough.wait()
            return await super().deliver(*parcel)  # type: ignore[arg-type]

    window = Slow()
    postman = Postman(office.store, {"telegram": window}, office.read, office.hear)
    for n in range(8):
        await does(office.store, message(str(n)), say(Address("telegram", str(500 + n)), f"news {n}"))
    await postman.round()
    looked = [await postman.round() for _ in range(2)]
    sending = asyncio.create_task(postman.run())
    await asyncio.sleep(0.01)
    enough.set()
    async with asyncio.timeout(0.9):
        for _ in range(8):
            await window.came.acquire()
    sending.cancel()
    assert looked == [1.0, 1.0]
