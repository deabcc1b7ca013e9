"""What is for a team goes to the ticket's room in its chat, at the pace a group has."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.channels import Attachment, Gone, Later, Limits, NoMessage, NoThread, Parcel, Stays
from bot.dialogue.words import File, Said
from bot.effects import Room
from bot.events import Address, Allowed, Fetched, Receipt
from bot.outbox.retry import TRIES
from bot.store import backlog, views
from bot.store.erasing import erase
from bot.values import replace
from tests.outbox.office import ROOM, Office, Window, failing, fine, with_ticket
from tests.store.desk import ANA, BEA, DAWN, GROUP, Hand, does, message, opened, say, sees


async def test_a_group_that_asks_us_to_wait_gets_nothing_whose_room_is_being_opened(office: Office) -> None:
    opening, asked = asyncio.Event(), asyncio.Event()

    class Slow(Window):
        async def open_thread(self, at: Address, title: str, /) -> str:
            opening.set()
            await asked.wait()
            return await super().open_thread(at, title)

        async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
            if parcel.text == "news" and not asked.is_set():
                await opening.wait()
                asked.set()
                raise Later(30)
            return await super().deliver(to, parcel, files)

    office = Office(office.store, office.hand, Slow())
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card"), say(GROUP, "news"))
    await office.rounds()
    assert (len(office.window.opened), office.window.texts()) == (1, [])
    office.hand.later(29)
    await office.rounds(6, seconds=1)
    assert (len(office.window.opened), sorted(office.window.texts())) == (1, ["card", "news"])


async def test_a_room_is_opened_once_and_its_messages_belong_to_the_ticket(office: Office) -> None:
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"), say(ROOM, "line"))
    await office.rounds(2)
    topic = replace(GROUP, thread="t1")
    assert office.window.opened == [(GROUP, "SUP-1001 Ana")]
    assert [(to, p.text) for to, p in office.window.sent] == [(topic, "card"), (topic, "line")]
    in_thread = await sees(office.store, message("2", topic))
    answered = await sees(office.store, message("3", GROUP, reply_to="m2"))
    assert [s.ticket and s.ticket.id for s in (in_thread, answered)] == [1001, 1001]


async def test_a_room_that_was_closed_and_is_open_again_is_still_heard(office: Office) -> None:
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds()
    office.window.trouble = failing(1, NoThread(), GROUP.chat)
    await office.turn(message("2"), say(ROOM, "line"))
    await office.rounds(3, seconds=60)
    seen = [await sees(office.store, message(thread, replace(GROUP, thread=thread))) for thread in ("t1", "t2", "t9")]
    assert [(s.ticket and s.ticket.id, s.old_room) for s in seen] == [(1001, True), (1001, False), (None, False)]
    await office.turn(message("3", replace(GROUP, thread="t1")), say(replace(GROUP, thread="t1"), "over there"))
    await office.rounds()
    assert [(to.thread, p.text) for to, p in office.window.sent[1:]] == [
        ("t2", "card"),
        ("t2", "line"),
        ("t1", "over there"),
    ]


async def test_a_room_that_is_gone_is_opened_again_at_once_though_somebody_speaks_to_it_meanwhile(
    office: Office,
) -> None:
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds()
    spoken: list[asyncio.Task[None]] = []

    def gone(_to: Address, parcel: Parcel) -> None:
        if parcel.text == "line" and not spoken:
            spoken.append(asyncio.ensure_future(office.turn(message("3"), say(ROOM, "another"), notices=True)))
            raise NoThread

    office.window.trouble = gone
    await office.turn(message("2"), say(ROOM, "line"), notices=True)
    await asyncio.gather(*spoken)
    await office.rounds(4)
    assert [(to.thread, p.text) for to, p in office.window.sent[1:]] == [
        ("t2", "card"),
        ("t2", "line"),
        ("t2", "another"),
    ]


async def test_what_is_for_a_team_that_cannot_be_reached_waits_however_long_and_is_told_once(office: Office) -> None:
    await with_ticket(office)
    office.window.trouble = failing(TRIES + 3, Gone(), GROUP.chat)
    await office.turn(message("1"), say(ROOM, "card", slot="card"), say(ROOM, "line"))
    await office.rounds(TRIES + 3, seconds=5000)
    assert office.window.texts() == []
    assert [(event.about, event.trouble) for event in office.heard if isinstance(event, Receipt)] == [
        ("ticket.1001", "gone")
    ]
    await office.rounds(2, seconds=5000)
    assert office.window.texts() == ["card", "line"]


async def test_what_waits_for_a_team_leaves_as_soon_as_we_may_do_something_else_there(office: Office) -> None:
    await with_ticket(office)
    office.window.trouble = failing(6, Gone(), GROUP.chat)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds(6, seconds=330)
    await does(office.store, Allowed(id="2", at=DAWN, where=GROUP))
    await office.rounds()
    assert office.window.texts() == ["card"]


async def test_what_waits_for_a_team_leaves_as_soon_as_something_reaches_it_again(office: Office) -> None:
    await with_ticket(office)
    office.window.trouble = failing(9, Gone(), GROUP.chat)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds(6, seconds=330)  # it is tried again in ten minutes or more, whatever chance adds
    assert await office.store.read(views.deserted) == (Address(GROUP.channel, GROUP.chat),)
    await office.turn(message("2"), say(Room(GROUP, 1002), "another", slot="card"))
    await office.rounds()
    office.window.trouble = fine
    await office.rounds(4, seconds=3)
    assert office.window.texts() == ["another", "card"]
    assert await office.store.read(views.deserted) == ()


@pytest.mark.parametrize(("to", "words"), [(GROUP, "hello"), (Room(GROUP, 1002), "new")], ids=["greeting", "request"])
async def test_what_waits_for_a_team_leaves_as_soon_as_something_new_reaches_it(
    office: Office, to: Address | Room, words: str
) -> None:
    """Whoever invites us anew, or opens the chat again, need not wait for the next try."""
    await with_ticket(office)
    office.window.trouble = failing(9, Gone(), GROUP.chat)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds(6, seconds=330)
    office.window.trouble = fine
    await office.turn(message("2", GROUP), say(to, words))
    await office.rounds(4, seconds=3)
    assert office.window.texts() == [words, "card"]


async def test_what_cannot_be_said_in_a_chat_that_is_no_teams_any_more_is_settled(office: Office) -> None:
    """The request goes on in another one, with all that was said: nothing is left for an operator to do."""
    old = Address("telegram", "-999")
    office.window.trouble = failing(9, Gone(), old.chat)
    await with_ticket(office)
    await office.turn(message("1"), say(Room(old, 1001), "It goes on in another chat.", slot="card"))
    await office.rounds(3)
    assert office.window.texts() == []
    assert await office.store.read(backlog.stuck, dead=True) == ()
    assert (await office.store.read(backlog.standing, now=0.0)).undelivered == 0


async def test_why_a_team_cannot_be_reached_is_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Where all looks well to the doctor, as when only some may write there, it is all there is to go by."""
    await with_ticket(office)
    office.window.trouble = failing(1, Gone("chat.postMessage: restricted_action"), GROUP.chat)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds()
    assert "cannot be reached (chat.postMessage: restricted_action)" in caplog.text


