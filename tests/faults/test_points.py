"""A power cut at every place where something is half done: afterwards it is done, and done once."""

from __future__ import annotations

import pytest

from tests.faults.points import CHORE, CLOCK, LETTER, ROOM, TURN, falls_at
from tests.faults.scene import ANSWER, COLOURS, INTAKE, PATIENCE, WAY, Scene, picture, walk

CUTS: tuple[tuple[str, str], ...] = (
    *((point, "send") for point in (*TURN, *ROOM)),
    *((point, "title") for point in LETTER),
    *((point, "album") for point in CHORE),
)
"""Where it is cut, and what somebody has just done."""


@pytest.mark.parametrize(("point", "name"), CUTS, ids=[f"{point} in {name}" for point, name in CUTS])
async def test_what_was_half_done_is_done_once(scene: Scene, point: str, name: str) -> None:
    at = [step.name for step in WAY].index(name)
    program = scene.program("polling" if CUTS.index((point, name)) % 2 else "webhook")
    program.more = falls_at(point, waits=True)
    async with program:
        await walk(scene, WAY[:at])
        (scene.folder / "now").touch()
        WAY[at].act(scene)
        await program.falls()
        program.more = {}
        await program.start()
        await WAY[at].seen(scene)
        await walk(scene, (*INTAKE, ANSWER[0])[at + 1 :])
        await scene.quiet()
        await program.stop()
        assert program.tickets() == [("SUP-1001", "ours")]
        assert program.troubles() == []
    assert scene.hues("SUP-1001")[:3] == "rgb"
    assert len(scene.doubles("SUP-1001")) <= 1
    assert scene.world.complaints == []


@pytest.mark.parametrize("point", [*CLOCK])
async def test_an_alarm_that_was_not_rung_rings_soon_after(scene: Scene, point: str) -> None:
    """That an album is complete, here."""
    program = scene.program()
    program.more = falls_at(point, waits=True)
    async with program:
        await walk(scene, (*INTAKE, ANSWER[0]))
        (scene.folder / "now").touch()
        scene.ana.album([picture(colour) for colour in COLOURS], "Así se ve.")
        await program.falls()
        program.more = {}
        await program.start()
        await scene.shown("SUP-1001", "Así se ve.")
        await scene.world.until(lambda: scene.hues("SUP-1001") == "rgbrgb", PATIENCE)
        await program.stop()
        assert program.troubles() == []
