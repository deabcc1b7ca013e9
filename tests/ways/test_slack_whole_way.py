"""A request in Slack alone, from the first word to the solution, as people see it."""

from __future__ import annotations

import pytest

from tests.ways.program import Way
from tests.ways.scene import Scene


async def asks(scene: Scene, code: str = "SUP-1001") -> None:
    """Ana is asked question by question in her conversation with us."""
    ana = scene.ana
    ana.write("hola")
    await scene.presses(ana, "¿De qué se trata?", "Facturas y plan")
    await scene.presses(ana, "¿qué exactamente?", "Pedir un reembolso")
    await scene.sees(ana, "Ponle un título")
    ana.write("Me habéis cobrado dos veces")
    await scene.sees(ana, "Cuéntanos más")
    ana.write("Dos pagos el *día 20* y solo tengo una app. @here")
    await scene.sees(ana, "¿Qué número tiene")
    ana.write("F-2026-0042")
    await scene.sees(ana, "¿De qué importe")
    ana.write("19,90")
    await scene.sees(ana, "¿Algún enlace")
    ana.write("https://tuapp.example/a y www.tuapp.example/b")
    await scene.presses(ana, "Llevas 2 enlaces", "Listo")
    await scene.sees(ana, "¿Capturas?")
    ana.upload([("recibo.pdf", b"%PDF-1.4\n%%EOF\n")])
    await scene.presses(ana, "Llevas", "Listo")
    await scene.presses(ana, "¿Está todo bien?", "Enviar")
    await scene.sees(ana, f"{code} está abierta")


@pytest.mark.parametrize(("way", "alone"), [("http", False), ("socket", False), ("http", True)])
async def test_a_request_goes_the_whole_way(scene: Scene, way: Way, alone: bool) -> None:  # noqa: FBT001
    """Beside Telegram, and on a desk that has no other platform."""
    ana, bea, team = scene.ana, scene.bea, scene.team
    async with scene.at_work(way, alone=alone) as program:
        await asks(scene)
        await scene.presses(bea, "SUP-1001 · Me habéis cobrado", "Me la quedo", at=team)
        await scene.sees(ana, "Bea está mirando SUP-1001")
        card = await scene.card("SUP-1001")
        bea.write("Te lo devolvemos *hoy*.", channel=team, thread=card)
        await scene.presses(bea, "Ana va a leer", "Enviar", at=team)
        await scene.sees(ana, "Te lo devolvemos hoy.", button="Está resuelto")
        await scene.sees(bea, "Entregado a Ana por Slack", at=team)
        ana.write("Ya lo veo, gracias")
        await scene.sees(bea, "Ya lo veo, gracias", at=team)
        await scene.presses(ana, "Te lo devolvemos hoy.", "Está resuelto")
        await scene.sees(ana, "SUP-1001 queda resuelta", button="Reabrir")
        await scene.sees(bea, "Resuelta.", at=team, button="Reabrir")
        await scene.quiet()
        assert program.tickets() == [("SUP-1001", "solved")]
        assert scene.doubles() == []
        assert scene.rung() == []
