"""Slack promises no order: a change may come before what was changed."""

from __future__ import annotations

from collections.abc import Callable

from tests.ways.scene import Scene
from tests.ways.test_slack_agents import ticket


async def overtaken(scene: Scene, act: Callable[[], object]) -> None:
    """Of the two things Slack has to tell of this, the second comes first."""
    app, post = scene.slack.app, scene.slack.post
    door, app.request_url = app.request_url, ""
    act()
    first, second = post.waiting[-2:]
    post.waiting.remove(first)
    app.request_url = door
    post.bell.ring()
    await scene.taken(second)
    post.waiting.append(first)
    post.bell.ring()
    await scene.taken(first)


async def test_an_edit_that_comes_before_its_message_is_what_was_said(scene: Scene) -> None:
    async with scene.at_work():
        card = await ticket(scene)
        await scene.quiet()
        await overtaken(scene, lambda: scene.bob.edit(scene.bob.write("It is nto there."), "It is not there."))
        await scene.sees(scene.bea, "It is not there.", at=scene.team)
        await scene.quiet()
        assert not any("nto" in words for words in scene.thread(card))


async def test_what_was_taken_back_before_we_heard_of_it_stays_unsaid(scene: Scene) -> None:
    async with scene.at_work():
        card = await ticket(scene)
        await scene.quiet()
        await overtaken(scene, lambda: scene.bob.delete(scene.bob.write("It is nto there.")))
        scene.bob.write("It is not there.")
        await scene.sees(scene.bea, "It is not there.", at=scene.team)
        await scene.quiet()
        assert not any("nto" in words for words in scene.thread(card))


async def test_an_agents_edit_that_comes_first_is_previewed(scene: Scene) -> None:
    bea, team = scene.bea, scene.team
    async with scene.at_work():
        card = await ticket(scene)

        def written() -> None:
            bea.edit(bea.write("It is bakc.", channel=team, thread=card), "It is back.", channel=team)

        await overtaken(scene, written)
        await scene.presses(bea, "It is back.", "Enviar", at=team)
        await scene.sees(scene.bob, "It is back.")
        assert not any("bakc" in words for words in scene.thread(card) if "Bob va a leer" in words)
