"""The contract of a turn, on both databases."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import count as counting
from typing import Any

import holidays
import pytest
from sqlalchemy import Table, func, select

from bot.channels import Busy
from bot.desk.calendars import days_off, warm
from bot.desk.people import Person
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Answer, Chose, Command, File, Said
from bot.effects import Effects, Know, Record, Save, Seen, Stand, Wake
from bot.events import Address, Caller, Edited, Event, Fetched, Filled, Message, Moved, led_to
from bot.queries import MyTickets
from bot.store import Store, fates
from bot.store import tables as t
from bot.store.written import unwritten, written
from bot.turn import RUNS, Script, Taken, take
from bot.values import replace
from tests.store.desk import (
    ANA,
    BEA,
    DAWN,
    GROUP,
    Doing,
    Draft,
    alarm,
    does,
    message,
    opened,
    say,
    sees,
    ticket,
)

YEARS = counting(2100)
"""Each test needs one that nobody has asked for."""


async def count(store: Store, table: Table) -> int:
    return await store.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


async def open_ticket(store: Store, where: Address = ANA, number: str = "open") -> Seen:
    doing = Doing(lambda seen, _event: [Save(ticket(seen.next_id, seen.person))])
    await take(message(number, where), store, Script(doing))
    return doing.seen[-1]


async def test_an_event_that_comes_twice_is_taken_once(store: Store) -> None:
    first = await does(store, message("1"), Stand(ANA, "11", Dialogue("intake", "title", Draft("a"))))
    again = await does(store, message("1"), Stand(ANA, "11", None))
    assert (first.repeat, again) == (False, Taken(repeat=True))
    assert (await sees(store, message("2"))).dialogue == Dialogue("intake", "title", Draft("a"))


async def test_the_same_event_twenty_times_at_once_is_taken_once(store: Store) -> None:
    taken = await asyncio.gather(*(does(store, message("1"), say(ANA, "hello")) for _ in range(20)))
    assert sum(not one.repeat for one in taken) == 1
    assert await count(store, t.outbox) == 1


async def test_messages_of_one_person_at_once_each_see_what_the_one_before_left(store: Store) -> None:
    def counts(seen: Seen, _event: Event) -> Effects:
        draft = seen.dialogue.draft if seen.dialogue else Draft()
        yield Stand(ANA, "11", Dialogue("intake", "title", replace(draft, tries=draft.tries + 1)))

    await asyncio.gather(*(take(message(str(n)), store, Script(counts)) for n in range(20)))
    seen = await sees(store, message("last"))
    assert seen.dialogue == Dialogue("intake", "title", Draft(tries=20))


async def test_holidays_that_are_being_loaded_keep_nobody_waiting_who_needs_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, loaded = threading.Event(), threading.Event()

    def slow(*given: Any, **named: Any) -> Any:
        begun.set()
        assert loaded.wait(5)
        return found(*given, **named)

    found = holidays.country_holidays
    monkeypatch.setattr(holidays, "country_holidays", slow)
    year = next(YEARS)

    def reckons(_seen: Seen, _event: Event) -> Effects:
        yield say(ANA, f"{len(days_off('ES-MD', year))} holidays")

    async with asyncio.TaskGroup() as group:
        loading = group.create_task(asyncio.to_thread(warm, ("ES-MD",), (year,)))
        await asyncio.to_thread(begun.wait)
        reckoning = group.create_task(take(message("1"), store, Script(reckons)))
        for number in range(20):
            await does(store, message(f"b{number}", BEA), say(BEA, "hello"))
        assert (loading.done(), reckoning.done()) == (False, False)
        loaded.set()
    assert await count(store, t.outbox) == 21
    assert await count(store, t.failure) == 0


async def test_tickets_opened_at_once_have_numbers_without_gaps(store: Store) -> None:
    people = [Address("telegram", str(n)) for n in range(12)]
    await asyncio.gather(*(open_ticket(store, where, f"m{where.chat}") for where in people))
    numbers = await store.read(lambda c: c.execute(select(t.ticket.c.id).order_by(t.ticket.c.id)).scalars().all())
    assert numbers == list(range(1001, 1013))


async def test_a_save_on_an_older_version_runs_again_with_fresh_facts(store: Store) -> None:
    opened_by = await open_ticket(store)
    first = await sees(store, alarm("look", "ticket.1001"))
    old = first.ticket
    assert old
    assert (old.version, old.person) == (1, opened_by.person.id)
    tries: list[int] = []

    def stale_once(seen: Seen, _event: Event) -> Effects:
        assert seen.ticket
        tries.append(seen.ticket.version)
        yield Save(replace(seen.ticket, title="mine", version=0 + (99 if len(tries) == 1 else seen.ticket.version)))

    await take(alarm("change", "ticket.1001"), store, Script(stale_once))
    seen = await sees(store, alarm("look-again", "ticket.1001"))
    assert tries == [1, 1]
    assert seen.ticket == replace(old, title="mine", version=2)


async def test_two_saves_of_a_ticket_in_one_turn_are_one_version(store: Store) -> None:
    await open_ticket(store)
    both = Doing(lambda seen, _e: [Save(replace(seen.ticket, title=x)) for x in ("a", "b") if seen.ticket])
    await take(alarm("change", "ticket.1001"), store, Script(both))
    seen = await sees(store, alarm("look", "ticket.1001"))
    assert seen.ticket
    assert (seen.ticket.title, seen.ticket.version) == ("b", 2)


async def test_a_save_that_is_always_stale_is_busy_and_keeps_nothing(store: Store) -> None:
    await open_ticket(store)
    doing = Doing(lambda seen, _e: [say(ANA, "x"), Save(replace(seen.ticket, version=7))] if seen.ticket else [])
    with pytest.raises(Busy):
        await take(alarm("change", "ticket.1001"), store, Script(doing))
    assert len(doing.seen) == 4
    assert await count(store, t.outbox) == 0


async def test_a_turn_that_raises_keeps_nothing_and_harms_no_neighbour(store: Store) -> None:
    def breaks(_seen: Seen, event: Event) -> Effects:
        yield say(event.where if isinstance(event, Message) else ANA, "half")
        if event.id == "bad":
            raise ZeroDivisionError

    async def one(number: str) -> bool:
        try:
            await take(message(number, Address("telegram", number)), store, Script(breaks))
        except Busy:
            return False
        return True

    assert await asyncio.gather(*map(one, ["a", "b", "bad", "c"])) == [True, True, False, True]
    lanes = await store.read(lambda c: c.execute(select(t.outbox.c.lane).order_by(t.outbox.c.lane)).scalars().all())
    assert lanes == ["telegram|a|", "telegram|b|", "telegram|c|"]


async def test_an_event_whose_turn_keeps_failing_is_set_aside_at_its_fifth_run(store: Store) -> None:
    def breaks(_seen: Seen, _event: Event) -> Effects:
        yield say(ANA, "half")
        raise ZeroDivisionError("no")

    script = Script(breaks, on_poison=lambda _event: iter([say(ANA, "Sorry.")]))
    event = message("poison", answer=Said("the answer", (File("f1", "photo"),)))
    for _run in range(RUNS - 1):
        with pytest.raises(Busy):
            await take(event, store, script)
    taken = await take(event, store, script)
    assert [letter.parcel.text for letter in taken.letters] == ["Sorry."]
    row = await store.read(
        lambda c: c.execute(select(t.dead_letter.c.key, t.dead_letter.c.body, t.dead_letter.c.error)).one()
    )
    assert (row[0], unwritten(row[1]), row[2]) == ("poison", event, "ZeroDivisionError('no')")
    assert await take(event, store, script) == Taken(repeat=True)
    assert await count(store, t.failure) == 0


def test_a_form_that_is_set_aside_can_be_read_again() -> None:
    answers: dict[str, Answer] = {"category": Chose("x"), "screenshots": Said("", (File("f1", "photo"),))}
    event = Filled(id="1", at=DAWN, where=ANA, who=Caller("11", "Ana"), moment="sent", answers=answers)
    assert unwritten(written(event)) == event


async def test_what_another_turn_learns_of_a_person_meanwhile_is_not_lost(pg_url: str) -> None:
    """Somebody is blocked while what they sent a moment before is being taken."""
    with closing(opened(pg_url)) as store:
        await open_ticket(store)
        begun, blocked = threading.Event(), threading.Event()

        def slowly(seen: Seen, _event: Event) -> Effects:
            begun.set()
            blocked.wait(5)
            yield Know(replace(seen.person, requests=7))

        opens = asyncio.ensure_future(take(message("2"), store, Script(slowly)))
        await asyncio.to_thread(begun.wait, 5)
        until = DAWN + timedelta(days=1)
        blocks = Doing(lambda seen, _event: [Know(replace(seen.person, blocked=until))])
        await take(alarm("block", "ticket.1001"), store, Script(blocks))
        blocked.set()
        await opens
        person = (await sees(store, message("3"))).person
        assert (person.requests, person.blocked) == (7, until)


async def test_a_conversation_of_another_release_is_lost_and_said_to_be(store: Store) -> None:
    await does(store, message("1"), Stand(ANA, "11", Dialogue("gone", "title", Draft())))
    await does(store, message("2", BEA), Stand(BEA, "22", Dialogue("intake", "title", {"title": 7})))
    lost = [
        await sees(store, message("3")),
        await sees(store, message("4", BEA)),
        await sees(store, message("5", GROUP)),
    ]
    assert [(seen.dialogue, seen.lost_draft) for seen in lost] == [(None, True), (None, True), (None, False)]


async def test_an_agent_in_the_group_is_no_customer(store: Store) -> None:
    await open_ticket(store)
    without = await sees(store, message("1", GROUP))
    about = await sees(store, message("2", GROUP, Chose("claim"), asked="ticket.1001"))
    assert (without.at_desk, without.person) == (True, Person(0, "Leo", "en"))
    assert (about.at_desk, about.person.name, about.person.where) == (True, "Ana", ANA)
    assert about.ticket == about.open_tickets[0]
    assert await count(store, t.person) == 1


async def test_a_chat_of_a_category_is_the_teams_too(store: Store) -> None:
    assert (await sees(store, message("1", Address("telegram", "-200")))).at_desk
    assert not (await sees(store, message("2", Address("telegram", "-300")))).at_desk


async def test_somebody_elses_ticket_does_not_exist_for_a_customer(store: Store) -> None:
    await open_ticket(store)
    theirs = await sees(store, message("1", BEA, Chose("add"), asked="ticket.1001"))
    own = await sees(store, message("2", ANA, Chose("add"), asked="ticket.1001"))
    assert theirs.ticket is None
    assert own.ticket
    assert own.ticket.id == 1001


async def test_lines_are_found_by_button_edit_album_and_answer(store: Store) -> None:
    person = (await open_ticket(store)).person
    entry = sees_entry(person)
    await does(store, alarm("x", "ticket.1001"), Record(entry))
    found = [
        await sees(store, message("1", GROUP, Chose("send"), asked="entry.e1")),
        await sees(store, Edited(id="2", at=DAWN, where=ANA, who=Caller("11", "Ana"), ref="55", text="new")),
        await sees(store, message("3", ANA, album="album-1")),
        await sees(store, message("4", ANA, reply_to="55")),
        await sees(store, alarm("album", "entry.e1")),
    ]
    assert [(seen.entry, seen.ticket and seen.ticket.id) for seen in found] == [(entry, 1001)] * 5
    assert (await sees(store, message("5", BEA, reply_to="55"))).entry is None


def sees_entry(person: Person) -> Entry:
    return Entry(
        id="e1", ticket=1001, kind="asked", by=person.name, at=DAWN, text="hm", origin=ANA, ref="55", album="album-1"
    )


async def test_an_alarm_about_a_draft_brings_its_conversation_and_person(store: Store) -> None:
    dialogue = Dialogue("intake", "title", Draft("a"))
    await does(store, message("1"), Stand(ANA, "11", dialogue))
    seen = await sees(store, alarm("nudge", "draft.telegram|11||11"))
    assert (seen.dialogue, seen.person.name, seen.person.where) == (dialogue, "Ana", ANA)


async def test_a_page_of_ones_tickets_newest_first(store: Store) -> None:
    for n in range(10):
        await open_ticket(store, number=f"m{n}")
    doing = Doing()
    await take(message("page", answer=Command("tickets")), store, Script(doing, needs=lambda _e, _s: MyTickets(8)))
    page = doing.seen[-1].found
    assert ([x.id for x in page.tickets], page.start, page.total) == ([1002, 1001], 8, 10)
    await take(message("past", answer=Command("tickets")), store, Script(doing, needs=lambda _e, _s: MyTickets(50)))
    page = doing.seen[-1].found
    assert ([x.id for x in page.tickets], page.start) == ([1005, 1004, 1003, 1002, 1001], 5)


async def test_files_are_rows_and_chores_of_the_same_turn(store: Store) -> None:
    file = File("f1", "photo", "a.jpg", "image/jpeg", 10, "ref")
    for number in ("1", "1", "2"):
        await does(store, message(number, answer=Said("", (file,))))
    await does(store, Fetched(id="3", at=DAWN, where=ANA, file="f1", name="a.jpg", trouble="type"))
    rows = await store.read(
        lambda c: c.execute(select(t.file.c.id, t.file.c.who, t.file.c.state, t.file.c.trouble)).all()
    )
    assert [tuple(row) for row in rows] == [("f1", "11", "refused", "type")]
    assert await count(store, t.chore) == 1


async def test_files_in_groups_are_fetched_only_where_they_belong_to_a_ticket(store: Store) -> None:
    """What a strange group shows each other is none of our business, and so is what the team posts among itself."""
    await open_ticket(store)
    abroad = Address("telegram", "-999")
    for number, where in (("1", GROUP), ("2", abroad), ("3", replace(GROUP, thread="9"))):
        await does(store, message(number, where, Said("", (File(f"f{number}", "photo"),))))
    await store.run(partial(fates.opened, at=GROUP, ticket=1001, thread="9"))
    await does(store, message("4", replace(GROUP, thread="9"), Said("", (File("f4", "photo"),))))
    assert [row[0] for row in await store.read(lambda c: c.execute(select(t.file.c.id)).all())] == ["f4"]
    assert await count(store, t.chore) == 1


async def test_a_file_knows_its_ticket_and_line(store: Store) -> None:
    file = File("f1", "photo")
    person = (await open_ticket(store)).person
    entry = replace(sees_entry(person), files=(file,))
    await does(store, message("1", answer=Said("", (file,))), Record(entry))
    seen = await sees(store, Fetched(id="3", at=DAWN, where=ANA, file="f1", name="a.jpg"))
    assert (seen.ticket and seen.ticket.id, seen.entry, seen.person.name) == (1001, entry, "Ana")


async def test_news_of_a_file_waits_for_what_its_owner_says_meanwhile(store: Store) -> None:
    files = tuple(File(f"f{n}", "photo") for n in range(10))
    await does(store, message("0", answer=Said("", files)), Stand(ANA, "11", Dialogue("intake", "title", Draft())))

    def counts(seen: Seen, _event: Event) -> Effects:
        if seen.dialogue:
            yield Stand(ANA, "11", replace(seen.dialogue, draft=Draft(tries=seen.dialogue.draft.tries + 1)))

    news = [Fetched(id=f"n{f.id}", at=DAWN, where=ANA, file=f.id, name="a.jpg", trouble="type") for f in files]
    said = [message(f"m{n}") for n in range(10)]
    await asyncio.gather(
        *(take(event, store, Script(counts)) for pair in zip(news, said, strict=True) for event in pair)
    )
    assert (await sees(store, message("1"))).dialogue == Dialogue("intake", "title", Draft(tries=20))


async def test_of_many_agents_at_one_line_each_sees_what_the_one_before_did(store: Store) -> None:
    await does(store, message("1"), Record(replace(sees_entry((await open_ticket(store)).person), text="")))
    adds = Doing(lambda seen, _e: [Record(replace(seen.entry, text=seen.entry.text + "x"))] if seen.entry else [])
    presses = [message(f"p{n}", GROUP, Chose("send"), asked="entry.e1", who=Caller(str(n), "Leo")) for n in range(20)]
    await asyncio.gather(*(take(press, store, Script(adds)) for press in presses))
    seen = await sees(store, message("2", GROUP, Chose("send"), asked="entry.e1"))
    assert seen.entry
    assert seen.entry.text == "x" * 20


async def test_what_an_event_is_known_by_names_nobody(store: Store) -> None:
    """It is kept for some days, also when they are erased."""
    press = message("slack:act:9f#DANA:UANA:", Address("slack", "UANA"), Chose("claim"))
    ring = alarm("nudge", "draft.slack|UANA||UANA")
    for event in (press, press, ring, ring):
        await does(store, event)
    keys = await store.read(lambda c: c.scalars(select(t.taken.c.key)).all())
    assert [key for key in keys if "ANA" in key] == []
    assert len(keys) == 2


async def test_the_same_alarm_again_replaces_and_never_mind_removes(store: Store) -> None:
    hour = timedelta(hours=1)
    await does(store, message("1"), Wake(DAWN + hour, "nudge", "a"), Wake(DAWN + hour, "nudge", "b"))
    await does(store, message("2"), Wake(DAWN + 2 * hour, "nudge", "a"), Wake(None, "nudge", "b"))
    rows = await store.read(lambda c: c.execute(select(t.alarm.c.name, t.alarm.c.about, t.alarm.c.at)).all())
    assert [tuple(row) for row in rows] == [("nudge", "a", (DAWN + 2 * hour).timestamp())]


async def test_a_chat_that_moved_is_the_same_chat(url: str) -> None:
    store = opened(url)
    new = Address("telegram", "-1009")
    await open_ticket(store)
    await does(store, Moved(id="m", at=DAWN, where=GROUP, to=new.chat))
    seen = await sees(store, message("1", new, Chose("claim"), asked="ticket.1001"))
    taken = await does(store, message("2", new), say(GROUP, "hello", whisper="press"))
    assert (seen.at_desk, seen.agents, taken.letters[0].to) == (True, new, new)
    store.close()
    again = opened(url)
    await again.learn()
    assert (await sees(again, message("3", new))).at_desk
    again.close()


async def test_nothing_is_lost_when_the_store_closes_in_the_middle(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """In the loop's own thread, as the program does."""
    store = opened(url)
    waiting = [asyncio.ensure_future(does(store, message(str(n)))) for n in range(30)]
    await asyncio.sleep(0)
    store.close()
    await asyncio.gather(*waiting)
    await asyncio.sleep(0)
    assert caplog.messages == []
    again = opened(url)
    assert await count(again, t.taken) == 30
    again.close()


async def test_what_comes_of_a_press_is_no_repetition_of_it(store: Store) -> None:
    """Behind the `#` of its id stands for whom it is, which no event is known by."""
    press = message("slack:act:1#C1:U1:")
    taken = [
        (await take(replace(press, id=name), store, Script(Doing()))).repeat
        for name in (press.id, press.id, led_to(press.id, "again"), "slack:act:1#C2:U2:", "slack:act:2#C1:U1:")
    ]
    assert taken == [False, True, False, True, False]
    assert led_to(press.id, "again").partition("#")[2] == "C1:U1:"
