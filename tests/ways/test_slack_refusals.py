"""Slack says no, says nothing, or says goodbye: to the team's channel, to an answer, to the connection."""

from __future__ import annotations

import time
from functools import partial

import pytest

from tests.faults.scene import PATIENCE, picture
from tests.ways.program import Way
from tests.ways.scene import Scene, words_of
from tests.ways.test_slack_agents import ticket
from tests.ways.test_slack_trouble import LATEST


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_a_press_is_answered_in_time_though_nobody_says_who_belongs(scene: Scene, way: Way) -> None:
    """And it is not lost, though the power is cut while they still do not say: Slack brings a press only once."""
    scene.warned = ("warning: somebody has to wait", "warning: chore")
    bea, team = scene.bea, scene.team
    async with scene.at_work(way) as program:
        card = await ticket(scene)
        await scene.slack.until(lambda: scene.bob.home)  # his page is turned, which asks the same
        fault = scene.slack.fail("conversations.members", "hang", times=2)
        begun = time.monotonic()
        await scene.taken(bea.press("Me la quedo", channel=team, message=card))
        assert time.monotonic() - begun < LATEST
        await scene.sees(bea, "estoy comprobando si eres de este grupo", at=team)
        assert "Aún no la lleva nadie" in words_of(card)
        await scene.slack.until(lambda: fault.met == 2, PATIENCE)
        await program.restart()
        await scene.sees(scene.bob, "Bea is looking at SUP-1001")


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_a_trigger_that_came_too_late_leads_into_the_conversation(scene: Scene, way: Way) -> None:
    scene.expected.add("views.open: expired_trigger_id")
    scene.warned = ("warning: a form could not be opened",)
    async with scene.at_work(way):
        scene.slack.rules.trigger_lives = -1
        for gesture in (scene.bob.command, scene.bob.shortcut):
            await scene.taken(gesture())
            await scene.presses(scene.bob, "What is it about?", "Cancel")
            await scene.sees(scene.bob, "Nothing was sent")


async def test_slack_asks_us_to_wait_everywhere_and_every_word_comes_in_its_turn(scene: Scene) -> None:
    scene.expected |= {f"{method}: ratelimited" for method in ("chat.postMessage", "chat.update", "users.info")}
    async with scene.at_work("socket"):
        faults = [scene.slack.fail(method, 429, retry_after=1) for method in ("chat.update", "users.info")]
        faults += [scene.slack.fail("chat.postMessage", "ratelimited", times=2, retry_after=1)]
        scene.ana.write("hola")
        await scene.presses(scene.ana, "¿De qué se trata?", "Tienda online")
        await scene.presses(scene.ana, "¿qué exactamente?", "Pedidos")
        await scene.sees(scene.ana, "Ponle un título")
        assert [fault.met for fault in faults] == [1, 1, 2]
        assert scene.doubles() == []


async def bob_asks(scene: Scene) -> None:
    await scene.taken(scene.bob.command())
    await scene.form(scene.bob)
    await scene.taken(scene.bob.fill("Category", "Online shop"))
    await scene.form(scene.bob, lambda view: "Title" in str(view.blocks))
    scene.bob.fill("Sub-category", "Orders")
    scene.bob.fill("Title", "An order is missing from my list")
    scene.bob.fill("Details", "Order 77 is not there.")
    await scene.taken(scene.bob.submit())
    await scene.sees(scene.bob, "SUP-1001 is open")


@pytest.mark.parametrize("word", ["is_archived", "channel_not_found", "not_in_channel"])
async def test_a_team_that_cannot_be_reached_is_replaced_by_the_other(scene: Scene, word: str) -> None:
    scene.expected.add(f"chat.postMessage: {word}")
    scene.warned = ("error: the team's chat",)
    group = scene.group
    async with scene.at_work(in_telegram=True):
        scene.slack.fail("chat.postMessage", word, channel=scene.team, times=99)
        await bob_asks(scene)
        await scene.telegram.until(lambda: group.topics, PATIENCE)
        (topic,) = group.topics.values()
        await scene.telegram.until(lambda: any("SUP-1001" in m.words for m in group.in_topic(topic)), PATIENCE)
        assert not any(m.by_bot for m in scene.team.messages)


