"""`conserje outbox`, as an operator types it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.backlog import whole
from bot.channels import Gone
from bot.cli import main
from bot.store.backlog import Stuck
from bot.turn import RUNS, Script, take
from tests.outbox.office import Office, Window, failing
from tests.store.desk import ANA, Doing, Hand, message, opened, say
from tests.store.laid import laid


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database in which one letter never left and one event was set aside."""
    monkeypatch.chdir(tmp_path)
    url = laid(tmp_path / "desk.db")
    monkeypatch.setenv("DATABASE_URL", url)
    asyncio.run(_trouble(url))
    return url


async def _trouble(url: str) -> None:
    hand = Hand()
    store = opened(url, hand)
    office = Office(store, hand, Window(trouble=failing(1, Gone())))
    await office.turn(message("1"), say(ANA, "your answer"))
    broken = Script(Doing(lambda _seen, _event: 1 // 0))  # type: ignore[arg-type, return-value]  # a bug, for once wanted
    for _run in range(RUNS - 1):
        with pytest.raises(Exception, match="the turn failed"):
            await take(message("2"), store, broken)
    await take(message("2"), store, broken)
    store.close()


def outbox(*words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["outbox", *words])
    lines = [line for line in result.output.splitlines() if line]
    return result.exit_code, lines


@pytest.mark.usefixtures("url")
def test_it_says_what_waits_what_never_left_and_what_was_set_aside() -> None:
    code, lines = outbox()
    assert code == 0
    assert lines[:4] == [
        "waiting: 0 (0 chats)",
        "never left: 1",
        "events set aside: 1",
        "still to do: 0 chores (files to fetch, events to take once more)",
    ]
    assert lines[4].startswith("#1  telegram 11  ")
    assert lines[4].endswith("0 times tried again: gone")
    assert lines[5] == "    your answer"
    assert lines[6].startswith("event 1  2  ")
    assert "ZeroDivisionError" in lines[6]


@pytest.mark.usefixtures("url")
def test_a_letter_is_explained_with_what_to_do() -> None:
    code, lines = outbox("show", "1")
    assert code == 0
    assert lines[0] == "Letter 1 to telegram 11, written 2026-03-02 09:00:00 UTC"
    assert lines[1:3] == ["your answer", "gone (0 times tried again)"]
    assert lines[3].startswith("Nobody there: they blocked the bot")


@pytest.mark.usefixtures("url")
def test_retry_puts_it_in_line_and_drop_forgets_it() -> None:
    assert outbox("retry") == (0, ["Letter 1 is in line again."])
    assert outbox("retry") == (0, ["There is nothing to retry: every letter has left, or is on its way."])
    assert outbox("--waiting")[1][0].startswith("waiting: 1 (1 chat, the oldest for ")
    assert outbox("drop", "1") == (1, ["there is no 1 among those that could not be delivered or were set aside"])
    assert outbox("show", "9") == (1, ["letter 9 is not there any more, or has been sent"])


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("command", ["show", "retry", "drop", "rerun"])
def test_a_number_that_no_database_can_hold_is_wrong_usage(command: str) -> None:
    code, lines = outbox(command, "9" * 30)
    assert (code, lines[-1].split(": ")[2][:31]) == (2, f"{'9' * 30} ")


def test_the_number_of_a_letter_that_was_dropped_is_given_to_no_other(url: str) -> None:
    assert outbox("drop", "1") == (0, ["Letter 1 is forgotten."])

    async def next_one() -> list[int]:
        store = opened(url)
        taken = await take(message("3"), store, Script(Doing(lambda _seen, _event: [say(ANA, "another")])))
        store.close()
        return [letter.id for letter in taken.letters]

    assert asyncio.run(next_one()) == [2]


@pytest.mark.usefixtures("url")
def test_rerun_hands_the_event_to_whoever_works() -> None:
    assert outbox("rerun") == (0, ["Event 1 is taken once more."])
    assert outbox("rerun") == (0, ["There is nothing to rerun: no event is set aside."])
    assert outbox()[1][2:4] == [
        "events set aside: 0",
        "still to do: 1 chore (files to fetch, events to take once more)",
    ]


@pytest.mark.parametrize("words", [("retry",), ("drop", "1"), ("rerun",)])
def test_a_database_that_takes_nothing_just_now_is_said(url: str, words: tuple[str, ...]) -> None:
    """As while a copy of it is made."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, lines = outbox(*words)
        assert (code, lines[-1]) == (1, "the database is busy (database is locked); nothing was done: try again")
    assert outbox()[1][1:3] == ["never left: 1", "events set aside: 1"]


def test_a_database_without_our_tables_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "conserje.db").touch()
    assert outbox() == (1, ["the database has another schema than this release: run `conserje migrate`"])


def test_it_says_of_a_token_that_is_refused_what_to_do() -> None:
    waits = Stuck(1, False, "slack|D1|", 0.0, 0, "it refuses the token: token_revoked", "hello", 60.0)  # noqa: FBT003
    assert "Our token is not accepted. It goes by itself when that is mended; see `conserje doctor`." in whole(
        waits, 0.0
    )
