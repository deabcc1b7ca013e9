"""A long note of an agent, which the platform cuts into several messages."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage
from tests.store.laid import laid

OPENED = (
    "cast: Bob in en, Leo at desk, desk in en",
    "answers: at-once",
    "Bob: /start new_design_colours",
    "Bob: The logo is blurred on my phone",
    "Bob: Since the last update.",
    "Bob: skip",
    "Bob: skip",
    "Bob: [Send]",
    "Leo: [Note] SUP-1001",
    f"Leo in SUP-1001: {'He has paid nothing since March. ' * 100}",
)


@pytest.mark.parametrize("channel", ["telegram", "slack"])
@pytest.mark.parametrize(("breath", "heard"), [(1, False), (20, True)], ids=["at once", "later"])
def test_no_piece_of_it_goes_to_the_customer(
    channel: str, breath: int, *, heard: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=breath))
    laid(tmp_path / "play.db")
    stage = Stage(tmp_path, channel)

    async def play() -> str:
        for line in OPENED:
            await stage.speak(line)
        return str(await stage.speak("Leo in SUP-1001: So let him wait."))

    assert ("-> Bob" in asyncio.run(play())) is heard
