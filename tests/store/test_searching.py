"""What the team looks for: in requests and in what was said about them, as people look for words."""

from __future__ import annotations

from functools import partial

import pytest

from bot.desk.ticket import Entry
from bot.dialogue.words import File
from bot.effects import Record, Save
from bot.media.names import shown_name
from bot.store import Store
from bot.store.searching import MOST, search
from tests.store.desk import DAWN, GROUP, does, message, sees, ticket

TITLES = ("No se abre la facturación", 'The "100%" plan \\ cost_centre', "Straße gesperrt", "Three")
SAID = (
    Entry(id="a", ticket=1004, kind="asked", by="Ana", at=DAWN, text="Se queda EN BLANCO"),
    Entry(id="b", ticket=1004, kind="note", by="Bea", at=DAWN, text="paygate says no", files=(File("f", "document", "log.txt"),)),
    Entry(id="m", ticket=1004, kind="asked", by="Ana", at=DAWN, text="", files=(File("g", "document", shown_name("Adio\u0301s.pdf")),)),
    Entry(id="c", ticket=1004, kind="asked", by="Ana", at=DAWN, text="secreto", gone=DAWN),
    Entry(id="d", ticket=1004, kind="draft", by="Bea", at=DAWN, text="unsent"),
    Entry(id="e", ticket=1004, kind="event", by="Bea", at=DAWN, text="claimed"),
)  # fmt: skip


async def found(store: Store, words: str) -> tuple[tuple[int, ...], bool]:
    return await store.read(partial(search, words=words))


@pytest.fixture
async def filled(store: Store) -> Store:
    person = (await sees(store, message("0"))).person
    for n, title in enumerate(TITLES):
        more = {"extras": {"order": "ALFA-77"}, "urls": ("https://example.com/x",)} if title == "Three" else {}
        await does(
            store,
            message(f"t{n}"),
            Save(ticket(1001 + n, person, title=title, public=f"publicpublic{1001 + n}", **more)),
        )
    await does(store, message("said", GROUP), *map(Record, SAID))
    return store


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("facturacion", [1001]),
        ("FACTURACIÓN abre", [1001]),
        ('"100%"', [1002]),
        ("cost_centre \\", [1002]),
        ("costXcentre", []),
        ("STRASSE", [1003]),
        ("straße", [1003]),
        ("alfa-77", [1004]),
        ("example.com/x", [1004]),
        ("en blanco three", [1004]),
        ("paygate log.txt", [1004]),
        ("adiós.pdf", [1004]),
        ("Adios", [1004]),
        ("secreto", []),
        ("unsent", []),
        ("claimed", []),
        ("title", []),
        ("ana", [1004, 1003, 1002, 1001]),
        ("SUP-1003", [1003]),
        ("1002", [1002]),
        ("#1002", [1002]),
        ("https://desk.example/t/publicpublic1003", [1003]),
        ("https://desk.example/t/publicpublic9999", []),
        ("9" * 30, []),
        ("  ", []),
    ],
)
async def test_words_are_found_wherever_the_team_may_have_read_them(
    filled: Store, words: str, numbers: list[int]
) -> None:
    assert await found(filled, words) == (tuple(numbers), False)


async def test_of_many_the_newest_are_told_and_first_of_all_the_one_of_that_number(store: Store) -> None:
    person = (await sees(store, message("0"))).person
    for n in range(1, 30):
        await does(store, message(f"t{n}"), Save(ticket(n, person)))
    assert await found(store, "invoice open") == (tuple(range(29, 29 - MOST, -1)), True)
    assert await found(store, "sup-2") == ((2, 29, 28, 27, 26, 25, 24, 23, 22, 21), True)
    assert await found(store, "sup-9") == ((9,), False)


async def test_a_search_reads_no_more_than_so_many_and_says_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.searching.MOST_READ", 4)
    monkeypatch.setattr("bot.store.searching.PAGE", 1)
    assert await found(filled, "zzz") == ((), False)  # the database passes over what cannot hold it
    assert await found(filled, "oie") == ((), True)  # with other letters for these, all of them may
