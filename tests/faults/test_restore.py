"""A copy made while the desk was at work is the desk: the conversation goes on from it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import psycopg

from tests.faults.scene import INTAKE, PATIENCE, WAY, Scene, walk
from tests.faults.test_database import ended
from tests.store.postgres import fresh, postgres

__all__ = ["postgres"]

HALF = next(n for n, step in enumerate(WAY) if step.name == "claim")


def noted(scene: Scene) -> bool:
    """Whether the database knows of everything that was sent."""
    with closing(sqlite3.connect(scene.folder / "desk.db")) as db:
        return bool(db.execute("SELECT count(*) = 0 FROM outbox WHERE state < 2").fetchone()[0])


async def test_a_desk_goes_on_from_its_copy(scene: Scene) -> None:
    async with scene.program() as program:
        await walk(scene, WAY[:HALF])
        await scene.quiet()
        await scene.world.until(lambda: noted(scene), PATIENCE)  # what a copy does not know of is sent once more
        other = scene.folder / "restored"
        other.mkdir()
        with (
            closing(sqlite3.connect(scene.folder / "desk.db")) as lost,
            closing(sqlite3.connect(other / "desk.db")) as copy,
        ):
            lost.backup(copy)
        shutil.copytree(scene.folder / "media", other / "media")
        await program.stop()
        (scene.folder / "desk.db").unlink()
        shutil.rmtree(scene.folder / "media")

    async with replace(program, folder=other) as restored:
        await walk(scene, WAY[HALF:])
        assert restored.tickets() == [("SUP-1001", "solved")]
    assert scene.doubles("SUP-1001") == []


async def test_a_desk_goes_on_in_a_postgresql_where_it_was_in_sqlite(scene: Scene, postgres: str) -> None:
    """In the middle of a request's life, with a draft half done; its files stay where they are."""
    url = fresh(postgres)
    async with scene.program() as program:
        await walk(scene, WAY[:HALF])
        scene.bob.write("/start new_billing_charge")
        await scene.asked(scene.bob, "title")
        await scene.quiet()
        await program.stop()
    grown = replace(program, more={"DATABASE_URL": url})
    code, said = await ended(grown, "migrate", "--from", f"sqlite:///{scene.folder / 'desk.db'}")
    assert (code, said.splitlines()[-1].partition(";")[0]) == (0, "It has everything now. Requests: 1")
    async with grown:
        await walk(scene, WAY[HALF:])
        scene.bob.write("I was charged twice")
        await scene.asked(scene.bob, "Tell us more")
    with psycopg.connect(url) as link:
        assert link.execute("SELECT code, state FROM ticket").fetchall() == [("SUP-1001", "solved")]
    assert scene.doubles("SUP-1001") == []
    again = await ended(grown, "migrate", "--from", f"sqlite:///{scene.folder / 'desk.db'}")
    assert again[1].splitlines()[-1].startswith("DATABASE_URL: the database is not empty")


async def test_no_number_that_was_given_since_the_copy_is_given_again(scene: Scene) -> None:
    """A button of the request that is gone would else work on somebody else's."""
    async with scene.program() as program:
        await walk(scene, INTAKE[:-1])
        await scene.quiet()
        with (
            closing(sqlite3.connect(scene.folder / "desk.db")) as desk,
            closing(sqlite3.connect(scene.folder / "copy.db")) as copy,
        ):
            desk.backup(copy)
        await walk(scene, INTAKE[-1:])
        card = await scene.shown("SUP-1001", "Me habéis cobrado dos veces", button="Me la quedo")
        await scene.quiet()
        await program.stop()
        for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
            (scene.folder / name).unlink(missing_ok=True)
        (scene.folder / "copy.db").rename(scene.folder / "desk.db")
        said = await ended(program, "migrate", "--restored")
        assert said == (0, "The database is up to date.\nThe next request has the number 2001.\n")
        await program.start()
        scene.ana.write("enviar")
        await scene.asked(scene.ana, "SUP-2001 está abierta")
        claim = next(button for button in card.buttons if button.text == "Me la quedo")
        for words in ("Te lo devolvemos hoy.", "Y un mes gratis."):
            scene.bea.write(words, chat=scene.group, topic=scene.topic("SUP-1001"))
        await scene.shown("SUP-1001", "así que no le llega a nadie")
        scene.bea.press_data(card.message_id, claim.callback_data, chat=scene.group)
        await scene.world.until(lambda: "Ya no encuentro esa solicitud." in scene.bea.answers, PATIENCE)
        assert scene.doubles("SUP-1001") == []
        assert program.tickets() == [("SUP-2001", "ours")]
