"""Customers and agents of a storm: each does the next thing as soon as they see what they waited for.

They know no platform; a side (`telegram.py`) brings them what is to be seen and carries off what they do.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as it is now."""

    id: str
    words: str
    labels: tuple[str, ...]


class Mouth(Protocol):
    """How a person acts on a platform. Everything returns at once."""

    def write(self, words: str) -> None: ...

    def press(self, on: Shown, label: str) -> None: ...

    def show(self) -> None:
        """Sends a picture."""


class Hands(Protocol):
    """How agents act in the place of one ticket."""

    def write(self, words: str) -> None: ...

    def press(self, on: Shown, label: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came into a chat, or was changed there."""

    chat: str
    place: str
    """Names the message among those of all platforms."""
    new: bool


class Side(Protocol):
    """One platform: its people, what they said, and what they got."""

    team: str
    """The chat of its team."""
    arrivals: list[Arrival]
    repeats: int

    def newcomer(self, number: int, done: Callable[[Customer], None]) -> Customer: ...

    def owners(self) -> Mapping[str, Customer]:
        """By the name the desk knows them by."""

    def lost(self, taken: frozenset[str]) -> list[str]:
        """What people did that is not among the events the desk has taken."""

    def settle(self) -> None:
        """What has come so far stands in `arrivals`."""

    def rooms(self) -> list[str]:
        """The rooms that were opened for tickets, by their threads."""

    def waiting(self) -> int:
        """What the platform has still to tell the program."""


# -- customers -------------------------------------------------------------------------------------------

PICTURES = 5
"""Every so-manieth customer sends a picture."""


def title(number: int) -> str:
    return f"Invitación {number} no llega"


def details(number: int) -> str:
    return f"He invitado a {number} personas desde ayer y no les llega nada."


def link(number: int) -> str:
    return f"https://example.com/equipo/{number}"


def thanks(number: int) -> str:
    return f"Gracias, {number} ya lo han recibido"


def answer(number: int) -> str:
    return f"Lo hemos vuelto a mandar a {number} personas"


Act = Callable[["Customer", Shown], None]


def _write(words: Callable[[int], str]) -> Act:
    return lambda who, _: who.mouth.write(words(who.number))


def _press(label: str) -> Act:
    return lambda who, shown: who.mouth.press(shown, label)


def _nothing(_who: Customer, _shown: Shown) -> None:
    """The next thing comes by itself."""


def _show(who: Customer, shown: Shown) -> None:
    if who.number % PICTURES:
        who.mouth.press(shown, "Omitir")
        who.step += 1
    else:
        who.mouth.show()


def _send(who: Customer, shown: Shown) -> None:
    """Sends what stands there, if it is what they said."""
    said = (title(who.number), details(who.number), link(who.number), "Cuenta y acceso", "Invitar a mi equipo")
    who.missed += [words for words in said if words not in shown.words]
    who.mouth.press(shown, "Enviar")


def _keep(who: Customer, shown: Shown) -> None:
    who.answered = shown
    who.mouth.write(thanks(who.number))


def _solved(who: Customer, _shown: Shown) -> None:
    assert who.answered
    who.mouth.press(who.answered, "Está resuelto")


@dataclass(frozen=True)
class Line:
    """What they wait for, and what they do then."""

    words: str
    act: Act
    button: str = ""


TALK: Sequence[Line] = (
    Line("¿De qué se trata?", _press("Cuenta y acceso"), "Cuenta y acceso"),
    Line("¿qué exactamente?", _press("Invitar a mi equipo"), "Invitar a mi equipo"),
    Line("Ponle un título", _write(title)),
    Line("Cuéntanos más", _write(details)),
    Line("¿Algún enlace", _write(link)),
    Line("Llevas un enlace", _press("Listo"), "Listo"),
    Line("¿Capturas?", _show, "Omitir"),
    Line("Llevas un archivo", _press("Listo"), "Listo"),
    Line("¿Está todo bien?", _send, "Enviar"),
    Line("está abierta. Te respondemos", _nothing),
    Line("está mirando SUP-", _nothing),
    Line("Lo hemos vuelto a mandar a", _keep, "Está resuelto"),
    Line("Añadido a SUP-", _solved),
    Line("queda resuelta", _nothing),
)
INTAKE = 10
"""The lines until the request is open."""


@dataclass(slots=True, eq=False)
class Customer:
    """One conversation."""

    number: int
    mouth: Mouth
    done: Callable[[Customer], None]
    lines: int = len(TALK)
    step: int = 0
    missed: list[str] = field(default_factory=list)
    """What they said and did not find in the review."""
    answered: Shown | None = None
    since: float = 0.0
    waits: list[float] = field(default_factory=list)
    """Seconds until each thing they waited for was there, where nobody asked the program to wait."""
    hindered: bool = False
    """The platform has asked the program to wait since."""

    def begin(self) -> None:
        self.since = time.monotonic()
        self.mouth.write("/start")

    def sees(self, shown: Shown) -> None:
        """Anything but what they wait for is of no interest: an old question said once more, for one."""
        if self.step >= self.lines:
            return
        line = TALK[self.step]
        if line.words not in shown.words or (line.button and line.button not in shown.labels):
            return
        now = time.monotonic()
        if not self.hindered:
            self.waits.append(now - self.since)
        self.step, self.since, self.hindered = self.step + 1, now, False
        line.act(self, shown)
        if self.step >= self.lines:
            self.done(self)


# -- agents ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Ticket:
    """What the team does with one request: takes it, answers it, and sees what the customer says to that."""

    hands: Hands
    stage: int = 0

    def sees(self, shown: Shown) -> None:
        number = re.search(r"Invitación (\d+) no llega", shown.words)
        if self.stage == 0 and "Me la quedo" in shown.labels:
            self.stage = 1
            self.hands.press(shown, "Me la quedo")
        elif self.stage == 1 and "Soltar" in shown.labels and number:
            self.stage = 2
            self.hands.write(answer(int(number[1])))
        elif self.stage == 2 and "va a leer" in shown.words and "Enviar" in shown.labels:
            self.stage = 3
            self.hands.press(shown, "Enviar")
