"""Whose requests somebody sees beside their own, however the database sorts words."""

from __future__ import annotations

from functools import partial

from bot.desk.config import Company
from bot.events import Address
from bot.store import Store
from bot.store.circles import viewer
from bot.values import replace
from tests.store.desk import BEA, DESK, message, sees

WORKSPACE = Company("acme", ("slack:T1", "telegram:22"))


async def test_all_of_a_workspace_see_each_others(store: Store) -> None:
    chats = (*(Address("slack", user) for user in ("T1:U5", "T1:W9", "T12:U5", "T0:U5", "U5", "t1:U7")), BEA)
    found = {chat.chat: (await sees(store, message(chat.chat, chat))).person.id for chat in chats}
    store.rules = replace(store.rules, desk=replace(DESK, companies=(WORKSPACE,)))
    seen = await store.look(partial(viewer, person=found["T1:U5"]))
    assert seen.circle == {found[chat] for chat in ("T1:U5", "T1:W9", "22")}
