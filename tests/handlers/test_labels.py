"""What is written instead of a button: a yes or a no with its comma."""

from __future__ import annotations

import pytest

from bot.dialogue.words import Answer, Choice, Chose, Said, _
from handlers.labels import pressed

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
