"""The same subject in other words, and other subjects in much the same words."""

from __future__ import annotations

import pytest

from bot.desk.likeness import fold, like

OPEN = ["No se ve el icono de mi app", "La factura de enero no se abre", "Push notifications do not arrive"]


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("no se ve el ICONO de mi app!!", OPEN[0]),
        ("El icono de mi app no se ve", OPEN[0]),
        ("La factura de énero no se abre.", OPEN[1]),
        ("factura de enero no se abre", OPEN[1]),
        ("The push notifications do not arrive", OPEN[2]),
        ("No puedo entrar en mi cuenta", None),
        ("Cambiar el color de mi app", None),
        ("Push", None),
        ("", None),
        ("¡¡!!", None),
    ],
)
def test_the_same_subject_is_recognised(title: str, same: str | None) -> None:
    assert like(title, OPEN, str) == same


def test_the_most_alike_wins_and_comes_back_as_it_was() -> None:
    tickets = [(1, "La factura de enero no se abre bien"), (2, "La factura de enero no se abre"), (3, "Otra cosa")]
    assert like("la factura de enero no se abre", tickets, lambda t: t[1]) == tickets[1]


def test_nothing_is_like_nothing() -> None:
    assert like("La factura", [], str) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  ¡Canción  NUEVA! ", "cancion nueva"),
        ("El año del ÑANDÚ", "el año del ñandu"),
        ("an\u0303o", "año"),
        ("Straße", "strasse"),
        ("a-b_c (d)", "a b_c d"),
    ],
)
def test_folding_keeps_what_makes_another_word(text: str, folded: str) -> None:
    assert fold(text) == folded
