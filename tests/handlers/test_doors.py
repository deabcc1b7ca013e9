"""Doors joined and parted, through the real desk: in chat and from the page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.desk.known import Issue
from bot.dialogue.words import Chose, Command
from bot.effects import Declare, Follow, Know
from bot.events import Address, Alarm, Receipt
from bot.store.tables import door
from bot.values import replace
from tests.store.desk import message, sees
from tests.web.browser import Browser, field_of
from tests.web.door import ANA, BOB, OURS, STRANGER, TEAM, Room, says, served

SLACK = Address("slack", "U7")


async def word(room: Room, where: Address = ANA) -> str:
    found = re.search(r"`(join-[a-z2-7]{26})`", await says(room, where, Command("join")))
    assert found
    return found[1]


async def codes(room: Room, where: Address) -> set[str]:
    return set(re.findall(r"(SUP-\d+)\*", await says(room, where, Command("tickets"))))


async def yes(room: Room, where: Address, brought: str) -> str:
    return await says(room, where, Chose(brought.removeprefix("join-")), "join")


async def opens(room: Room, where: Address, code: str) -> None:
    """A ticket opened through a door."""
    person = await room.store.read(lambda db: db.scalar(select(door.c.person).where(door.c.user == where.chat)))
    ticket = await room.ticket(f"abcdefghij-{code:_<5}", code, person=person, where=where, name="Ana")
    await room.record(ticket, "event", "opened", by_id=f"{where.channel}:{where.chat}")


async def test_a_word_joins_another_chat_and_both_show_the_same(room: Room) -> None:
    await says(room, SLACK, Command("help"))
    await opens(room, SLACK, "SUP-71")
    before = await codes(room, SLACK)
    brought = await word(room)
    asked = await says(room, SLACK, brought)
    done = await yes(room, SLACK, brought)
    assert (before, asked.splitlines()[0]) == ({"SUP-71"}, "¿Unir este chat con el de *Ana*?")
    assert done == "Unidos: a partir de ahora los dos son lo mismo para nosotros."
    assert "*Ana Ruiz*" in (await room.letters(ANA))[-1]
    assert await codes(room, ANA) == await codes(room, SLACK)
    assert "SUP-71" in await codes(room, SLACK)


async def test_a_deep_link_brings_the_word_too_and_nothing_happens_without_a_yes(room: Room) -> None:
    brought = await word(room)
    asked = await says(room, STRANGER, Command("start", brought.replace("-", "_")))
    no = await says(room, STRANGER, Chose("no"), "join")
    assert ("¿Unir este chat" in asked, no) == (True, "De acuerdo, no se une nada.")
    assert await codes(room, STRANGER) == set()


@pytest.mark.parametrize(
    ("said", "joined"),
    [("sí", True), ("Yes please", True), ("sí, los dos son míos", True), ("no", False), ("No, gracias", False)],
)
async def test_a_yes_or_a_no_may_be_written(room: Room, said: str, *, joined: bool) -> None:
    await says(room, SLACK, await word(room))
    told = {
        True: "Unidos: a partir de ahora los dos son lo mismo para nosotros.",
        False: "De acuerdo, no se une nada.",
    }
    assert await says(room, SLACK, said) == told[joined]
    assert bool(await codes(room, SLACK)) is joined
    assert await says(room, SLACK, said) != told[joined]


async def test_a_yes_under_it_is_heard_while_a_request_is_half_written(room: Room) -> None:
    question = await says(room, SLACK, Command("start", "new_account_email"))
    await says(room, SLACK, await word(room))
    joined = await says(room, SLACK, "sí")
    assert "no se une nada" not in await says(room, SLACK, "no")
    assert joined.split("\n\n")[0] == "Unidos: a partir de ahora los dos son lo mismo para nosotros."
    assert joined.split("\n\n")[1:] == question.split("\n\n")[-1:]  # they know where they were


async def test_a_yes_to_something_else_joins_nothing(room: Room) -> None:
    await says(room, SLACK, await word(room))
    await says(room, SLACK, Command("help"))
    assert "Unidos" not in await says(room, SLACK, "sí")
    await says(room, SLACK, Command("cancel"))
    assert await codes(room, SLACK) == set()


async def test_a_written_yes_that_comes_too_late_is_told_so(room: Room) -> None:
    await says(room, SLACK, await word(room))
    room.pass_(minutes=11)
    assert "ya no vale" in await says(room, SLACK, "sí")


async def test_a_yes_or_a_no_to_parting_may_be_written(room: Room) -> None:
    await yes(room, SLACK, await word(room))
    await says(room, SLACK, Command("unjoin"))
    stays = await says(room, SLACK, "no")
    await says(room, SLACK, Command("unjoin"))
    parted = await says(room, SLACK, "sí")
    assert (stays, parted) == ("No se ha cambiado nada.", "Este chat vuelve a ir por su cuenta.")


@pytest.mark.parametrize("wrong", ["join-" + "a" * 26, "join_" + "2" * 26])
async def test_a_word_nobody_gave_joins_nothing(room: Room, wrong: str) -> None:
    assert "ya no vale" in await says(room, SLACK, wrong)
    assert "ya no vale" in await yes(room, SLACK, wrong)
    assert await codes(room, SLACK) == set()


async def test_a_word_is_good_once_and_for_ten_minutes(room: Room) -> None:
    brought = await word(room)
    await yes(room, SLACK, brought)
    assert "ya no vale" in await yes(room, STRANGER, brought)
    late = await word(room)
    room.pass_(minutes=11)
    assert "ya no vale" in await yes(room, STRANGER, late)
    assert await codes(room, STRANGER) == set()


async def test_joining_with_oneself_changes_nothing(room: Room) -> None:
    assert "ya está unido" in await says(room, ANA, await word(room))


async def test_parted_again_each_keeps_what_was_opened_through_it(room: Room) -> None:
    await says(room, SLACK, Command("help"))
    await opens(room, SLACK, "SUP-71")
    both = await word(room)
    await yes(room, SLACK, both)
    alone = await says(room, STRANGER, Command("unjoin"))
    await says(room, SLACK, Command("unjoin"))
    parted = await says(room, SLACK, Chose("yes"), "part")
    assert (alone, parted) == ("Este chat no está unido con ningún otro.", "Este chat vuelve a ir por su cuenta.")
    assert await codes(room, SLACK) == {"SUP-71"}
    assert "SUP-71" not in await codes(room, ANA)


async def test_the_page_gives_a_word_and_parts_doors_and_ends_logins(room: Room) -> None:
    async with served(room.build()) as base:
        ana = Browser(base, await room.login("Ana"), "es")
        once = field_of((await ana.get("/me")).text, "once")
        page = await ana.post("/me/join", {"once": once})
        found = re.search(r"<code>(join_[a-z2-7]{26})</code>", page.text)
        assert found
        await says(room, SLACK, found[1])
        await says(room, SLACK, Chose(found[1].removeprefix("join_")), "join")
        joined = await ana.get("/me")
        wrong = await ana.post("/me/unjoin", {"door": "telegram:22", "once": "w" * 20})
        still = (await ana.get("/me")).text.count("</form>")
        done = await ana.post("/me/unjoin", {"door": "slack:U7", "once": field_of(joined.text, "once")})
        after = await ana.get(f"/t/{OURS}")
    assert [door in joined.words for door in ("Telegram 11", "Slack U7")] == [True, True]
    assert (wrong.status, still, done.status, ana.cookies) == (303, 6, 200, {})
    assert "Ese chat vuelve a ir por su cuenta" in done.words
    assert "se han cerrado todas tus sesiones" in done.words
    assert "La factura" not in after.text  # whoever pressed it has to show again who they are
    assert await codes(room, SLACK) == set()


async def test_the_same_form_sent_twice_shows_a_word_that_joins(room: Room) -> None:
    async with served(room.build()) as base:
        browser = Browser(base, await room.login("Ana"), "es")
        form = {"once": "once-and-once-again"}
        words = [(await browser.post("/me/join", form)).words for _ in range(2)]
    shown = re.findall(r"join_[a-z2-7]{26}", " ".join(words))
    assert "that of *Ana*" in await says(room, BOB, Command("start", shown[1]))


async def test_who_is_blocked_at_all_doors_parts_none_of_them(room: Room) -> None:
    await yes(room, SLACK, await word(room))
    async with served(room.build()) as base:
        ana = Browser(base, await room.login("Ana"), "es")
        person = (await sees(room.store, message("who", ANA))).person
        await room.does(Know(replace(person, blocked=room.at + timedelta(days=1), reason="Insultos")))
        page = await ana.get("/me")
        await ana.post("/me/unjoin", {"door": "slack:U7", "once": "b" * 20})
    assert ("Insultos" in page.words, "/me/join" in page.text, "/me/unjoin" in page.text) == (True, False, False)
    assert "Insultos" in await says(room, SLACK, "hola")


async def test_news_of_a_known_issue_go_by_the_next_door_where_the_last_one_is_shut(room: Room) -> None:
    await says(room, SLACK, Command("help"))
    await yes(room, SLACK, await word(room))
    await says(room, SLACK, Command("help"))  # this is where they last were
    issue = Issue(
        id="a", titles={"es": "No se puede entrar"}, team=TEAM, by="Bea", since=room.at, state="open", round=1
    )
    await room.does(Declare(issue), Follow(issue, await room.meet("Ana")))
    await room.does(Declare(issue.fixed()))
    await room.take(Alarm(id="known", at=room.at, name="known", about="known.a"))
    first = (await room.parcels(SLACK))[-1]
    shut = Receipt(id="receipt:991", at=room.at, where=SLACK, about=first.receipt, trouble="gone")
    await room.take(shut)
    then = (await room.parcels(ANA))[-1]
    assert first.text == then.text == "*No se puede entrar*: ya está arreglado. ¡Gracias por la paciencia!"
    assert [button.label for button in then.buttons] == ["Sigue igual"]
    said = await room.letters(SLACK), await room.letters(ANA)
    await room.take(Receipt(id="receipt:992", at=room.at, where=ANA, about=then.receipt, trouble="gone"))
    await room.does(Declare(issue.fixed().opened(room.at)))  # of which they hear by itself
    await room.take(replace(shut, id="receipt:993"))
    assert (await room.letters(SLACK), await room.letters(ANA)) == said
