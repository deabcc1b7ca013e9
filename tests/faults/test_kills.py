"""A power cut at any moment of a request: nothing is lost, nothing opens twice, and hardly a word is said twice."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.faults.program import Mode, Program
from tests.faults.scene import WAY, Scene, nobody

GROUPS = 3
"""Each test kills at every third step, so that all steps are met and each test lasts a few seconds."""
MIDDLE = 0.06
"""Seconds in which a step is worked off, from the update to the last message of it."""


async def survived(scene: Scene, program: Program, kills: int) -> None:
    """After all that: one ticket, solved, with its pictures in order, and at most one word too many for each kill."""
    await scene.world.until(lambda: not scene.world.updates.waiting or program.mode == "polling")
    await program.stop()
    assert program.tickets() == [("SUP-1001", "solved")]
    assert scene.hues("SUP-1001")[:3] == "rgb"
    assert len(scene.doubles("SUP-1001")) <= kills
    assert len(scene.world.unanswered_callbacks()) <= kills
    assert program.troubles() == []
    assert scene.world.complaints == []


@pytest.mark.parametrize(("group", "mode"), [(0, "polling"), (1, "webhook"), (2, "polling")])
async def test_a_kill_between_two_steps_is_not_noticed(scene: Scene, group: int, mode: Mode) -> None:
    kills = 0
    async with scene.program(mode) as program:
        for number, step in enumerate(WAY):
            step.act(scene)
            await step.seen(scene)
            if number % GROUPS == group and step.act is not nobody:
                await program.restart()
                kills += 1
        await survived(scene, program, kills)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_kill_in_the_middle_of_a_step_loses_nothing(scene: Scene, mode: Mode) -> None:
    """Other steps every time, and another moment of each: the seed tells which."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    chance, kills = random.Random(seed), 0
    met = chance.sample(range(len(WAY)), 6)
    async with scene.program(mode) as program:
        for number, step in enumerate(WAY):
            step.act(scene)
            if number in met:
                await asyncio.sleep(chance.uniform(0, MIDDLE))
                await program.restart()
                kills += 1
            await step.seen(scene)
        await survived(scene, program, kills)
