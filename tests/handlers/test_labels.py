"""What is written instead of a button: a yes or a no with its comma."""

from __future__ import annotations

import pytest

from bot.dialogue.words import Answer, Choice, Chose, Said, _
from handlers.labels import pressed
from handlers.start import language_of

OFFERED = (Choice("join", _("Yes, add to it")), Choice("apart", _("No, a new one")))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("yes, please", Chose("join")),
        ("Si, por favor.", Chose("join")),
        ("Sí, por favor", Chose("join")),
        ("no, gracias", Chose("apart")),
        ("no, it fails", Said("no, it fails")),
    ],
)
def test_a_yes_or_a_no_may_be_polite(text: str, heard: Answer) -> None:
    assert pressed(OFFERED, Said(text), "es") == heard


@pytest.mark.parametrize(
    ("name", "code"),
    [("en", "en"), ("English", "en"), ("inglés", "en"), ("ESPAÑOL", "es"), ("spanish", "es"), ("fr", ""), ("", "")],
)
def test_a_language_is_known_by_its_name_in_any_of_ours(name: str, code: str) -> None:
    assert language_of(name) == code
