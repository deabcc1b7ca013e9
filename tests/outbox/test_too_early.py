"""Somebody answers a message before we have noted where it stands: their words wait until we know."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.channels import Early
from bot.dialogue.words import Said
from bot.effects import Room
from bot.events import Address, Caller, Message, Reacted
from bot.store import Store
from bot.store.fates import Sent, finish, opened
from bot.store.lanes import claim
from bot.store.letters import Letter
from bot.store.whereabouts import Whereabouts
from tests.store.desk import DAWN, GROUP, does, message, say, sees
from tests.store.test_turn import open_ticket

LEO = Caller("77", "Leo")


async def card(store: Store) -> Letter:
    """The card of ticket 1001 is on its way to the team."""
    await open_ticket(store)
    await does(store, message("asks"), say(Room(GROUP, 1001), "a card", slot="card"))
    return (await store.run(partial(claim, most=4))).letters[0]


async def noted(store: Store, letter: Letter, thread: str) -> None:
    await store.run(partial(opened, at=GROUP, ticket=1001, thread=thread))
    to = Address(GROUP.channel, GROUP.chat, thread)
    await store.run(partial(finish, fates=[Sent(letter, to, ("m1",))]))


def reacted(number: str, on: str) -> Reacted:
    return Reacted(id=number, at=DAWN, where=GROUP, who=LEO, on=on, sign="👀")


async def test_words_in_a_thread_we_are_just_opening_wait_until_we_know_it(store: Store) -> None:
    letter = await card(store)
    early = message("early", Address(GROUP.channel, GROUP.chat, "t1"))
    with pytest.raises(Early):
        await does(store, early)
    await noted(store, letter, "t1")
    seen = await sees(store, early)
    assert seen.ticket
    assert seen.ticket.id == 1001


async def test_replies_and_signs_on_a_message_that_is_just_being_sent_wait_too(store: Store) -> None:
    letter = await card(store)
    reply, sign = message("reply", GROUP, reply_to="m1"), reacted("sign", "m1")
    for event in (reply, sign):
        with pytest.raises(Early):
            await does(store, event)
    await noted(store, letter, "")
    for again in (reply, sign):
        seen = await sees(store, again)
        assert seen.ticket
        assert seen.ticket.id == 1001


async def test_a_reply_to_a_copy_of_the_card_is_about_its_ticket(store: Store) -> None:
    """A card that was sent twice, since nobody could know whether it had arrived: only one of them is on record."""
    await noted(store, await card(store), "")
    seen = await sees(store, message("reply", GROUP, reply_to="m0", reply_asks="ticket.1001"))
    assert seen.ticket
    assert seen.ticket.id == 1001
    assert (await sees(store, message("to-another", GROUP, reply_to="m0", reply_asks=""))).ticket is None


async def test_rooms_whose_card_was_on_its_way_are_among_those_to_be_read_after_an_outage(store: Store) -> None:
    letter = await card(store)
    rooms = asyncio.create_task(Whereabouts(store, GROUP.channel).rooms())
    await asyncio.wait({rooms}, timeout=0.3)  # it waits, or goes without
    await noted(store, letter, "")
    assert await rooms == ((GROUP.chat, "m1"),)


async def test_talk_among_the_team_waits_for_nothing(store: Store) -> None:
    await card(store)
    assert (await sees(store, message("talk", GROUP))).ticket is None
    elsewhere = Message(
        id="elsewhere",
        at=DAWN,
        where=Address("telegram", "-200", "t1"),
        who=LEO,
        answer=Said("of another team"),
        private=False,
    )
    assert (await sees(store, elsewhere)).ticket is None


async def test_a_thread_that_is_none_of_ours_waits_for_nothing_once_all_is_noted(store: Store) -> None:
    await noted(store, await card(store), "t1")
    lunch = message("lunch", Address(GROUP.channel, GROUP.chat, "t9"))
    assert (await sees(store, lunch)).ticket is None
