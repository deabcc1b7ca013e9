"""Where the demo's new tickets go: the shipped desk stays a good desk wherever they are sent."""

import tomllib
from pathlib import Path

from bot.parts import read_desk
from bot.sandbox.program import SHIPPED, directed


def test_each_category_names_a_team_and_several_take_turns(tmp_path: Path) -> None:
    text = directed(SHIPPED.read_text("utf-8"), ("telegram:-100", "slack:C0SAND00001"))
    teams = [category["agents"] for category in tomllib.loads(text)["categories"].values()]
    assert teams == (["telegram:-100", "slack:C0SAND00001"] * len(teams))[: len(teams)]
    (tmp_path / "desk.toml").write_text(text, "utf-8")
    assert [category.agents for category in read_desk(tmp_path / "desk.toml").categories] == teams
