"""What somebody who is known sees and does at the page of a ticket, over HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.desk.calendars import loading
from bot.desk.people import Agent
from bot.desk.ticket import Ticket
from bot.dialogue.words import File
from bot.store.prepared import Prepared
from bot.values import replace
from bot.web.talk import Numbers
from tests.web.browser import SAME, Answer, Browser, field_of, form
from tests.web.door import DESK, PNG, TEAM, Room, Serve, furnished

BUDGET = 60_000
PUBLIC = "abcdefghij-talks"


@pytest.fixture(autouse=True)
async def ticket(room: Room) -> Ticket:
    """A conversation with everything in it."""
    opened = await room.ticket(
        PUBLIC, "SUP-9", title="El <b>icono</b>", details="Mira https://tienda.es/a.", urls=("https://b.es",)
    )
    await room.file(opened, "foto.png", PNG, "image/png")
    await room.file(opened, "otra.png", PNG, "image/png", "answer")
    await room.file(opened, "contrato.pdf", b"%PDF-1.4 x", "application/pdf")
    await room.record(opened, "event", "claimed")
    await room.record(opened, "answer", "Ya está: *prueba*", marked="Ya está: *prueba*")
    await room.record(opened, "asked", "[Team]: soy el equipo", by="Bea")
    await room.record(opened, "answer", "retirado", gone=room.at)
    await room.record(opened, "note", "secreto")
    return opened


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that were run."""
    run, seen = Prepared.run, []

    def counted(self: Prepared, cursor: Any, dialect: Any, values: Any) -> None:
        seen.append(str(self._statement))
        run(self, cursor, dialect, values)

    monkeypatch.setattr(Prepared, "run", counted)
    yield seen
    monkeypatch.undo()


async def ana(room: Room, base: str) -> Browser:
    return Browser(base, await room.login("Ana"), "es")


async def wrote(browser: Browser, text: str, *files: tuple[str, bytes], **more: str) -> Answer:
    once = field_of((await browser.get(f"/t/{PUBLIC}")).text, "once")
    return await browser.post(f"/t/{PUBLIC}", form(text, once, *files, **more))


async def test_what_an_agent_opened_for_them_is_not_in_their_name(serve: Serve, room: Room) -> None:
    bea = Agent("telegram:9", "Bea")
    await room.ticket("abcdefghij-bea01", "SUP-10", details="Nos lo has contado por teléfono.", opener=bea)
    async with serve(room.build()) as base:
        page = await (await ana(room, base)).get("/t/abcdefghij-bea01")
    first = page.text.partition('<ol class="talk">')[2].partition("</li>")[0]
    assert re.findall(r'<li class="(\w+)">|<b dir="auto">(\w+)</b>', first) == [("team", ""), ("", "Bea")]
    assert "Nos lo has contado" in first


async def test_the_conversation_says_who_said_what_and_when(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        page = await (await ana(room, base)).get(f"/t/{PUBLIC}")
    lines = re.split(r'<li class="(?:customer|team|event)">', page.text.partition("</ol>")[0])[1:]
    said = [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in lines]
    when = [re.sub(r"(lunes|martes) \d+ de marzo a las? \d+:\d\d", "…", line) for line in said]
    assert when == [
        "Ana … Mira https://tienda.es/a . https://b.es",
        "Ana … ① ① foto.png Cerrar",
        "Bea Equipo … ② ② otra.png Cerrar",
        "Ana … contrato.pdf",
        "Bea lo está mirando. …",
        "Bea Equipo … Ya está: prueba",
        "Bea … [Team]: soy el equipo",
        "Bea Equipo … Retirado.",
    ]
    assert "secreto" not in page.text
    assert "retirado" not in page.text
    assert "&lt;b&gt;icono&lt;/b&gt;" in page.text
    assert (
        '<a href="https://tienda.es/a" rel="noopener noreferrer nofollow" target="_blank">https://tienda.es/a</a>.'
        in page.text
    )


async def test_a_long_conversation_leads_to_its_end(serve: Serve, room: Room, ticket: Ticket) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base, await room.login("Ana"), "es")
        short = await browser.get(f"/t/{PUBLIC}")
        for n in range(20):
            await room.record(ticket, "answer", f"Mensaje {n}")
        long = await browser.get(f"/t/{PUBLIC}")
    assert ("Ir al último mensaje" in short.words, "Ir al último mensaje" in long.words) == (False, True)
    assert long.text.index('id="newest"') < long.text.index("Mensaje 19") < long.text.index('id="end"')
    assert long.text.count('id="newest"') == 1


