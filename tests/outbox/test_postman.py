"""Letters leave in order, once, as fast as they may, whatever a platform answers."""

from __future__ import annotations

import asyncio
from functools import partial
from operator import attrgetter

import pytest

from bot.channels import Attachment, Gone, Later, Parcel, Refused, TakenOut
from bot.dialogue.words import File, Said
from bot.effects import Room
from bot.events import Address, Fetched, Receipt
from bot.outbox.postman import Postman
from bot.store import backlog
from bot.store.lanes import FEW, stop
from bot.turn import Script, take
from bot.values import replace
from tests.outbox.office import Office, Window, failing, lane, said
from tests.store.desk import ANA, BEA, DAWN, GROUP, Doing, Hand, alarm, message, opened, say


async def test_an_answer_leaves_at_once_and_in_order(office: Office) -> None:
    await office.turn(message("1"), say(ANA, "one"), say(ANA, "two", over="9"))
    assert office.window.sent == [(ANA, Parcel(text="one")), (ANA, Parcel(text="two", over="9"))]
    assert (await lane(office, "telegram|11|"))[:2] == (0, "")


async def test_what_is_said_while_an_answer_is_on_its_way_leaves_behind_it(office: Office) -> None:
    first, second = await said(office, "1", "one"), await said(office, "2", "two")
    assert [(letter.parcel.text, letter.behind) for letter in first + second] == [("one", False), ("two", True)]
    office.postman.post(first)
    office.postman.post(second)
    await office.postman.rest()
    assert office.window.texts() == ["one", "two"]
    assert (await lane(office, "telegram|11|"))[:2] == (0, "")


async def test_what_was_to_leave_behind_a_failed_answer_waits_for_it(office: Office, hand: Hand) -> None:
    office.window.trouble = failing(1, OSError("no network"))
    first, second = await said(office, "1", "one"), await said(office, "2", "two")
    office.postman.post(first)
    office.postman.post(second)
    await office.postman.rest()
    assert office.window.texts() == []
    hand.later(2)
    await office.rounds(2)
    assert office.window.texts() == ["one", "two"]


async def test_what_was_to_leave_behind_an_answer_nobody_has_in_hand_waits_for_it(office: Office) -> None:
    await said(office, "1", "one")  # and whoever should have sent it was stopped
    office.postman.post(await said(office, "2", "two"))
    await office.postman.rest()
    await office.rounds(2)
    assert office.window.texts() == ["one", "two"]


async def test_an_answer_that_waited_too_long_behind_another_is_claimed_anew(office: Office, hand: Hand) -> None:
    first, second = await said(office, "1", "one"), await said(office, "2", "two")
    office.postman.post(first)
    await office.postman.rest()
    hand.later(4)
    office.postman.post((replace(second[0], behind=False),))
    await office.postman.rest()
    assert office.window.texts() == ["one"]
    await office.rounds()
    assert office.window.texts() == ["one", "two"]


async def test_what_waits_for_a_platform_that_was_switched_off_keeps_nobody_else(office: Office) -> None:
    await office.turn(message("1"), say(Address("pigeons", "7"), "coo"), say(BEA, "news"))
    await office.rounds(2)
    assert office.window.sent == [(BEA, Parcel(text="news"))]
    [waits] = await office.store.read(partial(backlog.stuck, dead=False))
    assert (waits.lane, waits.error) == ("pigeons|7|", "pigeons is not set up")
    pigeons = Window("pigeons")
    again = Postman(office.store, {"telegram": office.window, "pigeons": pigeons}, office.read, office.hear)
    office.hand.later(61)
    await again.round()
    await again.rest()
    assert pigeons.texts() == ["coo"]


async def test_a_notice_leaves_with_the_next_round(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "news"))
    assert office.window.texts() == []
    await office.rounds()
    assert office.window.sent == [(ANA, Parcel(text="news"))]


async def test_a_notice_leaves_at_once_where_whoever_takes_the_event_sends_it(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "news"), say(BEA, "an answer"), notices=True)
    assert office.window.texts() == ["an answer", "news"]


async def test_the_notices_of_a_fan_out_leave_with_the_next_round(office: Office) -> None:
    chats = [Address("telegram", str(number)) for number in range(FEW + 1)]
    await office.turn(message("1", BEA), *(say(chat, "news") for chat in chats), notices=True)
    assert office.window.sent == []
    await office.rounds()
    assert [to for to, _parcel in office.window.sent] == chats


