"""What the team writes of a known issue, told apart by language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.desk.known import LONGEST, Issue, titles
from bot.events import Address

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Login is down", {"en": "Login is down"}),
        ("Login is down | es: No se puede entrar", {"en": "Login is down", "es": "No se puede entrar"}),
        ("Login is down | No se puede entrar", {"en": "Login is down", "es": "No se puede entrar"}),
        ("es: No se puede entrar | en: Login is down", {"es": "No se puede entrar", "en": "Login is down"}),
        ("Down | Caído", {"en": "Down", "es": "Caído"}),
        ("es:  No   se\npuede entrar", {"es": "No se puede entrar"}),
        ("Error: nothing loads", {"en": "Error: nothing loads"}),
        ("one | two | three", {"en": "one", "es": "two"}),
        (" | ", {}),
        ("", {}),
    ],
)
def test_each_part_of_a_title_finds_its_language(text: str, found: dict[str, str]) -> None:
    assert titles(text, "en", ("en", "es")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Login is down | es: No se puede entrar", {"es": "No se puede entrar", "en": "Login is down"}),
        ("en: Login is down | No se puede entrar", {"es": "No se puede entrar", "en": "Login is down"}),
        ("Login is down | No se puede entrar", {"es": "No se puede entrar", "en": "Login is down"}),
        ("Login caído | Login is down", {"es": "Login caído", "en": "Login is down"}),
        ("Login is down", {"es": "Login is down"}),
        ("es: No se puede entrar | es: Tampoco salir", {"es": "No se puede entrar", "en": "Tampoco salir"}),
    ],
)
def test_a_title_is_in_the_language_that_it_names_or_speaks(text: str, found: dict[str, str]) -> None:
    """In a team that speaks Spanish; its own title comes first."""
    assert list(titles(text, "es", ("es", "en")).items()) == list(found.items())


def test_a_title_has_an_end() -> None:
    assert titles("x" * 500, "en", ("en", "es")) == {"en": "x" * LONGEST}


@pytest.mark.parametrize(
    ("state", "sub", "asked", "is_it"),
    [
        ("open", "login", "login", True),
        ("open", "login", "email", False),
        ("open", "", "email", True),
        ("fixed", "", "email", False),
        ("new", "", "email", False),
    ],
)
def test_it_is_about_one_thing_or_a_whole_category(state: str, sub: str, asked: str, *, is_it: bool) -> None:
    team = Address("telegram", "-1")
    issue = Issue(
        id="a",
        titles={"en": "x"},
        team=team,
        by="Bea",
        category="account",
        subcategory=sub,
        since=AT,
        state=state,  # type: ignore[arg-type]
    )
    assert (issue.about("account", asked), issue.about("billing", asked)) == (is_it, False)
