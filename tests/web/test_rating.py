"""How our help was, said at the page: once, when it is solved, with a sentence if they like."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.store import tables as t
from bot.store.rows import read_ticket
from tests.web.browser import Answer, Browser, form
from tests.web.door import OURS, TEAM, Room, Serve

SOLVED = "abcdefghi-solved"


@pytest.fixture
async def ana(room: Room, serve: Serve) -> AsyncIterator[Browser]:
    async with serve(room.build()) as base:
        yield Browser(base, await room.login("Ana"), "es")


async def rates(browser: Browser, stars: str, why: str = "", public: str = SOLVED, once: str = "r" * 20) -> Answer:
    return await browser.post(f"/t/{public}/rate", {"stars": stars, "why": why, "once": once})


async def rating_of(room: Room, public: str = SOLVED) -> tuple[int | None, str]:
    body = await room.store.read(lambda db: db.scalar(select(t.ticket.c.body).where(t.ticket.c.public == public)))
    ticket = read_ticket(body or "")
    return ticket.rating, ticket.state


async def told(room: Room) -> list[str]:
    return [parcel.text for parcel in await room.parcels(TEAM)]


async def test_a_number_and_a_sentence_reach_the_team_and_open_nothing(room: Room, ana: Browser) -> None:
    page = await ana.get(f"/t/{SOLVED}")
    done = await rates(ana, "4", "Rápido y <amable>")
    after = await ana.get(f"/t/{SOLVED}")
    assert ("¿Qué tal te hemos ayudado?" in page.words, done.status) == (True, 303)
    assert await rating_of(room) == (4, "solved")
    assert "¡Gracias! 4 de 5." in after.words
    assert "¿Qué tal" not in after.words
    assert "Rápido y &lt;amable&gt;" in after.text
    assert [any(words in said for said in await told(room)) for words in ("4 of 5", "Rápido y <amable")] == [True] * 2


async def test_it_is_said_once(room: Room, ana: Browser) -> None:
    await rates(ana, "4")
    before = len(await told(room))
    again = await rates(ana, "1", once="s" * 20)
    assert (again.status, await rating_of(room), len(await told(room))) == (303, (4, "solved"), before)


@pytest.mark.parametrize("words", ["5", "⭐⭐⭐"])
async def test_a_number_written_after_that_is_answered_and_opens_nothing(room: Room, ana: Browser, words: str) -> None:
    await rates(ana, "4")
    before = len(await told(room))
    answer = await ana.post(f"/t/{SOLVED}", form(words, "s" * 20))
    assert (answer.status, "Ya nos lo habías dicho: 4 de 5. ¡Gracias!" in answer.words) == (422, True)
    assert f'dir="auto">{words}</textarea>' in answer.text
    assert (await rating_of(room), len(await told(room))) == ((4, "solved"), before)


async def test_what_is_open_is_not_rated(room: Room, ana: Browser) -> None:
    assert "¿Qué tal" not in (await ana.get(f"/t/{OURS}")).words
    await rates(ana, "5", public=OURS)
    assert await rating_of(room, OURS) == (None, "ours")


@pytest.mark.parametrize("stars", ["1", ""])
async def test_a_sentence_that_comes_too_late_is_there_to_be_sent(ana: Browser, stars: str) -> None:
    """They rated it in their chat meanwhile, or somebody opened it again."""
    await rates(ana, "4")
    late = [await rates(ana, stars, "mi frase", public=public, once="s" * 20) for public in (SOLVED, OURS)]
    for page in late:
        assert (page.status, "Ya no se puede valorar" in page.words) == (409, True)
        assert page.text.count('id="unrated" role="alert"') == 1  # where their browser looks after that press
        assert '<textarea id="text" name="text" rows="4" dir="auto">mi frase</textarea>' in page.text


async def test_a_sentence_that_is_sent_twice_is_taken_once(room: Room, ana: Browser) -> None:
    assert [(await rates(ana, "4", "mi frase")).status for _ in range(2)] == [303, 303]
    assert len([words for words in await told(room) if "mi frase" in words]) == 1


@pytest.mark.parametrize("stars", ["", "0", "6", "55", "4 4", "cinco", "-1"])
async def test_a_number_that_is_none_is_asked_for_again_with_what_was_written(
    room: Room, ana: Browser, stars: str
) -> None:
    answer = await rates(ana, stars, "mi frase")
    assert (answer.status, "Elige un número del 1 al 5" in answer.words, "mi frase" in answer.text) == (422, True, True)
    assert await rating_of(room) == (None, "solved")


async def test_a_sentence_that_is_too_long_is_kept_in_the_field(room: Room, ana: Browser) -> None:
    answer = await rates(ana, "3", "x" * 1001)
    assert (answer.status, "x" * 1001 in answer.text, await rating_of(room)) == (422, True, (None, "solved"))
