"""Everything a page reads and writes, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.desk.config import Company
from bot.dialogue.words import Command
from bot.events import Address, Caller, Message
from bot.graves import erase_again
from bot.store import belongings, erasing, pages
from bot.store.logins import hashed
from bot.values import replace
from tests.web.browser import Browser, field_of
from tests.web.door import DESK, OURS, PNG, TEAM, Room, filled, furnished, served

MAIL = Address("email", "ana@example.es")
SHARED = replace(DESK, companies=(Company("acme", ("telegram:11", "telegram:22")),))


@pytest.fixture
async def both(url: str, tmp_path: Path) -> AsyncIterator[Room]:
    found = await filled(furnished(tmp_path, SHARED, url=url))
    yield found
    found.store.close()


async def test_a_guest_sees_writes_searches_rates_and_goes(both: Room) -> None:
    ticket = await both.ticket("abcdefghij-pages", "SUP-9", title="El icono no aparece")
    file = await both.file(ticket, "foto.png", PNG, "image/png")
    await both.record(ticket, "note", "nota secreta")
    async with served(both.build(by_mail=True)) as base:
        await Browser(base).post(f"/t/{OURS}/code")
        code, login = await both.code(), await both.login("Ana")
        ana, bob = Browser(base, login, "es"), Browser(base, await both.login("Bob"))
        page = await ana.get("/t/abcdefghij-pages")
        form = aiohttp.FormData({"text": "añado algo", "once": field_of(page.text, "once")}, default_to_multipart=True)
        wrote = await ana.post("/t/abcdefghij-pages", form)
        read = await ana.get("/t/abcdefghij-pages/talk")
        found = [(await one.get("/mine?q=ICONO")).words for one in (ana, bob)]
        listed, shown = await ana.get("/mine"), await ana.get(f"/t/abcdefghij-pages/f/{file.id}")
        solved = await ana.post("/t/abcdefghij-pages/press", {"what": "solve", "once": "s" * 20})
        rated = await ana.post("/t/abcdefghij-pages/rate", {"stars": "5", "why": "¡Sí!", "once": "r" * 20})
        thanks = await ana.get("/t/abcdefghij-pages")
        details, data = await ana.get("/me"), await ana.get("/me/data")
        out = await ana.post("/out")
        after = await Browser(base, dict(login), "es").get("/mine")
    assert (len(code), wrote.status, "añado algo" in read.words, "nota secreta" in read.words) == (6, 303, True, False)
    assert ["SUP-9" in words for words in found] == [True, True]  # they are of one company
    assert (listed.words.count("SUP-"), shown.body) == (5, PNG)
    assert (solved.status, rated.status, "¡Gracias! 5 de 5." in thanks.words) == (303, 303, True)
    assert ("Telegram" in details.words, data.status, out.status, after.status) == (True, 200, 303, 403)


@pytest.mark.parametrize("path", ["%00", "SUP-1%00", "SUP-9/files/%00"])
async def test_what_no_row_can_hold_is_not_there(both: Room, path: str) -> None:
    await both.ticket("abcdefghij-pages", "SUP-9")
    headers = {"authorization": "Bearer of-programs"}
    async with served(both.build(api_token="of-programs")) as base:
        assert (await Browser(base).get(f"/api/tickets/{path}", **headers)).status == 404


async def test_a_door_that_nobody_has_is_not_parted(both: Room) -> None:
    async with served(both.build()) as base:
        ana = Browser(base, await both.login("Ana"))
        doors = ("telegram:\0", "telegram:99", "", "\0:11")
        parted = [(await ana.post("/me/unjoin", {"door": door, "once": "u" * 20})).status for door in doors]
        assert (parted, (await ana.get("/me")).status) == ([303] * 4, 200)


async def test_an_address_is_proved_and_its_mails_are_ended(both: Room) -> None:
    async with served(both.build(by_mail=True)) as base:
        ana = Browser(base, await both.login("Ana"), "es")
        for n in range(4):
            await ana.post("/me/email", {"what": MAIL.chat, "once": f"{n:e>20}"})
        codes = [found[1] for words in await both.letters(MAIL) if (found := re.search(r"\*(\d{6})\*", words))]
        old = await ana.post("/me/email", {"what": codes[0], "once": "f" * 20})
        await ana.post("/me/email", {"what": codes[-1], "once": "g" * 20})
        guest = await both.store.look(partial(pages.guest, login=hashed(ana.cookies["desk"])))
        assert guest
        await ana.post(f"/mail/{guest.person.off}", {}, headers={})
        gone = await ana.get("/me")
    assert (len(codes), old.status, guest.person.mail) == (3, 422, MAIL.chat)
    assert MAIL.chat not in gone.words


async def test_the_team_sees_its_numbers_and_live_pages_hear_of_what_is_new(both: Room) -> None:
    who = Caller("77", "Bea", "en")
    await both.take(Message(id="n", at=both.at, where=TEAM, who=who, answer=Command("numbers"), private=False))
    word = re.findall(r"numbers#([a-z2-7]{26})", (await both.letters(Address("telegram", "77")))[-1])
    async with served(both.build()) as base:
        bea, ana = Browser(base), Browser(base, await both.login("Ana"))
        entered = await bea.post("/numbers", {"word": word[0]})
        numbers, table = await bea.get("/numbers"), await bea.get("/numbers.csv")
        mark = field_of((await ana.get(f"/t/{OURS}")).text.replace("data-mark=", 'name="mark" value='), "mark")
        async with (
            aiohttp.ClientSession(cookies=ana.cookies) as session,
            session.get(f"{base}/t/{OURS}/live?mark={mark}x") as stream,
        ):
            heard = await stream.content.readline()
    assert (entered.status, numbers.status, table.body.count(b"SUP-")) == (303, 200, 4)
    assert heard


async def test_erased_is_erased_and_stays_so(both: Room) -> None:
    person = await both.meet("Ana")
    gone = await both.store.run(partial(erasing.erase, person=person))
    await both.keep.bury(gone.stone)
    again = await both.store.look(partial(belongings.belongings, person=person))
    assert (again, await erase_again(both.store, both.keep), len(gone.codes)) == (None, 0, 4)
