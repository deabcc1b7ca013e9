"""Long texts that are pasted: platforms cut them into several messages, which come at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.values import replace
from tests.dialogue.interview import CAST, Interview

CHANNELS = ("telegram", "slack")
BEGUN = ("Ana: /start new_billing_invoice", "Ana: [Go on with my request]")
FIRST = "From: Leo. " + "far too much to say " * 200
REST = "Regards, Leo"


async def _told(interview: Interview, *said: str) -> str:
    for line in (CAST, *said):
        await interview.speak(line)
    return str(interview.kept().draft["details"])


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "before", [(), BEGUN, (*BEGUN, "Ana: Invoice 42 is missing")], ids=["first", "title", "details"]
)
def test_all_of_it_becomes_the_details(
    channel: str, before: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=1))
    told = asyncio.run(_told(Interview(tmp_path, channel), *before, f"Ana: {FIRST}", f"Ana: {REST}"))
    assert told.split() == f"{FIRST} {REST}".split()


def test_what_comes_later_is_an_answer(tmp_path: Path) -> None:
    told = asyncio.run(_told(Interview(tmp_path, "telegram"), *BEGUN, f"Ana: {FIRST}", "Ana: Invoice 42 is missing"))
    assert told.split() == FIRST.split()


@pytest.mark.parametrize("channel", CHANNELS)
def test_of_what_is_too_long_the_beginning_is_kept(channel: str, tmp_path: Path) -> None:
    ana = Interview(tmp_path, channel)
    ana.stage.desk = replace(ana.stage.desk, bounds=replace(ana.stage.desk.bounds, details_most=3_000))
    told = asyncio.run(_told(ana, *BEGUN, "Ana: Invoice 42 is missing", f"Ana: {FIRST}"))
    assert 2_950 < len(told) <= 3_000
    assert FIRST.startswith(told)
