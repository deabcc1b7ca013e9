"""What we keep of somebody: handed out whole, and erased without a trace."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import closing
from functools import partial
from io import BytesIO
from pathlib import Path
from sqlite3 import connect
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from bot.channels import Busy
from bot.cli import main
from bot.desk.known import Issue
from bot.desk.people import MAIL
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Command, File, Prompt, Said, Text
from bot.effects import Declare, Erase, Follow, Know, Save, Say, Stand, Wake
from bot.effects import Room as Topic
from bot.events import Address, Caller, Message, Posted
from bot.graves import unkeep
from bot.media.keep import Keep
from bot.store import belongings, erasing, migrate, tables
from bot.store.chores import claim
from bot.store.prepared import Prepared
from bot.store.rows import Row, Value
from bot.store.tx import Tx
from bot.turn import RUNS, Script, take
from bot.values import replace
from handlers.draft import Draft
from tests.store.desk import Doing, does, message, opened, sees, ticket
from tests.web.browser import Browser, field_of
from tests.web.door import ANA, BOB, OURS, PNG, TEAM, Room, Serve, filled, furnished

CANARY = "canario7391"
NOTE = "nota-secreta-5512"


async def furnish(room: Room) -> None:
    """Ana has left her name in every corner of the house."""
    ticket = await room.ticket(f"{CANARY}-000", "SUP-931", title=f"{CANARY} título", details=CANARY, name="Ana")
    file = await room.file(ticket, f"{CANARY}.pdf", b"%PDF-1.4 " + CANARY.encode(), "application/pdf")
    await room.file(ticket, "foto.png", PNG, "image/png")
    await room.file(ticket, f"{CANARY}-nota.png", PNG, "image/png", "note")
    await room.record(ticket, "asked", f"{CANARY} escribe", by=CANARY)
    await room.record(ticket, "answer", f"Hola {CANARY}")
    await room.record(ticket, "answer", f"{NOTE} {CANARY} se retiró", gone=room.at)
    await room.record(ticket, "note", f"{NOTE} sobre {CANARY}")
    login = Issue(
        id="i", titles={"es": "No se puede entrar"}, team=TEAM, by="Bea", since=room.at, state="open", round=1
    )
    await room.does(Declare(login), Follow(login, ticket.person))
    said = Prompt(Text(CANARY))
    where = Topic(TEAM, ticket.id, CANARY)
    await room.does(
        Say(to=ANA, language="es", words=said, about=ticket.id, slot="x"),
        Say(to=where, language="en", words=said, about=ticket.id, slot="card"),
        Say(to=TEAM, language="en", words=Prompt(Text(f"SUP-931 {CANARY}")), slot="queue"),
        Stand(ANA, "11", Dialogue("intake", "title", Draft(title=CANARY))),
        Wake(room.at, "nudge", f"draft.telegram|11|{CANARY}|11"),
        Wake(room.at, "undo-over", f"ticket.{ticket.id}"),
    )
    await room.store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET state = 2 WHERE lane LIKE 'telegram|-100|'"))
    await aside(room, ANA.chat, CANARY)
    await aside(room, BOB.chat, "bob-bleibt")
    loose = File("loose-1", "document", f"{CANARY}.txt", "text/plain", 3)
    await room.take(Message(id="loose", at=room.at, where=ANA, who=Caller("11", "Ana"), answer=Said(CANARY, (loose,))))
    await room.login("Ana")
    assert file.id


async def aside(room: Room, chat: str, words: str) -> None:
    """An event of theirs that kept failing."""
    where = ANA if chat == ANA.chat else BOB
    event = Message(id=f"poison:{chat}", at=room.at, where=where, who=Caller(chat, words), answer=Said(words))
    broken = Script(Doing(lambda _seen, _event: 1 // 0))  # type: ignore[arg-type, return-value]
    for _ in range(RUNS - 1):
        with pytest.raises(Busy):
            await take(event, room.store, broken)
    await take(event, room.store, broken)


def dump(room: Room) -> Any:
    return room.store.read(lambda db: "\n".join(db.connection.dbapi_connection.iterdump()))  # type: ignore[union-attr]


async def chores(room: Room) -> None:
    for chore in await room.store.run(partial(claim, most=20)):
        if chore.kind == "unkeep":
            await unkeep(room.keep, json.loads(chore.body), room.url)


async def test_the_zip_holds_everything_and_no_word_of_the_team_s_own(serve: Serve, room: Room) -> None:
    await furnish(room)
    async with serve(room.build()) as base:
        ana, bob = [Browser(base, await room.login(name)) for name in ("Ana", "Bob")]
        got = await ana.get("/me/data")
        other = ZipFile(BytesIO((await bob.get("/me/data")).body))
    assert got.headers["content-disposition"] == 'attachment; filename="data.zip"'
    zipped = ZipFile(BytesIO(got.body))
    data = json.loads(zipped.read("data.json"))
    mine = next(one for one in data["requests"] if one["number"] == "SUP-931")
    names = [name.partition("-")[2] for name in zipped.namelist() if name.startswith("files/")]
    assert sorted(names) == sorted([f"{CANARY}.pdf", "foto.png"])
    assert [one["issue"] for one in data["follows"]] == [{"es": "No se puede entrar"}]
    assert (data["name"], data["known_at"]) == ("Ana", [{"channel": "telegram", "user": "11"}])
    assert [line["text"] for line in mine["conversation"] if line["text"]] == [f"{CANARY} escribe", f"Hola {CANARY}"]
    assert [name for name in zipped.namelist() if NOTE.encode() in zipped.read(name)] == []
    assert CANARY.encode() not in other.read("data.json")
    acts = await room.store.read(lambda db: db.execute(select(tables.act.c.by, tables.act.c.what)).all())
    assert acts[1:] == [("person 1", "took all of theirs along"), ("person 2", "took all of theirs along")]
    shown = [file for line in mine["conversation"] for file in line["files"]]
    assert set(shown) == {name for name in zipped.namelist() if name.startswith("files/")}


ALL_SENT = Prepared(update(tables.outbox).values(state=2))


class Counting(Tx):
    """Notes what is asked of the database."""

    __slots__ = ("asked",)

    def all(self, statement: Prepared, **values: Value) -> list[Row]:
        self.asked = (*getattr(self, "asked", ()), statement)
        return super().all(statement, **values)


async def test_the_letters_are_read_once_however_many_requests_they_may_name(room: Room) -> None:
    codes = ("SUP-90", "SUP-91", "OLD-7")
    tickets = [await room.ticket(f"{n}234567890123456", code, name="Ana") for n, code in enumerate(codes)]
    for code in (*codes, "SUP-901", "OLD-77"):
        await room.does(Say(to=TEAM, language="en", words=Prompt(Text(f"{code} waits"))))

    def erased(tx: Tx) -> tuple[Prepared, ...]:
        tx.do(ALL_SENT)
        counting = Counting(tx._cursor, tx._dialect, tx.rules)
        erasing.erase(counting, tickets[0].person)
        return counting.asked

    asked = await room.store.run(erased)
    assert (asked.count(erasing.NAMED), asked.count(erasing.SHOWN), asked.count(erasing.MAILED)) == (2, 1, 1)
    left = [parcel.text for parcel in await room.parcels(TEAM) if parcel.text]
    assert left == ["SUP-901 waits", "OLD-77 waits"]


async def test_after_erasure_nothing_of_them_is_anywhere(serve: Serve, room: Room) -> None:
    await furnish(room)
    before = await dump(room)
    files = await room.store.read(lambda db: db.scalars(select(tables.file.c.id)).all())
    async with serve(room.build()) as base:
        ana, bob = [Browser(base, await room.login(name)) for name in ("Ana", "Bob")]
        page = await ana.get("/me")
        unsure = await ana.post("/me/erase", {"once": field_of(page.text, "once")})
        done = await ana.post("/me/erase", {"once": field_of(unsure.text, "once"), "sure": "yes"})
        after = [(await ana.get("/mine")).status, (await bob.get("/mine")).status]
        link = await ana.get(f"/t/{CANARY}-000")
        gone = await dump(room)
        await chores(room)
    assert before.count(CANARY) > 15
    assert (unsure.status, done.status, after, link.status) == (422, 200, [403, 200], 404)
    assert [row for row in gone.splitlines() if CANARY in row or NOTE in row] == []
    assert ("bob-bleibt" in gone, "SUP-2000" in gone, OURS in gone) == (True, True, False)
    assert await room.store.read(lambda db: db.scalars(select(tables.follower.c.person)).all()) == []
    assert len(files) == 4
    assert [file for file in files if await room.keep.exists(file)] == []
    team = [words for words in await room.letters(TEAM) if words]
    assert len(team) == 1
    assert team[0].startswith("Erased at the customer's request: SUP-931, ")


async def test_after_erasure_no_address_is_anywhere_that_they_had_before(room: Room) -> None:
    """Nobody knows of it any more but the line of its mails."""
    ticket = await room.ticket("abcdefghij-mails", "SUP-932")
    seen, old = Doing(), Address(MAIL, f"{CANARY}@example.com")
    await take(
        Message(id="now", at=room.at, where=ANA, who=Caller("11", "Ana"), answer=Said("hola")),
        room.store,
        Script(seen),
    )
    person = seen.seen[0].person
    mail = Say(to=old, language="es", words=Prompt(Text("SUP-932")), about=ticket.id, slot="x")
    await room.does(Know(replace(person, mail=old.chat, off="w")), mail)
    await room.store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET state = 2"))
    await room.does(Know(replace(person, mail="", off="")))
    assert CANARY in await dump(room)
    await room.does(Erase(person.id))
    assert CANARY not in await dump(room)


@pytest.mark.parametrize("cookie", ["still there", "gone"])
async def test_whoever_presses_twice_sees_the_same_goodbye(serve: Serve, room: Room, cookie: str) -> None:
    await furnish(room)
    async with serve(room.build()) as base:
        ana = Browser(base, await room.login("Ana"))
        page = (await ana.get("/me")).text
        sure, erase = {"once": field_of(page, "once"), "sure": "yes"}, "/me/erase?lang=es"
        assert f'action="{erase}#erase"' in page
        hasty = Browser(base, dict(ana.cookies) if cookie == "still there" else {})
        first, second = await ana.post(erase, sure), await hasty.post(erase, sure)
        other = await hasty.post("/me/erase", {**sure, "once": "x" * 22})
        assert (first.status, second.status, second.text, other.status) == (200, 200, first.text, 403)
        again = Browser(base, await room.login("Bob"))  # an old form in a browser where somebody is logged in anew
        assert (await again.post("/me/erase", sure)).status == 200
        assert (await again.get("/mine")).status == 403


async def test_who_comes_back_is_somebody_new(room: Room) -> None:
    await furnish(room)
    person = await room.meet("Ana")
    await room.take(Posted(id="erase", at=room.at, person=person, ticket=0, answer=Command("erase")))
    doing = Doing()
    await take(
        Message(id="again", at=room.at, where=ANA, who=Caller("11", "Ana"), answer=Said("hola")),
        room.store,
        Script(doing),
    )
    assert (doing.seen[0].person.new, doing.seen[0].open_tickets) == (True, ())


# -- as an operator types it ---------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("MEDIA_URL", f"file:{tmp_path / 'media'}")

    async def build() -> None:
        room = furnished(tmp_path)
        room.keep = Keep.open(f"file:{tmp_path / 'media'}")
        await furnish(await filled(room))
        room.store.close()

    asyncio.run(build())
    return tmp_path


def typed(*words: str, answer: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, words, input=answer)
    return result.exit_code, result.output


def found(place: Path) -> list[str]:
    """The files below that hold the canary, in their names or bytes."""
    every = [path for path in place.rglob("*") if path.is_file() and path.suffix != ".zip"]
    return [str(path) for path in every if CANARY.encode() in path.read_bytes() or CANARY in path.name]


def test_an_operator_reads_what_was_done_to_a_request_or_to_all_of_somebodys(place: Path) -> None:
    code, words = typed("trail", "sup-931")
    assert (code, {line.split("  ")[1] for line in words.splitlines()}) == (0, {"SUP-931"})
    for line in ("Ana: wrote: (1 file)", f"{CANARY}: wrote: {CANARY} escribe", f"noted: {NOTE} sobre {CANARY}"):
        assert line in words
    assert set(words.splitlines()) <= set(typed("trail", "telegram:11")[1].splitlines())
    assert typed("trail", "telegram:11", "--most", "1")[1].count("\n") == 1
    assert found(place) != []


def test_who_writes_another_prefix_than_a_request_has_is_told_how_it_is_called(place: Path) -> None:
    """The desk has another one since; what was opened before keeps its own."""
    with closing(connect(place / "desk.db")) as link:
        ((number,),) = link.execute("SELECT id FROM ticket WHERE code = 'SUP-931'").fetchall()
    for command in ("export", "trail"):
        code, words = typed(command, f"TIC-{number}")
        assert (code, "a request such as SUP-931" in words) == (1, True)
        assert "a request such as SUP-1001" in typed(command, "TIC-99999")[1]


@pytest.mark.parametrize("named", ["telegram:11", "SUP-931", "sup-931"])
def test_an_operator_exports_and_erases(place: Path, named: str) -> None:
    code, words = typed("export", named, "--to", "ana.zip")
    assert (code, "ana.zip: all we keep" in words) == (0, True)
    assert "data.json" in ZipFile(place / "ana.zip").namelist()
    assert found(place) != []
    code, words = typed("erase", named, answer="n\n")
    assert (code, found(place) != []) == (1, True)
    code, words = typed("erase", named, "--yes")
    assert (code, found(place)) == (0, [])
    assert "SUP-931" in words
    assert CANARY not in words
    code, words = typed("trail")
    *_before, handed, erased = words.splitlines()
    assert (code, handed.endswith("by command: handed out"), ": erased " in erased and "SUP-931" in erased) == (
        0,
        True,
        True,
    )
    assert handed.split("  ")[1] == erased.split("  ")[1] == "person 1"
    assert typed("trail", "SUP-931")[0] == 1
    copy = place / "backup.db"
    with closing(connect(place / "desk.db")) as db, closing(connect(copy)) as backup:
        db.backup(backup)
    assert CANARY.encode() not in copy.read_bytes()


def test_a_zip_that_cannot_be_written_is_said_in_a_line(place: Path) -> None:
    """As where the program may write nothing but its data, or where the disk is full."""
    (place / "SUP-931.zip").mkdir()
    said = "SUP-931.zip cannot be written (Is a directory): name another place by --to\n"
    assert typed("export", "SUP-931") == (1, said)
    said = "/dev/full cannot be written (No space left on device): name another place by --to\n"
    assert typed("export", "SUP-931", "--to", "/dev/full") == (1, said)


def test_files_that_cannot_be_had_are_said_in_a_line_and_who_is_erased_is_erased(place: Path) -> None:
    media, names = place / "media", [path.name for path in (place / "media").iterdir()]
    shutil.rmtree(media)
    code, words = typed("export", "SUP-931", "--to", "ana.zip")
    lost = sum(name.startswith("files/") for name in ZipFile(place / "ana.zip").namelist())
    assert (code, f"{lost} of its files are not where MEDIA_URL says" in words, lost > 0) == (0, True, True)
    (place / "ana.zip").unlink()
    for name in (*names, "gone"):  # links in a circle: what lies there cannot be had
        (media / name).symlink_to(media / name)
    code, words = typed("export", "SUP-931", "--to", "ana.zip")
    assert (code, words.count("\n"), (place / "ana.zip").exists()) == (1, 1, False)
    assert "MEDIA_URL: the files cannot be had just now (" in words
    code, words = typed("erase", "SUP-931", "--yes")
    assert (code, "Erased. Requests:" in words, "`run` or a `worker` deletes them" in words) == (0, True, True)
    assert typed("export", "SUP-931")[0] == 1


def test_who_is_erased_is_told_so_where_the_file_cannot_be_made_anew(place: Path) -> None:
    """As on a disk that is nearly full: there has to be room for it twice. Here it is an index by what nobody knows."""
    with closing(connect(place / "desk.db")) as db, db:
        db.create_function("odd", 1, int, deterministic=True)
        db.executescript("CREATE TABLE odd (x); INSERT INTO odd VALUES (1); CREATE INDEX ix_odd ON odd (odd(x))")
    code, words = typed("erase", "SUP-931", "--yes")
    assert (code, "Erased. Requests:" in words) == (1, True)
    assert "the file of the database could not be made anew (" in words
    assert "sqlite3 FILE VACUUM" in words


async def test_a_number_that_begins_like_an_erased_one_loses_nothing(url: str) -> None:
    """What never left may still be sent again."""
    migrate(url)
    store = opened(url)
    person = (await sees(store, message("1"))).person
    words = [Prompt(Text(f"{code} waits.")) for code in ("SUP-10", "SUP-100", "see SUP-10")]
    said = [Say(to=TEAM, language="en", words=one, slot=f"s{n}") for n, one in enumerate(words)]
    await does(store, message("2"), Save(ticket(10, person)), *said)
    await store.run(lambda tx: tx._cursor.execute("UPDATE outbox SET state = 3"))
    await store.run(partial(erasing.erase, person=person.id))
    left = await store.read(lambda db: db.scalars(select(tables.outbox.c.body).order_by(tables.outbox.c.id)).all())
    assert [("SUP-100 waits" in body, body == "{}") for body in left] == [(False, True), (True, False), (False, True)]
    store.close()


@pytest.mark.parametrize("named", ["telegram:999", "SUP-1", "x", "telegram:"])
def test_nobody_is_nobody(place: Path, named: str) -> None:
    assert [typed(command, named, *more)[0] for command, *more in (("export",), ("erase", "--yes"))] == [1, 1]
    code, words = typed("erase", named)  # nobody is asked whether to erase nobody
    assert (code, words.count("\n"), "is nobody we know" in words) == (1, 1, True)
    assert found(place) != []


async def test_erasure_and_export_go_the_same_way_on_postgresql(url: str) -> None:
    migrate(url)
    store = opened(url)
    person = (await sees(store, message("1"))).person
    await does(store, message("2"), Save(ticket(1001, person)))
    held = await store.look(partial(belongings.belongings, person=person.id))
    assert held is not None
    assert [one.code for one in held.tickets] == ["SUP-1001"]
    gone = await store.run(partial(erasing.erase, person=person.id))
    assert gone.codes == ("SUP-1001",)
    assert await store.look(partial(belongings.belongings, person=person.id)) is None
    rows = await store.read(lambda db: db.execute(select(tables.ticket.c.id)).all())
    assert rows == []
    store.close()
