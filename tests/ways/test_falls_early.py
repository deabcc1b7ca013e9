"""What the tests' own program says of a desk that ends before anybody can reach it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp
import pytest

from tests.ways.program import Program
from tests.ways.scene import Scene


@dataclass
class Shut(Program):
    """Its door never opens."""

    async def _answers(self, session: aiohttp.ClientSession) -> bool:  # noqa: ARG002 - nobody knocks
        return False


async def test_a_desk_that_falls_before_its_door_opens_has_ended(scene: Scene) -> None:
    program = Shut(scene.telegram, scene.api, scene.group, scene.folder, slack=scene.slack, team=scene.team)

    async def falls() -> None:
        await scene.telegram.until(lambda: scene.telegram.updates.polls, 20)
        await asyncio.sleep(0.1)
        program._alive().kill()

    falling = asyncio.create_task(falls())
    with pytest.raises(AssertionError, match="it ended instead of starting"):
        await program.start()
    await falling
    assert await program.fell()
