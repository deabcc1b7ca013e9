"""Whoever of the team reads a list gets from it into a request's room, or to its page."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import select

from bot.channels import Limits
from bot.desk.people import Person
from bot.dialogue.words import Prompt
from bot.effects import Room, Save, Say
from bot.events import Address, Moved
from bot.i18n import Words
from bot.store import Store
from bot.store import tables as t
from bot.store.fates import ROOT
from bot.store.fates import opened as opens
from bot.store.rows import read_parcel
from handlers.cards import link, way
from tests.store.desk import BEA, DAWN, GROUP, Hand, does, message, opened, sees, ticket

UMA = Address("slack", "U1")
PLACES = Limits(text=4096, button=40, album=10, pages=True, room=lambda chat, message: f"there:{chat}/{message}")
PAGE = "https://desk.example/t/public-1001"


async def _reads(store: Store, *readers: Address) -> list[str]:
    """Where the request is, as each of them is told."""
    where = Prompt(way(ticket(1001, Person(1, "Ana", "en"))))
    await does(store, message("asks", GROUP), *(Say(to=at, language="en", words=where) for at in readers))
    bodies = await store.read(lambda c: c.scalars(select(t.outbox.c.body).order_by(t.outbox.c.lane)).all())
    return [msgspec.json.decode(body)["text"] for body in bodies]


async def _with_request(url: str, hand: Hand) -> Store:
    limits = {"telegram": PLACES, "slack": PLACES}
    store = opened(url, hand, words=Words("https://desk.example", ZoneInfo("UTC")), limits=limits)
    person = (await sees(store, message("0"))).person
    await does(store, message("1"), Save(ticket(1001, person)))
    return store


async def test_it_leads_into_the_room_whoever_reads_on_its_platform(url: str, hand: Hand) -> None:
    store = await _with_request(url, hand)
    await store.run(partial(opens, at=GROUP, ticket=1001, thread="300"))
    said = await _reads(store, BEA, UMA)
    store.close()
    assert said == [PAGE, "there:-100/300"]


async def test_a_room_that_is_not_open_yet_has_no_address(url: str, hand: Hand) -> None:
    store = await _with_request(url, hand)
    await store.run(partial(opens, at=GROUP, ticket=1001, thread=""))
    said = await _reads(store, BEA)
    store.close()
    assert said == [PAGE]


async def test_it_leads_to_where_the_chat_is_now(url: str, hand: Hand) -> None:
    store = await _with_request(url, hand)
    await store.run(partial(opens, at=GROUP, ticket=1001, thread="300"))
    await does(store, Moved(id="2", at=DAWN, where=GROUP, to="-1009"))
    said = await _reads(store, BEA)
    store.close()
    assert said == ["there:-1009/300"]


async def test_whoever_runs_the_desk_learns_the_new_id_of_the_teams_chat(
    url: str, hand: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    """The settings name the old one, of which the platform knows nothing any more."""
    store = await _with_request(url, hand)
    for event in (Moved(id="2", at=DAWN, where=GROUP, to="-1009"), Moved(id="3", at=DAWN, where=UMA, to="U2")):
        await does(store, event)
    store.close()
    assert [entry.message for entry in caplog.records if "new id" in entry.message] == [
        "the team's chat -100 in telegram has a new id: put -1009 into the settings"
    ]


async def test_that_a_chat_has_moved_is_heard_twice_and_changes_nothing_again(url: str, hand: Hand) -> None:
    """By an update, and by what we could not say there: what a thread begins with in the new chat stays."""
    store = await _with_request(url, hand)
    await store.run(partial(opens, at=GROUP, ticket=1001, thread=""))
    await does(store, Moved(id="2", at=DAWN, where=GROUP, to="-1009"))
    await store.run(lambda tx: tx.do(ROOT, in_ticket=1001, in_channel="telegram", in_chat="-1009", message="7"))
    await does(store, Moved(id="moved", at=DAWN, where=GROUP, to="-1009"))
    said = await _reads(store, BEA)
    store.close()
    assert said == ["there:-1009/7"]


async def test_in_the_teams_chat_no_button_opens_the_page(url: str, hand: Hand) -> None:
    """Telegram refuses such a button wherever more than one person reads."""
    store = await _with_request(url, hand)
    where = Prompt(way(ticket(1001, Person(1, "Ana", "en"))))
    await does(store, message("asks", GROUP), Say(to=GROUP, language="en", words=where, about=1001))
    [body] = await store.read(lambda c: c.scalars(select(t.outbox.c.body)).all())
    store.close()
    assert "buttons" not in msgspec.json.decode(body)


async def test_the_page_opens_from_a_button_for_its_customer_alone(url: str, hand: Hand) -> None:
    """Telegram refuses such a button in a group."""
    store = await _with_request(url, hand)
    request = ticket(1001, Person(1, "Ana", "en"))
    words = Prompt(link(request))
    places = (Address("telegram", "7"), Room(GROUP, 1001, ""))
    await does(store, message("says"), *(Say(to=at, language="en", words=words, about=1001) for at in places))
    bodies = await store.read(lambda c: c.execute(select(t.outbox.c.lane, t.outbox.c.body)).all())
    store.close()
    assert {lane: [button.page for button in read_parcel(body).buttons] for lane, body in bodies} == {
        "telegram|7|": [PAGE],
        "telegram|-100|#1001": [],
    }