async def test_a_notice_waits_for_what_the_whole_bot_may_send(office: Office) -> None:
    await office.store.run(partial(stop, key="telegram", pace=office.window.limits.everywhere, seconds=60))
    await office.turn(message("1", BEA), say(ANA, "news"), say(BEA, "an answer"), notices=True)
    await office.rounds()
    assert office.window.texts() == ["an answer"]
    office.hand.later(60)
    await office.rounds()
    assert office.window.texts() == ["an answer", "news"]


async def test_a_notice_does_not_overtake_what_is_on_its_way_to_the_same_chat(office: Office) -> None:
    first = await said(office, "1", "one")
    await office.turn(message("2", BEA), say(ANA, "two"), notices=True)
    assert office.window.texts() == []
    office.postman.post(first)
    await office.postman.rest()
    await office.rounds()
    assert office.window.texts() == ["one", "two"]


async def test_a_letter_that_was_tried_before_says_so(office: Office) -> None:
    office.window.trouble = failing(1, OSError("cut"))
    await office.turn(message("1"), say(ANA, "one"))
    office.hand.later(60)
    await office.rounds()
    assert office.window.notes == [(1, True)]


async def test_ana_in_trouble_does_not_delay_bea(office: Office) -> None:
    office.window.trouble = failing(1, Later(30), "11")
    await office.turn(message("1"), say(ANA, "a1"), say(ANA, "a2"))
    await office.turn(message("2", BEA), say(BEA, "b1"))
    assert office.window.texts() == ["b1"]
    office.hand.later(29)
    await office.rounds()
    assert office.window.texts() == ["b1"]
    await office.rounds(3, seconds=1)
    assert office.window.texts() == ["b1", "a1", "a2"]


async def test_too_fast_for_the_whole_bot_holds_notices_everywhere(office: Office) -> None:
    office.window.trouble = failing(1, Later(5, everywhere=True))
    await office.turn(message("1", GROUP), say(ANA, "a"))
    await office.rounds()
    await office.turn(message("2", GROUP), say(BEA, "b"))
    await office.rounds(4, seconds=1)
    assert office.window.texts() == []
    await office.rounds(3, seconds=1)
    assert sorted(office.window.texts()) == ["a", "b"]


async def test_a_failure_is_tried_again_after_one_second_then_four_and_dies_at_the_twelfth(office: Office) -> None:
    office.window.trouble = failing(99, OSError("down"))
    await office.turn(message("1"), say(ANA, "x", receipt="entry.e1"))
    assert 1 <= (await lane(office, "telegram|11|"))[2] <= 1.25  # type: ignore[operator] # it is a number
    office.hand.later(1.3)
    await office.rounds()
    assert 5.3 <= (await lane(office, "telegram|11|"))[2] <= 6.3  # type: ignore[operator] # it is a number
    await office.rounds(11, seconds=4600)
    assert office.heard == [
        Receipt(id="receipt:1", at=office.heard[0].at, where=ANA, about="entry.e1", trouble="OSError('down')")
    ]
    assert (await lane(office, "telegram|11|"))[:2] == (0, "")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (Gone(), "gone"),
        (TakenOut(), "out"),
        (Refused("text must be shorter"), "text must be shorter"),
        (Refused("550 Direcci\udcf3n no v\udce1lida\0"), "550 Direcci\ufffdn no v\ufffdlida"),  # in Latin-1
    ],
)
async def test_what_will_never_arrive_is_reported_at_once(office: Office, error: Exception, trouble: str) -> None:
    office.window.trouble = failing(1, error)
    async with asyncio.timeout(10):
        await office.turn(message("1"), say(ANA, "lost", about=1001), say(ANA, "next"))
    assert office.window.texts() == ["next"]
    assert office.heard == [Receipt(id="receipt:1", at=DAWN, where=ANA, about="ticket.1001", trouble=trouble)]


async def test_files_that_are_refused_are_named(office: Office) -> None:
    files = tuple(File(f"f{n}", "document", "log.txt") for n in range(11))
    theirs = say(ANA, "", files=files, receipt="entry.e1")
    await office.turn(message("1", BEA, answer=Said("", files)), theirs)
    office.window.trouble = failing(1, Refused("too big"))
    for file in files:
        await office.turn(Fetched(id=file.id, at=DAWN, where=BEA, file=file.id, name=file.name))
    await office.rounds(2)
    about = Receipt(
        id="receipt:1", at=DAWN, where=ANA, about="entry.e1", trouble="too big", files=files[:10], last=False
    )
    receipts = [event for event in office.heard if isinstance(event, Receipt)]
    assert sorted(receipts, key=attrgetter("id")) == [
        about,
        Receipt(id="receipt:2", at=DAWN, where=ANA, about="entry.e1", files=files[10:]),
    ]


