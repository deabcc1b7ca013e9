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
    print(fields(view))
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


@pytest.mark.parametrize("door", DOORS)
async def test_a_form_opens_by(scene: Scene, door: str) -> None:
    async with scene.at_work() as program:
        await scene.taken(DOORS[door](scene))
        await fills(scene)
        card = await scene.card("SUP-1001")
        print(words_of(card))
        await scene.slack.until(lambda: any(m.files for m in scene.team.replies(card)))
        assert program.tickets() == [("SUP-1001", "ours")]
        assert scene.rung() == []
