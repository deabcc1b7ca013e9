"""A desk seen by the people who use it: a stand-in of Telegram, its people, and the way of one request step by step."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from bot.sandbox.telegram import Message, Person, Room, Topic, World
from tests.faults.program import Mode, Program

PATIENCE = 10.0
"""Seconds until a test gives up on seeing something; what it waits for comes in milliseconds, or after a restart."""
COLOURS = ("#d03030", "#30a040", "#3050d0")
"""Of three pictures, so that their order can be told after they were re-encoded."""


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return out.getvalue()


def hue(data: bytes) -> str:
    """The strongest of red, green and blue in the middle of a picture."""
    with Image.open(io.BytesIO(data)) as shown:
        pixel = shown.convert("RGB").getpixel((shown.width // 2, shown.height // 2))
    assert isinstance(pixel, tuple)
    return "rgb"[pixel.index(max(pixel))]


@dataclass
class Scene:
    """One Telegram, one customer of each language, an agent, and the agents' group."""

    world: World
    api: str
    folder: Path
    flat: bool = False
    """The agents' group has no topics."""
    ana: Person = field(init=False)
    bob: Person = field(init=False)
    bea: Person = field(init=False)
    group: Room = field(init=False)
    read: dict[int, Message] = field(default_factory=dict)
    """What each person has read last."""

    def __post_init__(self) -> None:
        self.ana = self.world.person("Ana", language="es")
        self.bob = self.world.person("Bob", language="en")
        self.bea = self.world.person("Bea", language="es")
        made = self.world.supergroup if self.flat else self.world.forum
        self.group = made("Soporte", [self.bea])
        self.world.rules.retry_second = 0.05  # a webhook is tried again soon after a restart

    def program(self, mode: Mode = "polling", level: str = "INFO") -> Program:
        return Program(self.world, self.api, self.group, self.folder, mode, level)

    # -- what people see -------------------------------------------------------------------------------

    async def asked(self, person: Person, words: str, *, button: str = "") -> Message:
        """Waits until the bot has said these words to this person, with this button if one is named.

        That is what they press on next: after a kill an earlier question may stand below it once more.
        """

        def said() -> Message | None:
            fits = (m for m in reversed(person.chat.messages) if m.by_bot and words in m.words)
            return next((m for m in fits if not button or button in m.labels), None)

        self.read[person.id] = await self._seen(said, words, person.chat)
        return self.read[person.id]

    def presses(self, person: Person, label: str) -> None:
        """A button under the question they have read."""
        message = self.read[person.id]
        data = {b.text: b.callback_data for b in message.buttons}
        person.press_data(message.message_id, data[label])

    def topic(self, code: str) -> Topic:
        """Where its card is: a kill at the wrong moment leaves an empty topic of the same name behind."""
        topics = (t for t in self.group.topics.values() if t.name.startswith(f"{code} ·"))
        return next(t for t in topics if any(m.by_bot and code in m.words for m in self.group.in_topic(t)))

    async def shown(self, code: str, words: str, *, button: str = "") -> Message:
        """Waits until some message about the ticket in the agents' group holds these words."""

        def found() -> Message | None:
            fits = (m for m in reversed(self.about(code)) if m.by_bot and words in m.words)
            return next((m for m in fits if not button or button in m.labels), None)

        return await self._seen(found, words, self.group)

    def about(self, code: str) -> list[Message]:
        """The messages of the ticket's topics; in a flat group all there are."""
        if self.flat:
            return self.group.messages
        topics = [t for t in self.group.topics.values() if t.name.startswith(f"{code} ·")]
        return [m for t in topics for m in self.group.in_topic(t)]

    def pictures(self, code: str) -> list[Message]:
        return [m for m in self.about(code) if m.by_bot and m.photo]

    def hues(self, code: str) -> str:
        """What the agents see of the pictures, in order."""
        ids = [m.file_id for m in self.pictures(code) if m.file_id]
        return "".join(hue(self.world.files.stored[one].data) for one in ids)

    async def quiet(self) -> None:
        """Waits until every update is taken and every press acknowledged."""
        await self.world.until(lambda: not self.world.unanswered_callbacks(), PATIENCE)
        await self.world.until(lambda: all(i.handed_out or i.in_flight for i in self.world.updates.waiting), PATIENCE)

    async def _seen(self, found: Callable[[], Message | None], words: str, room: Room) -> Message:
        try:
            await self.world.until(found, PATIENCE)
        except TimeoutError:
            said = "\n".join(f"  {m.message_id} {m.words!r} {m.labels}" for m in room.messages[-12:])
            raise AssertionError(f"{words!r} was never said; the last words were\n{said}") from None
        message = found()
        assert message is not None
        return message

    # -- what must not be ------------------------------------------------------------------------------

    def doubles(self, *codes: str) -> list[str]:
        """What people have in front of them more than once. In these conversations nothing is said twice."""
        seen = [f"{person.user.first_name}: {m.words}" for person in (self.ana, self.bob) for m in spoken(person.chat)]
        for code in codes:
            seen += [f"{code}: {m.words}" for m in self.about(code) if m.by_bot and m.words]
        seen += [f"topic: {t.name}" for t in self.group.topics.values()]
        return [words for words, times in Counter(seen).items() for _ in range(times - 1)]


