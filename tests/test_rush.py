"""A flood of messages: what is taken reaches the team to the last word, and what is not is said so."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage
from bot.theatre import LIMITS
from tests.store.laid import laid

MANY = 130
OPENS = """cast: Ana in en, Bea at desk, desk in en
Ana: /start new_account_email
Ana: Please change my e-mail
Ana: The old one is gone.
Ana: skip
Ana: skip
Ana: send
"""


@pytest.mark.parametrize("platform", LIMITS)
def test_of_a_flood_every_word_is_shown_or_refused_kindly(
    tmp_path: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path / "play.db")
    monkeypatch.setattr("bot.stage.BREATH", timedelta(milliseconds=100))
    flood = "".join(f"Ana: word{n}\n" for n in range(MANY))
    said = Stage(tmp_path, platform).play(f"{OPENS}{flood}later: 5 minutes\nAna: calm again\n")
    shown = {int(n) for n in re.findall(r"\| > word(\d+)$", said, re.MULTILINE)}
    refused = said.count("I can't take any more just now.")
    assert shown == set(range(60))
    assert refused == 1
    assert said.index("I can't take any more just now.") > said.index("Ana: word60")
    assert said.rstrip().endswith("| > calm again")