async def test_a_channel_that_is_archived_is_told_by_healthz_until_it_is_opened_again(scene: Scene) -> None:
    scene.expected.add("chat.postMessage: is_archived")
    scene.warned = ("error: the team's chat",)
    async with scene.at_work() as program:
        await program.says_of_itself("alive")
        scene.team.archived = True
        await bob_asks(scene)
        await program.says_of_itself(
            "degraded: the team's chat in Slack cannot be reached; `conserje doctor` says how to mend it"
        )
        scene.team.archived = False
        await scene.card("SUP-1001")
        await program.says_of_itself("alive")


async def test_an_answer_that_slack_finds_too_long_is_reported_to_whoever_gave_it(scene: Scene) -> None:
    scene.expected.add("chat.postMessage: msg_too_long")
    bea, team = scene.bea, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        bea.write("It is back.", channel=team, thread=card)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        scene.slack.fail("chat.postMessage", "msg_too_long", channel=scene.bob.dm)
        await scene.taken(bea.press("Enviar", channel=team, message=seen))
        await scene.sees(bea, "No entregado a Bob: chat.postMessage: msg_too_long", at=team)


async def test_an_answer_of_which_slack_refuses_the_last_piece_is_said_to_have_arrived_in_part(scene: Scene) -> None:
    scene.expected |= {"chat.postMessage: msg_too_long", "chat.postMessage: after"}
    scene.warned = ("warning: letter",)
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        bea.write("\n\n".join(f"{n:02}: " + "word " * 150 for n in range(16)), channel=team, thread=card)
        seen = await scene.sees(bea, "15: word", at=team, button="Enviar")
        scene.slack.fail("chat.postMessage", "after", channel=bob.dm)  # the first is found, and not sent again
        scene.slack.fail("chat.postMessage", "msg_too_long", times=9, channel=bob.dm)
        await scene.taken(bea.press("Enviar", channel=team, message=seen))
        await scene.sees(bob, "00: word")
        await scene.sees(bea, "A Bob solo le ha llegado una parte", at=team)


async def test_an_answer_whose_file_slack_refuses_is_not_called_delivered_whole(scene: Scene) -> None:
    scene.expected.add("files.completeUploadExternal: file_upload_size_restricted")
    bea, team = scene.bea, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        scene.slack.fail("files.completeUploadExternal", "file_upload_size_restricted")
        bea.upload([("report.txt", b"All of it")], "Here it is.", channel=team, thread=card)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        await scene.taken(bea.press("Enviar", channel=team, message=seen))
        await scene.sees(scene.bob, "One file cannot come here")
        await scene.sees(bea, "Entregado a Bob", at=team)
        told = words_of(await scene.sees(bea, "Sin report.txt", at=team))
        assert ("Entregado a Bob" in told, "file_upload_size_restricted" in told) == (True, True)


async def test_a_picture_that_the_bot_has_no_right_to_show_holds_no_words(scene: Scene) -> None:
    scene.expected.add("files.getUploadURLExternal: missing_scope")
    scene.warned = ("error: Slack shows no files of ours",)
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work():
        await ticket(scene)
        scene.slack.app.scopes.discard("files:write")
        bob.upload([("shot.png", picture("#d03030"))])
        await scene.sees(bob, "Added to SUP-1001")
        bob.write("Do you see it?")
        await scene.sees(bea, "Do you see it?", at=team)
        await scene.sees(bea, "shot.png de Bob no se puede mostrar aquí hasta", at=team)


