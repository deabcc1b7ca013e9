"""Shouting, two subjects and code in what people write: what is seen, and what is offered instead."""

from __future__ import annotations

import pytest

from bot.desk.config import Manners
from bot.desk.insults import hurts
from bot.desk.manners import calm, holds_code, shouts, subjects, without_code


@pytest.mark.parametrize(
    ("title", "offered"),
    [
        ("NO PUEDO ENTRAR EN MI APP!!!!", "No puedo entrar en mi app!"),
        ("¡¡LA APP DE IPHONE NO CARGA EL PDF!!", "¡La app de iPhone no carga el PDF!"),
        ("HELP MY IOS APP CRASHES", "Help my iOS app crashes"),
        ("EL FEED RSS ESTÁ ROTO", "El feed RSS está roto"),
        ("¿POR QUÉ NO ME CONTESTÁIS?", "¿Por qué no me contestáis?"),
        ("ERROR 404 AL PUBLICAR EN v2", "Error 404 al publicar en v2"),
    ],
)
def test_shouting_is_offered_in_a_normal_voice(title: str, offered: str) -> None:
    assert shouts(title)
    assert calm(title) == offered
    assert not shouts(offered)


@pytest.mark.parametrize(
    "title",
    ["No se abre el PDF", "PDF", "IBAN SEPA XML JSON", "El IVA de la factura", "¡¡¡!!!", "", "SOS urgente, por favor"],
)
def test_names_in_capitals_are_no_shouting(title: str) -> None:
    assert not shouts(title)


def test_a_desks_own_names_are_written_as_it_writes_them() -> None:
    own = ("SuperACME", "A3B", "e.Bay")
    assert calm("MI SUPERACME NO VA EN A3b NI EN E.BAY", own) == "Mi SuperACME no va en A3B ni en e.Bay"
    assert shouts("SUPERACME")
    assert not shouts("SUPERACME", own)


@pytest.mark.parametrize(
    ("text", "rude", "fine", "hurt"),
    [
        ("Sois unos peseteros", (), (), False),
        ("Sois unos PESETEROS.", ("pesetero", "peseteros"), (), True),
        ("p3seteros", ("peseteros",), (), True),
        ("Payasos", (), (), True),
        ("Payasos", (), ("payasos",), False),
        ("Payasos, idiotas", (), ("payasos",), True),
    ],
)
def test_a_desk_adds_words_that_always_count_as_an_insult_and_such_that_never_do(
    text: str, rude: tuple[str, ...], fine: tuple[str, ...], *, hurt: bool
) -> None:
    assert hurts(Manners(rude=rude, fine=fine), text) is hurt
    assert hurts(Manners(rude=rude, fine=fine, insults=False), text) is False


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("No puedo cambiar el logo. Otra cosa: la factura no se abre.", "Otra cosa: la factura no se abre."),
        ("It crashes at start.\nAnd another thing, the invoice is wrong", "And another thing, the invoice is wrong"),
        ("Se ve mal el icono nuevo.\n\nPor otro lado, no llegan los avisos", "Por otro lado, no llegan los avisos"),
        ("Tengo dos problemas:\n1. El icono sale borroso\n2. No llega la factura", "2. No llega la factura"),
        ("I can't sign in. Also, the cart of my shop is empty", "Also, the cart of my shop is empty"),
        ("no va el login y lo otro es que la factura no tiene IVA", "y lo otro es que la factura no tiene IVA"),
        ("The logo is blurred. Besides that, push never arrives!", "Besides that, push never arrives!"),
    ],
)
def test_a_second_subject_is_seen_where_a_sentence_begins_with_it(text: str, second: str) -> None:
    found = subjects(text)
    assert found
    assert found[1] == second
    assert "".join(found).split() != []
    assert text.startswith(found[0])


@pytest.mark.parametrize(
    "text",
    [
        "Otra cosa: no carga el icono nunca",
        "Además no va en el móvil. Tampoco en el ordenador.",
        "1. Abro la app\n2. Pulso en el logo\n3. Se cierra",
        "No va. Otra cosa",
        "No puedo entrar. También he probado con otra cuenta",
        "1. Open the shop\n2. Add the product\n3. The payment fails",
        "He probado en dos móviles. Por otro lado, en el ordenador pasa lo mismo",
        "No abre la factura de Iván. Además Iván paga con PayPal",
        "Probé otra cosa y nada, es lo mismo de siempre",
        "",
    ],
)
def test_one_subject_is_left_alone(text: str) -> None:
    assert subjects(text) is None


HTML = "Se ve mal:\n<div class='a'>\n<p>hola</p>\n</div>\nen el móvil"
CSS = ".a {\n  color: red;\n}\nno va"
SCRIPT = "```\nlet x = 1\nfoo()\n```\nThis fails.\nconst y = 2"


@pytest.mark.parametrize(
    ("text", "bare"),
    [(HTML, "Se ve mal:\nen el móvil"), (CSS, "no va"), (SCRIPT, "This fails.")],
)
def test_code_is_seen_and_can_be_left_out(text: str, bare: str) -> None:
    assert holds_code(text)
    assert without_code(text) == bare


@pytest.mark.parametrize(
    "text",
    [
        "Error: string en <b>",
        "Nombre: Juan;\nHora: 10:30",
        "La función (x) no va",
        "a = b",
        "precio: 5 €; iva: 21 %",
        "",
    ],
)
def test_words_are_no_code(text: str) -> None:
    assert not holds_code(text)
