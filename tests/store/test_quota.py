"""A day brings so many files of one person; the team's own are as many as it likes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from bot.dialogue.words import File, Said
from bot.events import Address, Caller
from bot.store import Store, quota
from bot.store.rows import DAY, Fetch
from bot.values import replace
from tests.store import desk
from tests.store.desk import ANA, BEA, GROUP, Hand, does, message, opened

MOST = 5


@pytest.fixture
def store(url: str, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(desk, "DESK", replace(desk.DESK, bounds=replace(desk.DESK.bounds, files_daily=MOST)))
    found = opened(url, hand)
    yield found
    found.close()


async def sends(store: Store, where: Address, *names: str, **more: Caller) -> list[bool]:
    """Whether each of them is past what a day may bring."""
    files = tuple(File(name, "photo") for name in names)
    await does(store, message(f"of {names}", where, Said("", files), **more))
    return [await store.look(partial(quota.past, wanted=Fetch(file, where))) for file in files]


async def test_what_comes_after_the_last_of_a_day_is_past_it(store: Store, hand: Hand) -> None:
    assert await sends(store, ANA, "a1", "a2", "a3") == [False] * 3
    hand.later(60)
    assert await sends(store, ANA, "b1", "b2", "b3", "b4") == [False, False, True, True]
    assert await sends(store, BEA, "other") == [False]
    assert [await store.look(partial(quota.left, channel="telegram", who=who)) for who in ("11", "22", "33")] == [
        0,
        4,
        5,
    ]
    again = Fetch(File("a1", "photo"), ANA)
    assert not await store.look(partial(quota.past, wanted=again))  # tried again, it is the same answer
    hand.later(DAY)
    assert await sends(store, ANA, "c1") == [False]


async def test_the_team_may_send_what_it_likes(store: Store) -> None:
    of_bea = Caller("77", "Leo")
    assert await sends(store, GROUP, *(f"f{n}" for n in range(12)), who=of_bea) == [False] * 12
