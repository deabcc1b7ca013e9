"""One's requests as their page lists them, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest

from bot.desk.access import Viewer
from bot.store import pages as looks
from bot.store.circles import MOST
from tests.web.browser import Browser
from tests.web.door import Room, Serve


async def ana(room: Room, base: str) -> Browser:
    return Browser(base, await room.login("Ana"), "es")


async def test_the_list_tells_what_is_late_and_when_something_was_new(serve: Serve, room: Room) -> None:
    await room.ticket("abcdefghij-lates", "SUP-11", due=room.at - timedelta(hours=1), opened=room.at, touched=room.at)
    async with serve(room.build()) as base:
        page = await (await ana(room, base)).get("/mine")
    told = [re.sub(r"\d+ de marzo a las? \d+:\d\d", "…", one) for one in re.findall(r'"quiet">(.*?)</span>', page.text)]
    late, usual = "Te prometimos respuesta antes del {} y llegamos tarde, lo sentimos", "Respuesta antes del {}"
    assert {usual.format("martes …") + " · última novedad el lunes …", late.format("lunes …")} <= {*told}


async def test_the_list_has_pages(serve: Serve, room: Room) -> None:
    for n in range(12):
        await room.ticket(f"abcdefghij-lst{n:02}", f"SUP-5{n:02}", due=room.at + timedelta(days=n))
    async with serve(room.build()) as base:
        known = await ana(room, base)
        first, second, far = [await known.get(f"/mine{at}") for at in ("", "?from=10", "?from=99999")]
        odd = await known.get("/mine?from=-1&q=")
    assert (first.text.count("<li>"), second.text.count("<li>"), far.status, odd.status) == (10, 6, 303, 200)
    assert far.headers["location"] == "/mine?q="
    assert ("SUP-511" in first.text, "SUP-511" in second.text, "?q=&amp;from=10" in first.text) == (True, False, True)


@pytest.mark.parametrize("words", ["", "factura"])
async def test_the_list_holds_those_of_a_large_company(room: Room, words: str) -> None:
    ticket = await room.ticket("abcdefghij-large", "SUP-11")
    viewer = Viewer(ticket.person, frozenset(range(ticket.person, ticket.person + MOST)))
    some = partial(looks.search, words=words) if words else looks.mine
    found = await room.store.look(partial(some, viewer=viewer, start=0))
    assert "SUP-11" in [ticket.code for ticket in found.tickets]
