"""A chat of the team's has a new id: what waits for it, and what stands there, goes along."""

from __future__ import annotations

from functools import partial

import pytest

from bot.channels import Gone, NoMessage, NoThread, Parcel, Rehoused
from bot.dialogue.flow import Dialogue
from bot.effects import Room, Save, Stand
from bot.events import Address, Moved
from bot.store import tables as t
from bot.store.erasing import erase
from tests.outbox.office import ROOM, Office, Window, with_ticket
from tests.store.desk import ANA, BEA, DAWN, GROUP, Draft, Hand, does, message, opened, say, sees, ticket


async def test_a_chat_with_a_new_id_is_followed(office: Office) -> None:
    def old(to: Address, _parcel: Parcel) -> None:
        if to.chat == GROUP.chat:
            raise Rehoused("-1009")

    office.window.trouble = old
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds(2)
    await office.turn(message("2"), say(ROOM, "line"))
    await office.rounds(2)
    assert [(to.chat, p.text) for to, p in office.window.sent] == [("-1009", "card"), ("-1009", "line")]
    assert [event for event in office.heard if isinstance(event, Moved)] == [
        Moved(id="moved:telegram:-100:-1009", at=DAWN, where=GROUP, to="-1009")
    ]


@pytest.mark.parametrize("told", [True, False], ids=["told", "refused"])
@pytest.mark.parametrize("topics", [True, False], ids=["topics", "flat"])
async def test_the_card_comes_first_again_where_a_chat_with_a_new_id_has_nothing_yet(
    office: Office, *, told: bool, topics: bool
) -> None:
    """Numbers of messages begin anew there: what stood in the old chat is nothing to write over or to hang under."""

    def old(to: Address, _parcel: Parcel) -> None:
        if to.chat == GROUP.chat:
            raise Rehoused("-1009")

    office.window.threads = False
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"), say(ROOM, "how", slot="how"))
    await office.rounds(2)
    office.window.trouble, office.window.threads = old, topics
    if told:
        await does(office.store, Moved(id="2", at=DAWN, where=GROUP, to="-1009"))
    await office.turn(message("3"), say(ROOM, "how now", slot="how"), say(ROOM, "another"))
    await office.rounds(5, seconds=1)
    await office.turn(message("4"), say(ROOM, "card now", slot="card"))
    await office.rounds(3, seconds=1)
    first = "" if topics else "m3"
    assert [(to.chat, to.thread, p.text, p.reply_to, p.over) for to, p in office.window.sent[2:]] == [
        ("-1009", "t2" if topics else "", "card", "", ""),
        ("-1009", "t2" if topics else "", "how now", first, ""),
        ("-1009", "t2" if topics else "", "another", first, ""),
        ("-1009", "t2" if topics else "", "card now", first, "m3"),
    ]


async def test_a_chat_with_a_new_id_is_followed_by_a_process_that_hears_of_it_last(url: str, hand: Hand) -> None:
    """Another one has taken note of it; meanwhile this one has begun a line for the chat as it knew it."""
    asked: list[str] = []

    def old(to: Address, _parcel: Parcel) -> None:
        asked.append(to.chat)
        if to.chat == GROUP.chat:
            raise Rehoused("-1009")

    first, last = (Office(opened(url, hand), hand, Window(trouble=old)) for _ in range(2))
    await with_ticket(first)
    await first.turn(message("1"), say(ROOM, "card"))
    await first.rounds(2)
    await last.turn(message("2"), say(Room(GROUP, 1002, "SUP-1002 Bob"), "another"))
    await last.rounds(4)
    assert (asked, last.window.texts()) == (["-100", "-1009", "-100", "-1009"], ["another"])
    for office in (first, last):
        office.store.close()


async def test_a_chat_with_a_new_id_is_not_taken_for_deserted_where_another_process_heard_of_it(
    url: str, hand: Hand
) -> None:
    """Slack only says that there is no such channel."""

    def old(to: Address, _parcel: Parcel) -> None:
        if to.chat == GROUP.chat:
            raise Gone

    first, last = (Office(opened(url, hand), hand, Window(trouble=old)) for _ in range(2))
    await with_ticket(first)
    await first.turn(Moved(id="2", at=DAWN, where=GROUP, to="-1009", messages=("-100/", "-1009/")))
    await last.turn(message("3"), say(ROOM, "card", slot="card"))
    await last.rounds(3)
    assert [(to.chat, p.text) for to, p in last.window.sent] == [("-1009", "card")]
    assert last.heard == []
    for office in (first, last):
        office.store.close()


