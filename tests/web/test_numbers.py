"""The team's numbers at the page: who sees them, and how one gets there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.numbers import MEANING
from bot.dialogue.words import Command
from bot.events import Address, Caller, Message
from tests.web.browser import Browser
from tests.web.door import TEAM, Room, Serve

BEA = Address("telegram", "77")


@pytest.fixture
async def base(room: Room, serve: Serve) -> AsyncIterator[str]:
    async with serve(room.build(metrics_token="a-token-for-numbers")) as base:
        yield base


async def asks(room: Room, name: str = "numbers", *, member: bool = True) -> list[str]:
    """An agent asks in the team's chat; what they read in their own."""
    room.count += 1
    who = Caller("77", "Bea", "en", member=member)
    await room.take(Message(id=f"n{room.count}", at=room.at, where=TEAM, who=who, answer=Command(name), private=False))
    return await room.letters(BEA)


async def word(room: Room) -> str:
    found = re.search(r"/numbers#([a-z2-7]{26})\b", (await asks(room))[-1])
    assert found
    return found[1]


async def enters(base: str, word: str) -> tuple[int, Browser]:
    browser = Browser(base)
    answer = await browser.post("/numbers", {"word": word})
    return answer.status, browser


async def test_an_agent_gets_a_link_alone_and_it_opens_the_page_once(room: Room, base: str) -> None:
    brought = await word(room)
    status, browser = await enters(base, f"http://localhost/numbers#{brought}")
    page, again = await browser.get("/numbers"), (await enters(base, brought))[0]
    assert (status, page.status, again) == (303, 200, 403)
    assert [label.sentence for label, _words in MEANING.values() if label.sentence not in page.words] == []
    assert all("numbers#" not in parcel.text for parcel in await room.parcels(TEAM))


async def test_who_is_no_member_gets_no_link(room: Room) -> None:
    await room.meet("Bea")
    assert [words for words in await asks(room, member=False) if "numbers#" in words] == []


async def test_looking_at_the_link_spends_nothing(room: Room, base: str) -> None:
    brought = await word(room)
    for who in ("Slackbot-LinkExpanding 1.0", "TelegramBot", "curl"):
        assert (await Browser(base).get(f"/numbers#{brought}", **{"user-agent": who})).status == 403
    assert (await enters(base, brought))[0] == 303


async def test_a_link_holds_ten_minutes_and_what_it_opens_a_working_day(room: Room, base: str) -> None:
    late, brought = await word(room), await word(room)
    _status, browser = await enters(base, brought)
    room.pass_(minutes=11)
    assert (await enters(base, late))[0] == 403
    room.pass_(hours=7)
    before = (await browser.get("/numbers")).status
    room.pass_(hours=1)
    assert (before, (await browser.get("/numbers")).status) == (200, 403)


async def test_a_word_for_joining_chats_opens_no_numbers_and_theirs_joins_no_chats(room: Room, base: str) -> None:
    room.count += 1
    who = Caller("11", "Ana", "es")
    ana = Address("telegram", "11")
    await room.take(Message(id="join", at=room.at, where=ana, who=who, answer=Command("join")))
    found = re.search(r"join-([a-z2-7]{26})", (await room.letters())[-1])
    assert found
    assert (await enters(base, found[1]))[0] == 403
    theirs = await word(room)
    await room.take(Message(id="start", at=room.at, where=ana, who=who, answer=Command("start", f"join_{theirs}")))
    assert "no vale" in (await room.letters())[-1]


async def test_whoever_runs_the_desk_shows_the_token_of_metrics(base: str) -> None:
    asked = [
        (await Browser(base).get(path, authorization=f"Bearer {token}")).status
        for path in ("/numbers", "/numbers.csv")
        for token in ("a-token-for-numbers", "a-token-for-numberz", "")
    ]
    assert asked == [200, 403, 403] * 2


async def test_without_a_token_an_empty_one_opens_nothing(room: Room, serve: Serve) -> None:
    async with serve(room.build()) as base:
        assert (await Browser(base).get("/numbers", authorization="Bearer ")).status == 403


async def test_the_spreadsheet_has_every_request_and_the_page_no_customers_words(room: Room, base: str) -> None:
    room.at += timedelta(days=1)
    await room.ticket("abcdefghij-count", "SUP-77", title="=canario()", opened=room.at)
    _status, browser = await enters(base, await word(room))
    table, page = await browser.get("/numbers.csv"), await browser.get("/numbers")
    assert "'=canario()" in table.body.decode("utf-8-sig")
    assert table.headers["content-type"].startswith("text/csv")
    assert ("canario" in page.text, "SUP-" in page.text, len(page.body) < 60_000) == (False, False, True)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_page_speaks_to_whoever_looks_at_it(room: Room, base: str, language: str) -> None:
    _status, browser = await enters(base, await word(room))
    page = await replace(browser, language=language).get("/numbers")
    assert {"en": "What these numbers mean", "es": "Qué significan estas cifras"}[language] in page.words
