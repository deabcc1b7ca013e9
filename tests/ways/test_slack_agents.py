"""The agents' whole job in Slack: in the channel, in a ticket's thread, and by signs."""

from __future__ import annotations

from bot.sandbox.slack import Message
from tests.ways.scene import Scene, labels, words_of


async def ticket(scene: Scene) -> Message:
    """Bob has asked by the form; returns the card."""
    bob = scene.bob
    await scene.taken(bob.command())
    await scene.form(bob)
    await scene.taken(bob.fill("Category", "Online shop"))
    await scene.form(bob, lambda view: "Title" in str(view.blocks))
    bob.fill("Sub-category", "Orders")
    bob.fill("Title", "An order is missing from my list")
    bob.fill("Details", "Order 77 is not there.")
    await scene.taken(bob.submit())
    await scene.sees(bob, "SUP-1001 is open")
    return await scene.card("SUP-1001")


async def test_what_an_agent_wrote_is_theirs_until_they_send_it(scene: Scene) -> None:
    bea, team = scene.bea, scene.team
    eva = scene.slack.person("Eva Gil")
    eva.join(team)
    async with scene.at_work():
        card = await ticket(scene)
        bea.write("It is back.", channel=team, thread=card)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        assert seen.thread_ts == card.ts
        assert labels(seen) == ["Enviar", "Enviar y esperar al cliente", "Enviar y resolver", "Dejar como nota"]
        assert not any("va a leer" in words_of(m) for m in eva.visible(team))
        team.whispers.clear()  # she has loaded Slack anew
        bea.react(team.replies(card)[0], "eyes", channel=team)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        await scene.taken(bea.press("Enviar", channel=team, message=seen))
        await scene.sees(bea, "Entregado a Bob por Slack", at=team, button="Deshacer")
        await scene.slack.until(lambda: seen not in bea.visible(team))

        await scene.presses(bea, "Entregado a Bob", "Deshacer", at=team)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        assert seen.thread_ts == card.ts
        await scene.slack.until(lambda: not any("It is back." in words_of(m) for m in scene.bob.visible()))
        assert [words for words in scene.thread(card) if "Entregado" in words] == []
        await scene.presses(bea, "Bob va a leer", "Dejar como nota", at=team)
        await scene.sees(eva, "Guardado como nota de Bea", at=team)
        assert scene.thread(card) == ["It is back.", "Guardado como nota de Bea.\n> It is back."]


async def test_a_file_that_is_not_taken_is_told_in_its_thread_and_promised_to_nobody(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        bea.upload([("virus.exe", b"MZ")], "Look at this", channel=team, thread=card)
        told = await scene.sees(bea, "No puedo aceptar virus.exe", at=team)
        assert told.thread_ts == card.ts
        await scene.presses(bea, "Bob va a leer", "Enviar", at=team)
        answer = await scene.sees(bob, "Look at this", button="It is solved")
        assert "file" not in words_of(answer)


async def test_edits_and_deletions_are_followed_in_both_directions(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        said = bea.write("It is bakc.", channel=team, thread=card)
        await scene.sees(bea, "It is bakc.", at=team, button="Enviar")
        bea.edit(said, "It is back.", channel=team)
        await scene.presses(bea, "It is back.", "Enviar y esperar al cliente", at=team)
        await scene.sees(bob, "It is back.", button="It is solved")
        await scene.sees(bea, "Entregado a Bob por Slack", at=team)
        bea.edit(said, "It is *really* back.", channel=team)
        await scene.sees(bob, "It is really back.")
        await scene.sees(bea, "Bob también ve la corrección.", at=team)
        more = bob.write("No, it is nto")
        await scene.sees(bea, "No, it is nto", at=team)
        bob.edit(more, "No, it is not")
        await scene.sees(bea, "No, it is not", at=team)
        bob.delete(more)
        await scene.sees(bea, "ha borrado", at=team)
        bea.delete(said, channel=team)
        await scene.slack.until(lambda: not any("really back" in words_of(m) for m in bob.visible()))
        await scene.sees(bea, "Bob ya no", at=team)
        assert scene.doubles() == []


async def test_signs_claim_and_solve_and_buttons_do_the_rest(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work() as program:
        card = await ticket(scene)
        scene.ana.react(card, "eyes", channel=team)  # not of the team
        bea.react(card, "eyes", channel=team)
        await scene.sees(bob, "Bea is looking at SUP-1001")
        await scene.presses(bea, "SUP-1001", "Más", at=team)
        await scene.presses(bea, "SUP-1001", "Esperar al cliente", at=team)
        await scene.sees(bob, "SUP-1001 is waiting for you")
        await scene.presses(bea, "SUP-1001", "Nota", at=team)
        await scene.sees(bea, "escribe aquí tu nota", at=team)
        bea.write("Tiene dos cuentas", channel=team, thread=card)
        await scene.sees(bea, "Guardado como nota de Bea", at=team)
        await scene.presses(bea, "SUP-1001", "Responder", at=team)
        await scene.sees(bea, "Escribe aquí tu respuesta", at=team)
        bea.react(card, "white_check_mark", channel=team)
        await scene.sees(bob, "SUP-1001 is solved", button="Reopen")
        await scene.presses(bob, "SUP-1001 is solved", "Reopen")
        await scene.presses(bea, "SUP-1001", "Soltar", at=team)
        await scene.sees(bea, "Aún no la lleva nadie", at=team)
        assert program.tickets() == [("SUP-1001", "ours")]
        assert len(team.roots) == 1


async def test_whoever_left_the_channel_changes_nothing_any_more(scene: Scene) -> None:
    bea, team = scene.bea, scene.team
    scene.expected.add("chat.postEphemeral: user_not_in_channel")
    async with scene.at_work() as program:
        card = await ticket(scene)
        bea.leave(team)
        await scene.taken(bea.press("Me la quedo", channel=team, message=card))
        await scene.quiet()
        assert "Aún no la lleva nadie" in words_of(card)
        assert program.tickets() == [("SUP-1001", "ours")]


async def test_what_is_the_teams_alone_is_answered_in_private_anywhere_else(scene: Scene) -> None:
    bea, hall = scene.bea, scene.slack.channel("general", [scene.bea])
    async with scene.at_work():
        await ticket(scene)
        for where in (hall, bea.dm):
            await scene.taken(bea.command("cola", channel=where))
        await scene.slack.until(
            lambda: [words_of(m) for m in bea.visible() if "en el chat del equipo" in words_of(m)][1:]
        )
        assert [m for m in hall.messages if m.by_bot] == []
        await scene.taken(bea.command("cola", channel=scene.team))
        await scene.sees(bea, "SUP-1001")
