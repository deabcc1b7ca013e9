"""One ticket's life through page, Telegram and Slack, seen from each side: two customers, one agent."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import aiohttp

from tests.faults.test_whole_way import link
from tests.ways.scene import Scene, words_of
from tests.ways.test_pairings import opens_in_slack, opens_in_telegram
from tests.web.browser import Browser, field_of


async def let_in(browser: Browser, path: str, code: str, knock: str) -> None:
    opened = await browser.post(f"{path}/in", {"knock": knock, "code": code})
    assert (opened.status, opened.headers["location"]) == (303, path)


async def knocks(browser: Browser, path: str) -> str:
    return field_of((await browser.code_page(path)).text, "knock")


def digits(words: str) -> str:
    found = re.search(r"\b\d{6}\b", words)
    assert found, words
    return found[0]


async def test_a_ticket_lives_on_its_page_as_in_the_chats(scene: Scene) -> None:
    bob, bea, team = scene.bob_there, scene.bea, scene.team
    async with scene.at_work() as program:
        base = f"http://127.0.0.1:{program.port}"
        at_bobs, at_anas = Browser(base), Browser(base, language="es")
        await opens_in_telegram(scene)
        card = await scene.card("SUP-1001")
        path = urlsplit(link((await scene.reads(bob, "SUP-1001 is open")).words)).path

        # Whoever has the link alone sees the number and the status, and so does another customer.
        bare = await at_anas.get(path)
        assert ("SUP-1001" in bare.words, "An order is missing" in bare.words) == (True, False)

        # Bob proves that it is his by a code in his own chat, in Telegram, …
        knock = await knocks(at_bobs, path)
        await let_in(at_bobs, path, digits((await scene.reads(bob, "Your code for the page")).words), knock)
        page = await at_bobs.get(path)
        assert "An order is missing from my list" in page.words
        assert "order 77.pdf" in page.words

        # … and writes there; Bea, in Slack, hears of it as from any door, and her answer is in both his places.
        once = field_of(page.text, "once")
        form = aiohttp.FormData({"text": "It is order 78 after all", "once": once}, default_to_multipart=True)
        assert (await at_bobs.post(path, form)).status == 303
        await scene.sees(bea, "It is order 78 after all", at=team)
        bea.write("Nota interna: era la 78", channel=team, thread=card)
        await scene.presses(bea, "Nota interna", "Dejar como nota", at=team)
        bea.write("It is back, see for yourself.", channel=team, thread=card)
        await scene.presses(bea, "see for yourself", "Enviar", at=team)
        await scene.reads(bob, "It is back, see for yourself.")
        page = await at_bobs.get(path)
        assert "Bea Team" in page.words
        assert "It is back, see for yourself." in page.words
        assert "Nota interna" not in page.words

        # He calls it solved on the page; the card says so.
        done = await at_bobs.post(f"{path}/press", {"what": "solve", "once": field_of(page.text, "once") + "p"})
        assert done.status == 303
        await scene.sees(bea, "Resuelta.", at=team, button="Reabrir")
        assert program.tickets() == [("SUP-1001", "solved")]

        # Ana comes from Slack; her code comes there, and opens her own page and no other.
        await _anas_own(scene, at_anas, path)
        team_read = [words_of(m) for m in team.messages]
        assert [words for words in team_read if "Your code" in words or "Tu código" in words] == []


async def _anas_own(scene: Scene, at_anas: Browser, bobs: str) -> None:
    ana = scene.ana
    await opens_in_slack(scene, "SUP-1002")
    path = urlsplit(link(words_of(await scene.sees(ana, "SUP-1002 está abierta")))).path
    knock = await knocks(at_anas, path)
    await let_in(at_anas, path, digits(words_of(await scene.sees(ana, "Tu código para la página"))), knock)
    assert "Falta un pedido en mi lista" in (await at_anas.get(path)).words
    assert "An order is missing" not in (await at_anas.get(bobs)).words
    mine = (await at_anas.get("/mine")).words
    assert ("SUP-1002" in mine, "SUP-1001" in mine) == (True, False)
