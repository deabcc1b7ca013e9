"""What is gone stays gone: after a copy is restored, in the database's own file, and of uploads that led nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import func, select

from bot.app import App, Roles
from bot.dialogue.words import Command, File, Said
from bot.events import Caller, Fetched, Message, Posted
from bot.graves import are_ours, erase_again, tidy
from bot.media.keep import Keep
from bot.parts import read_desk
from bot.settings import load
from bot.store import tables as t
from bot.store.chores import claim
from bot.store.erasing import erase
from bot.store.marks import strangers
from tests.outbox.office import Window
from tests.store.desk import does, message
from tests.store.laid import laid
from tests.web.door import ANA, PEOPLE, PNG, STRANGER, Room, filled, furnished
from tests.web.test_belongings import CANARY, chores, dump, furnish


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    found = await filled(furnished(tmp_path))
    yield found
    found.store.close()


async def erases(room: Room, name: str = "Ana") -> None:
    """As they do it themselves at the page."""
    room.count += 1
    person = await room.meet(name)
    await room.take(Posted(id=f"erase{room.count}", at=room.at, person=person, ticket=0, answer=Command("erase")))
    await chores(room)
    del room.people[name]


def copied(database: Path, to: Path) -> None:
    """As the README tells operators to."""
    with closing(connect(database)) as one, closing(connect(to)) as other:
        one.backup(other)


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith("desk.db")]


async def people(room: Room) -> list[str]:
    return list(await room.store.read(lambda db: db.scalars(select(t.person.c.name).order_by(t.person.c.id)).all()))


async def test_a_restored_copy_brings_nobody_back_and_takes_nobody_else(room: Room, tmp_path: Path) -> None:
    await furnish(room)
    copied(tmp_path / "desk.db", tmp_path / "copy.db")
    await erases(room)
    restored = furnished(tmp_path, url=f"sqlite:///{tmp_path}/copy.db")
    restored.keep = room.keep
    before = await people(restored)
    erased = [await erase_again(restored.store, restored.keep) for _ in range(2)]
    await chores(restored)
    left = await dump(restored)
    restored.store.close()
    assert ("Ana" in before, erased, CANARY in left, "SUP-2000" in left) == (True, [1, 0], False, True)


async def test_who_comes_back_after_their_erasure_is_left_in_peace_even_under_the_same_number(room: Room) -> None:
    await room.meet("Leo")  # the last one: SQLite gives their number out again
    await erases(room, "Leo")
    room.pass_(minutes=1)
    where, who = PEOPLE["Leo"][0], Caller("88", "Leo", "en")
    await room.take(Message(id="again", at=room.at, where=where, who=who, answer=Said("hi")))
    number = await room.store.read(lambda db: db.scalar(select(t.door.c.person).where(t.door.c.user == "88")))
    last = await room.store.read(lambda db: db.scalar(select(func.max(t.person.c.id))))
    assert (number, await erase_again(room.store, room.keep), "Leo" in await people(room)) == (last, 0, True)


@pytest.mark.parametrize("stone", ["gone-1", "gone-1-x", "gone-99999999999999999999-1", "x", "gone-1-1-1"])
async def test_a_stone_that_nobody_can_read_takes_nobody(room: Room, stone: str) -> None:
    await room.keep.bury(stone)
    before = await people(room)
    assert (await erase_again(room.store, room.keep), await people(room)) == (0, before)


async def test_the_stone_itself_says_nothing_of_them(room: Room) -> None:
    await furnish(room)
    await erases(room)
    (stone,) = await room.keep.stones()
    assert (stone.startswith("gone-1-"), "Ana" in stone, "11" in stone.split("-")) == (True, False, False)


async def test_the_databases_own_file_keeps_nothing_of_who_was_erased_at_the_page(room: Room, tmp_path: Path) -> None:
    ticket = await room.ticket("abcdefghij-canar", "SUP-931", title=f"{CANARY} título", details=CANARY * 400)
    await room.record(ticket, "asked", f"{CANARY} escribe", by=CANARY)
    await room.store.run(lambda tx: tx._cursor.execute("PRAGMA secure_delete = OFF"))  # as many build it
    files = files_of(tmp_path)
    before = sum(path.read_bytes().count(CANARY.encode()) for path in files)
    await erases(room)
    assert before > 400
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []


async def test_uploads_that_no_request_refers_to_go_after_a_day(room: Room, tmp_path: Path) -> None:
    room.keep = Keep.open(f"file:{tmp_path / 'media'}")
    ticket = await room.ticket("abcdefghij-files", "SUP-9")
    kept = File(f"web-{'a' * 32}", "photo", "a.png", "image/png", len(PNG))
    await room.hold(kept)
    await room.record(ticket, "asked", "", files=(kept,))
    for name in (kept.id, f"web-{'b' * 32}", f"web-{'c' * 32}", "tg-unbekannt", "week-2026-02-23"):
        await room.keep.put(name, PNG, "a.png", "image/png")
    room.at = datetime.now(UTC) + timedelta(hours=23)
    early = await tidy(room.store, room.keep)
    room.at += timedelta(hours=2)
    assert (early, await tidy(room.store, room.keep), await tidy(room.store, room.keep)) == (0, 2, 0)
    names = ("tg-unbekannt", kept.id, "week-2026-02-23", f"web-{'b' * 32}", f"web-{'c' * 32}")
    assert [await room.keep.exists(name) for name in names] == [True, True, True, False, False]


async def test_a_database_that_does_not_know_the_files_of_another_leaves_them_alone(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An operator who tries another DATABASE_URL on the same folder, and goes back."""
    upload = File(f"web-{'a' * 32}", "photo", "a.png", "image/png", len(PNG))
    await room.hold(upload)
    await room.record(await room.ticket("abcdefghij-files", "SUP-9"), "asked", "", files=(upload,))
    await room.keep.put(upload.id, PNG, upload.name, upload.mime)
    await tidy(room.store, room.keep)
    copied(tmp_path / "desk.db", tmp_path / "copy.db")
    for url in (laid(tmp_path / "other.db"), f"sqlite:///{tmp_path}/copy.db", room.url):
        desk = furnished(tmp_path, url=url)
        desk.at = datetime.now(UTC) + timedelta(days=2)
        with closing(desk.store):
            await tidy(desk.store, room.keep)
        assert (url, await room.keep.exists(upload.id)) == (url, True)
    assert caplog.text.count("another database") == 1


