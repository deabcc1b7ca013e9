"""Several teams on several platforms, and what a turn finds for signs, deletions, forms and pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.desk.people import Agent, Person
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Answer, Chose, File, Said
from bot.effects import Effects, Record, Save, Say, Seen, Stand
from bot.events import Address, Alarm, Caller, Deleted, Event, Filled, Left, Moved, Reacted, Receipt, Visited, Weekly
from bot.i18n import Words
from bot.store import Store
from bot.store import tables as t
from bot.store.rows import Drafts
from bot.store.rules import Rules
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, DAWN, DESK, GROUP, Draft, Hand, does, message, opened, sees, ticket

SLACK = Address("slack", "C1")
UMA = Address("slack", "U1")
LEO = Caller("77", "Leo")


async def test_a_request_goes_to_the_team_on_its_own_platform_else_to_another(url: str, hand: Hand) -> None:
    found = []
    for agents in ((GROUP, SLACK), (SLACK,), (GROUP,), ()):
        store = opened(url, hand, agents=agents)
        seen = [await sees(store, message(f"{agents}{at}", at)) for at in (ANA, UMA)]
        found.append(tuple(one.agents for one in seen))
        store.close()
    assert found == [(GROUP, SLACK), (SLACK, SLACK), (GROUP, GROUP), (None, None)]


async def test_every_team_is_at_the_desk(url: str, hand: Hand) -> None:
    store = opened(url, hand, agents=(GROUP, SLACK))
    chats = (GROUP, SLACK, Address("telegram", "-200"), Address("slack", "-100"))
    seen = [await sees(store, message(str(n), at)) for n, at in enumerate(chats)]
    store.close()
    assert [one.at_desk for one in seen] == [True, True, True, False]


async def test_a_room_stays_the_teams_when_another_chat_is_named_as_its_chat(url: str, hand: Hand) -> None:
    """What is lost there is told to nobody as if the customer had not got it; and the present team takes it."""
    before = opened(url, hand)
    person = (await sees(before, message("0"))).person
    left = ticket(1002, person, agents=SLACK, left_chats=("telegram:-100",))
    await does(before, message("1"), Save(ticket(1001, person)), Save(left))
    before.close()
    store = opened(url, hand, agents=(SLACK,))
    shut = Receipt(id="2", at=DAWN, where=GROUP, about="ticket.1001", trouble="gone")
    events = (shut, replace(shut, id="3", about="ticket.1002"), replace(shut, id="4", where=ANA))
    seen = [await sees(store, event) for event in events]
    store.close()
    assert [(one.at_desk, one.refuge) for one in seen] == [(True, SLACK), (True, None), (False, None)]


async def test_a_room_is_known_by_the_new_number_of_its_chat(url: str, hand: Hand) -> None:
    store = opened(url, hand, agents=(GROUP, SLACK))
    person = (await sees(store, message("0"))).person
    await does(store, message("1"), Save(ticket(1001, person)))
    await does(store, Moved(id="2", at=DAWN, where=GROUP, to="-1009"))
    where = Address("telegram", "-1009")
    seen = await sees(store, Receipt(id="3", at=DAWN, where=where, about="ticket.1001", trouble="gone"))
    store.close()
    assert (seen.at_desk, seen.refuge) == (True, SLACK)


async def test_whoever_leaves_a_chat_that_has_a_new_number_gives_back_what_they_had_there(store: Store) -> None:
    person = (await sees(store, message("0"))).person
    held = ticket(1001, person, agent=Agent("telegram:77", "Leo"))
    await does(store, message("1"), Save(held))
    await does(store, Moved(id="2", at=DAWN, where=GROUP, to="-1009"))
    gone = Left(id="3", at=DAWN, where=Address("telegram", "-1009"), who=LEO)
    await take(gone, store, Script(handlers.decide, handlers.needs))
    found = await store.read(lambda c: c.scalar(t.ticket.select().with_only_columns(t.ticket.c.agent)))
    assert found == ""


@pytest.mark.parametrize("before", [1, 100])
async def test_however_much_somebody_had_who_leaves_all_of_it_is_free(url: str, hand: Hand, before: int) -> None:
    """Some at a time, and nothing of what they have in another chat."""
    store = opened(url, hand, agents=(GROUP, SLACK))
    person = (await sees(store, message("0"))).person
    held = Agent("telegram:77", "Leo")
    there = Address("telegram", "-200")
    chats = [*[there] * before, *[GROUP] * 230, there]
    theirs = [ticket(1001 + n, person, agent=held, agents=at) for n, at in enumerate(chats)]
    await does(store, message("1"), *map(Save, theirs))
    script = Script(handlers.decide, handlers.needs)
    await take(Left(id="2", at=DAWN, where=GROUP, who=LEO), store, script)
    rung = 0
    while about := await store.read(
        lambda c: c.scalar(t.alarm.select().with_only_columns(t.alarm.c.about).where(t.alarm.c.name == "left"))
    ):
        rung += 1
        await take(Alarm(id=f"ring-{rung}", at=DAWN, name="left", about=about), store, script)
    kept = await store.read(
        lambda c: c.scalars(t.ticket.select().with_only_columns(t.ticket.c.id).where(t.ticket.c.agent != "")).all()
    )
    store.close()
    assert sorted(kept) == [*range(1001, 1001 + before), 1000 + len(chats)]
    assert rung < 5


async def test_a_chat_may_get_back_the_id_it_had(store: Store) -> None:
    there = Address("telegram", "-1009")
    await does(store, Moved(id="1", at=DAWN, where=GROUP, to=there.chat))
    await does(store, Moved(id="2", at=DAWN, where=there, to=GROUP.chat))
    seen = [await sees(store, message(str(n), at)) for n, at in enumerate((GROUP, there), 3)]
    assert [one.at_desk for one in seen] == [True, False]


class Watched(dict[tuple[str, str], str]):
    """Chats that have moved. Whoever is in another thread may come between any two changes."""

    def __init__(self, between: Callable[[], object]) -> None:
        self.between = between
        super().__init__()

    def update(self, *more: Any, **named: Any) -> None:
        super().update(*more, **named)
        self.between()

    def __delitem__(self, key: tuple[str, str]) -> None:
        self.between()
        super().__delitem__(key)

    def pop(self, *key: Any) -> Any:
        self.between()
        return super().pop(*key)


@pytest.mark.parametrize("learns", [False, True], ids=["looks", "learns"])
def test_while_a_chat_gets_back_its_id_another_thread_finds_no_circle_and_may_learn_it_too(*, learns: bool) -> None:
    there = Address("telegram", "-1009")
    at_work: list[Address] = []
    back = {("telegram", "-1009"): "-100"}

    def between() -> None:
        assert rules.home(GROUP) in (GROUP, there)
        if learns and not at_work:
            at_work.append(there)
            rules.settle(back)

    words = Words("", ZoneInfo("UTC"))
    homes = Watched(lambda: None)
    rules = Rules(desk=DESK, words=words, now=lambda: DAWN, limits={}, drafts=Drafts({}), agents=(GROUP,), homes=homes)
    rules.settle({("telegram", "-100"): "-1009"})
    homes.between = between
    rules.settle(back)
    assert (rules.home(there), rules.own_teams()) == (GROUP, (GROUP,))


async def test_a_process_knows_the_team_in_a_chat_of_whose_new_number_only_another_has_heard(
    url: str, hand: Hand
) -> None:
    stores = [opened(url, hand) for _ in range(2)]
    await does(stores[0], Moved(id="1", at=DAWN, where=GROUP, to="-1009"))
    chats = (Address("telegram", "-1009"), Address("telegram", "-1010"))
    seen = [await sees(stores[1], message(str(n), at)) for n, at in enumerate(chats, 2)]
    for store in stores:
        store.close()
    assert [one.at_desk for one in seen] == [True, False]


async def test_an_old_button_is_pressed_in_the_chat_that_the_group_is_now(store: Store) -> None:
    person = (await sees(store, message("0"))).person
    await does(store, message("1"), Save(ticket(1001, person)))
    await does(store, Moved(id="2", at=DAWN, where=GROUP, to="-1009"))
    acted: list[tuple[Seen, Event]] = []

    def decide(seen: Seen, event: Event) -> Effects:
        acted.append((seen, event))
        return iter(())

    press = message("3", GROUP, Chose("claim"), asked="ticket.1001", on="7")
    await take(press, store, Script(decide))
    [(seen, event)] = acted
    assert (seen.at_desk, seen.ticket and seen.ticket.id) == (True, 1001)
    assert event == replace(press, where=Address("telegram", "-1009"), on="")


async def test_every_team_of_the_desks_own_hears_how_the_week_was(url: str, hand: Hand) -> None:
    picture = File("week-2026-02-23", "photo", "week.png", "image/png", 9)
    week = Weekly(id="week", at=DAWN, monday=date(2026, 2, 23), opened=3, in_time=None, picture=picture)
    store = opened(url, hand, agents=(GROUP, SLACK))
    seen = await sees(store, week)
    store.close()
    said = [effect for effect in handlers.decide(seen, week) if isinstance(effect, Say)]
    assert [(say.to, say.files) for say in said] == [(GROUP, (picture,)), (SLACK, (picture,))]


async def _with_entry(store: Store) -> Entry:
    person = (await sees(store, message("0"))).person
    entry = Entry(id="e", ticket=1001, kind="draft", by="Leo", at=DAWN, text="hi", origin=GROUP, ref="5")
    await does(store, message("1"), Save(ticket(1001, person)), Record(entry))
    return entry


async def test_a_sign_and_a_deletion_find_the_ticket_by_the_message(store: Store) -> None:
    entry = await _with_entry(store)
    sign = Reacted(id="2", at=DAWN, where=GROUP, who=LEO, on="5", sign="👀")
    gone = Deleted(id="3", at=DAWN, where=GROUP, who=LEO, ref="5", private=False)
    seen = [await sees(store, event) for event in (sign, gone)]
    assert [(one.ticket and one.ticket.id, one.entry, one.person.name) for one in seen] == [(1001, entry, "Ana")] * 2


async def test_a_stranger_s_deletion_finds_nothing(store: Store) -> None:
    await _with_entry(store)
    elsewhere = Address("telegram", "-999")
    seen = await sees(store, Deleted(id="3", at=DAWN, where=elsewhere, who=LEO, ref="5", private=False))
    assert (seen.ticket, seen.entry) == (None, None)


async def test_a_form_meets_whoever_fills_it_and_stands_where_the_chat_does(store: Store) -> None:
    dialogue = Dialogue("intake", "title", Draft("a"))
    file = File("f1", "photo")
    answers: dict[str, Answer] = {"category": Chose("x"), "screenshots": Said("", (file,))}
    event = Filled(id="1", at=DAWN, where=ANA, who=Caller("11", "Ana", "es"), moment="changed", answers=answers)
    await does(store, event, Stand(ANA, "11", dialogue))
    seen = await sees(store, message("2"))
    assert (seen.person.name, seen.person.language, seen.dialogue) == ("Ana", "es", dialogue)
    chores = await store.read(lambda c: c.execute(t.chore.select()).all())
    assert len(chores) == 1


async def test_a_visit_meets_nobody_and_moves_nobody(store: Store) -> None:
    home = Address("telegram", "11", "home")
    first = await sees(store, Visited(id="1", at=DAWN, where=home, who=Caller("11", "Ana", "es")))
    await sees(store, message("2"))
    pressed = await sees(store, message("3", home, Chose("from.5"), asked="home", who=Caller("11", "Ana")))
    again = await sees(store, message("4"))
    assert first.person == Person(0, "Ana", "es")
    assert (pressed.person.id, pressed.person.where, again.person.where) == (1, ANA, ANA)
