"""What somebody takes along: what is in it, what is not, and how it is made."""

from __future__ import annotations

import asyncio
import json
import os
from functools import partial
from zipfile import ZipFile

from bot.dialogue.words import File
from bot.store import belongings
from bot.web.bundle import bundle
from tests.web.door import PNG, Room


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
    found = await room.store.look(partial(belongings.belongings, person=ticket.person))
    assert found
    whole, _lost = await bundle(found, room.keep)
    with whole, ZipFile(whole) as packed:
        files = [name for name in packed.namelist() if name.startswith("files/")]
        requests = json.loads(packed.read("data.json"))["requests"]
    mine = next(one for one in requests if one["number"] == "SUP-9")
    assert files == ["files/f81-suya.png"]
    told = [line["text"] for line in mine["conversation"] if line["of"] == "event"]
    assert (told, mine["rating"]) == (["opened", "claimed", "solved", "rated 4"], 4)


async def test_what_stands_in_the_zip_is_named_there_as_it_is_called(room: Room) -> None:
    """A photo has no name of its own; and in the place of one that was lost a picture says so."""
    ticket = await room.ticket("abcdefghij-files", "SUP-9")
    for file in (File("f71", "photo"), File("f72", "photo")):
        await room.hold(file)
        await room.record(ticket, "asked", "", by="Ana", files=(file,))
    await room.keep.put("f71", PNG, "photo.png", "image/png")
    found = await room.store.look(partial(belongings.belongings, person=ticket.person))
    assert found
    whole, lost = await bundle(found, room.keep)
    with whole, ZipFile(whole) as packed:
        files = [name for name in packed.namelist() if name.startswith("files/")]
        requests = json.loads(packed.read("data.json"))["requests"]
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
