"""Known issues in the store: followed once, told once, whoever does what at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_hex

import pytest

from bot.channels import Busy
from bot.desk.known import Issue
from bot.effects import Declare, Effects, Erase, Follow, Invite, Join, Seen, Told
from bot.events import Address, Event
from bot.queries import Followers, Found, Issues, Query
from bot.store import Store
from bot.turn import Script, take
from bot.values import replace
from tests.store.desk import ANA, BEA, DAWN, GROUP, does, message, say, sees

LOGIN = Issue(
    id="a", titles={"en": "Login is down"}, team=GROUP, by="Bea", category="invoices", since=DAWN, state="open", round=1
)


async def asks(store: Store, number: str, query: Query, where: Address = ANA) -> Found:
    found: list[Found] = []

    def remembers(seen: Seen, _event: Event) -> Effects:
        found.append(seen.found)
        return iter(())

    await take(message(number, where), store, Script(remembers, lambda _event, _seen: query))
    return found[-1]


async def issues(store: Store, number: str, query: Issues, where: Address = ANA) -> tuple[Issue, ...]:
    return (await asks(store, number, query, where)).issues or ()


def acting(query: Query, what: Callable[[Seen, Issue], Effects]) -> Script:
    def does_it(seen: Seen, _event: Event) -> Effects:
        if seen.found.issues:
            yield from what(seen, seen.found.issues[0])

    return Script(does_it, lambda _event, _seen: query)


def follows(seen: Seen, issue: Issue) -> Effects:
    if issue.state == "open":
        yield Follow(issue, seen.person.id)


def complains(seen: Seen, issue: Issue) -> Effects:
    yield Follow(issue, seen.person.id, broken=True)


def mends(_seen: Seen, issue: Issue) -> Effects:
    yield Declare(issue.fixed())


def spreads(seen: Seen, issue: Issue) -> Effects:
    people = seen.found.people
    yield from (say(person.where or ANA, f"fixed {person.id}") for person in people)
    yield Told(issue, tuple(person.id for person in people))


async def test_who_follows_twice_follows_once(store: Store) -> None:
    await does(store, message("declare", GROUP), Declare(LOGIN))
    for n in range(3):
        await take(message(f"same{n}"), store, acting(Issues(hold=True), follows))
    await take(message("bea", BEA), store, acting(Issues(hold=True), follows))
    (ana,), (leo,) = [(await issues(store, f"look{at}", Issues(), at)) for at in (ANA, Address("telegram", "33"))]
    assert ana == replace(LOGIN, followers=2, mine=True)
    assert (leo.followers, leo.mine) == (2, False)


async def test_only_what_is_open_is_offered_and_any_is_found_by_its_id(store: Store) -> None:
    others = [replace(LOGIN, id=state, state=state) for state in ("new", "fixed", "gone")]
    await does(store, message("declare", GROUP), Declare(LOGIN), *map(Declare, others))
    assert (await issues(store, "all", Issues())) == (LOGIN,)
    assert (await issues(store, "one", Issues("fixed"))) == (others[1],)
    assert (await issues(store, "none", Issues("nothing"))) == ()


async def test_still_broken_counts_each_once_and_no_more_when_it_is_open_again(store: Store) -> None:
    await does(store, message("declare", GROUP), Declare(LOGIN), Declare(fixed := LOGIN.fixed()))
    for n, where in enumerate((ANA, ANA, BEA)):
        await take(message(f"broken{n}", where), store, acting(Issues("a"), complains))
    (issue,) = await issues(store, "look", Issues("a"))
    assert issue == replace(fixed, followers=2, broken=2, mine=True, troubled=True)
    await does(store, message("again", GROUP), Declare(fixed.opened(DAWN)))
    (issue,) = await issues(store, "look again", Issues("a"))
    assert (issue.round, issue.followers, issue.broken, issue.troubled) == (3, 2, 0, False)


async def test_all_are_told_some_at_a_time_and_nobody_twice(store: Store) -> None:
    await does(store, message("declare", GROUP), Declare(LOGIN))
    crowd = [Address("telegram", str(n)) for n in range(100, 107)]
    for where in crowd:
        await take(message(f"same{where.chat}", where), store, acting(Issues(), follows))
    assert (await asks(store, "early", Followers("a", 3))).people == ()
    await take(message("mend", GROUP), store, acting(Issues("a"), mends))
    told = []
    for n in range(4):
        told.append({person.where for person in (await asks(store, f"look{n}", Followers("a", 3))).people})
        await take(message(f"spread{n}", GROUP), store, acting(Followers("a", 3), spreads))
    assert [len(some) for some in told] == [3, 3, 1, 0]
    assert set().union(*told) == set(crowd)


async def test_whoever_follows_while_it_is_mended_is_told_or_does_not_follow(store: Store) -> None:
    await does(store, message("declare", GROUP), Declare(LOGIN))
    crowd = [Address("telegram", str(n)) for n in range(100, 116)]

    async def presses(where: Address) -> None:
        for _again in range(20):
            try:
                await take(message(f"same{where.chat}", where), store, acting(Issues(hold=True), follows))
            except Busy:
                continue
            return
        pytest.fail("never taken")

    mending = take(message("mend", GROUP), store, acting(Issues("a"), mends))
    await asyncio.gather(*map(presses, crowd[:8]), mending, *map(presses, crowd[8:]))
    (issue,) = await issues(store, "look", Issues("a"))
    followed = [w for w in crowd if (await issues(store, f"mine{w.chat}", Issues("a"), w))[0].mine]
    untold = {person.where for person in (await asks(store, "told", Followers("a"))).people}
    assert (issue.state, issue.followers, untold) == ("fixed", len(followed), set(followed))


async def test_what_two_doors_followed_one_person_follows(store: Store) -> None:
    later = replace(LOGIN, id="b")
    await does(store, message("declare", GROUP), Declare(LOGIN), Declare(later))
    ana = (await sees(store, message("ana"))).person
    for number, where, issue in (("1", ANA, "a"), ("2", BEA, "a"), ("3", BEA, "b")):
        await take(message(number, where), store, acting(Issues(issue), follows))
    await does(store, message("invite"), Invite(ana.id, word := "a" * 26, DAWN.replace(year=2027)))
    await does(store, message("join", BEA), Join(word, ana.id, BEA.channel, BEA.chat))
    found = [(await issues(store, f"look{name}", Issues(name)))[0].mine for name in ("a", "b")]
    await does(store, message("mend", GROUP), Declare(LOGIN.fixed()), Declare(later.fixed()))
    told = [[p.id for p in (await asks(store, f"told{name}", Followers(name))).people] for name in ("a", "b")]
    assert (found, told) == ([True, True], [[ana.id], [ana.id]])


async def test_whoever_has_become_one_or_is_gone_is_counted_no_more(store: Store) -> None:
    later = replace(LOGIN, id="b")
    await does(store, message("declare", GROUP), Declare(LOGIN), Declare(later))
    ana = (await sees(store, message("ana"))).person
    for number, where, issue in (("1", ANA, "a"), ("2", BEA, "a"), ("3", BEA, "b")):
        await take(message(number, where), store, acting(Issues(issue), follows))
    await does(store, message("mend", GROUP), Declare(LOGIN.fixed()), Declare(later.fixed()))
    for number, issue in (("4", "a"), ("5", "b")):
        await take(message(number, BEA), store, acting(Issues(issue), complains))
    await does(store, message("invite"), Invite(ana.id, word := "a" * 26, DAWN.replace(year=2027)))
    await does(store, message("join", BEA), Join(word, ana.id, BEA.channel, BEA.chat))
    assert await _counted(store) == [(1, 0), (1, 1)]
    await does(store, message("erase"), Erase(ana.id))
    assert await _counted(store) == [(0, 0), (0, 0)]


async def _counted(store: Store) -> list[tuple[int, int]]:
    found = [(await issues(store, token_hex(4), Issues(name), GROUP))[0] for name in ("a", "b")]
    return [(issue.followers, issue.broken) for issue in found]


async def test_who_is_erased_is_told_nothing(store: Store) -> None:
    await does(store, message("declare", GROUP), Declare(LOGIN))
    await take(message("same"), store, acting(Issues(), follows))
    ana = (await sees(store, message("ana"))).person
    await does(store, message("erase"), Erase(ana.id))
    await does(store, message("mend", GROUP), Declare(LOGIN.fixed()))
    assert (await asks(store, "told", Followers("a"), GROUP)).people == ()
