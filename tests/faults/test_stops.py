"""Asked to stop, the program stops in time, whatever its surroundings do."""

from __future__ import annotations

from tests.faults.scene import INTAKE, Scene, walk
from tests.measured import measured


async def test_a_platform_that_does_not_answer_does_not_keep_us(scene: Scene) -> None:
    async with scene.program() as program:
        await walk(scene, INTAKE[:1])
        hung = [scene.world.fail(method, "hang") for method in ("answerCallbackQuery", "editMessageText")]
        scene.presses(scene.ana, "Facturas y plan")
        await scene.world.until(lambda: all(fault.met for fault in hung))
        measured(f"F12: a stop while calls hang took {await program.stop():.1f} s")
        assert program.troubles() == []
        await program.start()
        await scene.asked(scene.ana, "¿qué exactamente?")
