"""What a turn and a finish cost on SQLite, beside bare statements in the same run: `python -m tests.store.speed`.

The turn is an intake step: dedupe, look, a draft, two alarms, one answer. Ten turns share a commit, as at 20 users.
Figures of one machine move by a third from minute to minute; the column that counts is the one in yardsticks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import text as sql

from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Choice, Prompt, Text
from bot.effects import Effects, Say, Seen, Stand, Wake
from bot.events import Address, Event, Message
from bot.store import Store, Tx, migrate
from bot.store.accept import TAKE
from bot.store.engines import connected
from bot.store.fates import Sent, finish
from bot.store.letters import Letter
from bot.store.rows import Cursor
from bot.turn import Script, turn
from tests.store.desk import Draft, Hand, message, opened

ASKS = Prompt(
    Text("What happened? One sentence is enough."),
    (Choice("back", Text("Back")), Choice("cancel", Text("Cancel"))),
    "intake.title",
)
ROUNDS, STEPS, SHARED = 15, 200, 10


class Going(Hand):
    """A clock that goes: a chat that hears more than one answer a second would have to wait."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def decide(seen: Seen, event: Event) -> Effects:
    assert isinstance(event, Message)
    tries = seen.dialogue.draft.tries if seen.dialogue else 0
    yield Stand(event.where, event.who.id, Dialogue("intake", "title", Draft("The invoice does not open", tries + 1)))
    about = f"draft.{event.where.channel}|{event.where.chat}||{event.who.id}"
    yield Wake(seen.now + timedelta(hours=1), "nudge", about)
    yield Wake(seen.now + timedelta(days=7), "forget", about)
    yield Say(to=event.where, language=seen.person.language, words=ASKS, over=event.on)


def together(cursor: Cursor, steps: int, work: Callable[[int], None]) -> float:
    """Microseconds of CPU for one of so many pieces of work, ten to a commit."""
    since = time.process_time()
    for first in range(0, steps, SHARED):
        cursor.execute("BEGIN IMMEDIATE")
        for n in range(first, first + SHARED):
            work(n)
        cursor.execute("COMMIT")
    return (time.process_time() - since) / steps * 1e6


def rounds(store: Store, folder: Path) -> Iterator[tuple[float, ...]]:
    url = f"sqlite:///{folder}/desk.db"
    engine = connected(url)
    cursor = engine.raw_connection().cursor()
    core = engine.connect()
    dialect, rules, script = engine.dialect, store.rules, Script(decide)
    letters: list[Letter] = []
    events: list[Message] = []

    def step(n: int) -> None:
        letters.extend(turn(Tx(cursor, dialect, rules), events[n], script).letters)

    def end(n: int) -> None:
        if n % SHARED == 0:
            batch = letters[n : n + SHARED]
            finish(Tx(cursor, dialect, rules), [Sent(letter, letter.to, ("m1",)) for letter in batch])

    def bare(n: int) -> None:
        cursor.execute("INSERT INTO taken (key, at) VALUES (?, ?)", (f"bare:{len(marks)}:{n}", 1.0))

    def prepared(n: int) -> None:
        Tx(cursor, dialect, rules).do(TAKE, key=f"prepared:{len(marks)}:{n}", at=1.0)

    marks: list[int] = []
    inserts = sql("INSERT INTO taken (key, at) VALUES (:key, :at)")
    for r in range(ROUNDS):
        marks.append(r)
        letters.clear()
        events[:] = [message(f"{r}:{n}", Address("telegram", str(n * 7 % 1000))) for n in range(STEPS)]
        one = together(cursor, STEPS, step), together(cursor, STEPS, end)
        plain = together(cursor, STEPS, bare), together(cursor, STEPS, prepared)
        since = time.process_time()
        for n in range(STEPS):
            core.execute(inserts, {"key": f"core:{r}:{n}", "at": 1.0})
        core.rollback()
        yield *one, *plain, (time.process_time() - since) / STEPS * 1e6


def main() -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/desk.db"
        migrate(url)
        store = opened(url, Going())
        found = [median(column) for column in zip(*list(rounds(store, Path(folder)))[3:], strict=True)]
        store.close()
    names = ("turn", "finish", "bare INSERT (yardstick)", "the same Prepared", "the same by Core's execute")
    for name, cost in zip(names, found, strict=True):
        print(f"{name:28} {cost:7.1f} µs  {cost / found[2]:6.1f} yardsticks")  # noqa: T201 - that is its purpose


if __name__ == "__main__":
    main()
