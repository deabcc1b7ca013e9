"""What is said in several messages at once is one thing, whoever says it: nothing that was asked in between is answered by it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage
from tests.store.laid import laid

OPENED = (
    "cast: Bob in en, Leo at desk, desk in en",
    "Bob: /start new_design_colours",
    "Bob: The logo is blurred on my phone",
    "Bob: Since the last update.",
    "Bob: skip",
    "Bob: skip",
    "Bob: [Send]",
)
NOTED = ("answers: at-once", *OPENED, "Leo: [Note] SUP-1001", f"Leo in SUP-1001: {'He has paid nothing yet. ' * 100}")
"""A long note of an agent, which the platform cuts into several messages."""
BLOCKED = (
    *OPENED,
    "Leo: [More] SUP-1001",
    "Leo: [Block] SUP-1001",
    "Leo: [One week] SUP-1001",
    f"Leo in SUP-1001: {'He insults us. ' * 150}",
)
"""A long reason, which it cuts as well."""
ASKED = (
    *OPENED,
    "Bob: /start new_design_colours",
    "Leo in SUP-1001: Which order is it?",
    "Leo: [Send + wait for customer] SUP-1001",
    "Bob: It is the newest one",
)
"""The team asks something while its customer writes another request."""

TWO = (*OPENED, *OPENED[1:2], "Bob: My invoice is wrong", *OPENED[3:], "Bob to SUP-1001: It is the newest one")
"""Two are open, and something is said to one of them, …"""
RUSH = (*TWO, *(f"Bob to SUP-1001: and {n} more" for n in range(3)))
"""… so much that we have said to gather it."""

PICTURES = (*OPENED[:-2], *["Bob: (photo)"] * 9)
"""One after another, each by itself."""


def played(stage: Stage, lines: Sequence[str], last: str) -> str:
    """What is said to the last line."""

    async def play() -> str:
        for line in lines:
            await stage.speak(line)
        return "\n".join(await stage.speak(last))

    return asyncio.run(play())


@pytest.fixture(params=["telegram", "slack"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    laid(tmp_path / "play.db")
    return Stage(tmp_path, request.param)


@pytest.mark.parametrize(
    ("lines", "last", "word", "breath", "heard"),
    [
        (NOTED, "Leo in SUP-1001: So let him wait.", "-> Bob", 1, False),
        (NOTED, "Leo in SUP-1001: So let him wait.", "-> Bob", 20, True),
        (ASKED, "Bob: number 4242 of last week", "Bob adds:", 1, True),
        (ASKED, "Bob: number 4242 of last week", "Bob adds:", 20, False),
        (TWO, "Bob: number 4242 of last week", "Bob adds:", 1, True),
        (TWO, "Bob: number 4242 of last week", "Bob adds:", 20, True),
        (TWO, "Bob: number 4242 of last week", "Bob adds:", 90, False),
    ],
    ids=["a piece of a note", "no note any more", "before our question can be read again", "an answer to it",
         "at once behind words to a request", "soon behind them", "later"],
)  # fmt: skip
def test_where_words_go_hangs_on_how_soon_they_come(
    stage: Stage, lines: Sequence[str], last: str, word: str, breath: int, *, heard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=breath))
    assert (word in played(stage, lines, last)) is heard


def test_while_we_gather_nobody_is_asked_which_one(stage: Stage) -> None:
    assert played(stage, RUSH, "Bob: number 4242 of last week") == ""


def test_the_pieces_of_a_reason_are_notes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=1))
    kept = played(stage, BLOCKED, "Leo in SUP-1001: And it is not the first time.")
    assert ("Kept as a note of Leo." in kept, "[Send]" in kept) == (True, False)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (["Bob: (photo)"], []),
        (["Bob: (photo)", "later: 1 minute"], ["10 files: that is as many as fit."]),
        (["Bob: (photo)", "Bob: (photo)"], ["Only 10 files fit in a request; I keep the first ones."]),
        (["Bob: (file film.mp4 300 MB)"], ["That file is larger than"]),
        (["Bob: done", "later: 1 minute"], []),
    ],
)
def test_pictures_are_counted_when_no_more_come_and_what_is_not_taken_is_said_at_once(
    stage: Stage, last: Sequence[str], said: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=1))
    heard = played(stage, [*PICTURES, *last[:-1]], last[-1])
    assert (heard.count("-> Bob"), [words in heard for words in said]) == (len(said), [True] * len(said))


def test_pictures_that_may_be_for_several_requests_are_asked_about_when_no_more_come(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(stage, TWO[:-1], "Bob: (photo)")
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=1))
    assert played(stage, ["Bob: (photo)", *["Bob: (photo)"] * 3], "Bob: (photo)") == ""
    assert played(stage, [], "later: 1 minute").count("Which request is this about?") == 1


def test_pictures_before_any_question_are_counted_with_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=1))
    heard = played(stage, [OPENED[0], *["Bob: (photo)"] * 4], "later: 1 minute")
    assert ("Got your 4 files." in heard, "What is it about?" in heard) == (True, True)


@pytest.mark.parametrize(
    ("words", "breath", "kept"),
    [
        (["I opened the editor", "and saved"], 1, "and saved"),
        (["then it was", "all blurred", "again today"], 1, "again today"),
        (["I opened the editor", "and saved"], 20, ""),
        (["skip"], 1, ""),
        (["no links"], 1, ""),
    ],
)
def test_a_story_told_line_by_line_is_whole_where_we_ask_for_what_is_no_words(
    stage: Stage, words: Sequence[str], breath: int, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The links are asked for as soon as its first line is there."""
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=breath))
    told = [f"Bob: {line}" for line in words]
    said = played(stage, [*OPENED[:4], *told[:-1]], told[-1])
    assert ("I keep that for the details" in said) is bool(kept)
    whole = played(stage, ["Bob: skip", "Bob: skip"], "Bob: [Send]")
    assert (kept in whole, "Since the last update." in whole) == (True, True)
