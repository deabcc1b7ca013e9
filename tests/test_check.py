"""`conserje check`: what it says of a desk, and of a calendar nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

SHIPPED = Path(__file__).resolve().parent.parent / "desk.toml"


def test_a_good_desk_is_well_and_its_closing_days_are_listed() -> None:
    said = CliRunner().invoke(main, ["check", str(SHIPPED)])
    assert said.exit_code == 0
    lines = said.output.splitlines()
    assert lines[0].endswith("desk.toml: well. 7 categories, 33 sub-categories.")
    assert lines[-1].startswith("Holidays of ES-MD: ")
    assert len(lines) == 15


def test_what_will_be_erased_by_itself_is_said(tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_text(SHIPPED.read_text("utf-8").replace("keep = 0 ", "keep = 24 "), "utf-8")
    said = CliRunner().invoke(main, ["check", str(desk)])
    last = "Solved requests are erased with their files 24 months after their last word."
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, last)


@pytest.mark.parametrize("before", ["", "  ", '"holidays" = ["ES-MX"]  # '])
def test_a_calendar_nobody_knows_is_said_in_one_line(tmp_path: Path, before: str) -> None:
    desk = tmp_path / "desk.toml"
    words = SHIPPED.read_text("utf-8").replace('["ES-MD"]', '["ES-MX"]').replace("\nholidays", f"\n{before}holidays")
    desk.write_text(words, "utf-8")
    said = CliRunner().invoke(main, ["check", str(desk)])
    assert said.exit_code == 1
    assert said.output == 'desk.toml:60: hours.holidays: ES has no region "MX"; did you mean ES-ML?\n'


def test_the_mark_that_some_editors_put_before_a_file_is_no_trouble(tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_text(SHIPPED.read_text("utf-8"), "utf-8-sig")
    assert CliRunner().invoke(main, ["check", str(desk)]).exit_code == 0


def test_another_encoding_is_said_by_line(tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_bytes('prefix = "SUP"\nname = "Atención"'.encode("latin-1"))
    said = CliRunner().invoke(main, ["check", str(desk)])
    assert (said.exit_code, said.output) == (
        1,
        "desk.toml:2: this is not UTF-8: save the file anew in that encoding\n",
    )


def test_a_choice_that_reads_like_our_own_button_is_said_by_line(tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    words = SHIPPED.read_text("utf-8")
    desk.write_text(
        words.replace('es = "Cambiar de plan", en = "Change my plan"', 'es = "Cancelar", en = "Leave"'), "utf-8"
    )
    said = CliRunner().invoke(main, ["check", str(desk)])
    line = 1 + words[: words.index("Cambiar de plan")].count("\n")
    assert said.exit_code == 1
    assert said.output == (
        f"desk.toml:{line}: categories.billing.subcategories.plan.label.es: "
        '"Cancelar" is a button of ours under the same question; say more\n'
    )


def test_a_small_desk_is_counted_in_the_singular(tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    one = '[categories.a]\nlabel = { es = "A", en = "A" }\n[categories.a.subcategories]\nb.label = { es = "B", en = "B" }\n'
    desk.write_text(SHIPPED.read_text("utf-8").partition("[categories.account]")[0] + one, "utf-8")
    said = CliRunner().invoke(main, ["check", str(desk)])
    assert said.output.splitlines()[0].endswith("desk.toml: well. 1 category, 1 sub-category.")


def test_no_category_asks_more_than_a_form_can_hold(tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    asked = [
        f'[categories.shop.questions.q{n}]\nkind = "text"\nlabel = {{ es = "¿{n}?", en = "{n}?" }}\n' for n in range(40)
    ]
    words = SHIPPED.read_text("utf-8") + "".join(asked)
    desk.write_text(words, "utf-8")
    said = CliRunner().invoke(main, ["check", str(desk)])
    line = words[: words.index("[categories.shop.questions.q39]")].count("\n") + 1
    assert (said.exit_code, said.output) == (
        1,
        f"desk.toml:{line}: categories.shop.questions.q39: is one too many: a category asks at most 40 questions\n",
    )


def test_looking_at_a_desk_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it want any setting but where the desk is: one looks before there are any, and where nothing may be written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"DESK_FILE={SHIPPED}\nPUBLIC_URL=https://desk.example\n", "utf-8")
    said = CliRunner().invoke(main, ["check"])
    assert (said.exit_code, said.output.startswith(f"{SHIPPED}: well.")) == (0, True)
    assert [path.name for path in tmp_path.iterdir()] == [".env"]
