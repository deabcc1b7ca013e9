"""Whatever people and groups can send, at every question: a sensible answer or silence, and the request still opens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.sandbox.telegram import Member, Message, Person, Room, plain
from tests.faults.oddities import CONTENTS, DATA, OTHER, SERVICE, Json
from tests.faults.program import Program
from tests.faults.scene import INTAKE, PATIENCE, Scene, walk

STAGES: Mapping[str, Sequence[str]] = {
    "nothing": (),
    "category": ("/new",),
    "subcategory": ("/new", "Facturas y plan"),
    "title": ("/start new_push_setup",),
    "details": ("/start new_push_setup", "Los avisos no salen"),
    "choice": ("/start new_push_setup", "Los avisos no salen", "Desde ayer ninguno."),
    "links": ("/start new_content_feed", "El feed no se mueve", "Desde ayer igual.", "omitir"),
    "screenshots": ("/start new_content_feed", "El feed no se mueve", "Desde ayer igual.", "omitir", "omitir"),
    "review": ("/start new_content_feed", "El feed no se mueve", "Desde ayer igual.", "omitir", "omitir", "omitir"),
    "a ticket": (*("/start new_content_feed", "El feed no se mueve", "Desde ayer igual."), *["omitir"] * 3, "enviar"),
}
"""What somebody writes to stand there."""

WORDS: Mapping[str, str] = {
    "Ponle un título": "No puedo mandar avisos desde el panel",
    "letras para el título": "No puedo mandar avisos desde el panel",
    "Cuéntanos más": "Desde ayer no sale ninguno.",
    "¿Es tu SUP-": "No, una nueva",
    "¿De qué solicitud": "Una nueva",
}
"""What a patient person writes to these questions; to all others the first button's label."""
OPEN = "está abierta. Te respondemos"
MOST_ANSWERS = 20

Odd = Callable[[Scene, Person], None]


def content(body: Json) -> Odd:
    def send(scene: Scene, person: Person) -> None:
        scene.world.inject({"message": posting(scene, person, person.chat) | body}, f"chat {person.id}")

    return send


def press(data: str | None, *, gone: bool) -> Odd:
    def send(_: Scene, person: Person) -> None:
        shown = [m.message_id for m in person.chat.messages if m.by_bot]
        person.press_data(10**9 if gone or not shown else shown[-1], data)

    return send


def edit(body: Json) -> Odd:
    def send(scene: Scene, person: Person) -> None:
        changed = posting(scene, person, person.chat) | {"edit_date": scene.world.now} | body
        scene.world.inject({"edited_message": changed}, f"chat {person.id}")

    return send


def posting(scene: Scene, person: Person, room: Room) -> Json:
    number = scene.world.next_message_id() if room.private else room.next_id()
    return {"message_id": number, "date": scene.world.now, "chat": plain(room.chat), "from": plain(person.user)}


ODD: tuple[Odd, ...] = (
    *(content(body) for body in CONTENTS.values()),
    *(press(body.get("data"), gone=False) for body in DATA.values()),
    *(press(body, gone=True) for body in ("intake.category|push", "ticket.1001|solve")),
    *(edit(CONTENTS[name]) for name in ("sticker", "location", "a wall of text", "NUL", "nothing at all")),
    lambda _, person: person.block(),
    lambda _, person: person.unblock(),
)
SHARES = 7
"""So many people share the odd things, or Telegram's limit of messages to one person would make us wait."""


async def taken(scene: Scene, person: Person) -> None:
    """Waits until the program has taken all that this person did."""
    lanes = {f"chat {person.id}", f"user {person.id}"}
    await scene.world.until(lambda: not any(i.lane in lanes for i in scene.world.updates.waiting), PATIENCE)


async def answered(person: Person, words: str) -> Message:
    """Waits for the next question, or for the word that the request is open."""
    said = person.write(words)
    try:
        return await person.sees(lambda m: bool(m.buttons) or OPEN in m.words, PATIENCE, after=said)
    except TimeoutError as silence:
        raise AssertionError(f"no question came after {words!r}: {silence}") from None


async def caught_up(person: Person) -> None:
    """Waits until all that was said to this person is there: words to one person keep their order."""
    await person.sees("Qué puedo hacer", PATIENCE, after=person.write("/ayuda"))


