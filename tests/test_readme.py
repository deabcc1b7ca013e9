"""Every command and setting exists, and the README names it."""

from __future__ import annotations

import re
from pathlib import Path

import handlers
from bot.cli import main
from bot.settings import described

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_in_the_readme() -> None:
    assert [name for name, _about, _default in described() if f"`{name}`" not in README] == []


def test_every_variable_of_the_readme_is_a_setting() -> None:
    table = README.partition("## Settings")[2].partition("## Addresses")[0]
    named = {
        name for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`([A-Z_]+)`", row)
    }
    assert named == {name for name, _about, _default in described()}


def test_every_command_of_the_program_is_in_the_readme_and_the_other_way_round() -> None:
    assert set(re.findall(r"^\| `conserje (\w+)", README, re.MULTILINE)) | {"worker"} == set(main.commands)


def test_every_command_in_chat_is_in_the_readme() -> None:
    assert [name for name in handlers.ON_COMMAND if f"/{name}" not in README] == []


def test_every_file_the_readme_points_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert [path for path in links if not (ROOT / path).exists()] == []


def test_the_tasks_of_the_readme_are_tasks_of_dev_py() -> None:
    script = (ROOT / "dev.py").read_text("utf-8")
    assert [task for task in re.findall(r"python3 dev\.py (\w+)", README) if f"def {task}(" not in script] == []
