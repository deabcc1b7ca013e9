"""A power cut in the middle of a step in Slack: of the conversation, of a form, of an agent's job. Nobody notices more than
that they have to press once again, for Slack brings messages again and gestures not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import chain

from bot.sandbox.slack import Delivery, Message
from tests.faults.points import falls_at
from tests.ways.program import Program
from tests.ways.scene import Scene, words_of
from tests.ways.test_slack_agents import ticket

PDF = b"%PDF-1.4\n%%EOF\n"


@asynccontextmanager
async def cut(scene: Scene, program: Program, point: str) -> AsyncIterator[None]:
    """What is done inside ends it at a named point, or as soon as Slack is called so; then it runs again."""
    now = program.folder / "now"
    if "." in point:
        program.falls_when_called(point)
    else:
        program.more = falls_at(point, waits=True)
        for method in ("conversations.history", "conversations.replies"):
            scene.slack.fail(method, "hang", times=9)  # what is read again at the start would pass the point too
        await program.restart()
        now.touch()
    yield
    await program.falls()
    now.unlink(missing_ok=True)
    scene.slack.faults.clear()
    program.more = {}
    await program.start()


async def lost(scene: Scene, gesture: Callable[[], Delivery | None]) -> None:
    """Slack says so to whoever made it, and does not bring it again."""
    delivery = gesture()
    assert delivery is not None
    await scene.slack.until(lambda: delivery.done)
    assert not delivery.ok


def survived(scene: Scene, program: Program, tickets: list[tuple[str, str]]) -> None:
    assert program.tickets() == tickets
    assert program.troubles() == []
    assert program.shown_secrets() == []
    assert scene.slack.complaints == []
    assert scene.doubles() == []
    assert scene.rung() == []


async def test_a_cut_in_the_middle_of_the_conversation_loses_no_word_of_it(scene: Scene) -> None:
    """Over Socket Mode here, the other two over HTTP."""
    ana = scene.ana
    async with scene.program("socket") as program:
        async with cut(scene, program, "accepted"):
            ana.write("hola")
        await scene.presses(ana, "¿De qué se trata?", "Tienda online")
        question = await scene.sees(ana, "¿qué exactamente?")
        async with cut(scene, program, "committed"):
            await lost(scene, lambda: ana.press("Pedidos", message=question))
        async with cut(scene, program, "written"):
            await scene.sees(ana, "Ponle un título")
            ana.write("Falta un pedido en mi lista")
        async with cut(scene, program, "chat.postMessage"):
            await scene.sees(ana, "Cuéntanos más")
            ana.write("El 77 no está, y ayer sí")
        for question_, words in (("¿De qué pedido", "77"), ("¿Algún enlace", "omitir")):
            await scene.sees(ana, question_)
            ana.write(words)
        await scene.sees(ana, "¿Capturas?")
        async with cut(scene, program, "kept"):
            ana.upload([("pedido.pdf", PDF)])
        await scene.presses(ana, "Llevas un archivo", "Listo")
        review = await scene.sees(ana, "¿Está todo bien?", button="Enviar")
        async with cut(scene, program, "looked"):
            await lost(scene, lambda: ana.press("Enviar", message=review))
        async with cut(scene, program, "files.completeUploadExternal"):
            ana.press("Enviar", message=review)
        await scene.sees(ana, "SUP-1001 está abierta")
        card = await scene.card("SUP-1001")
        await scene.slack.until(lambda: files(scene, card))
        await scene.quiet()
        await program.stop()
        survived(scene, program, [("SUP-1001", "ours")])
        assert files(scene, card) == ["pedido.pdf"]


def files(scene: Scene, card: Message) -> list[object]:
    return [file["name"] for file in chain.from_iterable(m.files or () for m in scene.team.replies(card))]


async def test_a_form_that_was_cut_off_is_sent_once_and_asks_before_it_is_sent_again(scene: Scene) -> None:
    bob = scene.bob
    async with scene.program() as program:
        async with cut(scene, program, "accepted"):
            await lost(scene, bob.command)
        await scene.taken(bob.command())
        await scene.form(bob)
        async with cut(scene, program, "committed"):
            await lost(scene, lambda: bob.fill("Category", "Online shop"))
        await scene.taken(bob.fill("Category", "Online shop"))
        await scene.form(bob, lambda view: "Title" in str(view.blocks))
        bob.fill("Sub-category", "Orders")
        bob.fill("Title", "An order is missing from my list")
        bob.fill("Details", "Order 77 is not there.")
        async with cut(scene, program, "written"):
            await lost(scene, bob.submit)
        async with cut(scene, program, "committed"):
            await lost(scene, bob.submit)
        await scene.sees(bob, "SUP-1001 is open")
        await scene.taken(bob.submit())  # Slack has told Bob that it did not work
        await scene.form(bob, lambda view: "Is it your SUP-1001" in str(view.blocks))
        await scene.taken(bob.close())
        await scene.card("SUP-1001")
        await scene.quiet()
        await program.stop()
        survived(scene, program, [("SUP-1001", "ours")])


async def test_a_cut_in_the_middle_of_an_agents_job_says_nothing_twice(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.program() as program:
        card = await ticket(scene)
        async with cut(scene, program, "chat.update"):
            bea.press("Me la quedo", channel=team, message=card)
        await scene.sees(bob, "Bea is looking at SUP-1001")
        await scene.sees(bea, "La lleva Bea", at=team)
        async with cut(scene, program, "chat.postEphemeral"):
            bea.upload([("respuesta.pdf", PDF)], "It is back.", channel=team, thread=card)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        async with cut(scene, program, "chat.postMessage"):
            bea.press("Enviar", channel=team, message=seen)
        await scene.sees(bob, "It is back.", button="It is solved")
        await scene.slack.until(lambda: any(m.files for m in bob.visible() if m.by_bot))
        await scene.sees(bea, "Entregado a Bob por Slack", at=team)
        async with cut(scene, program, "looked"):
            bea.react(card, "white_check_mark", channel=team)
        await scene.sees(bob, "SUP-1001 is solved")
        await scene.sees(bea, "Resuelta.", at=team, button="Reabrir")
        await scene.quiet()
        await program.stop()
        survived(scene, program, [("SUP-1001", "solved")])
        assert sum("It is back." in words_of(m) for m in bob.visible()) == 1
        assert sum(len(m.files or ()) for m in bob.visible()) == 1
