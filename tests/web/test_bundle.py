"""What somebody takes along: what is in it, what is not, and how it is made."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from obstore.store import MemoryStore, ObjectStore

from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File
from bot.effects import Stand
from bot.media.keep import Away, Keep, Kept
from bot.store import belongings
from bot.web.bundle import bundle
from handlers.draft import Draft
from handlers.which import Loose
from tests.web.browser import Browser
from tests.web.door import ANA, PNG, Room, Serve


async def zipped(room: Room, person: int) -> tuple[list[str], list[dict[str, Any]], int]:
    """What they are handed: the files' names, their requests, and how many files are lost."""
    found = await room.store.look(partial(belongings.belongings, person=person))
    assert found
    whole, lost = await bundle(found, room.keep)
    with whole, ZipFile(whole) as packed:
        files = [name for name in packed.namelist() if name.startswith("files/")]
        return files, json.loads(packed.read("data.json"))["requests"], lost


async def test_the_zip_tells_what_the_page_tells_and_nothing_more(room: Room) -> None:
    """What was done by the team for the team, and what it took back with the files in it, is its own business."""
    ticket = await room.ticket("abcdefghij-files", "SUP-9", state="solved", rating=4)
    for done in ("opened", "claimed", "solved", "rated 4"):
        await room.record(ticket, "event", done)
    for done in ("tags bank", "priority low", "assigned to telegram:88", "moved to billing telegram:-100"):
        await room.record(ticket, "event", done)
    for number, name, gone in (("f81", "suya.png", None), ("f82", "de-otra.png", room.at)):
        file = File(number, "photo", name, "image/png", len(PNG))
        await room.keep.put(file.id, PNG, name, "image/png")
        await room.hold(file)
        await room.record(ticket, "answer", "", files=(file,), gone=gone)
    files, requests, _lost = await zipped(room, ticket.person)
    mine = next(one for one in requests if one["number"] == "SUP-9")
    assert files == ["files/f81-suya.png"]
    told = [line["text"] for line in mine["conversation"] if line["of"] == "event"]
    assert (told, mine["rating"]) == (["opened", "claimed", "solved", "rated 4"], 4)


async def test_what_is_too_large_for_the_machine_may_be_had_later(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await room.ticket("abcdefghij-files", "SUP-9")
    await room.file(ticket, "a.bin", os.urandom(5_000_000), "application/octet-stream")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(Away, match="No such file"):
        await zipped(room, ticket.person)


async def test_a_request_that_was_not_sent_yet_is_theirs_too(room: Room) -> None:
    person, file = await room.meet("Ana"), File("f91", "photo", "captura.png", "image/png", len(PNG))
    await room.keep.put(file.id, PNG, file.name, file.mime)
    await room.hold(file)
    draft = Draft(title="No se abre", second="Y la factura.", fresh=Draft(details="¿Hola?", files=(file,)))
    await room.does(Stand(ANA, "11", Dialogue("intake", "links", draft)))
    found = await room.store.look(partial(belongings.belongings, person=person))
    other = await room.store.look(partial(belongings.belongings, person=await room.meet("Bob")))
    assert found
    assert other
    whole, _lost = await bundle(found, room.keep)
    with whole, ZipFile(whole) as packed:
        data, names = json.loads(packed.read("data.json")), packed.namelist()
    assert [(one["title"], one["details"], one["files"]) for one in data["begun"]] == [
        ("No se abre", "", []),
        ("", "Y la factura.", []),
        ("", "¿Hola?", ["files/f91-captura.png"]),
    ]
    assert ("files/f91-captura.png" in names, other.begun) == (True, ())


async def test_what_waits_until_they_say_which_request_it_is_about_is_theirs_too(room: Room) -> None:
    person = await room.meet("Ana")
    await room.does(Stand(ANA, "11", Dialogue("which", "which", Loose(text="Sigue igual."))))
    found = await room.store.look(partial(belongings.belongings, person=person))
    assert found
    assert [(one.title, one.details) for one in found.begun] == [("", "Sigue igual.")]


async def test_what_stands_in_the_zip_is_named_there_as_it_is_called(room: Room) -> None:
    """A photo has no name of its own; and in the place of one that was lost a picture says so."""
    ticket = await room.ticket("abcdefghij-files", "SUP-9")
    for file in (File("f71", "photo"), File("f72", "photo")):
        await room.hold(file)
        await room.record(ticket, "asked", "", by="Ana", files=(file,))
    await room.keep.put("f71", PNG, "photo.png", "image/png")
    files, requests, lost = await zipped(room, ticket.person)
    assert (files, lost) == (["files/f71-photo.png", "files/f72-gone.png"], 1)
    assert [line["files"] for one in requests if one["number"] == "SUP-9" for line in one["conversation"]] == [
        [file] for file in files
    ]


async def test_while_somebodys_files_are_packed_everything_else_goes_on(room: Room) -> None:
    ticket = await room.ticket("abcdefghij-files", "SUP-9")
    await room.file(ticket, "a.pdf", os.urandom(20_000_000), "application/pdf")
    found = await room.store.look(partial(belongings.belongings, person=ticket.person))
    assert found
    packing, breaths = asyncio.ensure_future(bundle(found, room.keep)), 0
    while not packing.done():
        await asyncio.sleep(0.005)
        breaths += 1
    whole, _lost = packing.result()
    with whole, ZipFile(whole) as packed:
        assert [info.file_size for info in packed.infolist()][:-1] == [20_000_000]
    assert breaths > 10


class Slow(Keep):
    """Hands nothing out before it is told to, and knows what was asked for."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store)
        self.asked: list[str] = []
        self.two, self.go = asyncio.Event(), asyncio.Event()

    async def shown(self, file_id: str, name: str) -> Kept:
        self.asked.append(file_id)
        if len(self.asked) == 2:
            self.two.set()
        await self.go.wait()
        return await super().shown(file_id, name)


async def test_who_presses_again_and_again_is_packed_for_once_and_nobody_waits_for_them(
    serve: Serve, room: Room
) -> None:
    """All of somebody's files may be gigabytes."""
    room.keep = slow = Slow(MemoryStore())
    for public, name in (("abcdefghij-files", "Ana"), ("abcdefghij-other", "Bob")):
        await room.file(await room.ticket(public, f"SUP-{name}", name=name), "a.pdf", b"%PDF-1.4 x", "application/pdf")
    async with serve(room.build()) as base:
        ana, bob = [Browser(base, await room.login(name)) for name in ("Ana", "Bob")]
        first = [asyncio.create_task(who.get("/me/data")) for who in (ana, bob)]
        async with asyncio.timeout(5):
            await slow.two.wait()
        again = [asyncio.create_task(ana.get("/me/data")) for _ in range(5)]
        assert (await bob.get("/mine")).status == 200
        for left in again[1:]:
            left.cancel()
        assert (await bob.get("/mine")).status == 200
        slow.go.set()
        got = await asyncio.gather(*first, again[0])
    assert ([one.status for one in got], len(slow.asked), len(set(slow.asked))) == ([200] * 3, 3, 2)
