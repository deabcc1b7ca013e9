"""What the life of a ticket asks of the store: merged numbers, the one solved lately, blocks, counts."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.desk.people import Person
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Chose
from bot.effects import Count, Effects, Know, Record, Save, Seen
from bot.events import Event
from bot.queries import Added, Found, These
from bot.store import Store, views
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, BEA, DAWN, alarm, does, message, sees, ticket


async def opens(store: Store, *numbers: int) -> tuple[Ticket, ...]:
    found: list[Ticket] = []

    def each(seen: Seen, _event: Event) -> Effects:
        found.append(ticket(seen.next_id, seen.person))
        yield Save(found[-1])

    for number in numbers:
        await take(message(f"open{number}"), store, Script(each))
    return tuple(replace(one, version=1) for one in found)


async def test_a_number_that_was_merged_is_the_other_ones(store: Store) -> None:
    first, second, third = await opens(store, 1, 2, 3)
    part, whole = second.merge(first, DAWN)
    await does(store, message("merge"), Save(part), Save(whole))
    part, whole = replace(whole, version=2).merge(third, DAWN)
    await does(store, message("again"), Save(part), Save(whole))
    press = message("press", answer=Chose("solve"), asked=f"ticket.{second.id}")
    seen = await sees(store, press)
    assert seen.ticket
    assert (seen.ticket.id, seen.ticket.codes) == (third.id, ("SUP-1003", "SUP-1001", "SUP-1002"))
    assert [one.id for one in seen.open_tickets] == [third.id]


async def test_a_merged_number_shows_nobody_elses_ticket(store: Store) -> None:
    first, second = await opens(store, 1, 2)
    part, whole = second.merge(first, DAWN)
    await does(store, message("merge"), Save(part), Save(whole))
    press = message("press", BEA, Chose("solve"), asked=f"ticket.{second.id}")
    assert (await sees(store, press)).ticket is None


async def test_the_one_solved_last_is_seen_only_while_nothing_tells_what_it_is_about(store: Store) -> None:
    one, two = await opens(store, 1, 2)
    assert (await sees(store, message("early"))).lately is None
    person = (await sees(store, message("who"))).person
    later = DAWN + timedelta(hours=1)
    await does(store, message("a"), Save(two.solve(DAWN)), Save(one.solve(later)), Know(replace(person, solved=later)))
    assert (await sees(store, message("words"))).lately == replace(one.solve(later), version=2)
    assert (await sees(store, message("press", answer=Chose("x")))).lately is None
    assert (await sees(store, message("stranger", BEA))).lately is None
    await opens(store, 3)
    assert (await sees(store, message("open again"))).lately is None


@pytest.mark.parametrize(
    ("album", "there"), [("", ["1", "2"]), ("e4", ["1", "2", "4", "5"]), ("e6", ["1", "2", "5", "6", "7"])]
)
async def test_what_the_team_has_not_seen_comes_in_its_order(store: Store, album: str, there: list[str]) -> None:
    (first,) = await opens(store, 1)

    def line(number: int, **more: Any) -> Record:
        at = DAWN + timedelta(seconds=number)
        return Record(Entry(id=f"e{number}", ticket=first.id, kind="asked", by="Ana", at=at, text=str(number), **more))

    albums = (line(4, album="a"), line(5), line(6, album="b"), line(7))
    await does(store, message("a"), line(2), line(1), line(3, sent=DAWN), *albums)
    found: list[Found | None] = []

    def remembers(seen: Seen, _event: Event) -> Effects:
        found.append(seen.found)
        return iter(())

    script = Script(remembers, lambda _event, _seen: Added(first.id, album))
    await take(alarm("gathered", f"ticket.{first.id}"), store, script)
    assert [[entry.text for entry in page.entries] for page in found if page] == [there]


async def test_a_block_and_the_count_of_a_day_are_known_again(store: Store) -> None:
    person = (await sees(store, message("1"))).person
    known = replace(person, blocked=DAWN, reason="Spam", day=739_000, today=3, new=False)
    await does(store, message("2"), Know(known))
    assert (await sees(store, message("3"))).person == known
    await does(store, message("4"), Know(replace(known, blocked=None, reason="")))
    again: Person = (await sees(store, message("5"))).person
    assert (again.blocked, again.reason) == (None, "")


async def test_what_turns_count_at_once_is_counted_each_time(store: Store) -> None:
    names = ("insult.kept", "shouting.heeded")
    await asyncio.gather(
        *(does(store, message(str(n), ANA), *(Count(name) for name in names[:: 1 if n % 2 else -1])) for n in range(20))
    )
    await does(store, message("0", ANA), Count("insult.kept"))  # a repeated delivery
    assert await store.read(views.counted) == dict.fromkeys(names, 20)


async def test_what_was_merged_is_found_by_itself_and_parts_again(store: Store) -> None:
    first, second = await opens(store, 1, 2)
    part, whole = second.merge(first, DAWN)
    await does(store, message("merge"), Save(part), Save(whole))
    found: list[Found | None] = []

    def remembers(seen: Seen, _event: Event) -> Effects:
        found.append(seen.found)
        return iter(())

    def wants(number: int, _event: Event, _seen: Seen) -> These:
        return These((number,))

    for number in (second.id, 0):
        await take(message(f"alone{number}"), store, Script(remembers, partial(wants, number)))
    part, whole = replace(part, version=2), replace(whole, version=2)
    assert found == [Found((part,), 0, 1), Found()]
    mine, other = part.part(whole, DAWN)
    await does(store, message("part"), Save(mine), Save(other))
    seen = await sees(store, message("press", answer=Chose("solve"), asked=f"ticket.{second.id}"))
    assert seen.ticket == replace(second, held=DAWN, version=3)
    assert [one.codes for one in seen.open_tickets] == [("SUP-1002",), ("SUP-1001",)]
