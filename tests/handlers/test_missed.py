"""An answer that reached nobody is brought up when its customer is back, once, wherever they write from."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from bot.dialogue.words import Chose, Command
from bot.effects import Invite, Join, Unjoin
from bot.events import Address, Caller, Edited, Message, Receipt
from bot.store import tables as t
from bot.store.backlog import requeue
from bot.store.fates import Sent, finish
from bot.store.letters import DEAD, Letter
from bot.store.rows import read_entry, read_parcel
from tests.handlers.test_mails import MAIL, SLACK, dies, joined, undelivered
from tests.web.door import ANA, TEAM, Room, says


async def missed(room: Room, person: int = 1) -> str:
    return await room.store.read(lambda db: db.scalar(select(t.person.c.missed).where(t.person.c.id == person))) or ""


async def bea(room: Room, press: Chose, on: str) -> None:
    who = Caller("77", "Bea")
    await room.take(Message(id=press.choice, at=room.at, where=TEAM, who=who, private=False, answer=press, asked=on))


async def lost(room: Room, where: str = "telegram") -> str:
    """Bea answers while no door of theirs takes anything."""
    person = await room.store.read(lambda db: db.scalar(select(t.door.c.person).where(t.door.c.channel == where)))
    ticket = await room.ticket("abcdefghij-reply", "SUP-77", person=person, where=ANA if where == "telegram" else SLACK)
    opened = f"{ticket.where.channel}:{ticket.where.chat}"
    await room.record(ticket, "event", "opened", by_id=opened)
    line = await room.record(ticket, "draft", "Ya va", origin=TEAM, ref="5")
    await bea(room, Chose("send"), f"entry.{line.id}")
    while await dies(room, line.id) == 0:
        pass
    return line.id


async def heard(room: Room, where: Address) -> int:
    """How often the answer was said there."""
    return sum("Ya va" in letter and "no te pudo llegar" in letter for letter in await room.letters(where))


async def test_it_goes_where_they_write_from_and_is_no_dead_letter_any_more(room: Room) -> None:
    await joined(room)
    line = await lost(room)
    assert (await missed(room), await undelivered(room)) == (line, 1)
    said = await says(room, SLACK, Command("help"))
    assert ("Ya va" in said, await heard(room, SLACK), await heard(room, ANA)) == (False, 1, 0)
    assert (await missed(room), await undelivered(room)) == ("", 0)
    await says(room, ANA, Command("help"))
    assert (await heard(room, SLACK), await heard(room, ANA)) == (1, 0)
    assert any("*Ana* is back" in parcel.text for parcel in await room.parcels(TEAM))


async def test_what_fails_again_is_brought_up_again(room: Room) -> None:
    await room.meet("Ana")
    line = await lost(room)
    await says(room, ANA, Command("help"))
    assert (await dies(room, line), await missed(room)) == (1, line)


async def test_it_waits_for_the_next_time_only_while_it_is_an_answer(room: Room) -> None:
    await room.meet("Ana")
    await bea(room, Chose("undo"), f"entry.{await lost(room)}")
    await says(room, ANA, Command("help"))
    assert (await heard(room, ANA), await missed(room)) == (0, "")


async def test_one_that_an_operator_got_through_is_not_said_twice(room: Room) -> None:
    await room.meet("Ana")
    line = await lost(room)
    row = t.outbox.c
    number, lane, body = await room.store.read(
        lambda db: db.execute(
            select(row.id, row.lane, row.body).where(row.slot == f"entry.{line}", row.state == DEAD)
        ).one()
    )
    letter = Letter(id=number, lane=lane, to=ANA, parcel=read_parcel(body))
    assert await room.store.run(partial(requeue, number=number))
    for receipt in await room.store.run(partial(finish, fates=[Sent(letter, ANA, ("1",))])):
        await room.take(receipt)
    await says(room, ANA, Command("help"))
    assert await heard(room, ANA) == 0


async def test_what_reaches_a_chat_of_theirs_tells_that_they_are_back_and_a_mail_does_not(room: Room) -> None:
    await room.meet("Ana")
    await lost(room)
    ticket = await room.ticket("abcdefghij-other", "SUP-78", where=ANA)
    later = await room.record(ticket, "answer", "Listo", sent=room.at)
    found = []
    for number, where in enumerate((MAIL, TEAM, ANA, ANA)):
        await room.take(Receipt(id=f"receipt:9{number}", at=room.at, where=where, about=f"entry.{later.id}"))
        found.append(await heard(room, ANA))
    assert found == [0, 0, 1, 1]


async def test_it_goes_along_when_chats_are_joined_and_parted(room: Room) -> None:
    await says(room, SLACK, Command("help"))
    ana = await room.meet("Ana")
    line = await lost(room, "slack")
    await room.does(Invite(ana, "w" * 26, room.at.replace(year=2030)))
    await room.does(Join("w" * 26, ana, "slack", "U7"))
    assert (await missed(room, ana)).split() == [line]
    await room.does(Unjoin(ana, "slack", "U7"))
    await says(room, ANA, Command("help"))
    await says(room, SLACK, Command("help"))
    assert (await heard(room, ANA), await heard(room, SLACK)) == (0, 1)
    body = await room.store.read(lambda db: db.scalar(select(t.entry.c.body).where(t.entry.c.id == line)))
    assert read_entry(body or "").trouble == ""


async def corrected(room: Room) -> str:
    """Bea edits an answer that had arrived."""
    await room.meet("Ana")
    ticket = await room.ticket("abcdefghij-reply", "SUP-77", person=1, where=ANA)
    line = await room.record(
        ticket, "answer", "Ya vino", origin=TEAM, ref="5", sent=room.at, arrived="telegram", door=ANA
    )
    edited = Edited(id="e1", at=room.at, where=TEAM, who=Caller("77", "Bea"), ref="5", text="Ya va", private=False)
    await room.take(edited)
    return line.id


async def test_a_correction_that_reached_nobody_is_brought_up_as_well(room: Room) -> None:
    line = await corrected(room)
    told = [parcel.text for parcel in await room.parcels(TEAM)][-1]
    assert ("Corrected for Ana" in told, await dies(room, line)) == (True, 1)
    told = [parcel.text for parcel in await room.parcels(TEAM)][-1]
    assert ("Not delivered" in told, await missed(room)) == (True, line)
    await says(room, ANA, Command("help"))
    assert await heard(room, ANA) == 1


async def test_one_that_has_come_is_told_as_a_correction_still(room: Room) -> None:
    line = await corrected(room)
    before = [parcel.text for parcel in await room.parcels(TEAM)]
    await room.take(Receipt(id="receipt:1", at=room.at, where=ANA, about=f"entry.{line}"))
    assert [parcel.text for parcel in await room.parcels(TEAM)] == before
