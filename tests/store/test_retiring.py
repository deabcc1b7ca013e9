"""What is kept no longer: which requests and which people go, and what is left of them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.channels import Parcel
from bot.desk.config import Life
from bot.desk.known import Issue
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File, Said
from bot.effects import Admit, Declare, Follow, Know, Record, Room, Save, Stand
from bot.events import Address
from bot.graves import retire, unkeep
from bot.media.keep import Keep
from bot.store import Store, retiring
from bot.store import tables as t
from bot.store.chores import claim
from bot.store.lanes import FOLLOW, LATER, REST
from bot.store.numbers import count
from bot.store.rows import json as encoded
from bot.store.tx import Tx
from bot.values import replace
from tests.store.desk import ANA, BEA, DAWN, DESK, GROUP, Draft, Hand, does, message, opened, say, sees, ticket

DAY = timedelta(days=1)
TWO = Address("telegram", "2")
OLD = DAWN - 100 * DAY
BEFORE = (DAWN - 92 * DAY).timestamp()
CANARY = "canario7391"
MADRID = ZoneInfo("Europe/Madrid")


async def person_of(store: Store, where: Address = ANA) -> Any:
    return (await sees(store, message(f"who{where.chat}", where))).person


async def kept(store: Store, hand: Hand) -> None:
    """Of Ana: one that goes with what was merged into it, and four that stay."""
    hand.at = OLD
    ana = await person_of(store)
    old: dict[str, Any] = {"opened": OLD, "touched": OLD, "title": CANARY, "details": CANARY}
    solved = {**old, "state": "solved", "answered": OLD + timedelta(hours=2, minutes=20), "rating": 4}
    files = (File("f1", "document", f"{CANARY}.txt"),)
    await does(store, message("send", ANA, Said(CANARY, files)))
    for n, more in enumerate(
        (
            {**solved, "also": ("SUP-2",), "files": files, "reopened": 1, "late": True, "left_chats": ("slack:C9",)},
            {**old, "state": "merged", "into": 1},
            {"state": "ours", "touched": OLD},
            {"state": "yours", "touched": OLD},
            {"state": "solved", "touched": DAWN - 80 * DAY},
            {"state": "merged", "into": 5, "touched": OLD},
        ),
        start=1,
    ):
        await does(store, message(f"t{n}"), Save(ticket(n, ana, **more)))
    note = Entry(id="e", ticket=1, kind="note", by="Bea", at=OLD, text=CANARY, files=(File("f2", "photo", "x.png"),))
    await does(store, message("note", GROUP, Said("", note.files), reply_to="0"), Record(note))
    room = Room(GROUP, 1, CANARY)
    await does(store, message("say"), say(room, CANARY, slot="card", about=1), say(ANA, CANARY, slot="x", about=1))
    hand.at = DAWN


async def left(store: Store, *columns: Any) -> list[Any]:
    return await store.read(lambda db: [tuple(row) for row in db.execute(select(*columns).order_by(*columns))])


async def test_what_is_over_for_so_long_goes_with_all_that_was_merged_into_it(store: Store, hand: Hand) -> None:
    await kept(store, hand)
    (ana,) = await store.read(partial(retiring.due, before=BEFORE, most=9))
    gone = await store.run(partial(retiring.retire, person=ana, before=BEFORE))
    assert gone == retiring.Retired(1, 2)
    assert await left(store, t.ticket.c.id) == [(3,), (4,), (5,), (6,)]
    assert await store.read(partial(retiring.due, before=BEFORE, most=9)) == ()
    for table in (t.entry, t.file, t.thread, t.post):
        assert await left(store, *table.primary_key.columns) == []
    assert [row for row in await left(store, t.slot.c.body) if CANARY in row[0]] == []
    assert [row for row in await left(store, t.lane.c.title) if CANARY in row[0]] == []
    assert [chore.body for chore in await store.run(partial(claim, most=9)) if chore.kind == "unkeep"] == [
        '["f1","f2"]'
    ]
    assert await store.run(partial(retiring.retire, person=ana, before=BEFORE)) == retiring.Retired()


@pytest.mark.parametrize("late", [f"telegram|{GROUP.chat}|#1{LATER}", "slack|C9|#1"])
async def test_what_never_arrived_in_a_room_of_it_goes_with_it(store: Store, hand: Hand, late: str) -> None:
    await kept(store, hand)
    parcel = Parcel(files=(File("f9", "document", f"{CANARY}.pdf"),))

    channel, chat, _room = late.split("|")

    def waits(tx: Tx) -> None:
        place: dict[str, Any] = {"channel": channel, "chat": chat, "thread": "7", "ticket": 1, "title": CANARY}
        tx.do(FOLLOW, key=late, **place, pace="group", now=tx.at)
        tx.do(REST, lane=late, at=tx.at, body=encoded(parcel))

    await store.run(waits)
    (ana,) = await store.read(partial(retiring.due, before=BEFORE, most=9))
    await store.run(partial(retiring.retire, person=ana, before=BEFORE))
    assert [row for row in await left(store, t.lane.c.title) if CANARY in row[0]] == []
    assert [row for row in await left(store, t.outbox.c.body) if f"{CANARY}.pdf" in row[0]] == []


async def test_two_who_retire_at_once_count_and_erase_once(url: str, hand: Hand) -> None:
    stores = [opened(url, hand) for _ in range(2)]
    await kept(stores[0], hand)
    (ana,) = await stores[0].read(partial(retiring.due, before=BEFORE, most=9))
    work = partial(retiring.retire, person=ana, before=BEFORE)
    gone = await asyncio.gather(*(store.run(work) for store in stores for _ in range(3)))
    counted = await left(stores[0], t.past.c.id)
    for store in stores:
        store.close()
    assert (sum(one.requests for one in gone), len(counted)) == (1, 1)


async def test_the_numbers_stay_what_they_were(store: Store, hand: Hand) -> None:
    await kept(store, hand)
    look = partial(count, at=DAWN, zone=MADRID, weeks=20)
    before = await store.read(look)
    for person in await store.read(partial(retiring.due, before=BEFORE, most=9)):
        await store.run(partial(retiring.retire, person=person, before=BEFORE))
    assert await store.read(look) == before
    assert (before.whole.opened, before.whole.late, before.whole.rating, before.whole.again) == (4, 1, 4.0, 25)
    assert await left(store, t.past.c.opened, t.past.c.answered) == [
        (OLD.timestamp(), OLD.timestamp() + 7200.0)  # to the hour, as it is shown
    ]


async def test_whoever_has_nothing_left_and_is_silent_goes_and_nobody_else(store: Store, hand: Hand) -> None:
    hand.at = OLD
    people = [await person_of(store, Address("telegram", str(n))) for n in range(1, 10)]
    quiet, asks, blocked, _drafts, follows, let_in, lately, unblocked, followed = people
    issue = Issue(id="i", titles={"en": "Down"}, team=GROUP, by="Bea", since=OLD, state="open")
    over = replace(issue, id="j", state="fixed")
    await does(
        store,
        message("all", TWO),
        Save(ticket(1, asks)),
        Know(replace(blocked, blocked=DAWN + DAY)),
        Know(replace(unblocked, blocked=DAWN - DAY)),
        Stand(Address("telegram", "4"), "4", Dialogue("intake", "title", Draft())),
        Declare(issue),
        Follow(issue, follows.id),
        Declare(over),
        Follow(over, followed.id),
    )
    await does(store, message("words", TWO), say(Address("telegram", "1"), "Hello"))
    hand.at = DAWN - DAY
    await does(store, message("lately", TWO), say(Address("telegram", "7"), "Hello"))
    await does(store, message("knock", TWO), Admit(let_in.id, "k", "123456", DAWN + DAY))
    await store.run(lambda tx: tx._cursor.execute(LOGIN.format(let_in.id, DAWN.timestamp() + 60)))
    hand.at = DAWN
    look = partial(retiring.silent, before=BEFORE, now=DAWN.timestamp(), most=9)
    assert await store.read(look) == (quiet.id, unblocked.id, followed.id)
    come_back = partial(retiring.forget, person=lately.id, before=BEFORE)
    assert await store.run(come_back) is False
    for person in (quiet, unblocked, followed):
        assert await store.run(partial(retiring.forget, person=person.id, before=BEFORE)) is True
    assert await store.read(look) == ()
    assert [row[0] for row in await left(store, t.person.c.id)] == [p.id for p in people[1:7]]


LOGIN = "INSERT INTO login (hash, person, at, until) VALUES ('h', {}, 1, {})"


@pytest.mark.parametrize("months", [0, 3])
async def test_a_desk_that_keeps_for_months_erases_by_itself_with_files_and_all_others_keep(
    url: str, hand: Hand, tmp_path: Path, months: int
) -> None:
    store = opened(url, hand)
    store.rules = replace(store.rules, desk=replace(DESK, life=Life(keep=months)))
    keep = Keep.open(f"file:{tmp_path}")
    await kept(store, hand)
    await keep.put("f1", b"words", "f1.txt", "text/plain")
    hand.at = OLD
    await person_of(store, BEA)
    hand.at = DAWN
    await retire(store)
    for chore in await store.run(partial(claim, most=9)):
        if chore.kind == "unkeep":
            await unkeep(keep, json.loads(chore.body), url)
    tickets, people = [len(await left(store, one)) for one in (t.ticket.c.id, t.person.c.id)]
    there, acts = await keep.exists("f1"), [what for (what,) in await left(store, t.act.c.what)]
    store.close()
    assert (tickets, people, there) == ((4, 1, False) if months else (6, 2, True))
    assert acts == (["kept no longer; requests: 1, files: 2, people: 1"] if months else [])
