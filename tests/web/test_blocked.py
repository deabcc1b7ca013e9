"""Somebody who is blocked reads so on the page, too, finds no place to write there, and nothing they send all the same is
taken.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.effects import Know
from bot.values import replace
from tests.store.desk import message, sees
from tests.web.browser import Browser, form
from tests.web.door import ANA, OURS, PNG, TEAM, Room, Serve

SOLVED = "abcdefghi-solved"
ONCE = {"once": "o" * 20}


@pytest.fixture
async def ana(room: Room) -> dict[str, str]:
    login = await room.login("Ana")
    person = (await sees(room.store, message("who", ANA))).person
    await room.does(Know(replace(person, blocked=room.at + timedelta(hours=1), reason="Insultos")))
    return login


async def test_the_page_says_so_and_takes_nothing(room: Room, serve: Serve, ana: dict[str, str]) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base, ana, "es")
        page, solved = await browser.get(f"/t/{OURS}"), await browser.get(f"/t/{SOLVED}")
        wrote = await browser.post(f"/t/{OURS}", {"text": "hola", **ONCE})
        await browser.post(f"/t/{OURS}/press", {"what": "solve", **ONCE})
        await browser.post(f"/t/{SOLVED}/rate", {"stars": "4", "why": "", **ONCE})
        told = await room.letters(TEAM)
        room.pass_(hours=1)
        over = await browser.get(f"/t/{OURS}")
    assert "Podrás volver a escribirnos a partir del" in page.words
    assert "Insultos" in page.words
    assert "escríbenos aquí abajo" not in solved.words
    assert ("<textarea" in page.text, "Está resuelto" in page.words, wrote.status, told) == (False, False, 403, [])
    assert "<textarea" in over.text


async def test_whoever_is_blocked_while_they_write_gets_their_words_back(
    room: Room, serve: Serve, ana: dict[str, str]
) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base, ana, "es")
        wrote = await browser.post(f"/t/{OURS}", form("no me <pierdas>", "o" * 20, ("a.png", PNG)))
        rated = await browser.post(f"/t/{SOLVED}/rate", {"stars": "4", "why": "no me <pierdas>", **ONCE})
        looked = await browser.get(f"/t/{OURS}")
    for page in (wrote, rated):
        assert (page.status, "Lo que escribiste, para copiar" in page.words) == (403, True)
        assert ">no me &lt;pierdas&gt;</textarea>" in page.text
    assert "para copiar" not in looked.words
