"""Any day at the desk: people write, press, correct and wait at random, and none of it breaks, leaks or goes unheard.

`DAYS=200 python3 dev.py test tests/playhouse/test_any_day.py` plays more of them.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from bot.stage import LOST, Stage
from tests.store.laid import laid

DAYS = int(os.environ.get("DAYS", "2"))
LINES = 300
CUSTOMERS, AGENTS = ("Ana", "Bob"), ("Bea", "Leo")
TELLS = (
    "No puedo entrar en mi cuenta",
    "The icon of my app is missing",
    "Sale un error rojo",
    "2026-0042",
    "12",
    "ayer",
)
SAID = (
    "hola", "sí", "no", "gracias", "the second one",
    "ya está", "5", "19,90", "https://example.com/a", "ayer", "NADA FUNCIONA", "sois unos idiotas", "SUP-1001",
    "Me habéis cobrado dos veces, y además no llegan los correos", "cancelar", "/nuevo", "/tickets", "/language en",
    "/help", "/start new_billing", "(photo) mira", "(album of 2 photos)", "(file virus.exe)",
)  # fmt: skip
ANSWERED = ("Lo estamos mirando", "Which invoice is it?", "Ya funciona", "gracias", "/queue", "/find cuenta", "(photo)")
WAITS = ("10 seconds", "2 minutes", "1 hour", "9 hours", "1 day", "4 days", "2 weeks")
ONWARD, BACK = ("Enviar", "Send", "Omitir", "Skip"), ("Atrás", "Back", "Cancelar", "Cancel", "Editar", "Edit")
LEAVES = ("Enviar", "Mandar", "Abrir")
"""Begin the labels by which an agent's words go out."""
TOLD = re.compile(r"    [-~!x]> (?P<reader>\w+)")


class Day:
    """Draws one line after another, mostly such as lead on."""

    def __init__(self, stage: Stage, dice: Random) -> None:
        self.stage, self.dice, self.marks = stage, dice, 0

    def line(self) -> str:
        draw = self.dice.random()
        if draw < 0.05:
            return f"later: {self.dice.choice(WAITS)}"
        return self._customers(self.dice.choice(CUSTOMERS)) if draw < 0.65 else self._agents(self.dice.choice(AGENTS))

    def _customers(self, who: str) -> str:
        seen = self._labels(self.stage.cast[who].id)
        draw = self.dice.random()
        if draw < 0.6:
            return f"{who}: {self._onward(self.stage.cast[who].id)}"
        if seen and draw < 0.8:
            label, room = self.dice.choice(seen[-12:])
            return f"{who}: [{label}]{' at home' if room else ''}"
        if draw < 0.95:
            return f"{who}: {self.dice.choice(SAID)}"
        return f"{who} {self.dice.choice(('edits: era otra cosa', 'visits: home', 'deletes: it'))}"

    def _onward(self, chat: str) -> str:
        """What answers the last question, so that requests are sent now and then."""
        last = next((m for m in reversed(self.stage.theatre.shown.values()) if m.chat == chat and not m.room), None)
        labels = [label for label in (last.buttons if last else ()) if not label.startswith(BACK)]
        chosen = [label for label in labels if label in ONWARD] or labels
        return f"[{self.dice.choice(chosen)}]" if chosen else self.dice.choice(TELLS)

    def _agents(self, who: str) -> str:
        seen, rooms = self._labels(self.stage.group), sorted(set(self.stage.theatre.topics.values()))
        draw = self.dice.random()
        if seen and draw < 0.6:
            label, room = self.dice.choice(seen[-12:])
            return f"{who}: [{label}] {room}".strip()
        room = f" in {self.dice.choice(rooms)}" if rooms else ""
        if draw < 0.92:
            self.marks += 1
            return f"{who}{room}: {self.dice.choice(ANSWERED)} m{self.marks}m"
        return f"{who}{room} {self.dice.choice(('edits: corregido', 'deletes: it', 'reacts: 👀', 'reacts: ✅'))}"

    def _labels(self, chat: str) -> Sequence[tuple[str, str]]:
        """What may be pressed there and in which room, the newest last."""
        return [(label, m.room) for m in self.stage.theatre.shown.values() if m.chat == chat for label in m.buttons]


def marks(lines: Sequence[str], readers: Sequence[str]) -> set[str]:
    """Those that these people have before their eyes."""
    found: set[str] = set()
    reader = ""
    for line in lines:
        reader = told["reader"] if (told := TOLD.match(line)) else reader
        found |= set(re.findall(r"\bm\d+m\b", line)) if reader in readers else set()
    return found


@pytest.mark.parametrize("channel", ["telegram", "slack"])
@pytest.mark.parametrize("seed", range(DAYS))
async def test_whatever_people_do(tmp_path: Path, channel: str, seed: int, caplog: pytest.LogCaptureFixture) -> None:
    laid(tmp_path / "play.db")
    stage = Stage(tmp_path, channel)
    day, sent = Day(stage, Random(seed)), False
    await stage.speak("cast: Ana in es, Bob in en, Bea at desk, Leo at desk")
    for _n in range(LINES):
        line = day.line()
        heard = await stage.speak(line)
        assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [], line
        if heard and heard[0].startswith(LOST):
            continue
        who, _, what = line.partition(": ")
        if what.startswith("["):
            assert heard, f"nobody hears anything of {line}"
        if who in AGENTS:
            sent = what.startswith(tuple(f"[{label}" for label in LEAVES))
            assert sent or not marks(heard, CUSTOMERS), f"{line} lets words out"
    assert stage.theatre.topics, "nobody came as far as to send a request"
