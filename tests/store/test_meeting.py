"""People, as they are met and known."""

from __future__ import annotations

import pytest

from bot.desk.people import Person
from bot.effects import Know
from bot.events import Caller
from bot.store import Store
from bot.values import replace
from tests.store.desk import ANA, DAWN, does, message, sees


async def test_a_person_is_met_once_and_known_from_then_on(store: Store) -> None:
    first = await sees(store, message("1", who=Caller("11", "Ana", "es-MX")))
    again = await sees(store, message("2", who=Caller("11", "Ana María", "en")))
    assert first.person == Person(first.person.id, "Ana", "es", where=ANA, new=True)
    assert again.person == replace(first.person, name="Ana María", new=False)


@pytest.mark.parametrize(
    ("locale", "words", "language", "sure"),
    [
        ("es-MX", "my invoice does not open", "es", True),
        ("de", "no puedo abrir la factura de marzo", "es", True),
        ("", "hola", "en", False),
    ],
)
async def test_the_first_language(store: Store, locale: str, words: str, language: str, sure: bool) -> None:  # noqa: FBT001
    seen = await sees(store, message("1", answer=words, who=Caller("11", "Ana", locale)))
    assert (seen.person.language, seen.person.sure) == (language, sure)


async def test_a_platform_that_answered_late_settles_the_language(store: Store) -> None:
    """Once; it is not what they write that changes it."""
    locales, words = ("", "", "es-ES", "en-US"), "no puedo abrir la factura de marzo"
    seen = [
        (await sees(store, message(f"{n}", answer=words if n else "hola", who=Caller(ANA.chat, "Ana", locale)))).person
        for n, locale in enumerate(locales)
    ]
    assert [(p.language, p.sure) for p in seen] == [("en", False), ("en", False), ("es", True), ("es", True)]


async def test_what_we_know_of_a_person_is_kept(store: Store) -> None:
    person = (await sees(store, message("1"))).person
    known = replace(person, language="es", chosen=True, requests=2, solved=DAWN, new=False)
    await does(store, message("2"), Know(known))
    assert (await sees(store, message("3"))).person == known
