"""Who did what and when: in a request's history, and besides."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.desk.config import Canned
from bot.desk.known import Issue
from bot.desk.ticket import Entry
from bot.dialogue.words import Command, File, Spoken
from bot.effects import Declare, Erase, Invite, Join, Record, Save, Stock, Unstock
from bot.events import Address, Posted
from bot.store import Store
from bot.store.trail import Line, latest, trail
from tests.store.desk import ANA, BEA, DAWN, GROUP, Hand, does, message, sees, ticket

MINUTE = timedelta(minutes=1)
LEO = "Leo (telegram:77)"


LOG = File("g", "document", "log.txt")


def entry(n: int, kind: str, text: str, by: str = "Leo (telegram:77)", **more: object) -> Entry:
    name, _space, door = by.partition(" ")
    return Entry(
        id=str(n), ticket=1, kind=kind, by=name, by_id=door.strip("()"), at=DAWN + n * MINUTE, text=text, **more  # type: ignore[arg-type]
    )  # fmt: skip


async def test_a_request_tells_who_did_what_in_order(store: Store) -> None:
    ana = (await sees(store, message("0"))).person
    done = (
        entry(1, "event", "opened", "Ana (telegram:11)"),
        entry(2, "event", "claimed"),
        entry(3, "note", "Ask the bank", files=(File("f", "photo", "x.png"),)),
        entry(4, "answer", "Try now " + "please " * 30, arrived="slack"),
        entry(5, "answer", "Wrong one", gone=DAWN),
        entry(6, "answer", "Lost", trouble="gone"),
        entry(7, "draft", "Perhaps"),
        entry(8, "event", "closed", ""),
        entry(9, "answer", "Here", arrived="slack", files=(LOG,), unshown={"g": "too big"}),
        entry(10, "asked", "With this", "Ana (telegram:11)", lost=(LOG,)),
    )
    await does(store, message("t"), Save(ticket(1, ana)), *map(Record, done))
    lines = await store.look(partial(trail, named="sup-1"))
    assert lines is not None
    assert [(line.at - DAWN, line.about) for line in lines] == [(n * MINUTE, "SUP-1") for n in range(1, 11)]
    assert [(line.by, line.what) for line in lines] == [
        ("Ana (telegram:11)", "opened"),
        (LEO, "claimed"),
        (LEO, "noted: Ask the bank (1 file)"),
        (LEO, "answered, by slack: Try now " + "please " * 10 + "please …"),
        (LEO, "answered, and took it back: Wrong one"),
        (LEO, "answered, not delivered (gone): Lost"),
        (LEO, "began an answer: Perhaps"),
        ("", "closed"),
        (LEO, "answered, by slack, without log.txt (too big): Here (1 file)"),
        ("Ana (telegram:11)", "wrote: With this (log.txt could not be kept)"),
    ]
    assert await store.look(partial(trail, named="telegram:11")) == lines
    for nobody in ("SUP-2", "telegram:99"):
        assert await store.look(partial(trail, named=nobody)) is None


async def test_what_no_request_tells_of_is_kept_with_who_did_it(store: Store, hand: Hand) -> None:
    ana, bob = [(await sees(store, message(where.chat, where))).person for where in (ANA, BEA)]
    issue = Issue(id="i", titles={"en": "Login is down", "es": "x"}, team=GROUP, by="Leo", since=DAWN, state="open")
    canned = Canned(name="hi", label=Spoken({"en": "Hi"}), words=Spoken({"en": "Hello"}))
    await does(store, message("known", GROUP), Declare(issue), Declare(issue.fixed()))
    await does(store, message("canned", GROUP), Stock(canned), Unstock("hi"), Invite(0, "word", DAWN))
    await does(store, message("join", BEA), Invite(ana.id, "other", DAWN), Join("other", ana.id, "telegram", "22"))
    about = f"person {ana.id}"
    told = [
        (LEO, "known issue, open: Login is down", ""),
        (LEO, "known issue, fixed: Login is down", ""),
        (LEO, "kept the canned answer hi", ""),
        (LEO, "dropped the canned answer hi", ""),
        (LEO, "asked for the numbers", ""),
        (about, "joined another chat", about),
    ]
    assert [(line.by, line.what, line.about) for line in await store.read(partial(latest, most=9))] == told
    hand.later(60)
    posted = Posted(id="erase", at=DAWN, person=bob.id, ticket=0, answer=Command("erase"))
    whose = f"person {bob.id}"
    await does(store, posted, Erase(bob.id))
    assert await store.read(partial(latest, most=1)) == (
        Line(DAWN + timedelta(minutes=1), whose, "erased themselves", whose),
    )


async def test_whoever_gets_the_number_of_somebody_who_is_gone_gets_not_their_trail(store: Store, hand: Hand) -> None:
    lost, found = Address("telegram", "31"), Address("telegram", "32")
    first = (await sees(store, message("a", lost))).person
    await does(store, message("b", lost), Erase(first.id))
    hand.later(60)
    second = (await sees(store, message("c", found))).person
    assert await store.look(partial(trail, named="telegram:32")) == ()
    assert await store.look(partial(trail, named="telegram:31")) is None
    assert second.id
