"""Playing the desk in a terminal survives the slips of whoever types."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.stage import LOST, Stage, shipped


def test_a_line_that_cannot_be_played_is_said_and_not_recorded(tmp_path: Path) -> None:
    typed = (
        "later on it broke\nAna again\nblocked: Zoe\nunblocked: Bob\nlater: soon\nlater: 2 moons\n[Nothing]\nBob: hi\n"
    )
    chat = tmp_path / "it.chat"
    played = CliRunner().invoke(main, ["simulate", "--record", str(chat)], input=typed)
    assert (played.exit_code, played.output.count(LOST)) == (0, 5)
    written = chat.read_text("utf-8")
    lines = [line for line in written.splitlines() if line and line[0] != " "]
    assert lines == ["cast: Ana in es, Bob in en, Bea at desk, Leo at desk", *(
        "Ana: later on it broke", "Ana: Ana again", "Bob: hi"
    )]  # fmt: skip
    assert Stage(tmp_path).play(written).split() == written.split()


def test_its_help_shows_each_line_one_can_write_by_itself() -> None:
    shown = CliRunner().invoke(main, ["simulate", "--help"]).output
    assert "  later: 2 days              moves the clock\n" in shown


@pytest.mark.parametrize(
    "words", ["simulate --record", "numbers --csv", "numbers --picture", "export telegram:77 --to"]
)
def test_a_file_that_cannot_be_written_is_said_before_anything_is_done(words: str, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "it", tmp_path):
        done = CliRunner().invoke(main, [*words.split(), str(path)], input="hello")
        assert (done.exit_code, str(path) in done.output, "-> Ana" in done.output) == (2, True, False)


def test_it_plays_the_desk_of_whoever_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own words, its own numbers; a team in a chat of its own is played, too. The example may be in other languages,
    and is not even read.
    """
    shipped.cache_clear()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.toml").write_text(OWN, "utf-8")
    typed = "hello\n[Bread]\nThe bread is burnt\nAll of it\n[Skip]\n[Skip]\n[Send]\nBea: [Claim] B2-1001\n"
    played = CliRunner().invoke(main, ["simulate", "--cast", "Bob in en, Bea at desk"], input=typed)
    assert (played.exit_code, played.output.count(LOST)) == (0, 0)
    assert "This is Sun bakery." in played.output
    assert "Bea has it." in played.output
    assert [path.name for path in tmp_path.iterdir()] == ["desk.toml"]
    assert shipped.cache_info().misses == 0


OWN = """
name = { es = "Panadería Sol", en = "Sun bakery" }
language = "es"
agents_language = "en"
prefix = "B2"
[hours]
zone = "Atlantic/Canary"
monday = ["9:00-14:00"]
[categories.bread]
label = { es = "Pan", en = "Bread" }
agents = "telegram:-1001234567890"
subcategories.any.label = { es = "Uno", en = "One" }
"""
