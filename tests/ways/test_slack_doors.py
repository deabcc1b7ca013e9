"""Every way in from Slack: the form by command, shortcut, page and message, and the conversation that goes on with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sandbox.slack import Delivery
from bot.sandbox.slack.modals import View
from bot.sandbox.slack.shapes import word
from tests.faults.scene import picture
from tests.ways.scene import Scene, words_of


def fields(view: View) -> list[str]:
    return [word(block, "label", "text") for block in view.blocks if block.get("type") == "input"]


def has(label: str) -> Callable[[View], bool]:
    return lambda view: label in fields(view)


async def fills(scene: Scene) -> None:
    """Bob fills in everything, in English, and sends it."""
    bob = scene.bob
    view = await scene.form(bob)
    assert (view.title, fields(view)) == ("New request", ["Category"])
    await scene.taken(bob.fill("Category", "Online shop"))
    await scene.form(bob, has("Sub-category"))
    bob.fill("Sub-category", "Orders")
    view = await scene.form(bob, has("Title"))
    assert fields(view)[-4:] == ["Details", "Which order is it about?", "Links", "Screenshots"]
    bob.fill("Title", "An order is missing from my list")
    bob.fill("Details", "Order 77 is not there <!channel>, see https://a.example/77")
    bob.fill("Screenshots", [("order 77.png", picture("#d03030"))])
    await scene.taken(bob.submit())
    await scene.sees(bob, "SUP-1001 is open.")
    assert bob.modals == []


DOORS: dict[str, Callable[[Scene], Delivery | None]] = {
    "the command": lambda scene: scene.bob.command(),
    "the shortcut": lambda scene: scene.bob.shortcut(),
}


async def test_a_form_opens_from_the_page_and_the_page_then_shows_the_request(scene: Scene) -> None:
    bob = scene.bob
    async with scene.at_work("socket"):
        await scene.taken(bob.open_home())
        await scene.slack.until(lambda: bob.home)
        assert bob.home is not None
        await scene.taken(bob.press_in(bob.home, "New request"))
        await fills(scene)
        await scene.slack.until(lambda: "An order is missing from my list" in str(bob.home and bob.home.blocks))


async def test_the_team_sees_on_its_page_and_by_a_command_what_waits_and_finds_it(scene: Scene) -> None:
    bea = scene.bea
    async with scene.at_work():
        await scene.taken(scene.bob.command())
        await fills(scene)
        await scene.taken(bea.open_home())
        await scene.slack.until(lambda: "Una solicitud espera respuesta" in str(bea.home and bea.home.blocks))
        await scene.taken(bea.command("queue", channel=scene.team))
        queue = await scene.sees(bea, "Una solicitud espera respuesta")
        assert "SUP-1001 An order is missing from my list" in words_of(queue)
        await scene.taken(bea.command("find missing", channel=scene.team))
        await scene.sees(bea, "Una solicitud con «missing»")
        await scene.taken(scene.ana.command("queue", channel=scene.team))
        assert not any("espera respuesta" in words_of(m) for m in scene.ana.visible())


async def test_a_message_of_somebody_else_becomes_a_request(scene: Scene) -> None:
    """Its words, links and files stand in the form already; what is closed is kept and goes on in the conversation."""
    ana, bob = scene.ana, scene.bob
    hall = scene.slack.channel("general", [ana, bob])
    said = bob.upload(
        [("mapa.png", picture("#3050d0"))],
        "La tienda no carga en el móvil. Mirad https://tienda.example/inicio, va *fatal*",
        channel=hall,
    )
    async with scene.at_work() as program:
        await scene.taken(ana.message_shortcut(said, channel=hall))
        await scene.form(ana)
        await scene.taken(ana.fill("Categoría", "Tienda online"))
        view = await scene.form(ana, has("Título"))
        by_field = {block: next(iter(state.values())) for block, state in view.values.items()}
        assert [by_field[name].get("value") for name in ("title", "links")] == [
            "La tienda no carga en el móvil",
            "https://tienda.example/inicio",
        ]
        assert "mapa.png" in str(view.blocks)
        ana.fill("Subcategoría", "Pedidos")
        await scene.taken(ana.close())
        await scene.presses(ana, "Te guardo lo que", "Seguir")
        await scene.sees(ana, "¿De qué pedido se trata?")
        ana.write("77")
        await scene.presses(ana, "Llevas un enlace", "Listo")
        await scene.presses(ana, "Llevas un archivo", "Listo")
        await scene.presses(ana, "¿Está todo bien?", "Enviar")
        await scene.sees(ana, "SUP-1001 está abierta")
        assert program.tickets() == [("SUP-1001", "ours")]


@pytest.mark.parametrize("door", DOORS)
async def test_a_form_opens_by(scene: Scene, door: str) -> None:
    async with scene.at_work() as program:
        await scene.taken(DOORS[door](scene))
        await fills(scene)
        card = await scene.card("SUP-1001")
        assert words_of(card).splitlines()[:6] == [
            "SUP-1001 · An order is missing from my list",
            "Tienda online · Pedidos",
            "Bob, en inglés",
            "",
            "> Order 77 is not there <\u2060!channel>, see https://a.example/77",
            "Un archivo, abajo.",
        ]
        await scene.slack.until(lambda: any(m.files for m in scene.team.replies(card)))
        assert program.tickets() == [("SUP-1001", "ours")]
        assert scene.rung() == []


async def test_a_channel_we_are_invited_to_is_told_how_to_become_the_teams(scene: Scene) -> None:
    hall = scene.slack.channel("ayuda", [scene.bea])
    async with scene.at_work():
        joined = {"type": "member_joined_channel", "user": scene.slack.app.user_id, "channel": hall.id}
        await scene.taken(scene.slack.event({**joined, "channel_type": "C", "event_ts": hall.next_ts()}))
        await scene.sees(scene.bea, f"SLACK_AGENTS_CHANNEL={hall.id}", at=hall)
        assert [m.by_bot for m in hall.messages] == [True]


async def test_whoever_brings_us_into_a_channel_learns_alone_how_it_becomes_the_teams(scene: Scene) -> None:
    """The others there, customers perhaps, have nothing to set."""
    bob, us = scene.bob, scene.slack.app.user_id
    room = scene.slack.channel("general", [bob, scene.ana])
    joined = {"type": "member_joined_channel", "user": us, "channel": room.id, "channel_type": "C", "inviter": bob.id}
    async with scene.at_work():
        await scene.taken(scene.slack.event({**joined, "team": scene.slack.team.id, "event_ts": room.next_ts()}))
        told = await scene.sees(bob, f"SLACK_AGENTS_CHANNEL={room.id}", at=room)
        assert (told.is_ephemeral, room.messages, scene.ana.visible(room)) == (True, [], [])


async def test_whoever_calls_us_in_a_channel_that_is_no_teams_is_shown_the_way(scene: Scene) -> None:
    """By a mention; and once a day, since others read there, too."""
    room = scene.slack.channel("general", [scene.bob])
    async with scene.at_work():
        for words in ("@Conserje the shop is broken", "@Conserje help"):
            scene.bob.write(words, channel=room)
            await scene.sees(scene.bob, "Write to me in private, please", at=room)
            await scene.quiet()
        assert len([m for m in room.messages if m.by_bot]) == 1


async def test_the_team_may_call_us_by_a_mention(scene: Scene) -> None:
    async with scene.at_work() as program:
        scene.bea.write("@Conserje cola", channel=scene.team)
        await scene.sees(scene.bea, "No hay nada esperándonos")
        scene.bea.write("@Conserje", channel=scene.team)
        await scene.sees(scene.bea, "Aquí llegan las solicitudes nuevas", at=scene.team)
        assert program.tickets() == []
