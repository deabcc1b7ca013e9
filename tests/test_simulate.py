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


SLIPS = {
    **dict.fromkeys(
        ("later: banana", "later: 2 moons", "later: two days", "later: 1 2 days", "later: 99999 days"), "later: 2 days"
    ),
    **dict.fromkeys(("digest: banana", "digest: 26:00", "digest: "), "digest: 09:30"),
    **dict.fromkeys(("page: banana", "page: Zoe /erase", "page: Bob /erase", "page: Ana hi"), "page: Ana /erase"),
    "blocked: Zoe": "blocked: Ana",
    "unblocked: Ana": "unblocked: Ana",
    "deleted: banana": "deleted: SUP-1001",
    "answers: banana": "answers: at-once",
    "office: banana": "office: billing",
    "Ana edits: hi": "Ana has written nothing there yet",
    "Bea in SUP-1001: hi": "SUP-1001 has no room there",
    "Bea in SUP-1001 reacts: eyes": "nobody sees a message of SUP-1001 there",
    "Ana to SUP-1001: hi": "nobody sees a message of SUP-1001 there",
    "Ana fills Title: hi": "Ana has no form open",
    "[Nothing]": "nobody sees a button [Nothing] there",
}
"""What somebody types, and what they read of it."""


def test_a_slip_is_answered_in_one_line_that_says_how_it_is_written() -> None:
    played = CliRunner().invoke(main, ["simulate"], input="\n".join(SLIPS))
    said = [line for line in played.output.splitlines() if LOST in line]
    assert (played.exit_code, len(said)) == (0, len(SLIPS))
    for line, (typed, like) in zip(said, SLIPS.items(), strict=True):
        assert like in line, typed


@pytest.mark.parametrize("cast", ["", ",", "Ana, , Bob"])
def test_a_cast_of_nobody_is_said_how_to_write(cast: str) -> None:
    played = CliRunner().invoke(main, ["simulate", "--cast", cast], input="hello")
    assert (played.exit_code, "Write it like `cast: Ana in es, Bea at desk`." in played.output) == (2, True)


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
