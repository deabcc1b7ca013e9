"""Somebody who may, deletes what we have said in the team's channel: nothing is torn apart by it."""

from __future__ import annotations

from bot.sandbox.slack import Message
from tests.ways.scene import Scene, words_of
from tests.ways.test_slack_agents import ticket

GONE = {"chat.update: message_not_found", "chat.update: cant_update_message"}
"""The second of the stone that stands for a message under which others hang."""


def roots(scene: Scene) -> list[Message]:
    return [message for message in scene.team.roots if message.by_bot]


async def test_a_card_that_is_deleted_comes_again_and_all_that_follows_hangs_under_it(scene: Scene) -> None:
    """Its thread stays, under a stone; what is written there is heard."""
    bea, bob, team = scene.bea, scene.bob, scene.team
    scene.expected |= GONE
    async with scene.at_work() as program:
        card = await ticket(scene)
        bob.write("It is urgent")
        await scene.sees(bea, "It is urgent", at=team)
        team.remove(card.ts)
        bea.react(team.replies(card)[0], "eyes", channel=team)
        again = await scene.sees(bea, "La lleva Bea", at=team, button="Soltar")
        assert not again.in_thread
        bob.write("Are you there?")
        assert (await scene.sees(bea, "Are you there?", at=team)).thread_ts == again.ts
        bea.write("We are on it.", channel=team, thread=card.ts)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        assert seen.thread_ts == again.ts
        await scene.taken(bea.press("Enviar", channel=team, message=seen))
        await scene.sees(bob, "We are on it.")
        await scene.sees(bea, "Entregado a Bob", at=team)
        assert roots(scene) == [again]
        assert program.tickets() == [("SUP-1001", "ours")]


async def test_what_is_deleted_in_a_thread_is_said_again_in_that_thread(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    scene.expected |= GONE
    async with scene.at_work():
        card = await ticket(scene)
        said = bob.write("It is urgent")
        team.remove((await scene.sees(bea, "It is urgent", at=team)).ts)
        bob.edit(said, "It is very urgent")
        assert (await scene.sees(bea, "It is very urgent", at=team)).thread_ts == card.ts
        assert [words_of(message)[:8] for message in roots(scene)] == ["SUP-1001"]


async def test_who_has_another_conversation_with_us_now_is_told_there_what_was_corrected(scene: Scene) -> None:
    """As with an app that was made anew: of the conversation with the one before Slack says that there is none."""
    bea, bob, team = scene.bea, scene.bob, scene.team
    scene.expected.add("chat.update: channel_not_found")
    async with scene.at_work():
        card = await ticket(scene)
        said = bea.write("It is bakc.", channel=team, thread=card)
        await scene.presses(bea, "Bob va a leer", "Enviar", at=team)
        await scene.sees(bea, "Entregado a Bob", at=team)
        del scene.slack.channels[bob.dm.id]
        bob.write("hello")  # from where they write now
        bea.edit(said, "It is back.", channel=team)
        await scene.sees(bob, "It is back.")
        await scene.sees(bea, "Bob también ve la corrección", at=team)
