"""When things were said and when they will be, as the page of a ticket tells it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.web.browser import Browser
from tests.web.door import NOON, Room, Serve


@pytest.mark.parametrize(
    ("state", "standing", "said"),
    [
        (
            "ours",
            {"due": NOON + timedelta(days=1), "answered": None},
            "Tendrás noticias nuestras antes del martes 3 de marzo a las 12:00 .",
        ),
        (
            "ours",
            {"due": NOON + timedelta(days=-1), "answered": None},
            "Te prometimos respuesta antes del domingo 1 de marzo a las 12:00 y llegamos tarde.",
        ),
        ("ours", {"due": NOON + timedelta(days=-1), "answered": NOON}, "Nos toca a nosotros: te escribiremos."),
        (
            "yours",
            {"due": NOON + timedelta(days=1), "answered": None},
            "Te toca a ti: contéstanos aquí abajo y seguimos.",
        ),
        (
            "solved",
            {"due": NOON + timedelta(days=1), "answered": None},
            "Si te sigue pasando, escríbenos aquí abajo y se vuelve a abrir.",
        ),
        (
            "merged",
            {"due": NOON + timedelta(days=1), "answered": None},
            "Sigue junto con otra solicitud sobre lo mismo.",
        ),
    ],
)
async def test_the_page_says_what_happens_next(
    serve: Serve, room: Room, state: Any, standing: dict[str, Any], said: str
) -> None:
    await room.ticket("abcdefghij-next_", "SUP-77", state, **standing)
    async with serve(room.build()) as base:
        assert said in (await Browser(base, await room.login("Ana"), "es").get("/t/abcdefghij-next_")).words


async def test_what_was_said_stands_at_its_time(serve: Serve, room: Room) -> None:
    """A customer's words when they were written, though the team has them later; the team's when they left."""
    ticket = await room.ticket("abcdefghij-times", "SUP-78")
    draft = await room.record(ticket, "answer", "una respuesta pensada", sent=NOON)
    added = await room.record(ticket, "asked", "algo más", by="Ana", sent=NOON)
    async with serve(room.build()) as base:
        page = await Browser(base, await room.login("Ana"), "es").get(f"/t/{ticket.public}")
    times = re.findall(r'<time datetime="([^"]*)"', page.text.partition("</ol>")[0])
    assert draft.at < added.at
    assert times == [when.isoformat() for when in (ticket.opened, added.at, NOON)]
    assert page.words.index("algo más") < page.words.index("una respuesta pensada")
