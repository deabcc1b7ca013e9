"""What only thanks, and what looks like it and does not."""

from __future__ import annotations

import pytest

from bot.desk.courtesy import greeting, on_help, thanks


@pytest.mark.parametrize(
    "text",
    [
        "gracias", "gracias otra vez", "Muchas gracias!!", "¡Mil gracias por la ayuda!", "Graciasss 😊", "Perfecto, gracias", "ok", "Vale.",
        "Genial, ya funciona", "Muchísimas gracias a todo el equipo, sois unos cracks", "Solucionado, un saludo",
        "gracias 🙏🏽", "👍", "👍🏻👍🏻", "❤️", "🎉🎉🎉", "Gràcies", "Buenas tardes, ya está resuelto. Gracias",
        "thanks", "Thank you so much!", "Thx 👍", "Great, it works now. Thanks a lot!", "perfect", "ty", "Cheers guys",
        "That's great, thank you", "¡Listo! Gracias", "De acuerdo, gracias", "gracias de nuevo", "Te lo agradezco mucho",
        "Todo correcto. Muchas gracias por vuestra ayuda.", "Moltes gràcies", "Thanks for the quick reply — have a nice weekend", "OK", "all good now, thanks",
        "todo bien", "Ya está, gracias", "De acuerdo", "ahora sí!", "Muy amable", "Bien, ya lo veo. Gracias", "got it", "All good 👍", "no problem",
        "muy bien todo", "Muy rápidos", "Excelente servicio", "muy buena atención", "Sois geniales", "me habéis ayudado mucho", "Un 10", "muy contenta con la ayuda", "Buen trabajo, equipo", "sin problema",
        "very good", "Great service", "you are the best", "well done", "very helpful", "Good job!", "10/10",
        "Feliz año nuevo", "Gracias, ya sale", "Ya lo he recibido, gracias",
        "muchisimas gracias reina, eres un sol!!! bendiciones", "gracias mi amor", "gracias genio!!", "sos un genio, gracias",
        "joya, gracias", "listo pues, quedó al cien", "ya jaló, gracias", "ya me funcionó, mil gracias", "Dios los bendiga, gracias",
        "gracias por todo, que tengan buen día", "gracias, feliz tarde", "dale, gracias", "muchas gracias por la atención brindada",
        "de lujo", "chévere, gracias", "gracias parce", "te pasaste, gracias", "awesome, thanks a bunch", "cheers mate",
        "works like a charm, thanks", "lifesaver! thank you so much", "thank you kindly, have a nice weekend",
    ],
)  # fmt: skip
def test_a_thank_you_is_recognised(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "...", "Gracias, pero sigue sin funcionar", "gracias por nada", "ya no funciona", "No funciona",
        "¿Funciona?", "funciona?", "Gracias. Otra cosa: la factura de enero", "👎", "😡", "👍👎", "🤔", "sigue igual", "no va muy bien", "no sois muy rápidos", "un 10% de descuento", "muy lento", "not very helpful", "no muy contenta", "10/10/2026", "muy bien otra vez",
        "Thanks, but it still fails", "It does not work", "works on Android only", "thanks for nothing", "still broken",
        "great, now the logo is gone", "got it again", "no va todo bien", "ya está otra vez", "todo mal", "ya no lo veo, gracias",
        "Gracias, me sale otra vez", "gracias, lo recibo de nuevo", "ya lo he visto otra vez, gracias",
        "gracias mi reina pero sigue igual", "quedó igual, gracias", "gracias, dale otra vez", "ya jaló otro cobro, gracias", "amor",
        "gracias, mi app sigue caída", "bendiciones", "cheers mate, still broken", "gracias, al cien por cien de batería",
        "no problem with the logo but", "acuerdo", "ok 42", "hola", "hello", "buenos dias", "SUP-1001", "good", "todo bien " * 30,
    ],
)  # fmt: skip
def test_what_asks_for_more_is_no_thank_you(text: str) -> None:
    assert not thanks(text)


def test_whoever_is_thanked_may_be_named() -> None:
    assert thanks("Muchísimas gracias, Bea", "Bea Núñez")
    assert thanks("Gracias núñez!", "Bea Núñez")
    assert not thanks("Gracias Bea, sigue igual", "Bea Núñez")
    assert not thanks("Bea", "Bea Núñez")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Hola!", True),
        ("buenos días", True),
        ("Hi there", True),
        ("hola, no funciona", False),
        ("", False),
        ("👋", False),
    ],
)
def test_a_greeting_says_nothing_yet(text: str, is_one: bool) -> None:  # noqa: FBT001 - a case
    assert greeting(text) == is_one


@pytest.mark.parametrize(
    "text",
    [
        "la verdad muy rapidos", "Bea ha sido muy amable", "me ayudaron en cinco minutos", "El trato, de diez", "tardasteis una semana", "muy lento",
        "lo explicasteis muy bien", "Very quick reply", "I waited a week", "Bea was so kind and patient", "I recommend you",
    ],
)  # fmt: skip
def test_what_follows_a_rating_may_be_about_our_help(text: str) -> None:
    assert on_help(text)


@pytest.mark.parametrize(
    "text",
    [
        "sigue igual", "la pantalla sale en blanco", "muy rápidos, pero sigue fallando", "la app va muy lenta", "rápidos, ¿y el logo?", "no me ayudasteis",
        "necesito ayuda con otra cosa", "still broken", "quick answer but it fails again", "the app is slow", "my team cannot log in", "se me cae", "gracias",
    ],
)  # fmt: skip
def test_and_what_may_be_about_something_that_is_wrong_is_not(text: str) -> None:
    assert not on_help(text)