async def test_where_messages_are_the_same_they_are_written_over_in_the_chat_of_the_new_id(office: Office) -> None:
    """Also by what waits already, since the old id is none any more."""

    def named(to: Address, parcel: Parcel) -> None:
        if to.chat == GROUP.chat and gone:
            raise Gone
        if parcel.over and not parcel.over.startswith(to.chat):
            raise NoMessage

    gone: list[str] = []
    office.window.trouble, office.window.prefix, office.window.threads = named, "-100/", False
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds(2)
    gone.append("-100")
    await office.turn(message("2"), say(ROOM, "card of Bea", slot="card"), say(ROOM, "line"))
    await office.rounds(2)
    await office.turn(Moved(id="3", at=DAWN, where=GROUP, to="-1009", messages=("-100/", "-1009/")))
    await office.rounds(4)
    await office.turn(message("4"), say(ROOM, "card of Leo", slot="card"))
    await office.rounds(2)
    sent = [(to.chat, p.text, p.over, p.reply_to) for to, p in office.window.sent]
    root = "-1009/m1"
    assert sent == [
        ("-100", "card", "", ""),
        ("-1009", "card of Bea", root, root),
        ("-1009", "line", "", root),
        ("-1009", "card of Leo", root, root),
    ]


@pytest.mark.parametrize("moved", [True, False], ids=["moved", "deleted"])
async def test_a_card_that_named_whoever_is_erased_does_not_come_first_again_and_holds_nothing_up(
    office: Office, *, moved: bool
) -> None:
    """The words of the card went with them, until it is written anew."""

    def deleted(to: Address, _parcel: Parcel) -> None:
        if to.thread == "t1":
            raise NoThread

    office.window.threads = not moved
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "the same as SUP-1002", slot="card"))
    await office.rounds(2)
    bea = (await sees(office.store, message("2", BEA))).person
    await does(office.store, message("3", BEA), Save(ticket(1002, bea)))
    await office.store.run(partial(erase, person=bea.id))
    office.window.trouble = deleted
    if moved:
        await does(office.store, Moved(id="4", at=DAWN, where=GROUP, to="-1009"))
    await office.turn(message("5"), say(ROOM, "line"), say(ANA, "yours"))
    await office.rounds(4, seconds=2)
    assert sorted(office.window.texts()[1:]) == ["line", "yours"]


async def test_a_room_that_is_open_already_in_the_chat_of_the_new_id_stays(office: Office) -> None:
    """Whoever runs the desk has named it before we heard of it."""
    there = Address("telegram", "-1009")
    await with_ticket(office)
    for number, chat in enumerate((GROUP, there)):
        note = Stand(chat, "77", Dialogue("intake", "note", Draft(title=f"{number}")))
        await office.turn(message(f"{number}"), say(Room(chat, 1001), f"card {number}", slot="card"), note)
        await office.rounds(3)
    await office.turn(Moved(id="3", at=DAWN, where=GROUP, to=there.chat))
    await office.turn(message("4"), say(ROOM, "card 2", slot="card"))
    await office.rounds(3)
    assert [(to.chat, to.thread, p.text, p.over) for to, p in office.window.sent] == [
        ("-100", "t1", "card 0", ""),
        ("-1009", "t2", "card 1", ""),
        ("-1009", "t2", "card 2", "m2"),
    ]


async def test_a_chat_gets_back_its_id_though_a_process_was_still_sending_there_when_it_had_another(
    url: str, hand: Hand
) -> None:
    closed = GROUP.chat

    def old(to: Address, _parcel: Parcel) -> None:
        if to.chat == closed:
            raise Gone

    def moved(number: str, chat: str, to: str) -> Moved:
        at = Address("telegram", chat)
        return Moved(id=number, at=DAWN, where=at, to=to, messages=(f"{chat}/", f"{to}/"))

    windows = Window(threads=False, prefix="-100/"), Window(threads=False, prefix="-1009/of the other ", trouble=old)
    first, last = (Office(opened(url, hand), hand, window) for window in windows)
    await with_ticket(first)
    await first.turn(message("1"), say(ROOM, "card", slot="card"))
    await first.rounds(3)
    await first.turn(moved("2", "-100", "-1009"))
    await last.turn(message("3"), say(ROOM, "card of Bea", slot="card"))
    await last.rounds(3)
    await first.turn(moved("4", "-1009", "-100"))
    await first.turn(message("5"), say(ROOM, "card of Leo", slot="card"))
    await first.rounds(3)
    sent = [(to.chat, p.text) for to, p in (*last.window.sent, *first.window.sent)]
    assert sent == [("-1009", "card of Bea"), ("-100", "card"), ("-100", "card of Leo")]
    for office in (first, last):
        office.store.close()


async def test_in_a_chat_with_a_new_id_nothing_is_left_of_who_is_erased(office: Office) -> None:
    """What was said there before stands in lanes of the old id."""
    office.window.prefix, office.window.threads = "-100/", False
    await with_ticket(office)
    for number in ("1", "2"):
        await office.turn(message(number), say(ROOM, f"secret {number}", slot="card", about=1001))
        await office.rounds(2)
    await office.turn(Moved(id="3", at=DAWN, where=GROUP, to="-1009", messages=("-100/", "-1009/")))
    await office.turn(message("4"), say(ROOM, "secret 4", about=1001))
    await office.rounds(2)
    await office.store.run(partial(erase, person=1))
    left = await office.store.read(lambda c: c.scalars(t.outbox.select().with_only_columns(t.outbox.c.body)).all())
    assert [body for body in left if "secret" in body] == []
