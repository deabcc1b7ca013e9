"""The team asks something while its customer writes another request, and is answered in several messages at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage
from tests.store.laid import laid

ASKED = (
    "cast: Bob in en, Leo at desk, desk in en",
    "Bob: /start new_design_colours",
    "Bob: The logo is blurred on my phone",
    "Bob: Since the last update.",
    "Bob: skip",
    "Bob: skip",
    "Bob: [Send]",
    "Bob: /start new_design_colours",
    "Leo in SUP-1001: Which order is it?",
    "Leo: [Send + wait for customer] SUP-1001",
    "Bob: It is the newest one",
)


@pytest.mark.parametrize("channel", ["telegram", "slack"])
@pytest.mark.parametrize(("breath", "heard"), [(1, True), (20, False)], ids=["at once", "later"])
def test_what_comes_before_our_question_can_be_read_again_is_no_answer_to_it(
    channel: str, breath: int, *, heard: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=breath))
    laid(tmp_path / "play.db")
    stage = Stage(tmp_path, channel)

    async def play() -> str:
        for line in ASKED:
            await stage.speak(line)
        return "\n".join(await stage.speak("Bob: number 4242 of last week"))

    assert ("Bob adds:" in asyncio.run(play())) is heard
