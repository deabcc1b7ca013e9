"""A request from the greeting to the solution, in two languages, as people see it and as the platform's rules want it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.sandbox.telegram import Topic
from tests.faults.program import Mode, Program
from tests.faults.scene import WAY, Scene, walk

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
"""A card that is written over although nothing on it has changed."""


@asynccontextmanager
async def at_work(scene: Scene, mode: Mode) -> AsyncIterator[Program]:
    """A program as an operator starts it that hides nothing; it has to be quiet, discreet and quick to stop."""
    program = scene.program(mode, level="DEBUG")
    program.anew = True
    async with program:
        yield program
        await scene.quiet()
        await program.stop()
        assert program.troubles() == []
        assert program.shown_secrets() == []
    assert scene.world.complaints == []
    assert {call.description for call in scene.world.calls if call.status != 200} <= {SAME}


async def english_way(scene: Scene) -> Topic:
    """Bob has a document, a wrong answer and two things to skip; the answer solves it, and he opens it again."""
    bob, bea, group = scene.bob, scene.bea, scene.group
    bob.start()
    await scene.asked(bob, "What is it about?")
    scene.presses(bob, "Online shop")
    await scene.asked(bob, "what exactly?")
    scene.presses(bob, "Orders")
    await scene.asked(bob, "Give it a title")
    bob.write("Help")
    await scene.asked(bob, "Use between 8 and 120 letters")
    bob.write("An order is missing from my list")
    await scene.asked(bob, "Tell us more")
    bob.document(PDF, "order 77.pdf", "Order 77 is not there, see the file.")
    await scene.asked(bob, "Which order is it about?")
    for question in ("Any link", "One file so far"):
        bob.write("skip")
        await scene.asked(bob, question)
    scene.presses(bob, "Done")
    await scene.asked(bob, "Is everything right?", button="Send")
    scene.presses(bob, "Send")
    await scene.asked(bob, "SUP-1002 is open")
    await scene.shown("SUP-1002", "An order is missing", button="Me la quedo")
    topic = scene.topic("SUP-1002")
    await scene.world.until(lambda: any(m.document for m in group.in_topic(topic)))
    bea.write("It is back on your list.", chat=group, topic=topic)
    await scene.shown("SUP-1002", "Bob va a leer", button="Enviar y resolver")
    bea.press("Enviar y resolver", chat=group, topic=topic)
    await scene.asked(bob, "With this we call it solved", button="Reopen")
    scene.presses(bob, "Reopen")
    await scene.asked(bob, "SUP-1002 is open again")
    return topic


def link(words: str) -> str:
    found = re.search(r"http\S+/t/\S+", words)
    assert found is not None, words
    return found[0]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_request_in_each_language_goes_the_whole_way(scene: Scene, mode: Mode) -> None:
    async with at_work(scene, mode) as program:
        await walk(scene, WAY)
        topic = await english_way(scene)

        card = await scene.shown("SUP-1001", "Resuelta.")
        assert card.words.splitlines()[:8] == [
            "SUP-1001 · Me habéis cobrado dos veces",
            "Facturas y plan · Pedir un reembolso",
            "Ana, en español",
            "",
            "Dos pagos el día 20 y solo tengo una app.",
            "Número de factura: F-2026-0042",
            "Importe: 19,90",
            "Enlaces: https://tuapp.example/a https://www.tuapp.example/b",
        ]
        assert scene.hues("SUP-1001") == "rgb"
        assert len({m.media_group_id for m in scene.pictures("SUP-1001")} - {None}) == 1
        theirs = [m.document for m in scene.group.in_topic(topic) if m.document]
        assert [(d.file_name, d.mime_type) for d in theirs] == [("order 77.pdf", "application/pdf")]

        answer = await scene.ana.sees("Te lo devolvemos hoy.")
        assert "SUP-1001 · responde Bea" in answer.words
        page = await program.page(link(answer.words))
        assert "SUP-1001" in page
        assert "Me habéis cobrado" not in page
        assert scene.doubles("SUP-1001", "SUP-1002") == []
        assert program.tickets() == [("SUP-1001", "solved"), ("SUP-1002", "ours")]


async def test_a_group_without_topics_works_by_replies(flat: Scene) -> None:
    async with flat.program(level="DEBUG") as program:
        await walk(flat, WAY)
        await flat.quiet()
        await program.stop()
        assert program.troubles() == [
            f"warning: chat {flat.group.id} has no topics, or we may not open them there: tickets hang on replies"
        ]
        assert program.tickets() == [("SUP-1001", "solved")]
    assert flat.hues("SUP-1001") == "rgb"
    assert flat.doubles() == []
    assert flat.world.complaints == []
