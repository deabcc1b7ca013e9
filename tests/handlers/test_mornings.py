"""What waits: the lists by command and page, and the digest of each morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import handlers
from bot.desk.ticket import Ticket
from bot.dialogue.words import Chose, Command
from bot.effects import Effect, Say, Wake
from bot.events import Address, Alarm, Visited
from bot.queries import Found, Morning, Queue
from bot.values import replace
from tests.handlers.team import BEA, OPEN, OURS, acts, told
from tests.handlers.test_list import DESK, NOW, SEEN


@pytest.mark.parametrize(
    ("rest", "query"),
    [
        ("", Queue("telegram:9")),
        ("2", Queue("telegram:9", 10)),
        ("mine", Queue("telegram:9", of="mine")),
        ("MÍA 3", Queue("telegram:9", 20, of="mine")),
        ("all", Queue("telegram:9", of="all")),
        ("todo 2", Queue("telegram:9", 10, of="all")),
        ("what?", Queue("telegram:9")),
        ("0", Queue("telegram:9")),
    ],
)
def test_a_list_is_named_after_the_command(rest: str, query: Queue) -> None:
    assert handlers.needs(acts(Command("queue", rest)), SEEN) == query


def test_the_page_of_ones_own_turns_between_the_lists() -> None:
    home = acts(Chose("all.10"), "home", agent=True, private=True, where=Address("slack", "U7", "home"))
    assert handlers.needs(home, SEEN) == Queue("slack:9", 10, of="all")
    (said,) = handlers.decide(replace(SEEN, found=Found((OPEN,), 10, 25)), home)
    assert isinstance(said, Say)
    assert [c.name for c in said.words.choices] == ["all.0", "all.20", "queue.0", "mine.0"]
    customer = replace(home, agent=False)
    assert not isinstance(handlers.needs(customer, SEEN), Queue)
    visit = Visited(id="1", at=NOW, where=home.where, who=home.who, agent=True)
    assert handlers.needs(visit, SEEN) == Queue("slack:9")


OPENS = datetime(2026, 11, 23, 8, tzinfo=UTC)


def digest(at: datetime, now: datetime, *tickets: Ticket, name: str = "digest") -> list[Effect]:
    ring = Alarm(id="1", at=at, name=name, about="team.telegram|-100")
    assert handlers.needs(ring, SEEN) == Morning(OURS)
    seen = replace(SEEN, now=now, desk=replace(DESK, agents_language="en"), found=Found(tickets, 0, len(tickets)))
    return list(handlers.decide(seen, ring))


def test_each_request_stands_in_the_first_part_it_belongs_to() -> None:
    late, today, free, held = (
        replace(OPEN, code=f"SUP-{n}", due=due, agent=agent)
        for n, (due, agent) in enumerate(
            (
                (OPENS - timedelta(days=1), None),
                (OPENS + timedelta(hours=3), BEA),
                (NOW + timedelta(days=3), None),
                (NOW + timedelta(days=4), BEA),
            )
        )
    )
    effects = digest(OPENS, OPENS, late, today, free, held)
    (said,) = told(effects)
    parts = [part.split("\n") for part in said.split("\n\n")]
    assert [part[0] for part in parts] == [
        "Good morning! 4 requests wait for us.", "Overdue", "Due today", "Nobody has it yet", "Waiting longest",
    ]  # fmt: skip
    assert [part[1].split(" ")[0] for part in parts[1:]] == ["SUP-0", "SUP-1", "SUP-2", "SUP-3"]
    assert effects[0] == Wake(datetime(2026, 11, 24, 8, tzinfo=UTC), "digest", "team.telegram|-100")


@pytest.mark.parametrize(
    ("at", "now", "comes"),
    [
        (OPENS, OPENS + timedelta(minutes=40), True),  # we were away for a moment
        (OPENS, OPENS + timedelta(days=1), False),  # yesterday's is of no use
        (OPENS - timedelta(hours=1), OPENS - timedelta(hours=1), False),  # the hour has been changed meanwhile
    ],
)
def test_a_digest_that_is_not_todays_is_left_out(at: datetime, now: datetime, comes: bool) -> None:  # noqa: FBT001 - a case
    effects = digest(at, now)
    assert [type(e) for e in effects] == ([Wake, Say] if comes else [Wake])


@pytest.mark.parametrize(
    ("now", "hello"),
    [
        (OPENS, "Good morning!"),
        (OPENS + timedelta(hours=7), "Hello!"),  # asked for in the afternoon
        (OPENS + timedelta(hours=14), "Hello!"),  # the night shift begins
    ],
)
def test_good_morning_is_said_in_the_morning(now: datetime, hello: str) -> None:
    (said,) = told(digest(now, now, OPEN, name="digest-now"))
    assert said.startswith(f"{hello} One request waits for us.\n")


def test_long_parts_say_how_many_more_there_are() -> None:
    late = replace(OPEN, due=OPENS - timedelta(days=1))
    (said,) = told(digest(OPENS, OPENS, *(late,) * 11))
    assert said.endswith("3 more: /queue")
    assert said.count("SUP-1001") == 8