async def test_words_to_a_rooms_thread_and_to_the_room_share_their_slots(office: Office) -> None:
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "one", slot="how"))
    await office.rounds()
    topic = replace(GROUP, thread="t1")
    await office.turn(message("2", topic), say(topic, "two", slot="how"))
    await office.rounds()
    assert office.window.sent[-1] == (topic, Parcel(text="two", slot="how", over="m1", about=1001))


async def test_in_a_group_without_topics_messages_hang_under_the_card(office: Office) -> None:
    office.window.threads = False
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"), say(ROOM, "line"))
    await office.rounds(3)
    assert [(to, p.text, p.reply_to) for to, p in office.window.sent] == [(GROUP, "card", ""), (GROUP, "line", "m1")]


@pytest.mark.parametrize(("why", "under"), [(NoMessage(), ["", "m2"]), (Stays(), ["m1", "m1"])], ids=["gone", "stays"])
async def test_what_everything_hangs_under_is_said_anew_where_it_is_gone(
    office: Office, why: NoMessage, under: list[str]
) -> None:
    def refuses(_to: Address, parcel: Parcel) -> None:
        if parcel.over == "m1":
            raise why

    office.window.threads = False
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds()
    office.window.trouble = refuses
    await office.turn(message("2"), say(ROOM, "card anew", slot="card"), say(ROOM, "line"))
    await office.rounds(4)
    assert [(p.text, p.reply_to) for _to, p in office.window.sent[1:]] == list(
        zip(["card anew", "line"], under, strict=True)
    )


async def test_words_are_lost_only_where_we_do_not_know_what_they_answer(office: Office) -> None:
    """Below the morning's digest people talk about the morning's digest."""
    await office.turn(message("1", GROUP), say(GROUP, "good morning"))
    await office.rounds()
    below = [("m1", ""), ("m9", ""), ("m9", "ticket.1009"), ("m9", None), ("", None)]
    seen = [await sees(office.store, message(f"{to}{asks}", GROUP, reply_to=to, reply_asks=asks)) for to, asks in below]
    assert [one.lost for one in seen] == [False, True, True, False, False]
    topic = replace(GROUP, thread="t9")
    assert (await sees(office.store, message("in a topic of ours", topic, reply_asks=""))).lost
    assert not (await sees(office.store, message("to us alone", ANA, reply_to="m9", reply_asks=""))).lost


