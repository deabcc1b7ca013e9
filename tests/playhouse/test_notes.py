"""However a conversation goes, no note of the team comes out: not in a chat, on a page, in a search, in an export."""

from __future__ import annotations

import re
from functools import partial
from itertools import cycle
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from bot.media.keep import Keep
from bot.stage import LOST, Stage
from bot.store import Store, pages
from bot.store import tables as t
from bot.store.belongings import belongings
from bot.store.circles import viewer
from bot.theatre import LIMITS
from bot.web.bundle import bundle
from tests.store.laid import laid

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
CANARY = "canary"
SPY = "Zoe"
"""Of the team as well. After every third line she leaves a note with one of the tickets, in one of the ways there are."""
LABELS = {"en": ("Note", "Keep as note"), "es": ("Nota", "Dejar como nota")}
READER = re.compile(r"\s+(?:->|~>|x>|!>) (.+?)(?:'s home|'s form)?: ")


class Noted(Stage):
    """A play in which the team notes down more than it says."""

    deliveries = 1

    def __init__(self, folder: Path, channel: str) -> None:
        laid(folder / "play.db")
        super().__init__(folder, channel)
        self.lines = self.notes = 0
        self.told: list[str] = []
        """What was said to customers, of all that holds the canary."""

    async def speak(self, line: str) -> list[str]:
        said = await self._watched(line)
        self.lines += 1
        codes = sorted(set(self.theatre.topics.values()))
        if self.lines % 3 == 0 and codes and SPY in self.cast:
            await self._notes(codes[self.lines // 3 % len(codes)])
        return said

    def _introduce(self, rest: str) -> None:
        super()._introduce(f"{rest}, {SPY} at desk")

    async def _watched(self, line: str) -> list[str]:
        said = await super().speak(line)
        for one in said:
            reader = READER.match(one)
            player = self.cast.get(reader[1]) if reader else None
            if CANARY in one and player and not player.agent:
                self.told.append(one)
        return said

    async def ends(self) -> None:
        """A last note with each, and a week in which all is closed that closes by itself."""
        for code in sorted(set(self.theatre.topics.values())):
            self.lines += 1
            await self._notes(code)
        await self._watched("later: 7 days")

    async def _notes(self, code: str) -> None:
        note, keep = LABELS[self.desk.agents_language]
        words, edited = f"{SPY} in {code}: {CANARY} {self.lines}", f"{SPY} in {code} edits: {CANARY} changed"
        ways: list[tuple[str, ...]] = [(f"{SPY}: [{note}] {code}", words, edited)]
        if self.desk.answers == "preview":
            ways.append((words, edited, f"{SPY}: [{keep}] {code}", edited))
        for line in ways[self.lines % len(ways)]:
            heard = await self._watched(line)
            if any(one.startswith(LOST) for one in heard):
                return
            self.notes += any("Kept as a note" in one or "Guardado como nota" in one for one in heard)


async def let_out(store: Store) -> list[str]:
    """Wherever a customer could find it afterwards."""
    found = []
    letters = await store.read(
        lambda db: db.execute(
            select(t.outbox.c.body, t.lane.c.channel, t.lane.c.chat).join(t.lane, t.lane.c.key == t.outbox.c.lane)
        ).all()
    )
    found += [body for body, *chat in letters if not store.rules.of_team(*chat) and CANARY in body]
    publics = await store.read(lambda db: db.scalars(select(t.ticket.c.public)).all())
    for person in await store.read(lambda db: db.scalars(select(t.person.c.id)).all()):
        known = await store.look(partial(viewer, person=person))
        for public in publics:
            talk = await store.look(partial(pages.talk, viewer=known, public=public))
            found += [public] * (CANARY in repr(talk))
        searched = await store.look(partial(pages.search, viewer=known, words=CANARY, start=0))
        found += [ticket.code for ticket in searched.tickets]
        theirs = await store.look(partial(belongings, person=person))
        assert theirs
        whole, _lost = await bundle(theirs, Keep.open("memory:"))
        with whole:
            found += [name for name in ZipFile(whole).namelist() if CANARY.encode() in ZipFile(whole).read(name)]
    return found


PLAYS = [*zip(sorted(path.stem for path in TRANSCRIPTS.glob("*.chat")), cycle(LIMITS), strict=False)]
"""On the platforms in turn."""


@pytest.mark.parametrize(("name", "channel"), PLAYS)
async def test_no_note_comes_out(name: str, channel: str, tmp_path: Path) -> None:
    play = Noted(tmp_path, channel)
    for line in (TRANSCRIPTS / f"{name}.chat").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith(("    ", "#")):
            await play.speak(line.strip())
    await play.ends()
    store = play._open()
    try:
        assert (play.told, await let_out(store)) == ([], [])
        tickets = await store.read(lambda db: db.scalars(select(t.ticket.c.id)).all())
    finally:
        store.close()
    assert play.notes > 0 or not tickets
