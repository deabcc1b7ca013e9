"""A file that somebody's platform does not take, or that we cannot keep: whoever waits for it learns what is missing."""

from __future__ import annotations

import asyncio

from tests.faults.program import Program
from tests.faults.scene import BEFORE_FILES, Scene, sends, walk

TOO_BIG = "Bad Request: file is too big"
SAID = "File is too big"
"""As python-telegram-bot words it."""


async def opened(scene: Scene) -> None:
    await walk(scene, BEFORE_FILES)
    await sends(scene, "Omitir")
    await scene.shown("SUP-1001", "Me habéis cobrado dos veces", button="Me la quedo")


async def settled(program: Program, scene: Scene) -> None:
    await scene.quiet()
    await program.stop()


async def test_an_answer_arrives_without_the_file_that_the_platform_refuses(scene: Scene) -> None:
    async with scene.program() as program:
        await opened(scene)
        scene.world.fail("sendDocument", 400, chat=scene.ana.chat, description=TOO_BIG)
        scene.bea.document(b"a,b\n1,2\n", "pagos.csv", "Aquí van", chat=scene.group, topic=scene.topic("SUP-1001"))
        await scene.shown("SUP-1001", "Ana va a leer", button="Enviar")
        scene.bea.press("Enviar", chat=scene.group, topic=scene.topic("SUP-1001"))
        await scene.asked(scene.ana, "Un archivo no puede llegar hasta aquí: está en la página de tu solicitud.")
        await scene.shown("SUP-1001", "Entregado a Ana")
        await settled(program, scene)
        told = await scene.shown("SUP-1001", "Sin pagos.csv")
        assert told.words.splitlines()[:2] == [
            "Entregado a Ana por Telegram.",
            f"Sin pagos.csv, que Ana solo encuentra en la página: {SAID}.",
        ]


async def test_the_team_learns_of_a_file_of_the_customers_that_its_platform_refuses(scene: Scene) -> None:
    async with scene.program() as program:
        await opened(scene)
        scene.world.fail("sendDocument", 400, chat=scene.group, description=TOO_BIG)
        scene.ana.document(b"a,b\n1,2\n", "pagos.csv", "Mi registro")
        told = await scene.shown("SUP-1001", "pagos.csv")
        await settled(program, scene)
        assert told.words == f"pagos.csv, de Ana, no se puede enseñar aquí: {SAID}. Pídeselo de otra forma, por favor."


async def test_the_team_learns_of_a_file_of_the_customers_that_we_cannot_keep(scene: Scene) -> None:
    async with scene.program() as program:
        await opened(scene)
        scene.ana.document(b"MZ", "arreglo.exe", "con esto")
        scene.ana.document(b"MZ", "otro.exe")
        await scene.asked(scene.ana, "No puedo aceptar otro.exe")
        first, second = await asyncio.gather(
            scene.shown("SUP-1001", "arreglo.exe"), scene.shown("SUP-1001", "otro.exe")
        )
        await settled(program, scene)
        assert first.words == "Ana añade:\ncon esto\narreglo.exe no se pudo guardar."
        assert second.words == "Ana añade:\notro.exe no se pudo guardar."
