"""A wall of text is kept whole, and reaches whoever should read it in pieces that leave nothing out."""

from __future__ import annotations

import re
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.stage import Stage
from bot.store import tables as t
from bot.store.rows import read_entry
from bot.theatre import LIMITS
from tests.store.laid import laid

OPENED = (Path(__file__).parents[1] / "transcripts" / "a_ticket_in_english.chat").read_text("utf-8")
SENT = "\nBob: send\n"
WALLS = {
    "words": "".join(f"step {n} " for n in range(9_000)),
    "lines": "".join(f"line {n}\\n" for n in range(9_000)),
    "brackets": "[" * 99_999 + "x",
    "faces": "🙂" * 30_000,
}


async def opened(play: Stage) -> None:
    for line in OPENED[: OPENED.index(SENT) + len(SENT)].splitlines():
        if line.strip() and not line.startswith(("    ", "#")):
            await play.speak(line.strip())


def read(said: list[str]) -> str:
    """What stands in the ticket's room, without gaps and signs of quotation."""
    parts = (one.partition("SUP-1001: ")[2] for one in said)
    return re.sub(r"[\s|>]", "", "".join(parts))


@pytest.mark.parametrize(("wall", "channel"), [*zip(WALLS, cycle(LIMITS), strict=False)])
async def test_a_wall_of_text_is_kept_and_read_whole(wall: str, channel: str, tmp_path: Path) -> None:
    laid(tmp_path / "play.db")
    play = Stage(tmp_path, channel)
    await opened(play)
    said = await play.speak(f"Bob: {WALLS[wall]}")
    store = play._open()
    bodies = await store.read(lambda db: db.scalars(select(t.entry.c.body)).all())
    store.close()
    for _minute in range(4):  # a group hears twenty at once, and the rest in its time
        said += [*await play.speak("later: 1 minute"), *await play.speak("Bob: /tickets")]
    words = WALLS[wall].replace("\\n", "\n").strip()
    assert words in [read_entry(body).text.strip() for body in bodies]
    assert re.sub(r"\s", "", words) in read(said)
