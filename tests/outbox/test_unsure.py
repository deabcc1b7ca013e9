"""A letter whose first try ended without an answer may have arrived: that is never forgotten, nor its words changed."""

from __future__ import annotations

from functools import partial

from bot.channels import Later
from bot.store.lanes import claim
from bot.store.letters import LEASE
from tests.outbox.office import Office, Window, failing
from tests.store.desk import ANA, BEA, Hand, does, message, opened, say


async def test_what_may_have_arrived_is_still_looked_for_after_the_first_look_was_put_off(url: str, hand: Hand) -> None:
    """A platform that keeps notes is asked whether it has the letter; when it says "later", it is asked later."""
    dying = opened(url, hand)
    await does(dying, message("1", BEA), say(ANA, "look"))
    assert len((await dying.run(partial(claim, most=4))).letters) == 1
    dying.close()
    office = Office(opened(url, hand), hand, Window(trouble=failing(1, Later(2))))
    hand.later(LEASE + 1)
    await office.rounds(2, seconds=3)
    assert [again for _letter, again in office.window.notes] == [True]
    office.store.close()


async def test_new_words_do_not_take_the_place_of_those_that_may_have_arrived(url: str, hand: Hand) -> None:
    """Else a platform that finds the first ones would be believed to show the second."""
    office = Office(opened(url, hand), hand, Window(trouble=failing(1, OSError("cut after it was taken"))))
    await office.turn(message("1", BEA), say(ANA, "one", slot="card"))
    await office.rounds()
    await office.turn(message("2", BEA), say(ANA, "two", slot="card"))
    await office.turn(message("3", BEA), say(ANA, "three", slot="card"))
    await office.rounds(3, seconds=2)
    assert [(parcel.text, parcel.over) for _to, parcel in office.window.sent] == [("one", ""), ("three", "m1")]
    office.store.close()
