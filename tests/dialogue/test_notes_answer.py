"""Where the team's words stay in the team, an answer to what the customer wrote is one: Slack's threads know no such thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.stage import Stage
from tests.dialogue.test_one_breath import OPENED
from tests.store.laid import laid

ADDED = ("answers: note", "Bob: Any news?")
GATHERED = (*ADDED, "Bob: Hello?", "Bob: Anybody?", "Bob: It is urgent", "Bob: Really", "later: 2 minutes")


@pytest.mark.parametrize("added", [ADDED, GATHERED])
def test_whoever_answers_what_the_customer_wrote_means_them(added: tuple[str, ...], tmp_path: Path) -> None:
    laid(tmp_path / "play.db")
    lines = (*OPENED, *added, "Leo to SUP-1001 in SUP-1001: Tomorrow, I hope")
    said = Stage(tmp_path, "telegram").play("\n".join(lines) + "\n")
    assert said.partition(lines[-1])[2].split("\n")[1] == "    -> SUP-1001: Bob will read:"


def test_what_the_team_says_of_its_own_stays_there(tmp_path: Path) -> None:
    laid(tmp_path / "play.db")
    lines = (*OPENED, *ADDED, "Leo in SUP-1001: He is in a hurry", "Leo to SUP-1001 in SUP-1001: As always")
    said = Stage(tmp_path, "telegram").play("\n".join(lines) + "\n")
    assert said.count("Kept as a note of Leo.") == 2