async def test_a_copy_from_before_databases_had_a_mark_finds_its_files_its_own(room: Room, tmp_path: Path) -> None:
    await room.ticket("abcdefghij-files", "SUP-9")
    copied(tmp_path / "desk.db", tmp_path / "copy.db")
    await tidy(room.store, room.keep)
    with closing(furnished(tmp_path, url=f"sqlite:///{tmp_path}/copy.db").store) as restored:
        before = strangers(f"sqlite:///{tmp_path}/copy.db", await room.keep.stones())
        assert (before, await are_ours(restored, room.keep), len(await room.keep.stones())) == ((), True, 1)


async def test_files_of_a_draft_that_was_dropped_go_after_a_day_and_no_others(room: Room) -> None:
    ticket = await room.ticket("abcdefghij-files", "SUP-9")
    told = await room.file(ticket, "told.png", PNG, "image/png")
    dropped, drafted = (File(name, "photo", f"{name}.png", "image/png", len(PNG)) for name in ("dropped", "drafted"))
    for number, where, file in (("1", ANA, dropped), ("2", STRANGER, drafted)):
        who = Caller(where.chat, "", "es")
        await room.keep.put(file.id, PNG, file.name, file.mime)
        await room.take(Message(id=number, at=room.at, where=where, who=who, answer=Said("", (file,))))
        fetched = Fetched(id=f"fetched:{file.id}", at=room.at, where=where, file=file.id, name=file.name)
        await room.take(fetched)
    cancel = Message(id="3", at=room.at, where=ANA, who=Caller(ANA.chat, "", "es"), answer=Command("cancel", ""))
    await room.take(cancel)
    left = []
    for hours in (23, 2):
        room.pass_(hours=hours)
        await tidy(room.store, room.keep)
        await chores(room)
        left.append([await room.keep.exists(file.id) for file in (told, drafted, dropped)])
    assert left == [[True, True, True], [True, True, False]]


async def test_a_file_that_is_still_on_its_way_is_not_kept_of_whoever_was_erased_meanwhile(tmp_path: Path) -> None:
    laid(tmp_path / "desk.db")
    places = {"DATABASE_URL": f"sqlite:///{tmp_path}/desk.db", "MEDIA_URL": f"file:{tmp_path}/media"}
    settings = load(places, tmp_path)
    desk = App(settings, read_desk(settings.desk_path()), Roles())

    class Slow(Window):
        async def fetch(self, ref: str, /) -> bytes:
            await desk.store.run(partial(erase, person=1))
            for chore in await desk.store.run(partial(claim, most=4)):
                await desk.chore(chore)
            return ref.encode()

    desk.channels["telegram"] = Slow()
    await does(desk.store, message("1", answer=Said("", (File("f1", "document", "a.pdf", ref="%PDF-1.4"),))))
    (chore,) = await desk.store.run(partial(claim, most=4))
    await desk.chore(chore)
    assert await desk.store.read(lambda db: db.scalar(select(func.count()).select_from(t.person))) == 0
    assert [path.name for path in (tmp_path / "media").iterdir() if path.is_file()] == []
    desk.store.close()