async def finish(person: Person) -> str:
    """Opens a new request as a patient person does, wherever they stand; returns the confirmation."""
    question, asked = await answered(person, "/new"), []
    for _ in range(MOST_ANSWERS):
        asked.append(question.words)
        if OPEN in question.words:
            return question.words
        reply = next((words for part, words in WORDS.items() if part in question.words), "")
        question = await answered(person, reply or question.labels[0])
    raise AssertionError("it never ends:\n" + "\n".join(asked))


async def oddly(scene: Scene, name: str, stage: Sequence[str], share: int) -> str:
    person = scene.world.person(f"{name} {share}", language="es")
    for words in stage:
        await answered(person, words)
    for send in ODD[share::SHARES]:
        send(scene, person)
        await taken(scene, person)
    await caught_up(person)
    return await finish(person)


@asynccontextmanager
async def unshaken(scene: Scene) -> AsyncIterator[Program]:
    """Ana has a ticket before, and it is as it was after; nothing was an error, and every press was acknowledged."""
    async with scene.program("webhook") as program:
        await walk(scene, INTAKE)
        yield program
        await scene.world.until(lambda: not scene.world.updates.waiting, PATIENCE)
        await scene.quiet()
        assert program.tickets()[0] == ("SUP-1001", "ours")
        await program.stop()
    assert program.troubles() == []
    assert scene.world.complaints == []


HALVES = (tuple(STAGES)[::2], tuple(STAGES)[1::2])


@pytest.mark.parametrize("names", HALVES, ids=" ".join)
async def test_a_request_opens_after_anything_odd(scene: Scene, names: Sequence[str]) -> None:
    async with unshaken(scene) as program:
        ways = [oddly(scene, name, STAGES[name], share) for name in names for share in range(SHARES)]
        opened = await asyncio.gather(*ways)
        codes = {words.partition(" ")[0] for words in opened}
        assert len(codes) == len(opened)
        assert codes <= {code for code, _ in program.tickets()}


# -- groups --------------------------------------------------------------------------------------------


async def answers(scene: Scene, words: str) -> None:
    """An agent answers Ana's ticket, and she reads it."""
    scene.bea.write(words, chat=scene.group, topic=scene.topic("SUP-1001"))
    await scene.shown("SUP-1001", words, button="Enviar")
    scene.bea.press("Enviar", chat=scene.group, topic=scene.topic("SUP-1001"))
    await scene.asked(scene.ana, words)


async def test_a_group_may_do_what_it_likes(scene: Scene) -> None:
    """In the team's group, in its General topic and in a group that is not the team's."""
    async with unshaken(scene) as program:
        await scene.shown("SUP-1001", "Me habéis cobrado", button="Me la quedo")
        topic, zoe = scene.topic("SUP-1001"), scene.world.person("Zoe")
        abroad = scene.world.supergroup("Otra empresa", [zoe])
        scene.world.set_bot(abroad, zoe, Member(status="left"))
        scene.world.set_bot(abroad, zoe, Member(status="member"))
        quiet = {"is_topic_message": True, "message_thread_id": topic.id}
        for room, who, more in ((scene.group, scene.bea, {}), (scene.group, scene.bea, quiet), (abroad, zoe, {})):
            for body in (*SERVICE.values(), *(() if more else CONTENTS.values())):
                scene.world.inject({"message": posting(scene, who, room) | more | body}, f"chat {room.id}")
            for change in ({"sender_chat": plain(room.chat)}, {"is_automatic_forward": True}):
                scene.world.inject({"message": posting(scene, who, room) | change | {"text": "x"}}, f"chat {room.id}")
            for body in DATA.values():
                who.press_data(10**9, body.get("data"), chat=room)
        for kind, value in OTHER.items():
            scene.world.inject({kind: value}, kind)
        await scene.world.until(lambda: not scene.world.updates.waiting, PATIENCE)
        await answers(scene, "Te lo devolvemos hoy.")
        _hello, *further = (m.words.partition(",")[0] for m in abroad.messages if m.by_bot)
        assert further == ["Escríbeme en privado"]  # to the command
        assert program.tickets() == [("SUP-1001", "ours")]
