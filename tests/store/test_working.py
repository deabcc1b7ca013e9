"""What the store keeps for the team: whom its chats have seen, canned answers, lists by promise, mornings."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from bot.clock import Clock, mornings, strays
from bot.desk.config import Canned, Hours, Team
from bot.desk.people import Agent
from bot.desk.ticket import Entry
from bot.dialogue.words import Spoken
from bot.effects import Effect, Record, Save, Seen, Stock, Unstock
from bot.events import Address, Alarm, Caller, Deleted, Event
from bot.queries import Around, Found, Morning, Query, Queue
from bot.store import Store
from bot.store import tables as t
from bot.store.alarms import plant
from bot.store.finding import morning
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import DAWN, DESK, GROUP, LIMITS, WORDS, Doing, Hand, does, message, opened, sees, ticket

OTHER = Address("telegram", "-200")


async def finds(store: Store, event: Event, query: Query) -> Found:
    doing = Doing()
    await take(event, store, Script(doing, lambda _event, _seen: query))
    found = doing.seen[-1].found
    assert found is not None
    return found


async def with_tickets(store: Store, *more: dict[str, object]) -> None:
    person = (await sees(store, message("0"))).person
    for n, differs in enumerate(more):
        await does(store, message(f"new{n}"), Save(ticket(1001 + n, person, **differs)))


async def test_a_chat_knows_who_acted_in_it_latest_first(store: Store, hand: Hand) -> None:
    await with_tickets(store, {})
    for n, name in enumerate(("Bea", "Leo", "Bea B.")):
        hand.later(60)
        who = Caller("5" if "Bea" in name else "6", name)
        await does(store, message(f"g{n}", GROUP, who=who))
    await does(store, message("stranger", GROUP, who=Caller("9", "Eve", member=False)))
    await does(store, message("elsewhere", OTHER, who=Caller("8", "Max")))
    about = replace(message("ask", GROUP, who=Caller("6", "Leo")), asked="ticket.1001")
    found = await finds(store, about, Around(people=True))
    assert found.colleagues == (Agent("telegram:5", "Bea B."), Agent("telegram:6", "Leo"))
    hand.later(91 * 86_400)
    later = await finds(store, replace(about, id="later"), Around(people=True))
    assert later.colleagues == (
        Agent("telegram:6", "Leo"),
    )  # who asks is there; the other has not been seen for a season


async def test_whom_the_platform_names_comes_after_those_who_acted(store: Store, hand: Hand) -> None:
    await with_tickets(store, {})
    await does(store, message("bea", GROUP, who=Caller("5", "Bea")))
    hand.later(60)
    there = (Caller("7", "Zoe"), Caller("5", "Bea"), Caller("8", "Max"), Caller("6", "Leo"))
    about = replace(message("ask", GROUP, who=Caller("6", "Leo"), members=there), asked="ticket.1001")
    assert [one.name for one in (await finds(store, about, Around(people=True))).colleagues] == [
        "Leo",
        "Bea",
        "Max",
        "Zoe",
    ]
    stranger = replace(about, id="stranger", members=(Caller("9", "Eve"),), who=Caller("3", "Eva", member=False))
    assert len((await finds(store, stranger, Around(people=True))).colleagues) == 4


async def test_the_last_lines_of_a_ticket_come_with_its_event(store: Store) -> None:
    await with_tickets(store, {})
    lines = [Entry(id=str(n), ticket=1001, kind="note", by="Bea", at=DAWN + timedelta(minutes=n)) for n in range(3)]
    done = Entry(id="x", ticket=1001, kind="event", by="Bea", at=DAWN + timedelta(hours=1))
    await does(store, message("lines"), *map(Record, (*lines, done)))
    about = replace(message("ask", GROUP), asked="ticket.1001")
    assert (await finds(store, about, Around())).entries == tuple(reversed(lines))
    assert (await finds(store, message("chat", GROUP), Around())).entries == ()


async def test_canned_answers_are_kept_changed_and_forgotten(store: Store) -> None:
    first = Canned(name="hi", label=Spoken({"en": "Hi"}), words=Spoken({"en": "Hello"}), does=("mine",))
    second = replace(first, words=Spoken({"en": "Hello", "es": "Hola"}))
    for n, effect in enumerate((Stock(first), Stock(second))):
        await does(store, message(f"s{n}", GROUP), effect)
    assert (await finds(store, message("ask", GROUP), Around(canned=True))).canned == (second,)
    await does(store, message("drop", GROUP), Unstock("hi"))
    assert (await finds(store, message("again", GROUP), Around(canned=True))).canned == ()


async def test_what_waits_what_is_mine_and_all_that_is_open(store: Store) -> None:
    day, leo = timedelta(days=1), Agent("telegram:77", "Leo")
    await with_tickets(
        store,
        {"due": DAWN + 3 * day},
        {"due": DAWN + 2 * day, "state": "yours", "agent": leo},
        {"due": DAWN + 5 * day, "agent": leo},
        {"due": DAWN + day, "asleep": DAWN + day},
        {"due": DAWN + 4 * day, "agent": leo, "asleep": DAWN - day},
        {"state": "solved", "agent": leo},
    )
    found = {}
    for of in ("queue", "mine", "all"):
        page = await finds(store, message(of, GROUP), Queue(leo.id, of=of))
        found[of] = ([one.id for one in page.tickets], page.total)
    assert found == {
        "queue": ([1005, 1003, 1001], 3),
        "mine": ([1005, 1003, 1002], 3),
        "all": ([1004, 1001, 1005, 1003, 1002], 5),
    }


async def test_a_morning_is_of_one_team_by_promise_without_what_sleeps(store: Store) -> None:
    day = timedelta(days=1)
    await with_tickets(
        store, {"due": DAWN + day}, {"due": DAWN}, {"agents": OTHER}, {"asleep": DAWN + day}, {"state": "yours"}
    )
    ring = Alarm(id="alarm:1", at=DAWN, name="digest", about="team.telegram|-100")
    found = await finds(store, ring, Morning(GROUP))
    assert ([one.id for one in found.tickets], found.total) == ([1002, 1001], 2)
    assert await store.look(partial(morning, at=GROUP)) == found


async def test_a_planted_alarm_rings_at_the_sooner_time_and_in_one_process(url: str, hand: Hand) -> None:
    stores = [opened(url, hand) for _ in range(2)]
    for store, hours in zip(stores, (2, 1), strict=True):
        await store.run(partial(plant, name="digest", about="team.a|b", at=DAWN + timedelta(hours=hours)))
    await stores[0].run(partial(plant, name="digest", about="team.a|b", at=DAWN + timedelta(hours=3)))
    hand.later(3600)
    heard: list[Alarm] = []

    def what(_seen: Seen, event: Event) -> tuple[Effect, ...]:
        heard.extend([event] if isinstance(event, Alarm) else [])
        return ()

    clocks = [Clock(store, partial(take, store=store, script=Script(Doing(what)))) for store in stores]
    rung = [await clock.round() for clock in (*clocks, *clocks)]
    hand.later(86_400)
    rung += [await clock.round() for clock in clocks]
    for store in stores:
        store.close()
    assert (rung, len(heard)) == ([1, 0, 0, 0, 0, 0], 1)


async def test_each_team_has_its_morning_and_none_that_is_gone_or_turned_off(url: str, hand: Hand) -> None:
    hours = Hours(zone="UTC", frames=(((DAWN.time(), DAWN.replace(hour=17).time()),),) * 7)
    left = []
    for digest, teams in (("opening", (GROUP, OTHER)), ("opening", (GROUP,)), ("off", (GROUP,))):
        desk = replace(DESK, hours=hours, team=Team(digest=digest))  # type: ignore[arg-type]  # one of its kinds
        store = Store.open(url, desk, WORDS, now=hand.now, limits=LIMITS, agents=(GROUP,))
        await mornings(store, teams)
        left.append(await store.read(lambda c: sorted(c.scalars(select(t.alarm.c.about)))))
        store.close()
    assert left == [["team.telegram|-100", "team.telegram|-200"], ["team.telegram|-100"], []]


async def test_what_is_in_a_chat_that_is_a_teams_no_more_is_called_to_the_team(url: str, hand: Hand) -> None:
    hours = Hours(zone="UTC", frames=(((DAWN.time(), DAWN.replace(hour=17).time()),),) * 7)
    open_desk = partial(Store.open, url, replace(DESK, hours=hours), WORDS, now=hand.now, limits=LIMITS)
    before = open_desk(agents=(GROUP, OTHER))
    person = (await sees(before, message("0"))).person
    old = DAWN - timedelta(days=400)
    tickets = (
        ticket(1001, person),
        ticket(1002, person, agents=OTHER),
        ticket(1003, person, state="yours"),
        ticket(1004, person, state="solved", solved=DAWN),
        ticket(1005, person, state="solved", solved=old, touched=old),
        ticket(1006, person, state="merged", into=1001),
    )
    await does(before, message("1"), *map(Save, tickets))
    await strays(before)
    assert await before.read(lambda c: c.scalar(select(func.count()).select_from(t.alarm))) == 0
    before.close()
    store = open_desk(agents=(OTHER,))
    await strays(store)
    found = await store.read(lambda c: sorted(map(tuple, c.execute(select(t.alarm.c.name, t.alarm.c.about)))))
    store.close()
    assert found == [("astray", f"ticket.{number}") for number in (1001, 1003, 1004)]


async def test_in_a_chat_out_of_which_a_request_went_only_words_find_it(url: str, hand: Hand) -> None:
    store = opened(url, hand, agents=(OTHER,))
    person = (await sees(store, message("0"))).person
    entry = Entry(id="e", ticket=1001, kind="draft", by="Leo", at=DAWN, text="hi", origin=GROUP, ref="5")
    moved = ticket(1001, person, agents=OTHER, left_chats=("telegram:-100",))
    await does(store, message("1"), Save(moved), Record(entry))
    spoken = await sees(store, message("2", GROUP, reply_to="5"))
    gone = await sees(store, Deleted(id="3", at=DAWN, where=GROUP, who=Caller("77", "Leo"), ref="5", private=False))
    store.close()
    assert (spoken.at_desk, spoken.ticket and spoken.ticket.id) == (False, 1001)
    assert gone.ticket is None