async def test_what_is_said_under_somebodys_words_hangs_there_though_no_room_is_known(office: Office) -> None:
    await office.turn(message("1", GROUP), say(GROUP, "whose is this?", under="m9"))
    await office.rounds()
    assert office.window.sent == [(GROUP, Parcel(text="whose is this?", reply_to="m9"))]


async def test_a_room_that_was_deleted_is_opened_again_with_its_card_first(office: Office) -> None:
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.rounds()
    office.window.trouble = failing(1, NoThread())
    await office.turn(message("2"), say(ROOM, "one"), say(ROOM, "two"))
    await office.rounds(4)
    again = replace(GROUP, thread="t2")
    assert [(to, p.text, p.over) for to, p in office.window.sent[1:]] == [
        (again, "card", ""),
        (again, "one", ""),
        (again, "two", ""),
    ]


@pytest.mark.parametrize("both", [True, False], ids=["with words at the same time", "alone"])
async def test_a_late_file_and_words_that_find_their_room_deleted_open_one_together(
    office: Office,
    both: bool,  # noqa: FBT001 - a case
) -> None:
    def deleted(to: Address, _parcel: Parcel) -> None:
        if to.thread == "t1":
            raise NoThread

    file = File("f1", "photo", "1.jpg", "image/jpeg")
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"))
    await office.turn(message("2", BEA, answer=Said("", (file,))), say(ROOM, "look", files=(file,)))
    await office.rounds(4, seconds=31)
    assert office.window.texts() == ["card", "look"]
    office.window.trouble = deleted
    await office.turn(Fetched(id="f1", at=DAWN, where=BEA, file="f1", name="1.jpg"))
    office.hand.later(60)
    if both:
        await office.turn(message("3"), say(ROOM, "more"))
    await office.rounds(6, seconds=3)
    again = [(to.thread, p.text, len(p.files)) for to, p in office.window.sent[2:]]
    assert (len(office.window.opened), again[0]) == (2, ("t2", "card", 0))
    assert sorted(again[1:]) == [("t2", "", 1), ("t2", "more", 0)][: 1 + both]


async def test_the_room_of_an_erased_request_is_known_as_such_and_never_opened_again(office: Office) -> None:
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, "card", slot="card"), say(ANA, "yours", about=1001))
    await office.rounds(2)
    await office.store.run(partial(erase, person=1))
    topic = replace(GROUP, thread="t1")
    written = await sees(office.store, message("2", topic))
    answered = await sees(office.store, message("3", GROUP, reply_to="m2"))
    theirs = await sees(office.store, message("4", reply_to="m1"))
    assert [(s.erased, s.ticket) for s in (written, answered, theirs)] == [(1001, None), (1001, None), (0, None)]
    await office.turn(message("5", topic), say(Room(GROUP, 1001), "it is gone"))
    await office.rounds()
    office.window.trouble = failing(9, NoThread())
    await office.turn(message("6", topic), say(Room(GROUP, 1001), "it is gone, too"))
    await office.rounds(4)
    assert (office.window.sent[-1][0], office.window.texts()[-1]) == (topic, "it is gone")
    assert len(office.window.opened) == 1


async def test_a_group_hears_twenty_at_once_and_then_one_every_three_seconds(office: Office) -> None:
    for n in range(22):
        await office.turn(message(str(n)), say(Room(GROUP, 1001 + n), f"card {n}"))
    await office.rounds(6)
    assert len(office.window.sent) == 20
    office.hand.later(3)
    await office.rounds(2)
    assert len(office.window.sent) == 21


async def test_what_one_alone_sees_is_one_message_where_only_that_goes_at_a_press(url: str, hand: Hand) -> None:
    limits = Limits(text=1000, button=40, album=10, fleeting=True)
    office = Office(opened(url, hand, limits={"telegram": limits}), hand, Window(limits=limits))
    await with_ticket(office)
    await office.turn(message("1"), say(ROOM, f"begin {'words ' * 500}end", only="77", slot="a"))
    await office.turn(message("2"), say(ROOM, f"begin {'words ' * 500}end", slot="b"))
    await office.rounds(6)
    alone, *others = office.window.texts()
    assert (alone[:5], alone[-3:], "[The middle is too long" in alone, len(others)) == ("begin", "end", True, 4)
    office.store.close()


async def test_a_whisper_waits_for_nobody(office: Office) -> None:
    for n in range(22):
        await office.turn(message(str(n)), say(Room(GROUP, 1001 + n), f"card {n}"))
    await office.rounds(6)
    await office.turn(message("press", GROUP), say(GROUP, "Taken", whisper="press-1"))
    assert office.window.sent[-1] == (GROUP, Parcel(text="Taken", whisper="press-1"))
