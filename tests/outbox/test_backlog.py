"""What an operator sees of messages that did not leave, and how they are put in line again."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from bot.channels import Gone, Parcel, Refused
from bot.dialogue.words import File, Said
from bot.effects import Effects, Seen
from bot.events import Event, Fetched, Receipt
from bot.outbox.postman import Postman
from bot.store import Store, backlog
from bot.store import tables as t
from bot.store.backlog import Standing, Stuck
from bot.store.written import unwritten
from bot.turn import RUNS, Script, take
from bot.values import replace
from handlers.cards import SOLVED
from tests.outbox.office import Office, Window, failing
from tests.store.desk import ANA, BEA, DAWN, Doing, Hand, message, say


async def standing(store: Store, at: float) -> Standing:
    return await store.read(partial(backlog.standing, now=at))


async def stuck(store: Store, *, dead: bool = True) -> tuple[Stuck, ...]:
    return await store.read(partial(backlog.stuck, dead=dead))


async def test_a_letter_that_never_left_is_listed_with_its_reason_and_goes_when_it_is_asked_to(office: Office) -> None:
    office.window.trouble = failing(1, Gone())
    await office.turn(message("1"), say(ANA, "*one*"))
    [lost] = await stuck(office.store)
    assert (lost.dead, lost.lane, lost.at) == (True, "telegram|11|", DAWN.timestamp())
    assert (lost.tries, lost.error, lost.words) == (0, "gone", "one")
    assert await standing(office.store, DAWN.timestamp()) == Standing(0, 0, 0, 1, 0, 0)

    assert await office.store.run(partial(backlog.requeue, number=lost.id))
    assert [w.words for w in await stuck(office.store, dead=False)] == ["one"]
    await office.rounds()
    assert office.window.sent == [(ANA, Parcel(text="*one*"))]
    assert await stuck(office.store) == await stuck(office.store, dead=False) == ()


async def test_whoever_heard_that_it_failed_hears_that_it_arrived_after_all(office: Office) -> None:
    office.window.trouble = failing(2, Gone())
    await office.turn(message("1"), say(ANA, "one", receipt="entry.e1"))
    for _ in range(2):
        [lost] = await stuck(office.store)
        assert await office.store.run(partial(backlog.requeue, number=lost.id))
        await office.rounds(2)
    assert [event.trouble for event in office.heard if isinstance(event, Receipt)] == ["gone", "gone", ""]


async def test_whoever_heard_that_its_files_failed_hears_that_they_arrived_after_all(office: Office) -> None:
    """Which are a part that tells of its arrival no more than any other, the last one apart."""
    office.window.trouble = failing(1, Refused("too large"))
    picture = File("f1", "photo", "a.jpg", "image/jpeg")
    await office.turn(message("1", BEA, answer=Said("", (picture,))))
    await office.turn(Fetched(id="f1", at=DAWN, where=BEA, file="f1", name="a.jpg"))
    said = say(ANA, "one", receipt="entry.e1", files=(picture,))
    await office.turn(message("2"), replace(said, words=replace(said.words, choices=(SOLVED,), asks="ticket.1")))
    await office.rounds(2)
    [lost] = await stuck(office.store)
    assert await office.store.run(partial(backlog.requeue, number=lost.id))
    await office.rounds(2)
    told = [(event.files, event.trouble) for event in office.heard if isinstance(event, Receipt)]
    assert told == [((picture,), "too large"), ((), ""), ((picture,), "")]


async def test_only_what_never_left_can_be_put_in_line_or_forgotten(office: Office) -> None:
    await office.turn(message("1"), say(ANA, "one"))
    number = await office.store.read(lambda c: c.execute(select(t.outbox.c.id)).scalar_one())
    for work in (backlog.requeue, backlog.drop, backlog.rerun):
        assert not await office.store.run(partial(work, number=number))
    await office.rounds()
    assert office.window.texts() == ["one"]


async def test_what_is_forgotten_is_gone(office: Office) -> None:
    office.window.trouble = failing(1, Gone())
    await office.turn(message("1"), say(ANA, "one"))
    [lost] = await stuck(office.store)
    assert await office.store.run(partial(backlog.drop, number=lost.id))
    assert await standing(office.store, DAWN.timestamp()) == Standing(0, 0, 0, 0, 0, 0)


async def test_a_line_in_hand_keeps_its_lease_and_its_order(office: Office) -> None:
    office.window.trouble = failing(1, Gone())
    await office.turn(message("1"), say(ANA, "one"))
    [lost] = await stuck(office.store)
    other = await take(message("2"), office.store, Script(Doing(lambda _s, _e: (say(ANA, "two"),))))
    assert await office.store.run(partial(backlog.requeue, number=lost.id))
    await office.rounds()
    assert office.window.texts() == []  # the line is in somebody's hand: nobody else reaches into it
    office.postman.post(other.letters)
    await office.postman.rest()
    await office.rounds()
    assert office.window.texts() == ["two", "one"]


async def test_how_long_the_oldest_has_waited_is_told(office: Office) -> None:
    await office.turn(message("1", BEA), say(ANA, "news"))
    found = await standing(office.store, DAWN.timestamp() + 90)
    assert found == Standing(1, 90.0, 1, 0, 0, 0)
    assert [s.tries for s in await stuck(office.store, dead=False)] == [0]


async def test_an_event_that_was_set_aside_is_taken_once_more_after_the_mend(store: Store, hand: Hand) -> None:
    broken = True

    def decide(_seen: Seen, _event: Event) -> Effects:
        if broken:
            raise ZeroDivisionError
        yield say(ANA, "mended")

    for _run in range(RUNS - 1):
        with pytest.raises(Exception, match="the turn failed"):
            await take(message("1"), store, Script(decide))
    await take(message("1"), store, Script(decide))
    [aside] = await store.read(backlog.set_aside)
    assert (aside.key, aside.error) == ("1", "ZeroDivisionError()")

    broken = False
    assert await store.run(partial(backlog.rerun, number=aside.id))
    assert not await store.run(partial(backlog.rerun, number=aside.id))
    body = await store.read(lambda c: c.execute(select(t.chore.c.body)).scalar_one())
    wanted = backlog.read_rerun(body)
    window = Window()
    postman = Postman(store, {"telegram": window}, Office(store, hand, window).read, Office(store, hand, window).hear)
    postman.post((await take(replace(unwritten(wanted.body), id="1:again"), store, Script(decide))).letters)
    await postman.rest()
    assert window.texts() == ["mended"]


async def test_what_became_of_a_letter_is_told_once_more_after_the_mend(office: Office) -> None:
    await office.turn(message("1"), say(ANA, "one"))
    again = Receipt(id="receipt:1:again:7", at=DAWN, where=ANA, about="entry.e1")
    await office.hear(again)
    assert office.heard == [again]