async def test_long_words_arrive_whole_on_both_sides(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        paragraphs = [f"{n:02}: " + "word " * 150 for n in range(16)]
        bea.write("\n\n".join(paragraphs), channel=team, thread=card)
        await scene.presses(bea, "15: word", "Enviar", at=team)
        await scene.sees(bob, "15: word", button="It is solved")
        said = "\n".join(words_of(m) for m in bob.visible() if m.by_bot)
        assert [said.count(f"{n:02}: word") for n in range(16)] == [1] * 16
        assert said.count("word ") + said.count("word\n") >= 16 * 149


def answers(scene: Scene) -> int:
    return sum("Todavía no tienes" in words_of(m) for m in scene.ana.visible() if m.by_bot)


def connected(scene: Scene) -> int:
    return len(scene.slack.called("apps.connections.open"))


async def test_a_connection_that_is_to_end_is_listened_to_until_it_does(scene: Scene) -> None:
    async with scene.at_work("socket"):
        await scene.slack.sockets.refresh("warning")
        scene.ana.write("misolicitudes")
        await scene.slack.until(lambda: answers(scene), PATIENCE)
        assert {one.tries for one in scene.slack.post.log} == {0}


async def test_a_connection_that_ends_costs_nobody_a_word(scene: Scene) -> None:
    """Each word is acknowledged over the old connection or the new, and heard once."""
    sockets, ana = scene.slack.sockets, scene.ana
    scene.slack.rules.patience = 1.0
    async with scene.at_work("socket"):
        for goodbye in (partial(sockets.refresh, "warning"), sockets.refresh, sockets.cut):
            wanted, connections, old = answers(scene) + 2, connected(scene), set(sockets.open)
            ana.write("misolicitudes")
            await goodbye()
            ana.write("misolicitudes")
            await scene.slack.until(lambda n=wanted: answers(scene) >= n, PATIENCE)  # type: ignore[misc]
            await scene.slack.until(lambda old=old: {*sockets.open} - old, PATIENCE)  # type: ignore[misc]
            assert connected(scene) == connections + 1
        await scene.quiet()
        assert answers(scene) == 6


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_who_invites_us_again_need_not_write_again(scene: Scene, way: Way) -> None:
    """What waits for the team comes, and what it wrote in a request's thread while we were out is heard."""
    scene.expected |= {f"chat.{method}: not_in_channel" for method in ("postMessage", "postEphemeral", "update")}
    scene.warned = ("error: the team's chat",)
    bea, bob, team, us = scene.bea, scene.bob, scene.team, scene.slack.app.user_id
    async with scene.at_work(way):
        card = await ticket(scene)
        team.members.remove(us)
        bea.write("It is back.", channel=team, thread=card)
        bob.write("Are you there?")
        await scene.sees(bob, "Added to SUP-1001")
        team.members.append(us)
        joined = {
            "type": "member_joined_channel",
            "user": us,
            "channel": team.id,
            "channel_type": "C",
            "inviter": bea.id,
        }
        scene.slack.event({**joined, "team": scene.slack.team.id, "event_ts": team.next_ts()})
        await scene.sees(bea, "Are you there?", at=team)
        await scene.presses(bea, "Bob va a leer", "Enviar", at=team)
        await scene.sees(bob, "It is back.")


async def test_who_opens_a_private_channel_again_need_not_write_there(scene: Scene) -> None:
    """Its people, we among them, are in it at once: nobody is invited."""
    scene.expected.add("chat.postMessage: is_archived")
    scene.warned = ("error: the team's chat",)
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work():
        await ticket(scene)
        team.archived = True
        bob.write("Are you there?")
        await scene.sees(bob, "Added to SUP-1001")
        await scene.slack.until(lambda: scene.slack.called("chat.postMessage")[-1].error == "is_archived", PATIENCE)
        team.archived = False
        scene.slack.event({"type": "group_unarchive", "channel": team.id, "actor_id": bea.id})
        await scene.sees(bea, "vuelve a estar abierto", at=team)
        await scene.sees(bea, "Are you there?", at=team)
