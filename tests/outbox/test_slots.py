"""What is said in a slot takes the place of what was said there before."""

from __future__ import annotations

import pytest

from bot.channels import Gone, NoMessage, NoThread, Parcel, Stays
from bot.effects import Unsay
from bot.events import STAYS, Address, Receipt
from bot.turn import Script, take
from tests.outbox.office import Office, failing
from tests.store.desk import ANA, BEA, Doing, message, say


async def test_words_in_one_slot_replace_those_that_wait_and_edit_those_that_were_sent(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "one", slot="card"))
    await office.turn(message("2", BEA), say(ANA, "between"), say(ANA, "two", slot="card"))
    await office.rounds(2)
    assert office.window.texts() == ["two", "between"]
    await office.turn(message("3", ANA), say(ANA, "three", slot="card"))
    assert office.window.sent[2:] == [(ANA, Parcel(text="three", slot="card", over="m1"))]


async def test_words_on_their_way_are_edited_not_replaced(office: Office) -> None:
    taken = await take(message("1"), office.store, Script(Doing(lambda _s, _e: [say(ANA, "one", slot="card")])))
    await office.turn(message("2"), say(ANA, "two", slot="card"))
    office.postman.post(taken.letters)
    await office.postman.rest()
    await office.rounds()
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("one", ""), ("two", "m1")]


async def test_words_that_are_on_their_way_are_not_said_again(office: Office) -> None:
    """Telegram says of a second edit with the same words that it changes nothing; Slack calls it an edit all the same."""
    await office.turn(message("1"), say(ANA, "one", slot="card"))
    edit = say(ANA, "two", slot="card")
    taken = await take(message("2"), office.store, Script(Doing(lambda _s, _e: [edit])))
    await office.turn(message("3"), say(ANA, "between"), edit)
    office.postman.post(taken.letters)
    await office.postman.rest()
    await office.rounds(2)
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("one", ""), ("two", "m1"), ("between", "")]


async def test_what_is_taken_back_is_withdrawn_while_it_waits_and_deleted_after(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "waits", slot="a"))
    await office.turn(message("2", BEA), Unsay(ANA, "a"))
    await office.rounds()
    assert office.window.sent == []
    await office.turn(message("3"), say(ANA, "sent", slot="b"))
    await office.turn(message("4"), Unsay(ANA, "b"))
    await office.turn(message("5"), Unsay(ANA, "b"), Unsay(ANA, "never said"))
    assert office.window.sent[1:] == [(ANA, Parcel(unsay=True, slot="b", over="m1"))]


async def test_the_same_words_while_the_first_are_on_their_way_are_not_sent_again(office: Office) -> None:
    """A card that two presses of the same moment leave as it is: an edit that changes nothing would be refused."""
    taken = await take(message("1"), office.store, Script(Doing(lambda _s, _e: [say(ANA, "one", slot="card")])))
    await office.turn(message("2"), say(ANA, "one", slot="card"))
    office.postman.post(taken.letters)
    await office.postman.rest()
    await office.rounds()
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("one", "")]


@pytest.mark.parametrize(("trouble", "told"), [(Stays(), [STAYS]), (Gone(), [STAYS]), (NoMessage(), [])])
async def test_who_asked_hears_of_what_cannot_be_taken_back(
    office: Office, trouble: Exception, told: list[str]
) -> None:
    """And nobody does of what is gone already, nor where nobody asked."""

    def stays(_to: Address, parcel: Parcel) -> None:
        if parcel.unsay:
            raise trouble

    await office.turn(message("1"), say(ANA, "one", slot="a"), say(ANA, "two", slot="b"))
    office.window.trouble = stays
    await office.turn(message("2", BEA), Unsay(ANA, "a", receipt="entry.a"), Unsay(ANA, "b"))
    await office.rounds(2)
    heard = [event for event in office.heard if isinstance(event, Receipt)]
    assert [(event.about, event.trouble) for event in heard] == [("entry.a", word) for word in told]


async def test_words_that_become_shorter_take_their_last_pieces_along(office: Office) -> None:
    most = office.window.limits.text
    await office.turn(message("1"), say(ANA, "a " * 2 * most, slot="card"))
    assert [p.slot for _to, p in office.window.sent] == ["card", "card/1", "card/2", "card/3"]
    await office.turn(message("2", BEA), say(ANA, "b " * most, slot="card"))
    await office.rounds(6, 2)
    assert [(p.slot, p.unsay) for _to, p in office.window.sent[4:]] == [
        ("card", False), ("card/1", False), ("card/2", True), ("card/3", True),
    ]  # fmt: skip
    await office.turn(message("3", BEA), say(ANA, "c " * most, slot="card"))
    await office.turn(message("4", BEA), say(ANA, "d", slot="card"))
    await office.rounds(6, 2)
    assert [(p.text[0], p.slot) for _to, p in office.window.sent[8:] if p.text] == [("d", "card")]
    assert [p.slot for _to, p in office.window.sent[8:] if p.unsay] == ["card/1"]


async def test_an_edit_of_what_is_gone_comes_as_a_new_message(office: Office) -> None:
    def gone(_to: Address, parcel: Parcel) -> None:
        if parcel.over == "m1":
            raise NoMessage

    await office.turn(message("1"), say(ANA, "one", slot="card"))
    office.window.trouble = gone
    await office.turn(message("2"), say(ANA, "two", slot="card"))
    await office.turn(message("3"), say(ANA, "three", slot="card"))
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("one", ""), ("two", ""), ("three", "m2")]


async def test_words_that_come_back_while_others_wait_to_be_tried_again_are_the_last(office: Office) -> None:
    """A card that somebody took and gave back while the platform was away."""
    await office.turn(message("1"), say(ANA, "free", slot="card"))
    office.window.trouble = failing(1, OSError("away"))
    await office.turn(message("2"), say(ANA, "taken", slot="card"))
    await office.turn(message("3"), say(ANA, "free", slot="card"))
    await office.rounds(4, seconds=5)
    assert office.window.texts()[-1] == "free"


@pytest.mark.parametrize("trouble", [NoMessage(), Stays(), NoThread()])
async def test_what_only_amends_is_not_said_anew_where_what_it_amends_is_gone(
    office: Office, trouble: Exception
) -> None:
    """A topic that was deleted with all that stood in it does not come back because a button's minute is over."""

    def gone(_to: Address, parcel: Parcel) -> None:
        if parcel.over == "m1":
            raise trouble

    await office.turn(message("1"), say(ANA, "one", slot="how"))
    office.window.trouble = gone
    await office.turn(message("2"), say(ANA, "two", slot="how", amends=True))
    await office.turn(message("3"), say(ANA, "nowhere", slot="never said", amends=True))
    await office.rounds(2)
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("one", "")]
    await office.turn(message("4"), say(ANA, "three", slot="how"))
    assert [(p.text, p.over) for _to, p in office.window.sent[1:]] == [("three", "")]


async def test_what_amends_words_that_still_wait_takes_their_place(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "one", slot="how"))
    await office.turn(message("2", BEA), say(ANA, "two", slot="how", amends=True))
    await office.rounds(2)
    await office.turn(message("3", BEA), say(ANA, "two", slot="how", amends=True))
    await office.turn(message("4", BEA), say(ANA, "three", slot="how", amends=True))
    await office.rounds(2)
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("two", ""), ("three", "m1")]
