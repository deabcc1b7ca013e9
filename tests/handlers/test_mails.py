"""The e-mail door through the real desk: codes, tries, limits, the next door, and the way out."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.dialogue.words import Chose, Command
from bot.effects import Invite, Join
from bot.events import Address, Caller, Deleted, Edited, Knocked, Message, Receipt
from bot.store import erasing, lanes, mails
from bot.store import tables as t
from bot.store.backlog import standing
from bot.store.fates import Dead, Sent, finish
from bot.store.letters import Letter
from bot.store.rows import read_entry, read_parcel
from tests.web.door import ANA, BOB, TEAM, Room, filled, furnished, says

MAIL, EVA = Address("email", "ana@example.es"), Address("email", "eva@example.es")
SLACK = Address("slack", "U7")


async def asks(room: Room, where: Address, address: str) -> str:
    return await says(room, where, Command("correo", address))


async def code(room: Room, to: Address = MAIL) -> str:
    found = re.search(r"\*(\d{6})\*", (await room.letters(to))[-1])
    assert found
    return found[1]


async def proved(room: Room, where: Address = ANA, to: Address = MAIL) -> None:
    await asks(room, where, to.chat)
    assert "es tuya" in await says(room, where, await code(room, to))


async def mail_of(room: Room, person: int) -> str | None:
    return await room.store.read(lambda db: db.scalar(select(t.person.c.mail).where(t.person.c.id == person)))


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


async def test_the_right_code_makes_an_address_ones_own_and_no_other_does(room: Room) -> None:
    ana = await room.meet("Ana")
    await asks(room, ANA, MAIL.chat)
    right = await code(room)
    bobs = await says(room, BOB, Command("email", right))
    assert ("ya no vale" in bobs or "not good" in bobs, await mail_of(room, ana)) == (True, "")
    missed = await says(room, ANA, wrong(right))
    assert (missed.startswith("Ese no es el código."), await mail_of(room, ana)) == (True, "")
    await says(room, ANA, f"{right[:3]} {right[3:]}")
    assert await mail_of(room, ana) == "ana@example.es"


async def test_a_guess_in_the_middle_of_a_request_is_a_try_too(room: Room) -> None:
    ana = await room.meet("Ana")
    await asks(room, ANA, MAIL.chat)
    right = await code(room)
    await says(room, ANA, Command("nuevo"))
    for _ in range(5):
        await says(room, ANA, wrong(right))
    await says(room, ANA, right)
    assert await mail_of(room, ana) == ""


async def test_after_five_tries_the_right_code_is_void(room: Room) -> None:
    await asks(room, ANA, MAIL.chat)
    right = await code(room)
    answers = [await says(room, ANA, Command("email", wrong(right))) for _ in range(5)]
    late = await says(room, ANA, Command("email", right))
    assert answers[4] == "Tampoco es ese el código, así que ya no vale. Puedes pedir otro."
    assert ("ya no vale" in late, await mail_of(room, await room.meet("Ana"))) == (True, "")


async def test_a_code_holds_for_half_an_hour(room: Room) -> None:
    await asks(room, ANA, MAIL.chat)
    room.pass_(minutes=31)
    assert "ya no vale" in await says(room, ANA, Command("email", await code(room)))


async def test_three_codes_a_day_and_then_tomorrow(room: Room) -> None:
    answers = [await asks(room, ANA, MAIL.chat) for _ in range(4)]
    sent = len(await room.letters(MAIL))
    room.pass_(hours=25)
    later = await asks(room, ANA, MAIL.chat)
    assert (sent, "Inténtalo mañana" in answers[3], "en camino" in later) == (3, True, True)


async def test_the_answer_does_not_tell_whether_an_address_is_known_or_crowded(room: Room) -> None:
    fresh = await asks(room, BOB, "nadie@example.es")
    await proved(room)
    known = await asks(room, BOB, MAIL.chat)
    await asks(room, ANA, EVA.chat)
    await asks(room, ANA, EVA.chat)
    await asks(room, SLACK, EVA.chat)
    before = len(await room.letters(EVA))
    crowded = await asks(room, BOB, EVA.chat)
    assert fresh.replace("nadie@example.es", MAIL.chat) == known == crowded.replace(EVA.chat, MAIL.chat)
    assert (before, len(await room.letters(EVA))) == (3, 3)


async def test_in_capitals_it_is_the_same_mailbox(room: Room) -> None:
    for where in (ANA, ANA, SLACK):
        await asks(room, where, EVA.chat)
    await asks(room, BOB, "Eva@example.es")
    sent = await room.store.read(
        lambda db: db.scalars(select(t.outbox.c.lane).where(t.outbox.c.lane.like("email|%"))).all()
    )
    assert sent == ["email|eva@example.es|"] * 3


async def test_nothing_of_theirs_stands_in_the_mail_with_the_code(room: Room) -> None:
    room.count += 1
    who = Caller(ANA.chat, "Visita https://evil.example", "es")
    await room.take(Message(id="x", at=room.at, where=ANA, who=who, answer=Command("email", MAIL.chat)))
    assert "evil" not in "".join(await room.letters(MAIL))


async def test_whoever_waits_for_a_code_hears_that_it_cannot_arrive(room: Room) -> None:
    await asks(room, ANA, MAIL.chat)
    (parcel,) = await room.parcels(MAIL)
    before = len(await room.letters())
    for n, trouble in enumerate(("", "gone")):
        await room.take(
            Receipt(id=f"receipt:{9000 + n}", at=room.at, where=MAIL, about=parcel.receipt, trouble=trouble)
        )
    told = await room.letters()
    assert (len(told) - before, "no ha llegado a ana@example.es" in told[-1]) == (1, True)


async def test_where_the_desk_sends_no_mail_it_says_so(tmp_path: Path) -> None:
    room = await filled(furnished(tmp_path, by_mail=False))
    assert await asks(room, ANA, MAIL.chat) == "Aquí no enviamos correos: las respuestas llegan a este chat."
    assert await says(room, ANA, "123456") != "Ese código ya no vale."
    room.store.close()


# -- the next door -------------------------------------------------------------------------------------


async def answered(room: Room) -> str:
    """An answer on its way to Ana; the name of its entry."""
    ticket = await room.ticket("abcdefghij-reply", "SUP-77", where=ANA)
    entry = await room.record(ticket, "answer", "Ya va", sent=room.at)
    return entry.id


async def fails(room: Room, entry: str, where: Address, trouble: str = "gone") -> None:
    room.count += 1
    number = await room.store.read(lambda db: db.scalar(select(func.coalesce(func.max(t.outbox.c.id), 0))))
    await room.take(
        Receipt(id=f"receipt:{number}{room.count}", at=room.at, where=where, about=f"entry.{entry}", trouble=trouble)
    )


async def entry_of(room: Room, name: str) -> tuple[tuple[str, ...], str]:
    body = await room.store.read(lambda db: db.scalar(select(t.entry.c.body).where(t.entry.c.id == name)))
    entry = read_entry(body or "")
    return entry.shut, entry.trouble


async def joined(room: Room) -> None:
    """Ana has a chat in Slack, too."""
    ana = await room.meet("Ana")
    await says(room, SLACK, Command("help"))
    await room.does(Invite(ana, "w" * 26, room.at.replace(year=2030)))
    await room.does(Join("w" * 26, ana, "slack", "U7"))
    await says(room, ANA, Command("help"))


async def test_what_one_chat_does_not_take_goes_to_the_next_and_then_by_mail(room: Room) -> None:
    await joined(room)
    await proved(room)
    entry = await answered(room)
    await fails(room, entry, ANA)
    in_slack, told = (await room.letters(SLACK))[-1], (await room.parcels(TEAM))[-1].text
    await fails(room, entry, SLACK)
    mailed = await room.letters(MAIL)
    assert ("Ya va" in in_slack, "Ya va" in mailed[-1], mailed[-1].splitlines()[0]) == (
        True,
        False,
        "SUP-77: te hemos respondido",
    )
    await fails(room, entry, MAIL)
    assert await entry_of(room, entry) == (("telegram:11", "slack:U7", "email:ana@example.es"), "gone")
    assert (await mail_of(room, await room.meet("Ana")), len(await room.letters(MAIL))) == ("", len(mailed))
    assert told.startswith("On its way to Ana by another door: Telegram no longer takes our messages.")


async def dies(room: Room, entry: str) -> int:
    """What is on its way of an answer never arrives, and the desk hears of it; how much has never left, then."""
    row = t.outbox.c
    unsent = select(row.id, row.lane, row.body).where(row.slot == f"entry.{entry}", row.state < 2)
    rows = await room.store.read(lambda db: db.execute(unsent.where(~row.lane.contains("#"))).all())
    for number, lane, body in rows:
        to = Address(*lane.split("|")[:2])
        fates = [Dead(Letter(id=number, lane=lane, to=to, parcel=read_parcel(body)), "gone")]
        for receipt in await room.store.run(partial(finish, fates=fates)):
            await room.take(receipt)
    return await undelivered(room)


async def undelivered(room: Room) -> int:
    return (await room.store.read(partial(standing, now=0.0))).undelivered


async def sent(room: Room) -> str:
    """Bea answers in Telegram."""
    ticket = await room.ticket("abcdefghij-reply", "SUP-77", where=ANA)
    line = await room.record(ticket, "draft", "Ya va", origin=TEAM, ref="5")
    at_team = partial(Message, at=room.at, where=TEAM, who=Caller("77", "Bea"), private=False)
    await room.take(at_team(id="send", answer=Chose("send"), asked=f"entry.{line.id}"))
    return line.id


async def test_an_answer_that_goes_by_the_next_door_is_not_among_what_never_left(room: Room) -> None:
    await joined(room)
    entry = await sent(room)
    assert await dies(room, entry) == 0
    assert await dies(room, entry) == 1  # the next door is shut, too: it may be tried once more, but not twice


async def test_nor_is_one_of_which_a_mail_tells(room: Room) -> None:
    await proved(room)
    assert await dies(room, await sent(room)) == 0
    assert (await room.letters(MAIL))[-1].startswith("SUP-77")


@pytest.mark.parametrize("what", ["corrected", "taken back"])
async def test_nor_is_one_that_its_author_wrote_anew_or_took_back(room: Room, what: str) -> None:
    assert await dies(room, await sent(room)) == 1
    bea, edited = Caller("77", "Bea"), what == "corrected"
    anew = Edited(id="x", at=room.at, where=TEAM, who=bea, ref="5", text="Ya llega", private=False)
    gone = Deleted(id="x", at=room.at, where=TEAM, who=bea, ref="5", private=False)
    await room.take(anew if edited else gone)
    assert await undelivered(room) == 0


async def test_the_next_answer_goes_at_once_where_the_last_one_went(room: Room) -> None:
    await joined(room)
    await fails(room, await answered(room), ANA)
    where = await room.store.read(lambda db: db.scalar(select(t.person.c.channel).where(t.person.c.id == 1)))
    assert where == "slack"


async def test_an_answer_is_corrected_and_taken_back_where_it_went_wherever_they_write_since(room: Room) -> None:
    await joined(room)
    ticket = await room.ticket("abcdefghij-reply", "SUP-77", where=ANA)
    line = await room.record(ticket, "draft", "Ya va", origin=TEAM, ref="5")
    bea, at_team = Caller("77", "Bea"), partial(Message, at=room.at, where=TEAM, who=Caller("77", "Bea"), private=False)
    await room.take(at_team(id="send", answer=Chose("send"), asked=f"entry.{line.id}"))
    await says(room, SLACK, Command("help"))
    before = len(await room.letters(SLACK))
    await room.take(Edited(id="edit", at=room.at, where=TEAM, who=bea, ref="5", text="Ya casi va", private=False))
    corrected = (await room.letters(ANA))[-1]
    await room.take(at_team(id="undo", answer=Chose("undo"), asked=f"entry.{line.id}"))
    left = [letter for letter in await room.letters(ANA) if "va" in letter and "SUP-77" in letter]
    assert ("Ya casi va" in corrected, left, len(await room.letters(SLACK))) == (True, [], before)


async def test_what_a_platform_refuses_is_said_by_mail_and_not_in_another_chat(room: Room) -> None:
    await joined(room)
    await proved(room)
    before = len(await room.letters(SLACK))
    await fails(room, await answered(room), ANA, "message is too strange")
    assert (len(await room.letters(SLACK)), (await room.letters(MAIL))[-1][:6]) == (before, "SUP-77")


async def test_without_another_door_the_agent_hears_of_it(room: Room) -> None:
    entry = await answered(room)
    await fails(room, entry, ANA)
    assert await entry_of(room, entry) == (("telegram:11",), "gone")
    assert any("Not delivered" in parcel.text for parcel in await room.parcels(TEAM))


# -- the way out ---------------------------------------------------------------------------------------


async def test_the_word_in_a_mail_ends_them_and_no_other_word_does(room: Room) -> None:
    await proved(room)
    await fails(room, await answered(room), ANA)
    (parcel,) = [parcel for parcel in await room.parcels(MAIL) if parcel.off]
    word = parcel.off.rpartition("/")[2]
    ended = [await room.store.run(partial(mails.end, word=one)) for one in ("", "0" * 32, word, word)]
    assert (ended, await mail_of(room, 1)) == ([False, False, True, False], "")


async def claimed(room: Room) -> list[Letter]:
    """The mails that may leave now."""
    found = await room.store.run(partial(lanes.claim, most=16))
    return [letter for letter in found.letters if letter.to.channel == MAIL.channel]


async def test_a_mail_that_still_waits_when_they_end_them_is_not_sent(room: Room) -> None:
    await proved(room)
    await fails(room, await answered(room), ANA)
    (parcel,) = [parcel for parcel in await room.parcels(MAIL) if parcel.off]
    with_code = await claimed(room)
    await room.store.run(partial(finish, fates=[Sent(letter, letter.to, ()) for letter in with_code]))
    (before,) = await claimed(room)
    await room.store.run(lanes.let_go)
    await room.store.run(partial(mails.end, word=parcel.off.rpartition("/")[2]))
    (after,) = await claimed(room)
    assert (before.parcel.off, before.void, after.void) == (parcel.off, "", "gone")


async def test_the_second_mail_to_nobody_says_nothing_of_their_chat(room: Room) -> None:
    await proved(room)
    ticket = await room.ticket("abcdefghij-mails", "SUP-77", where=ANA)
    before = len(await room.letters()), len(await room.letters(TEAM))
    for number in (9001, 9002):
        about = f"ticket.{ticket.id}"
        await room.take(Receipt(id=f"receipt:{number}", at=room.at, where=MAIL, about=about, trouble="gone"))
    told = await room.letters()
    assert (len(told) - before[0], len(await room.letters(TEAM)) - before[1]) == (1, 0)
    assert told[-1] == "En ana@example.es ya no hay nadie, así que la hemos olvidado."


async def test_the_buttons_change_when_mails_come_and_take_the_address_away(room: Room) -> None:
    await proved(room)
    ana = await room.meet("Ana")

    async def stands() -> tuple[str, int]:
        row = await room.store.read(
            lambda db: db.execute(select(t.person.c.mail, t.person.c.mails).where(t.person.c.id == ana)).one()
        )
        return row[0], row[1]

    seen = []
    for choice in ("each", "shut", "remove", "each"):
        await says(room, ANA, Chose(choice), "mail")
        seen.append(await stands())
    assert seen == [(MAIL.chat, 1), (MAIL.chat, 0), ("", 0), ("", 0)]


async def test_an_address_goes_along_when_doors_are_joined_and_all_of_it_when_they_are_erased(room: Room) -> None:
    await says(room, SLACK, Command("help"))
    await proved(room, SLACK)
    ana = await room.meet("Ana")
    await room.does(Invite(ana, "w" * 26, room.at.replace(year=2030)), Join("w" * 26, ana, "slack", "U7"))
    assert await mail_of(room, ana) == MAIL.chat
    await asks(room, ANA, EVA.chat)
    await room.store.run(partial(erasing.erase, person=ana))
    left = await room.store.read(
        lambda db: [
            str(row)
            for table in t.META.sorted_tables
            for row in db.execute(select(table)).all()
            if "example.es" in str(row)
        ]
    )
    assert left == []


# -- what is good for a while only ---------------------------------------------------------------------


async def with_code(room: Room) -> list[Letter]:
    """What may leave now of the codes for the page that somebody has asked for, and of those for an address."""
    codes: list[Letter] = []
    while letters := (await room.store.run(partial(lanes.claim, most=16))).letters:
        others = [letter for letter in letters if not letter.parcel.until]
        codes += [letter for letter in letters if letter.parcel.until]
        await room.store.run(partial(finish, fates=[Sent(letter, letter.to, ()) for letter in others]))
    return codes


async def wanted(room: Room) -> None:
    """A code for an address, and one for the page."""
    await asks(room, ANA, MAIL.chat)
    ticket = await room.ticket("abcdefghij-coded", "SUP-77", where=ANA)
    await room.take(Knocked(id="knock", at=room.at, public=ticket.public, knock="k" * 64))


async def test_a_code_that_never_left_is_in_nobodys_list_and_whoever_waits_for_it_hears_of_it(room: Room) -> None:
    await wanted(room)
    for letter in await with_code(room):
        for receipt in await room.store.run(partial(finish, fates=[Dead(letter, "gone")])):
            await room.take(receipt)
    assert await undelivered(room) == 0
    assert "no ha llegado a ana@example.es" in " ".join(await room.letters(ANA))


async def test_a_code_whose_time_is_over_is_not_sent(room: Room) -> None:
    await wanted(room)
    room.pass_(minutes=11)
    found = {letter.to.channel: bool(letter.void) for letter in await with_code(room)}
    room.pass_(minutes=20)
    later = {letter.to.channel: bool(letter.void) for letter in await with_code(room)}
    assert (found, later) == ({"email": False, "telegram": True}, {"email": True, "telegram": True})


async def test_whoever_waits_for_one_that_could_not_leave_in_time_is_not_sent_looking_for_a_slip(room: Room) -> None:
    await wanted(room)
    room.pass_(minutes=31)
    for letter in await with_code(room):
        for receipt in await room.store.run(partial(finish, fates=[Dead(letter, letter.void)])):
            await room.take(receipt)
    said = " ".join(await room.letters(ANA))
    assert "no ha podido salir a tiempo hacia ana@example.es" in said
    assert "Mira si está bien escrita" not in said
