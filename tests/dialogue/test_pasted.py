"""One thing said in several messages: long texts that platforms cut, and what people write line by line."""

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


@pytest.mark.parametrize("label", ["back", "Cancel"])
def test_a_label_is_a_press_however_soon_it_comes(label: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=1))
    ana = Interview(tmp_path, "telegram")
    for line in (CAST, *BEGUN, "Ana: Invoice 42 is missing", f"Ana: {FIRST}"):
        asyncio.run(ana.speak(line))
    asked = asyncio.run(ana.speak(f"Ana: {label}"))
    assert not any("I keep what you wrote" in line or label in line for line in asked)
    assert label != "back" or ana.kept().draft["details"].split() == FIRST.split()


@pytest.mark.parametrize("channel", CHANNELS)
def test_of_what_is_too_long_the_beginning_is_kept(channel: str, tmp_path: Path) -> None:
    ana = Interview(tmp_path, channel)
    ana.stage.desk = replace(ana.stage.desk, bounds=replace(ana.stage.desk.bounds, details_most=3_000))
    told = asyncio.run(_told(ana, *BEGUN, "Ana: Invoice 42 is missing", f"Ana: {FIRST}"))
    assert 2_950 < len(told) <= 3_000
    assert FIRST.startswith(told)


@pytest.mark.parametrize(("breath", "answer"), [(2, ""), (20, "and I wrote to you three times")])
def test_the_next_line_of_somebody_who_is_still_writing_is_no_answer(
    breath: int, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stage.BREATH", timedelta(seconds=breath))
    ana = Interview(tmp_path, "telegram")
    lines = ("Invoice 42 is missing", "since last month or so", "and I wrote to you three times")
    told = asyncio.run(_told(ana, *BEGUN, *(f"Ana: {line}" for line in lines)))
    assert ana.kept().draft["extras"].get("invoice-number", "") == answer
    assert told == "\n".join(line for line in lines[1:] if line != answer)
