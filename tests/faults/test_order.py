"""What people do in quick succession may come the other way round: the ticket is the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import aiohttp

from tests.faults.door import Door
from tests.faults.scene import INTAKE, PATIENCE, Scene, walk

SWAPS = (("wrong", "subcategory"), ("links", "no more links"), ("album", "no more files"))
"""Steps that nobody has to wait between: the button of the second stands there already."""
SAME = ("category", "subcategory", "title", "details", "urls", "more")


def of(somebody: int, person: int, body: dict[str, Any]) -> dict[str, Any]:
    """The same from another person, with a number of its own."""
    text = json.dumps(body | {"update_id": body["update_id"] + 1000 * person})
    return json.loads(text.replace(str(somebody), str(somebody + person)))  # type: ignore[no-any-return]


def swapped(steps: Sequence[list[dict[str, Any]]], first: int, second: int) -> list[dict[str, Any]]:
    """Then they press once more, since they are asked once more."""
    again = [body | {"update_id": body["update_id"] + 500} for body in steps[second]]
    order = [*steps[:first], steps[second], steps[first], again, *steps[second + 1 :]]
    return [body for step in order for body in step]


def tickets(scene: Scene) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(scene.folder / "desk.db")) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM ticket ORDER BY id")]
    return [{name: body.get(name) for name in SAME} | {"files": len(body.get("files", ()))} for body in bodies]


async def test_what_comes_in_another_order_ends_in_the_same_ticket(scene: Scene) -> None:
    names = [step.name for step in INTAKE]
    async with scene.program("webhook") as program, aiohttp.ClientSession() as session:
        log, steps = scene.world.updates.log, []
        for step in INTAKE:
            log.clear()
            await walk(scene, (step,))
            steps.append([*log])
        door = Door(scene.world, session)
        for number, (one, two) in enumerate(SWAPS, 1):
            for body in swapped(steps, names.index(one), names.index(two)):
                assert (await door.bring(of(scene.ana.id, number, body))).status == 200
        await scene.world.until(lambda: len(tickets(scene)) == 1 + len(SWAPS), PATIENCE)
        await program.stop()
    first, *others = tickets(scene)
    assert others == [first] * len(SWAPS)
