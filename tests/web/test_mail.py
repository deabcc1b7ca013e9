"""E-mail at the page: an address in one's details, and the way out of our mails for whoever holds one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import select

from bot.effects import Know
from bot.events import Address
from bot.store import tables as t
from tests.web.browser import Answer, Browser
from tests.web.door import OURS, Room, Serve

MAIL = Address("email", "ana@example.es")
WORD = "0123456789abcdef" * 2
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def ana(room: Room, serve: Serve) -> AsyncIterator[Browser]:
    async with serve(room.build(by_mail=True)) as base:
        yield Browser(base, await room.login("Ana"), "es")


async def gives(browser: Browser, what: str) -> Answer:
    gives.count += 1  # type: ignore[attr-defined]
    done = await browser.post("/me/email", {"what": what, "once": f"once-{gives.count:012}"})  # type: ignore[attr-defined]
    return await browser.get("/me") if done.status == 303 else done


gives.count = 0  # type: ignore[attr-defined]


async def code(room: Room) -> str:
    found = re.search(r"\*(\d{6})\*", (await room.letters(MAIL))[-1])
    assert found
    return found[1]


async def test_an_address_is_added_shown_and_removed_in_ones_details(room: Room, ana: Browser) -> None:
    first = await ana.get("/me")
    asked = await gives(ana, MAIL.chat)
    right = await code(room)
    missed = await gives(ana, f"{(int(right) + 1) % 1_000_000:06}")
    proved = await gives(ana, f" {right[:3]} {right[3:]} ")
    each = await gives(ana, "each")
    gone = await gives(ana, "remove")
    assert "te avisaremos por correo" in first.words
    assert "Hay un código en camino a ana@example.es" in asked.words
    assert (missed.status, "Ese no es el código" in missed.words) == (422, True)
    assert ("ana@example.es" in proved.words, "en camino" in proved.words) == (True, False)
    assert "Te avisamos por correo de cada respuesta." in each.words
    assert "ana@example.es" not in gone.words


async def test_what_is_no_address_is_said_beside_the_field(ana: Browser) -> None:
    answer = await gives(ana, "ana arroba example")
    assert (answer.status, "Eso no es una dirección de correo" in answer.words) == (422, True)


async def test_a_fourth_code_within_a_day_is_refused_in_words(ana: Browser) -> None:
    third = [await gives(ana, f"{name}@example.es") for name in ("uno", "dos", "tres")][-1]
    answer = await gives(ana, "cuatro@example.es")
    assert "en camino a tres@example.es" in third.words
    assert (answer.status, "tres códigos en un día" in answer.words) == (422, True)


async def test_a_code_in_a_strangers_hands_is_worth_nothing(room: Room, ana: Browser) -> None:
    await gives(ana, MAIL.chat)
    bob = Browser(ana.base, await room.login("Bob"), "en")
    answer = await gives(bob, await code(room))
    assert (answer.status, "not good any more" in answer.words) == (422, True)


async def test_a_desk_without_mail_has_no_such_page(room: Room, serve: Serve) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base, await room.login("Ana"), "es")
        found = [
            (await browser.get(f"/mail/{WORD}")).status,
            (await browser.post("/me/email", {"what": MAIL.chat, "once": "a" * 20})).status,
        ]
        assert (found, "Correo" in (await browser.get("/me")).words) == ([404, 404], False)


async def test_the_code_for_the_page_comes_by_mail_too(room: Room, ana: Browser) -> None:
    await has(room)
    await Browser(ana.base).post(f"/t/{OURS}/code")
    assert re.search(r"`(\d{6})`", (await room.letters(MAIL))[-1])


# -- the way out ---------------------------------------------------------------------------------------


async def has(room: Room) -> None:
    """Ana gets mails."""
    from bot.store.look import _customer
    from bot.values import replace

    await room.meet("Ana")
    person = await room.store.look(partial(_customer, number=1))
    assert person
    await room.does(Know(replace(person, mail=MAIL.chat, mails=True, off=WORD)))


async def mail_of(room: Room) -> str | None:
    return await room.store.read(lambda db: db.scalar(select(t.person.c.mail).where(t.person.c.id == 1)))


@pytest.mark.parametrize("who", ["Slackbot-LinkExpanding 1.0", "GoogleImageProxy", "Mozilla/5.0"])
async def test_looking_at_the_link_ends_nothing(room: Room, ana: Browser, who: str) -> None:
    await has(room)
    stranger = Browser(ana.base, {}, "es")
    looks = [await stranger.get(f"/mail/{WORD}", **{"user-agent": who}) for _ in range(3)]
    looks += [await stranger.ask("HEAD", f"/mail/{WORD}", {})]
    assert ([look.status for look in looks], await mail_of(room)) == ([200] * 4, MAIL.chat)


async def test_one_click_of_a_mail_program_ends_them(room: Room, ana: Browser) -> None:
    await has(room)
    answer = await Browser(ana.base, {}, "es").post(f"/mail/{WORD}", ONE_CLICK, headers={})
    assert (answer.status, answer.cookies, await mail_of(room)) == (200, [], "")


async def test_the_button_of_the_page_ends_them(room: Room, ana: Browser) -> None:
    await has(room)
    stranger = Browser(ana.base, {}, "es")
    assert f'action="/mail/{WORD}"' in (await stranger.get(f"/mail/{WORD}")).text
    answer = await stranger.post(f"/mail/{WORD}")
    assert ("No más correos" in answer.words, await mail_of(room)) == (True, "")


@pytest.mark.parametrize("word", ["f" * 32, "x", "%00", "..%2fme", "%C3%A9", "0" * 400])
async def test_a_word_that_nobody_has_looks_the_same_and_ends_nothing(room: Room, ana: Browser, word: str) -> None:
    await has(room)
    stranger = Browser(ana.base, {}, "es")
    asked, ended = await stranger.get(f"/mail/{word}"), await stranger.post(f"/mail/{word}", ONE_CLICK, headers={})
    known = await stranger.get(f"/mail/{WORD}")
    assert asked.status in (200, 404)
    assert ended.status in (200, 404)
    assert asked.status == 404 or re.sub(r"/mail/[^?\"]*", "", asked.text) == re.sub(r"/mail/[^?\"]*", "", known.text)
    assert await mail_of(room) == MAIL.chat


async def test_a_locked_database_ends_nothing_and_says_so(
    room: Room, ana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.channels import Busy

    await has(room)

    async def busy(*_: object, **__: object) -> None:
        raise Busy("locked")

    monkeypatch.setattr(room.store, "run", busy)
    answer = await Browser(ana.base, {}, "es").post(f"/mail/{WORD}")
    assert (answer.status, "Pulsa el botón" in answer.words) == (503, True)
