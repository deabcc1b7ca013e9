"""Short phrases, as people write them to support."""

from __future__ import annotations

import pytest

from bot.language import detect

SPANISH = """\
no puedo entrar en mi cuenta
hola buenos días
la factura no se abre
no me llega el código
quiero cambiar de plan
se ha borrado mi logo
el icono sale borroso
me han rechazado la app en Apple
cómo publico en Google Play
las notificaciones no llegan
no funciona el login
sale error al publicar
necesito ayuda por favor
me habéis cobrado dos veces
quiero un reembolso
la tienda no deja pagar
LA APP NO CARGA
no se actualiza el feed
las fotos salen giradas
app rechazada otra vez
cuánto tarda la revisión
tengo un problema con el pago
dónde veo mis facturas
mi app lleva una semana en revisión
he perdido la contraseña""".splitlines()

ENGLISH = """\
I can't sign in
my invoice doesn't open
the code never arrives
I want to change my plan
my logo is gone
the icon looks blurry
Apple rejected my app
how do I publish to Google Play
notifications are not arriving
login is broken again
I get an error when publishing
need help please thanks
you charged me twice
I want a refund
the shop won't take payments
THE APP DOES NOT LOAD
the feed is not updating
photos appear rotated
app rejected once more
how long does the review take
problem with my payment
where are my invoices
stuck in review for a week
I lost my password
can you close my account""".splitlines()


def test_most_short_phrases_are_told_apart() -> None:
    wrong = [t for t in SPANISH if detect(t, "?") != "es"] + [t for t in ENGLISH if detect(t, "?") != "en"]
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "error 500",
        "hola, ayuda",
        "12 345 678 90",
        "🙂 🙂 🙂 🙂",
        "https://example.com/no/me/funciona/la/app",
        "你好 我的 应用",
    ],
)
def test_where_nobody_can_tell_the_default_stands(text: str) -> None:
    assert (detect(text, "es"), detect(text, "en")) == ("es", "en")


def test_the_same_text_is_always_the_same_language() -> None:
    assert {detect("mi app en Google Play", "?") for _ in range(50)} == {detect("mi app en Google Play", "?")}


def test_links_do_not_count_as_words() -> None:
    assert detect("mira la foto https://example.com/the/invoice/does/not/open/when/I/click", "?") == "es"