async def test_a_wanted_receipt_comes_once_after_the_last_piece(office: Office) -> None:
    await office.turn(message("1"), say(ANA, f"{'x' * 4000}\n\n{'y' * 4000}", receipt="entry.e1"))
    await office.rounds(2)
    assert len(office.window.sent) == 2
    assert office.heard == [Receipt(id="receipt:2", at=DAWN, where=ANA, about="entry.e1")]


async def test_a_receipt_outlives_the_process_that_owed_it(office: Office) -> None:
    await office.turn(message("1"), say(ANA, "x", receipt="entry.e1"))
    await office.store.run(lambda tx: tx._cursor.execute("DELETE FROM taken WHERE key = 'receipt:1'"))
    await office.store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET news = 1"))
    again = Office(office.store, office.hand, Window())
    await again.rounds(2)
    assert again.heard == [Receipt(id="receipt:1", at=DAWN, where=ANA, about="entry.e1")]


async def test_a_letter_waits_for_its_files_and_leaves_without_those_that_were_refused(office: Office) -> None:
    files = tuple(File(f"f{n}", "photo", f"{n}.jpg", "image/jpeg") for n in range(3))
    await office.turn(message("1", BEA, answer=Said("", files)), say(ANA, "look", files=files))
    await office.rounds(3, seconds=1)
    assert office.window.texts() == ["look"]
    for name, trouble in (("f0", ""), ("f1", "type"), ("f2", "")):
        await office.turn(Fetched(id=name, at=DAWN, where=BEA, file=name, name="", trouble=trouble))
    await office.rounds(1)
    assert office.window.files[-1] == (
        Attachment("0.jpg", "photo", "image/jpeg", b"f0"),
        Attachment("2.jpg", "photo", "image/jpeg", b"f2"),
    )


async def test_a_file_that_comes_too_late_for_its_letter_follows_it(office: Office) -> None:
    files = tuple(File(f"f{n}", "photo", f"{n}.jpg", "image/jpeg") for n in range(3))
    await office.turn(message("1", BEA, answer=Said("", files)), say(ANA, "look", files=files))
    await office.turn(Fetched(id="f0", at=DAWN, where=BEA, file="f0", name="0.jpg"))
    await office.rounds(3, seconds=31)
    assert office.window.files[-1] == (Attachment("0.jpg", "photo", "image/jpeg", b"f0"),)
    await office.turn(message("2"), say(ANA, "go on"))
    assert office.window.texts()[-1] == "go on"  # nobody waits for the rest

    office.hand.later(600)
    for name, trouble in (("f1", ""), ("f2", "type")):
        await office.turn(Fetched(id=name, at=DAWN, where=BEA, file=name, name="", trouble=trouble))
    await office.rounds(2, seconds=6)
    assert office.window.files[-1] == (Attachment("1.jpg", "photo", "image/jpeg", b"f1"),)
    sent = len(office.window.sent)
    await office.rounds(2, seconds=60)
    assert len(office.window.sent) == sent


async def test_a_room_does_not_wait_long_for_a_file(office: Office) -> None:
    """Others are at work there: what an agent is shown, or a card, is not held up by a platform that is slow with one file."""
    room = Room(GROUP, 1001, "SUP-1001")
    file = File("f0", "photo", "0.jpg")
    await office.turn(message("1", BEA, answer=Said("", (file,))), say(room, "look", files=(file,)))
    await office.turn(message("2", BEA), say(room, "preview"))
    await office.rounds(3)
    assert office.window.texts() == ["look"]
    await office.rounds(2, seconds=3)
    await office.rounds(3)
    assert office.window.texts() == ["look", "preview"]
    await office.turn(Fetched(id="f0", at=DAWN, where=BEA, file="f0", name="0.jpg"))
    await office.rounds(3, seconds=6)
    assert [len(files) for files in office.window.files] == [0, 0, 1]