def spoken(room: Room) -> Iterator[Message]:
    return (m for m in room.messages if m.by_bot and m.words)


# -- the way of one request ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """Somebody does something, and somebody sees what comes of it."""

    name: str
    act: Callable[[Scene], object]
    seen: Callable[[Scene], Awaitable[object]]


def nobody(_: Scene) -> None:
    """Something is to be seen without anybody doing anything for it."""


def _writes(words: str) -> Callable[[Scene], object]:
    return lambda scene: scene.ana.write(words)


def _presses(label: str) -> Callable[[Scene], object]:
    return lambda scene: scene.presses(scene.ana, label)


def _asked(words: str, button: str = "") -> Callable[[Scene], Awaitable[object]]:
    return lambda scene: scene.asked(scene.ana, words, button=button)


def _shown(words: str, button: str = "") -> Callable[[Scene], Awaitable[object]]:
    return lambda scene: scene.shown("SUP-1001", words, button=button)


def _agent_presses(label: str) -> Callable[[Scene], object]:
    return lambda scene: scene.bea.press(label, chat=scene.group, topic=_topic(scene))


def _agent_writes(words: str) -> Callable[[Scene], object]:
    return lambda scene: scene.bea.write(words, chat=scene.group, topic=_topic(scene), reply_to=_card(scene))


def _topic(scene: Scene) -> Topic | None:
    return None if scene.flat else scene.topic("SUP-1001")


def _card(scene: Scene) -> Message | None:
    """In a flat group an agent answers the card; in a topic simply writes."""
    return next(m for m in scene.about("SUP-1001") if "Me habéis cobrado" in m.words) if scene.flat else None


async def _with_pictures(scene: Scene) -> object:
    card = await scene.shown("SUP-1001", "Me habéis cobrado dos veces", button="Me la quedo")
    await scene.world.until(lambda: len(scene.pictures("SUP-1001")) >= len(COLOURS), PATIENCE)
    return card


INTAKE = (
    Step("hello", _writes("hola"), _asked("¿De qué se trata?")),
    Step("category", _presses("Facturas y plan"), _asked("¿qué exactamente?")),
    Step("wrong", _writes("no sé"), _asked("Pulsa una de estas opciones")),
    Step("subcategory", _presses("Pedir un reembolso"), _asked("Ponle un título")),
    Step("title", _writes("Me habéis cobrado dos veces"), _asked("Cuéntanos más")),
    Step("details", _writes("Dos pagos el día 20 y solo tengo una app."), _asked("¿Qué número tiene")),
    Step("number", _writes("F-2026-0042"), _asked("¿De qué importe")),
    Step("amount", _writes("19,90"), _asked("¿Algún enlace")),
    Step("links", _writes("https://tuapp.example/a y www.tuapp.example/b"), _asked("Llevas 2 enlaces")),
    Step("no more links", _presses("Listo"), _asked("¿Capturas?")),
    Step("album", lambda s: s.ana.album([picture(c) for c in COLOURS]), _asked("Llevas 3 archivos")),
    Step("no more files", _presses("Listo"), _asked("¿Está todo bien?", "Enviar")),
    Step("send", _presses("Enviar"), _asked("SUP-1001 está abierta")),
)
"""From a greeting to an open ticket, with one answer that does not fit."""

ANSWER = (
    Step("card", nobody, _with_pictures),
    Step("claim", _agent_presses("Me la quedo"), _asked("Bea está mirando SUP-1001")),
    Step("answer", _agent_writes("Te lo devolvemos hoy."), _shown("Ana va a leer", "Enviar")),
    Step("release", _agent_presses("Enviar"), _asked("Te lo devolvemos hoy.", "Está resuelto")),
    Step("delivered", nobody, _shown("Entregado a Ana")),
    Step("thanks", _writes("Ya lo veo, gracias"), _shown("Ya lo veo, gracias")),
    Step("added", nobody, _asked("Añadido a SUP-1001")),
    Step("look up", nobody, _asked("Te lo devolvemos hoy.", "Está resuelto")),
    Step("solve", _presses("Está resuelto"), _asked("SUP-1001 queda resuelta", "Reabrir")),
    Step("solved", nobody, _shown("Resuelta.", "Reabrir")),
)
"""From the agents' card to a solved ticket."""

WAY = INTAKE + ANSWER
BEFORE_FILES = INTAKE[: [step.name for step in INTAKE].index("album")]


async def walk(scene: Scene, steps: tuple[Step, ...]) -> None:
    for step in steps:
        step.act(scene)
        await step.seen(scene)


async def sends(scene: Scene, past_files: str) -> None:
    """From the question for files to the open request."""
    scene.presses(scene.ana, past_files)
    await scene.asked(scene.ana, "¿Está todo bien?", button="Enviar")
    scene.presses(scene.ana, "Enviar")
    await scene.asked(scene.ana, "SUP-1001 está abierta")
