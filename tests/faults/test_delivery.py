"""Updates that come twice, late, out of order or poisoned: each is taken once, and the rest goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.faults.door import Door, words
from tests.faults.program import Mode
from tests.faults.scene import INTAKE, PATIENCE, WAY, Scene, spoken, walk
from tests.measured import measured

POISON = {"CONSERJE_POISON": "veneno"}


@pytest.mark.parametrize("times", [2, 20])
async def test_the_same_press_many_times_at_once_opens_one_ticket(scene: Scene, times: int) -> None:
    async with scene.program("webhook") as program, aiohttp.ClientSession() as session:
        await walk(scene, INTAKE[:-1])
        scene.presses(scene.ana, "Enviar")
        answers = await Door(scene.world, session).bring_all([scene.world.updates.log[-1]] * times)
        await scene.asked(scene.ana, "SUP-1001 está abierta")
        await scene.quiet()
        await program.stop()
        assert {answer.status for answer in answers} == {200}
        assert program.tickets() == [("SUP-1001", "ours")]
        assert scene.doubles("SUP-1001") == []


async def test_who_presses_twice_opens_one_ticket_and_hears_no_complaint(scene: Scene) -> None:
    """Two presses, each an update of its own, at the same moment."""
    async with scene.program("webhook") as program, aiohttp.ClientSession() as session:
        await walk(scene, INTAKE[:-1])
        for _press in range(3):
            scene.presses(scene.ana, "Enviar")
        answers = await Door(scene.world, session).bring_all(scene.world.updates.log[-3:])
        await scene.asked(scene.ana, "SUP-1001 está abierta")
        await scene.quiet()
        await program.stop()
        assert {answer.status for answer in answers} == {200}
        assert program.tickets() == [("SUP-1001", "ours")]
        assert (scene.doubles("SUP-1001"), program.troubles()) == ([], [])


async def test_twenty_at_once_for_a_while_are_never_refused(scene: Scene) -> None:
    async with scene.program("webhook") as program, aiohttp.ClientSession() as session:
        door, now = Door(scene.world, session), scene.world.now
        updates = [words(1 + n, 70_000 + n % 60, f"hola {n}", now) for n in range(600)]
        rounds = [await door.bring_all(updates[at : at + 20]) for at in range(0, 600, 20)]
        measured(f"F4: {sum(map(len, rounds))} turns, 20 at once, {program.log.count('locked')} times locked")
        assert {answer.status for answers in rounds for answer in answers} == {200}
        assert "locked" not in program.log


async def test_numbers_that_begin_anew_lower_are_taken(scene: Scene) -> None:
    async with scene.program("polling") as program:
        await walk(scene, WAY[:3])
        await scene.world.until(lambda: not scene.world.updates.waiting, PATIENCE)
        scene.world.updates.next_id = 5
        await walk(scene, WAY[3:])
        await program.stop()
        assert program.tickets() == [("SUP-1001", "solved")]
        assert program.troubles() == []


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_waited_a_day_is_taken_and_a_press_of_then_is_not_missed(scene: Scene, mode: Mode) -> None:
    async with scene.program(mode) as program:
        await walk(scene, INTAKE[:1])
        await program.kill()
        scene.presses(scene.ana, "Facturas y plan")
        scene.ana.write("Ayer me cobrasteis dos veces")
        real, late = scene.world.clock, 23 * 3600.0
        scene.world.clock = lambda: real() + late  # presses are gone after 150 s
        program.more = {"CONSERJE_LATER": str(late)}
        await program.start()
        await scene.asked(scene.ana, "¿De qué se trata?", button="Facturas y plan")
        await walk(scene, INTAKE[1:2])
        await program.stop()
        assert program.troubles() == []


async def test_a_press_that_is_answered_too_late_is_no_trouble(scene: Scene) -> None:
    async with scene.program("webhook") as program:
        await walk(scene, INTAKE[:1])
        scene.world.rules.answer_within = -1.0
        scene.presses(scene.ana, "Facturas y plan")
        await scene.asked(scene.ana, "¿qué exactamente?")
        await program.stop()
        assert program.troubles() == []


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_breaks_its_turn_five_times_is_set_aside_and_the_rest_goes_on(scene: Scene, mode: Mode) -> None:
    program = scene.program(mode)
    program.more = POISON
    async with program:
        await walk(scene, INTAKE[:1])
        scene.ana.write("esto lleva veneno")
        scene.presses(scene.ana, "Facturas y plan")
        await scene.asked(scene.ana, "no nos ha llegado")
        await scene.asked(scene.ana, "¿qué exactamente?", button="Pedir un reembolso")
        await walk(scene, INTAKE[3:5])
        scene.bob.start()
        await scene.asked(scene.bob, "What is it about?")
        await scene.quiet()
        await program.stop()
    with closing(sqlite3.connect(Path(program.folder) / "desk.db")) as db:
        dead = db.execute("SELECT body LIKE '%esto lleva veneno%', error FROM dead_letter").fetchall()
        drafts = db.execute("SELECT count(*) FROM dialogue WHERE body LIKE '%veneno%'").fetchone()
    assert dead == [(1, "RuntimeError('poison')")]
    assert drafts == (0,)
    failures = [line for line in program.troubles() if "failed, run" in line]
    assert [line.rpartition("run ")[2] for line in failures] == [f"{run} of 5" for run in range(1, 6)]


async def test_of_two_pollers_one_leads_and_the_other_takes_over(scene: Scene) -> None:
    first, second = scene.program("polling"), scene.program("polling")
    await first.start()
    await first.kill()  # the tables are made
    first.command = second.command = "worker"
    polls = scene.world.updates.polls
    async with first, second:
        await scene.world.until(lambda: scene.world.updates.polls >= polls + 2, 20)  # each waits for one
        await walk(scene, INTAKE[:3])
        await first.kill()
        await walk(scene, INTAKE[3:])
        await second.stop()
        told = [
            line for line in (*first.troubles(), *second.troubles()) if "another program polls for this bot" in line
        ]
        assert told
        assert second.tickets() == [("SUP-1001", "ours")]
    assert scene.doubles("SUP-1001") == []


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_stop_in_the_thick_of_it_loses_and_repeats_nothing(scene: Scene, mode: Mode) -> None:
    async with scene.program(mode) as program:
        people = [scene.world.person(f"Cliente{n}", language="es") for n in range(40)]
        for person in people:
            person.write("hola")
        await scene.world.until(lambda: sum(len([*spoken(p.chat)]) for p in people) >= 10, PATIENCE)
        await program.stop()
        await program.start()
        await scene.world.until(lambda: all([*spoken(p.chat)] for p in people), PATIENCE)
        await asyncio.gather(*(p.sees("¿De qué se trata?", PATIENCE) for p in people))
        await program.stop()
        assert [len([*spoken(p.chat)]) for p in people] == [1] * 40
        assert program.troubles() == []
