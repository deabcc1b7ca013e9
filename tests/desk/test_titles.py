"""A title out of what somebody wrote all at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.titles import SENSIBLE, proposed


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("La factura 42 no se abre. He probado en dos móviles.", "La factura 42 no se abre"),
        ("Hola, buenas tardes. No puedo entrar desde ayer y me urge.", "No puedo entrar desde ayer y me urge"),
        ("hola, no puedo entrar desde ayer", "No puedo entrar desde ayer"),
        ("Hi there! the icon is blurred, see the picture", "The icon is blurred, see the picture"),
        ("¿Por qué me habéis cobrado dos veces? Solo tengo un plan.", "¿Por qué me habéis cobrado dos veces?"),
        ("mira https://example.com/a esto no carga\nni en el móvil", "Mira esto no carga"),
        ("No va.\nEl botón de guardar no hace nada", "El botón de guardar no hace nada"),
        (
            "The app crashes every time I open the camera since yesterday's update, and my customers are complaining",
            "The app crashes every time I open the camera since yesterday's update",
        ),
        (
            "Desde que actualicé la aplicación el lunes cada vez que intento abrir el editor se queda cargando sin decir nada",
            "Desde que actualicé la aplicación el lunes cada vez que intento abrir…",
        ),
        ("1.5 GB of photos are missing", "1.5 GB of photos are missing"),
        (
            "De: Leo <leo@example.es>\nEnviado: lunes\nAsunto: RE: RV: la factura 42 no llega\n\nHola, sigo igual.",
            "La factura 42 no llega",
        ),
        (
            "---------- Forwarded message ---------\nFrom: Leo\nSubject: Fwd:\nTo: Ana\n\nThe invoice is missing",
            "The invoice is missing",
        ),
        ("Para: mi jefe, que no puede entrar", "Para: mi jefe, que no puede entrar"),
        ("hola", ""),
        ("Hola. Buenos días.", ""),
        ("", ""),
        ("https://example.com/only", ""),
    ],
)
def test_the_first_sentence_that_says_something_is_the_title(text: str, title: str) -> None:
    assert proposed(text, 8, 120) == title


@given(st.text(), st.integers(1, 20), st.integers(30, 200))
def test_a_title_always_fits_and_ends_in_a_whole_word(text: str, least: int, most: int) -> None:
    title = proposed(text, least, most)
    assert len(title) <= min(most, SENSIBLE) + 2  # a capital may be two letters: ß
    assert "\n" not in title
