"""What people write where they could have pressed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.desk.answers import calls_only, counted, declines, lacks, meant, nod, passes, says_nothing, sends, unsure
from bot.desk.likeness import fold
from bot.dialogue.words import Spoken

STORES = (
    Spoken({"es": "App Store (Apple)", "en": "App Store (Apple)"}),
    Spoken({"es": "Google Play", "en": "Google Play"}),
    Spoken({"es": "En las dos", "en": "Both"}),
    Spoken({"es": "No sé", "en": "Google Play, long ago"}),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("App Store", 0),
        ("app store (apple)", 0),
        ("en la App Store, por favor", 0),
        ("apple", 0),
        ("BOTH", 2),
        ("las dos", 2),
        ("no sé", 3),
        ("Google Play", 1),  # that very label, though another one holds the words
        ("tienda de Apple", None),
        ("app stores", 0),
        ("google", None),  # two could be meant
        ("no es apple", None),
        ("apple creo", None),  # a word would be lost
        ("en la", None),
        ("", None),
        ("🍏", None),
    ],
)
def test_a_part_of_a_label_is_the_option_if_no_other_is_meant_and_no_word_is_lost(text: str, found: int | None) -> None:
    assert meant(STORES, text, lambda one: one) == (None if found is None else STORES[found])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sí", "yes"),
        ("Si", "yes"),
        ("Sí, por favor.", "yes"),
        ("vale", "yes"),
        ("yes please!", "yes"),
        ("no", "no"),
        ("No, gracias", "no"),
        ("ninguno", "no"),
        ("si no llega", ""),
        ("no puedo entrar", ""),
        ("por favor", ""),
        ("no no no no no no no no", ""),
        ("", ""),
    ],
)
def test_a_yes_and_a_no_say_nothing_else(text: str, said: str) -> None:
    assert nod(fold(text)) == said
    assert declines(text) == (said == "no")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2), ("la segunda", 2), ("the first one", 1), ("la última", 3), ("3.", 3), ("4", 0), ("0", 0), ("42", 0),
        ("99999999999999999999", 0), ("²", 0), ("factura 2", 0), ("quinta", 0), ("", 0),
    ],
)  # fmt: skip
def test_one_of_three_may_be_named_by_its_number(text: str, number: int) -> None:
    assert counted(text, 3) == number


@pytest.mark.parametrize(
    ("texts", "heard"),
    [
        (("no", "nada más", "listo, gracias", "ya está", "eso es todo", "that's it, thanks", "I'm done", "no more"), passes),
        (("no lo sé", "ni idea", "I don't know", "I do not know", "ninguna de estas", "none of these, sorry"), passes),
        (("no lo sé", "ni idea", "yo no sé", "no sé qué poner", "No sé cuál elegir", "I don't know what to write", "No me acuerdo, perdona", "I don't know it", "not sure", "idk", "no idea, sorry"), unsure),
        (("sí", "vale", "todo bien", "envíalo ya", "listo", "looks good, send it", "perfecto"), sends),
        (("sí, por favor", "no", "siguiente", "volver", "gracias", "hola", "ok thanks", "empezar de nuevo", "hola, necesito ayuda", "can somebody help me please?"), says_nothing),
    ],
)  # fmt: skip
def test_short_words_that_are_no_story(texts: tuple[str, ...], heard: Callable[[str], bool]) -> None:
    assert [text for text in texts if not heard(text)] == []


@pytest.mark.parametrize(
    ("texts", "heard"),
    [
        (("", "🙂", "eso", "ya no funciona", "no se abre", "no tengo la factura", "no hay imágenes", "no links", "todo mal", "no me deja", "no more invoices", "me", "I do not"), passes),
        (("", "no", "nada", "sure", "I know", "ya lo sé", "I do not", "no sé si es la 42", "no tengo", "no la recuerdo bien, creo que F-12"), unsure),
        (("", "no", "nada", "no está bien", "bien pero falta algo", "no lo envíes", "está mal", "don't send it"), sends),
        (("", "no sé entrar", "sí que falla", "gracias pero sigue igual", "la siguiente pantalla", "ok no funciona", "ayuda con la factura", "necesito entrar"), says_nothing),
    ],
)  # fmt: skip
def test_words_that_say_more(texts: tuple[str, ...], heard: Callable[[str], bool]) -> None:
    assert [text for text in texts if heard(text)] == []


@pytest.mark.parametrize(
    "text",
    ["no", "No tengo", "no tengo ninguno, gracias", "de momento no", "sin enlaces", "no hay más", "I don't have any", "none, thanks",
     "not right now", "no more links"],
)  # fmt: skip
def test_whoever_has_none_says_so_in_many_ways(text: str) -> None:
    assert lacks(text)


@pytest.mark.parametrize(
    "text",
    ["", "más", "la foto no carga", "no tengo acceso", "I have one", "no funciona", "don Pedro", "sin la app no va"],
)
def test_whoever_tells_us_something_has_not_said_that_they_have_none(text: str) -> None:
    assert not lacks(text)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("SUP-1001", True),
        ("es de la sup-1001, por favor", True),
        ("me refiero a la solicitud SUP-1001", True),
        ("it's about SUP-1001", True),
        ("Yes, SUP-1001 please", True),
        ("El logo sale borroso", True),
        ("SUP-1001 no funciona", False),
        ("SUP-1001 y SUP-1002", False),
        ("sigue borroso el logo", False),
    ],
)
def test_whoever_names_a_request_may_say_more_of_it(text: str, *, only: bool) -> None:
    assert calls_only(text, ("SUP-1001", "El logo sale borroso")) == only