async def test_the_badge_comes_from_the_record_and_not_from_a_name(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        page = (await (await ana(room, base)).get(f"/t/{PUBLIC}")).text
    blocks = re.findall(r'<li class="(customer|team)">.*?</p>', page, re.DOTALL)
    badges = re.findall(
        r'<li class="(customer|team)">\n<p class="by"><b dir="auto">(\w+)</b>( <span class="badge">)?', page
    )
    assert len(blocks) == len(badges) == 7
    assert {(of, bool(badge)) for of, _by, badge in badges} == {("customer", False), ("team", True)}
    assert ("customer", "Bea", "") in badges  # who calls himself like an agent stays a customer


async def test_no_page_is_heavy_and_none_looks_more_than_three_times(
    serve: Serve, room: Room, looks: list[str]
) -> None:
    async with serve(room.build()) as base:
        known, stranger = await ana(room, base), Browser(base)
        found = {}
        for browser in (known, stranger):
            for path in (
                "/",
                f"/t/{PUBLIC}",
                f"/t/{PUBLIC}/talk",
                "/mine",
                "/mine?q=icono",
                "/me",
                "/t/abcdefghij-none_",
            ):
                looks.clear()
                answer = await browser.get(path)
                found[browser is known, path] = (len(looks), len(answer.body) <= BUDGET)
    assert {path: of for path, of in found.items() if of[0] > 3 or not of[1]} == {}
    assert found[True, f"/t/{PUBLIC}"][0] == 2


@pytest.mark.parametrize("path", ["/t/%00", "/t/x", "/t/..%2f..", "/t/" + "x" * 65, "/t/abcdefghij-ours%27"])
async def test_what_is_no_id_is_not_looked_up(serve: Serve, room: Room, looks: list[str], path: str) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        looks.clear()
        assert ((await known.get(path)).status, looks) == (404, [])


async def test_nothing_comes_from_other_hosts(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        pages = [(await known.get(path)).text for path in (f"/t/{PUBLIC}", "/mine", "/me")]
    loaded = [at for page in pages for at in re.findall(r'(?:\bsrc| action)="([^"]*)"|<link[^>]*href="([^"]*)"', page)]
    assert [at for pair in loaded for at in pair if at and not re.fullmatch(r"/[^/].*|/", at)] == []


async def test_an_answer_reaches_the_team_as_from_any_door(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        done = await wrote(known, "Sigue sin *verse*", ("pantalla.png", PNG), ("a.pdf", b"%PDF-1.4 y"))
        page = await known.get(f"/t/{PUBLIC}")
    assert (done.status, done.headers["location"]) == (303, f"/t/{PUBLIC}#end")
    assert "Sigue sin *verse*" in page.words
    team = await room.letters(TEAM)
    assert any("Ana* adds:" in words and "> Sigue sin \\*verse\\*" in words for words in team)
    assert await room.letters() == []  # her chat is not told what she has just written herself


async def test_the_same_form_sent_twice_counts_once(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        await asyncio.gather(*(known.post(f"/t/{PUBLIC}", form("una sola vez", "o" * 20)) for _ in range(5)))
        assert (await known.get(f"/t/{PUBLIC}")).text.count("una sola vez") == 1


async def test_the_same_form_with_something_else_in_it_counts_again(serve: Serve, room: Room) -> None:
    """As *Back* shows it again in some browsers."""
    async with serve(room.build()) as base:
        known = await ana(room, base)
        once = "o" * 20
        for text, file in (("una", b"%PDF-1 a"), ("otra", b"%PDF-1 a"), ("otra", b"%PDF-1 a"), ("otra", b"%PDF-1.1 b")):
            await known.post(f"/t/{PUBLIC}", form(text, once, ("lista.pdf", file)))
        page = (await known.get(f"/t/{PUBLIC}")).words
    assert [page.count(f" {what} ") for what in ("una", "otra", "lista.pdf")] == [1, 2, 3]


async def test_solved_and_open_again_at_a_press(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        pages = []
        for what in ("solve", "reopen"):
            once = field_of((await known.get(f"/t/{PUBLIC}")).text, "once")
            assert (await known.post(f"/t/{PUBLIC}/press", {"what": what, "once": once})).status == 303
            pages.append((await known.get(f"/t/{PUBLIC}")).words)
        wrong = await known.post(f"/t/{PUBLIC}/press", {"what": "claim", "once": ""})
    assert ["Resuelta Si te sigue" in page for page in pages] == [True, False]
    assert "Ana la volvió a abrir." in pages[1]
    assert wrong.status == 422
    assert any("Ana marked it as solved" in words for words in await room.letters(TEAM))


async def test_what_a_line_answers_stands_above_it(serve: Serve, room: Room, ticket: Ticket) -> None:
    await room.record(ticket, "asked", "En el mío también", quoted="¿Y <b> en el tuyo?", sent=room.at)
    async with serve(room.build()) as base:
        page = await (await ana(room, base)).get(f"/t/{PUBLIC}")
    assert "“¿Y &lt;b&gt; en el tuyo?”\nEn el mío también" in page.text


async def test_while_the_holidays_are_loaded_nothing_is_offered_that_cannot_be_done(
    serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "madrid").mkdir()
    room = furnished(tmp_path / "madrid", replace(DESK, hours=replace(DESK.hours, holidays=("ES-MD",))))
    old = await room.ticket("abcdefghij-old01", "SUP-10", "solved", solved=room.at)
    room.pass_(days=30)
    async with serve(room.build()) as base:
        known = await ana(room, base)
        with loading():
            asked = asyncio.create_task(known.get(f"/t/{old.public}"))
            await asyncio.wait((asked,), timeout=0.5)  # it is not answered meanwhile
        page = await asked
    room.store.close()
    assert ("demasiado para reabrirla" in page.words, "Reabrir" in page.words) == (True, False)


async def test_what_was_solved_too_long_ago_goes_on_in_another(serve: Serve, room: Room) -> None:
    """There as in a chat; and what is written to the old one after that goes to the new one."""
    old = await room.ticket("abcdefghij-old01", "SUP-10", "solved", solved=room.at, category="notifications")
    room.pass_(days=30)
    async with serve(room.build()) as base:
        known = await ana(room, base)
        page = await known.get(f"/t/{old.public}")
        pressed = await known.post(f"/t/{old.public}/press", {"what": "reopen", "once": "p" * 20})
        thanks = await known.post(f"/t/{old.public}", form("¡Gracias!", "t" * 20))
        first = await known.post(f"/t/{old.public}", form("Vuelve a pasar", "o" * 20, ("a.png", PNG)))
        then = await known.post(f"/t/{old.public}", form("Y en el iPad", "n" * 20))
        before, after = (await known.get(f"/t/{old.public}")).words, await known.get(first.headers["location"])
    assert ("demasiado para reabrirla" in page.words, "Reabrir" in page.words) == (True, False)
    assert ("demasiado para reabrirla" in pressed.words, pressed.status) == (True, 409)
    assert thanks.headers["location"] == f"/t/{old.public}#end"
    assert first.headers["location"] == then.headers["location"] != thanks.headers["location"]
    assert [after.words.count(words) for words in ("Vuelve a pasar", "Y en el iPad", "a.png")] == [1, 1, 1]
    assert old.title in after.words
    assert ("Resuelta" in before, "Sigue en SUP-" in before, "Vuelve a pasar" in before) == (True, True, False)
    assert sum("Goes on from SUP-10." in words for words in await room.letters(TEAM)) >= 1
    assert sum("está abierta" in words for words in await room.letters()) == 1


def pixels() -> bytes:
    made = BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("virus.exe", b"MZ\x90\x00" * 50, "No puedo aceptar virus.exe"),
        ("dibujo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "No puedo aceptar dibujo.svg"),
        ("pagina.html", b"<!doctype html><script>alert(1)</script>", "No puedo aceptar pagina.html"),
        ("bomba.png", pixels, "demasiados píxeles"),
        ("rota.png", PNG[:40], "está dañada"),
        ("vacio.txt", b"", "No puedo aceptar vacio.txt: no hay nada dentro."),
    ],
)
async def test_a_file_we_do_not_take_is_said_at_once_and_the_words_stay(
    serve: Serve, room: Room, name: str, data: bytes | Callable[[], bytes], said: str
) -> None:
    sent = data if isinstance(data, bytes) else data()
    async with serve(room.build()) as base:
        known = await ana(room, base)
        page = await wrote(known, "mis palabras", (name, sent), ("buena.png", PNG))
        after = await known.get(f"/t/{PUBLIC}")
    assert (page.status, said in page.words) == (422, True)
    assert '<textarea id="text"' in page.text
    assert ">mis palabras</textarea>" in page.text
    assert "mis palabras" not in after.text


async def test_what_is_too_much_is_said(serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        long = await wrote(known, "x" * 12_001)
        empty = await wrote(known, "  \n ")
        many = await wrote(known, "x", *((f"{n}.png", PNG) for n in range(11)))
        foreign = await wrote(known, "x", role="agent")
        monkeypatch.setattr("bot.web.uploads.MOST", 50_000)
        heavy = await wrote(known, "x", ("a.pdf", b"%PDF-1.4" + b"x" * 200_000))
    assert [page.status for page in (long, empty, many, foreign, heavy)] == [422, 422, 413, 422, 413]
    assert "como mucho 12000 caracteres" in long.words
    assert "Escribe algo" in empty.words
    assert "como mucho 10 archivos" in many.words


async def test_more_files_than_a_day_may_bring_are_said_and_the_words_stay(
    serve: Serve, room: Room, ticket: Ticket
) -> None:
    assert ticket.public == PUBLIC
    most = room.store.rules.desk.bounds.files_daily
    person = str(await room.meet("Ana"))
    for n in range(most - 1):
        await room.hold(File(f"before{n}", "photo"), person)
    async with serve(room.build()) as base:
        known = await ana(room, base)
        two = await wrote(known, "mira", ("a.png", PNG), ("b.png", PNG))
        one = await wrote(known, "mira", ("a.png", PNG))
    assert (two.status, f"más de {most} archivos en un día" in two.words, ">mira</textarea>" in two.text) == (
        422,
        True,
        True,
    )
    assert one.status == 303


async def test_a_stranger_s_body_is_not_read(serve: Serve, room: Room) -> None:
    """They are answered before they have sent it."""
    async with serve(room.build()) as base:
        host, port = base.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /t/{PUBLIC} HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n"
        sent = "".join(f"{name}: {value}\r\n" for name, value in SAME.items())
        writer.write(f"{head}{sent}content-length: 60000000\r\n\r\n--b".encode())
        async with asyncio.timeout(5):
            assert (await reader.readline()).startswith(b"HTTP/1.1 403")
        writer.close()


async def test_a_file_that_is_there_no_more_is_shown_as_such(serve: Serve, room: Room, ticket: Ticket) -> None:
    assert ticket.public == PUBLIC
    async with serve(room.build()) as base:
        known = await ana(room, base)
        paths = dict.fromkeys(re.findall(rf'"(/t/{PUBLIC}/f/[^"]*)"', (await known.get(f"/t/{PUBLIC}")).text))
        for path in paths:
            await room.keep.delete(path.rpartition("/")[2])
        found = [await known.get(path) for path in paths]
        stranger = [await Browser(base).get(path) for path in paths]
    assert [(one.status, one.headers["content-type"], one.body[:4]) for one in found] == [
        (404, "image/png", b"\x89PNG")
    ] * 3
    assert {(one.status, one.headers["content-type"]) for one in stranger} == {(404, "text/html; charset=utf-8")}


async def test_files_are_handed_out_so_that_nothing_in_them_runs(serve: Serve, room: Room, ticket: Ticket) -> None:
    html = File("evil", "document", "página.html", "text/html", 9)
    await room.keep.put(html.id, b"<script>", html.name, html.mime)
    await room.hold(html)
    await room.record(ticket, "asked", "", files=(html,))
    async with serve(room.build()) as base:
        known = await ana(room, base)
        page = (await known.get(f"/t/{PUBLIC}")).text
        files = [await known.get(at) for at in dict.fromkeys(re.findall(rf'"(/t/{PUBLIC}/f/[^"]*)"', page))]
    found = {(f.headers["content-type"], f.headers["content-disposition"]) for f in files}
    assert found == {
        ("image/png", "inline; filename*=UTF-8''foto.png"),
        ("image/png", "inline; filename*=UTF-8''otra.png"),
        ("application/octet-stream", "attachment; filename*=UTF-8''contrato.pdf"),
        ("application/octet-stream", "attachment; filename*=UTF-8''p%C3%A1gina.html"),
    }
    for file in files:
        assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert (file.headers["x-content-type-options"], file.headers["cache-control"]) == ("nosniff", "no-store")


async def test_the_language_chosen_here_is_the_language_everywhere(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        known = await ana(room, base)
        before = (await known.get("/me")).text
        done = await known.post("/me", {"language": "en", "once": field_of(before, "once")})
        after = (await known.get("/me")).text
        wrong = await known.post("/me", {"language": "xx", "once": ""})
    assert ('<html lang="es">' in before, done.status, '<html lang="en">' in after, wrong.status) == (
        True,
        303,
        True,
        422,
    )


@pytest.mark.parametrize(
    ("language", "names"),
    [("es", ["Ampliar la imagen ③: Foto", "Mensaje de voz"]), ("en", ["Enlarge picture ③: Photo", "Voice message"])],
)
async def test_what_a_platform_gives_no_name_has_one_in_each_language(
    serve: Serve, room: Room, ticket: Ticket, language: str, names: list[str]
) -> None:
    await room.record(ticket, "asked", "", by="Ana", files=(File("f91", "photo"), File("f92", "voice")))
    async with serve(room.build()) as base:
        page = await (await ana(room, base)).get(f"/t/{PUBLIC}?lang={language}")
    assert [name for name in names if f'"{name}"' not in page.text and f">{name}<" not in page.text] == []


def test_a_picture_has_the_number_that_it_has_in_the_chats() -> None:
    given, of_before = File("a", "photo", number=3), File("b", "photo")
    assert [shown.number for shown in Numbers().show((given, of_before), {"a": "kept", "b": "kept"})] == ["③", "④"]
