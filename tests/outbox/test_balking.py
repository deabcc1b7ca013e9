"""A database that balks while a letter leaves: nothing is done a second time."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

from bot.channels import Busy
from bot.events import Address
from tests.outbox.office import ROOM, Office, Window, with_ticket
from tests.store.desk import Hand, message, opened, say
from tests.store.laid import laid


async def test_a_room_that_cannot_be_noted_at_once_is_not_opened_again(tmp_path: Path, hand: Hand) -> None:
    path = tmp_path / "desk.db"
    store = opened(laid(path), hand)
    lock = sqlite3.connect(path, isolation_level=None)

    class Slow(Window):
        """Somebody locks the database just when the room is open, for longer than a turn may wait."""

        async def open_thread(self, at: Address, title: str, /) -> str:
            lock.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(2.5, lock.execute, "ROLLBACK")
            return await super().open_thread(at, title)

    office = Office(store, hand, Slow())
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card"))
    with suppress(Busy):
        await office.postman.round()
    await office.postman.rest()
    await office.rounds(2, seconds=5)
    assert (len(office.window.opened), office.window.texts()) == (1, ["card"])
    lock.close()
    store.close()