async def test_a_late_file_that_is_refused_says_nothing_of_the_words(office: Office) -> None:
    file = File("f0", "photo", "0.jpg")
    await office.turn(message("1", BEA, answer=Said("", (file,))), say(ANA, "look", files=(file,), receipt="entry.e1"))
    await office.rounds(3, seconds=31)
    office.window.trouble = failing(1, Refused("too big"))
    await office.turn(Fetched(id="f0", at=DAWN, where=BEA, file="f0", name="0.jpg"))
    await office.rounds(3, seconds=6)
    told = [(e.trouble, e.files, e.last) for e in office.heard if isinstance(e, Receipt)]
    assert told == [("", (), True), ("too big", (file,), False)]


async def test_killed_between_commit_and_send_loses_nothing(url: str, hand: Hand) -> None:
    dying = opened(url, hand)
    await take(message("1"), dying, Script(Doing(lambda _s, _e: [say(ANA, "one"), say(ANA, "two")])))
    dying.close()
    office = Office(opened(url, hand), hand, Window())
    await office.rounds(2)
    assert office.window.texts() == []  # another process might be sending it at this moment
    hand.later(16)
    await office.rounds(3)
    assert office.window.texts() == ["one", "two"]
    office.store.close()


async def test_killed_between_send_and_note_sends_once_more_and_keeps_the_order(url: str, hand: Hand) -> None:
    dying = opened(url, hand)
    taken = await take(message("1"), dying, Script(Doing(lambda _s, _e: [say(ANA, "one"), say(ANA, "two")])))
    window = Window()
    first, _waits_until_it_is_noted = taken.letters
    await window.deliver(first.to, first.parcel, ())
    dying.close()
    office = Office(opened(url, hand), hand, window)
    running = asyncio.ensure_future(office.postman.run(alone=True))
    for _ in range(3):
        await window.came.acquire()
    running.cancel()
    await office.postman.rest()
    assert window.texts() == ["one", "one", "two"]
    assert window.notes[1:] == [(1, True), (2, False)]
    assert (await lane(office, "telegram|11|"))[:2] == (0, "")
    office.store.close()


async def test_a_lane_is_claimed_by_one_process_only(url: str, hand: Hand) -> None:
    offices = [Office(opened(url, hand), hand, Window()) for _ in range(2)]
    people = [Address("telegram", str(n)) for n in range(10)]
    for who in people:
        await offices[0].turn(message(f"m{who.chat}", BEA), say(who, f"to {who.chat}"))
    await asyncio.gather(*(office.rounds(2) for office in offices))
    assert sorted(offices[0].window.texts() + offices[1].window.texts()) == sorted(f"to {p.chat}" for p in people)
    for office in offices:
        office.store.close()


async def test_a_new_message_finds_its_way_without_waiting_for_the_poll(office: Office) -> None:
    running = asyncio.ensure_future(office.postman.run())
    await office.turn(message("1", BEA), say(ANA, "news"))
    async with asyncio.timeout(0.8):
        await office.window.came.acquire()
    running.cancel()
    await office.postman.rest()
    assert office.window.texts() == ["news"]


async def test_an_alarm_is_no_person_waiting(office: Office) -> None:
    await office.turn(alarm("nudge", "draft.telegram|11||11"), say(ANA, "still there?"))
    assert office.window.sent == []
    await office.rounds()
    assert office.window.texts() == ["still there?"]


@pytest.mark.parametrize(("refused", "there"), [("end", [True]), ("begin", [False, None])])
async def test_whoever_waits_hears_whether_a_part_of_it_is_there(
    office: Office, refused: str, there: list[bool | None]
) -> None:
    """Of several messages with the words of one slot the platform took some."""

    def choosy(_to: Address, parcel: Parcel) -> None:
        if refused in parcel.text:
            raise Refused("bad words")

    office.window.trouble = choosy
    words = f"begin {'words ' * 1000}end"
    await office.turn(message("1"), say(ANA, words, slot="entry.e1", receipt="entry.e1"))
    await office.rounds(2)
    told = sorted((event for event in office.heard if isinstance(event, Receipt)), key=attrgetter("id"))
    assert [event.there if event.trouble else None for event in told] == there


async def test_whoever_waits_hears_that_the_words_before_are_still_there(office: Office) -> None:
    await office.turn(message("1"), say(ANA, "It works.", slot="entry.e1", receipt="entry.e1"))
    office.window.trouble = failing(1, Refused("bad words"))
    await office.turn(message("2"), say(ANA, "It works again.", slot="entry.e1", receipt="entry.e1"))
    await office.rounds(2)
    assert [(event.trouble, event.there) for event in office.heard if isinstance(event, Receipt)] == [
        ("", False),
        ("bad words", True),
    ]
