"""Who was in the middle of something is read first after an outage, where there are too many to read all."""

from __future__ import annotations

from bot.dialogue.flow import Dialogue
from bot.effects import Stand
from bot.events import Address
from bot.store import Store
from bot.store.whereabouts import Whereabouts
from tests.store.desk import ANA, Draft, Hand, does, message
from tests.store.test_turn import open_ticket


async def test_where_somebody_wrote_last_stands_first_and_each_chat_once(store: Store, hand: Hand) -> None:
    await open_ticket(store)
    for number, chat in enumerate(("2", "9", "5", ANA.chat, "7")):
        hand.later(60)
        where = Address("telegram", chat)
        await does(store, message(f"m{number}", where), Stand(where, chat, Dialogue("intake", "title", Draft())))
    assert list(await Whereabouts(store, "telegram").chats()) == ["7", ANA.chat, "5", "9", "2"]
