"""Letters leave in order, once, as fast as they may, whatever a platform answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from msgspec import structs
from sqlalchemy import select

from bot.channels import Attachment, Gone, Later, Limits, NoMessage, NoThread, Parcel, Refused, Rehoused
from bot.dialogue.words import File, Said
from bot.effects import Effect, Room, Save, Unsay
from bot.events import Address, Event, Fetched, Moved, Receipt
from bot.outbox.postman import Postman
from bot.outbox.retry import TRIES
from bot.store import Store, views
from bot.store import tables as t
from bot.store.letters import Letter
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, BEA, DAWN, GROUP, LIMITS, Doing, Hand, alarm, message, opened, say, sees, ticket

Trouble = Callable[[Address, Parcel], None]


def fine(_to: Address, _parcel: Parcel) -> None:
    return None


@dataclass(slots=True)
class Window:
    """A channel that keeps what it is given, and can be told to make trouble."""

    name: str = "telegram"
    limits: Limits = LIMITS["telegram"]
    trouble: Trouble = fine
    threads: bool = True
    sent: list[tuple[Address, Parcel]] = field(default_factory=list)
    came: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    opened: list[tuple[Address, str]] = field(default_factory=list)
    files: list[tuple[Attachment, ...]] = field(default_factory=list)
    notes: list[tuple[int, bool]] = field(default_factory=list)

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        self.trouble(to, parcel)
        await asyncio.sleep(0)
        self.sent.append((to, structs.replace(parcel, letter=0, again=False)))
        self.notes.append((parcel.letter, parcel.again))
        self.files.append(files)
        self.came.release()
        return (parcel.over or f"m{len(self.sent)}",)

    async def open_thread(self, at: Address, title: str, /) -> str:
        self.opened.append((at, title))
        return f"t{len(self.opened)}" if self.threads else ""

    async def fetch(self, ref: str, /) -> bytes:
        return ref.encode()

    async def listen(self, _take: object, /) -> None:
        return None

    def texts(self) -> list[str]:
        return [parcel.text for _to, parcel in self.sent]


@dataclass(slots=True)
class Office:
    """A store, a postman and a window, and what the postman reports."""

    store: Store
    hand: Hand
    window: Window
    heard: list[Event] = field(default_factory=list)
    postman: Postman = field(init=False)

    def __post_init__(self) -> None:
        self.postman = Postman(self.store, {"telegram": self.window}, self.read, self.hear)

    async def read(self, file: File) -> Attachment:
        return Attachment(file.name, file.kind, file.mime, file.id.encode())

    async def hear(self, event: Event) -> None:
        if not (await take(event, self.store, Script(Doing()))).repeat:
            self.heard.append(event)

    async def turn(self, event: Event, *effects: Effect) -> None:
        taken = await take(event, self.store, Script(Doing(lambda _seen, _event: effects)))
        self.postman.post(taken.letters)
        await self.postman.rest()

    async def rounds(self, number: int = 1, seconds: float = 0) -> None:
        for _ in range(number):
            await self.postman.round()
            await self.postman.rest()
            self.hand.later(seconds)


@pytest.fixture
async def office(url: str, hand: Hand) -> AsyncIterator[Office]:
    store = opened(url, hand)
    yield Office(store, hand, Window())
    store.close()


def failing(times: int, error: Exception, chat: str = "") -> Trouble:
    left = [times]

    def trouble(to: Address, _parcel: Parcel) -> None:
        if (not chat or to.chat == chat) and left[0]:
            left[0] -= 1
            raise error

    return trouble


async def test_an_answer_leaves_at_once_and_in_order(office: Office) -> None:
    await office.turn(message("1"), say(ANA, "one"), say(ANA, "two", over="9"))
    assert office.window.sent == [(ANA, Parcel(text="one")), (ANA, Parcel(text="two", over="9"))]
    assert (await lane(office, "telegram|11|"))[:2] == (0, "")


async def said(office: Office, number: str, words: str) -> tuple[Letter, ...]:
    return (await take(message(number), office.store, Script(Doing(lambda _s, _e: [say(ANA, words)])))).letters


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


async def lane(office: Office, key: str) -> tuple[object, ...]:
    columns = select(t.lane.c.pending, t.lane.c.owner, t.lane.c.next_at - DAWN.timestamp())
    return tuple(await office.store.read(lambda c: c.execute(columns.where(t.lane.c.key == key)).one()))


async def test_what_waits_for_a_platform_that_was_switched_off_keeps_nobody_else(office: Office) -> None:
    await office.turn(message("1"), say(Address("pigeons", "7"), "coo"), say(BEA, "news"))
    await office.rounds(2)
    assert office.window.sent == [(BEA, Parcel(text="news"))]


async def test_a_notice_leaves_with_the_next_round(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "news"))
    assert office.window.texts() == []
    await office.rounds()
    assert office.window.sent == [(ANA, Parcel(text="news"))]


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
    ("error", "trouble"), [(Gone(), "gone"), (Refused("text must be shorter"), "text must be shorter")]
)
async def test_what_will_never_arrive_is_reported_at_once(office: Office, error: Exception, trouble: str) -> None:
    office.window.trouble = failing(1, error)
    await office.turn(message("1"), say(ANA, "lost", about=1001), say(ANA, "next"))
    assert office.window.texts() == ["next"]
    assert office.heard == [Receipt(id="receipt:1", at=DAWN, where=ANA, about="ticket.1001", trouble=trouble)]


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


async def test_what_is_taken_back_is_withdrawn_while_it_waits_and_deleted_after(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "waits", slot="a"))
    await office.turn(message("2", BEA), Unsay(ANA, "a"))
    await office.rounds()
    assert office.window.sent == []
    await office.turn(message("3"), say(ANA, "sent", slot="b"))
    await office.turn(message("4"), Unsay(ANA, "b"))
    await office.turn(message("5"), Unsay(ANA, "b"), Unsay(ANA, "never said"))
    assert office.window.sent[1:] == [(ANA, Parcel(unsay=True, slot="b", over="m1"))]


async def test_an_edit_of_what_is_gone_comes_as_a_new_message(office: Office) -> None:
    def gone(_to: Address, parcel: Parcel) -> None:
        if parcel.over == "m1":
            raise NoMessage

    await office.turn(message("1"), say(ANA, "one", slot="card"))
    office.window.trouble = gone
    await office.turn(message("2"), say(ANA, "two", slot="card"))
    await office.turn(message("3"), say(ANA, "three", slot="card"))
    assert [(p.text, p.over) for _to, p in office.window.sent] == [("one", ""), ("two", ""), ("three", "m2")]


ROOM = Room(GROUP, 1001, "SUP-1001 Ana")


async def with_ticket(office: Office) -> None:
    await take(message("open"), office.store, Script(Doing(lambda s, _e: [Save(ticket(1001, s.person))])))


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


async def test_a_group_hears_twenty_at_once_and_then_one_every_three_seconds(office: Office) -> None:
    for n in range(22):
        await office.turn(message(str(n)), say(Room(GROUP, 1001 + n), f"card {n}"))
    await office.rounds(6)
    assert len(office.window.sent) == 20
    office.hand.later(3)
    await office.rounds(2)
    assert len(office.window.sent) == 21


async def test_a_whisper_waits_for_nobody(office: Office) -> None:
    for n in range(22):
        await office.turn(message(str(n)), say(Room(GROUP, 1001 + n), f"card {n}"))
    await office.rounds(6)
    await office.turn(message("press", GROUP), say(GROUP, "Taken", whisper="press-1"))
    assert office.window.sent[-1] == (GROUP, Parcel(text="Taken", whisper="press-1"))


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
        Moved(id="moved:telegram:-100:-1009", at=DAWN, where=office.heard[0].where, to="-1009")  # type: ignore[union-attr]
    ]


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
