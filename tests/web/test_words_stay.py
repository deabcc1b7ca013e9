"""What people write at a ticket's page is theirs until the desk has it, whatever becomes of the page."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.channels import Busy
from bot.desk.ticket import Ticket
from bot.events import Event
from bot.media.keep import Keep
from tests.web.browser import Answer, Browser, field_of, form
from tests.web.door import BOBS, PNG, Room, Serve
from tests.web.eyes import faults, follow, known

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

PUBLIC, SOLVED = "abcdefghij-talks", "abcdefghij-solve"


@pytest.fixture(autouse=True)
async def ticket(room: Room) -> Ticket:
    return await room.ticket(PUBLIC, "SUP-9")


async def ana(room: Room, base: str) -> Browser:
    return Browser(base, await room.login("Ana"), "es")


async def wrote(browser: Browser, text: str, *files: tuple[str, bytes]) -> Answer:
    once = field_of((await browser.get(f"/t/{PUBLIC}")).text, "once")
    return await browser.post(f"/t/{PUBLIC}", form(text, once, *files))


@pytest.mark.parametrize("files", [11, 12, 101])
async def test_words_that_come_with_too_many_files_stay(serve: Serve, room: Room, files: int) -> None:
    async with serve(room.build()) as base:
        guest = await ana(room, base)
        page = await wrote(guest, "no me pierdas", *((f"{n}.png", PNG) for n in range(files)))
    assert (page.status, "como mucho 10 archivos" in page.words) == (413, True)
    assert ">no me pierdas</textarea>" in page.text


@pytest.mark.parametrize(
    ("bounds", "said"), [({"MOST": 50_000}, (413, "64 MB")), ({"SECONDS": 0.3}, (408, "No llegó todo a tiempo"))]
)
async def test_words_stay_when_the_files_behind_them_are_too_large_or_too_slow(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch, bounds: dict[str, float], said: tuple[int, str]
) -> None:
    for name, value in bounds.items():
        monkeypatch.setattr(f"bot.web.uploads.{name}", value)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4"
        for _ in range(20):
            await asyncio.sleep(0.05)
            yield b"x" * 10_000

    async with serve(room.build()) as base:
        guest = await ana(room, base)
        data = form("no me pierdas", field_of((await guest.get(f"/t/{PUBLIC}")).text, "once"))
        data.add_field("files", slowly(), filename="a.pdf")
        page = await guest.post(f"/t/{PUBLIC}", data)
    assert (page.status, said[1] in page.words, ">no me pierdas</textarea>" in page.text) == (said[0], True, True)


async def test_words_alone_wait_for_nobodys_files(serve: Serve, room: Room) -> None:
    """Two people on slow lines, each with two large files that are still on their way."""
    await room.ticket("abcdefghij-leos_", "SUP-77", name="Leo")
    there, arrived = asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4" + b"x" * 2_000_000
        arrived.set()
        await there.wait()

    async def uploads(who: str, public: str) -> None:
        guest = Browser(base, await room.login(who))
        data = form("mira", "a" * 20)
        data.add_field("files", endless(), filename="a.pdf")
        await guest.post(f"/t/{public}", data)

    async with serve(room.build()) as base:
        slow = [asyncio.create_task(uploads(*one)) for one in (("Bob", BOBS), ("Leo", "abcdefghij-leos_")) * 2]
        await arrived.wait()
        try:
            async with asyncio.timeout(5):
                sent = await wrote(await ana(room, base), "solo palabras")
        finally:
            there.set()
            await asyncio.gather(*slow)
    assert sent.status == 303


async def test_words_stay_where_no_file_can_be_kept(serve: Serve, room: Room, ticket: Ticket, tmp_path: Path) -> None:
    """And what is kept already comes later."""
    folder = tmp_path / "away" / "media"
    room.keep = Keep.open(f"file:{folder}")
    file = await room.file(ticket, "a.png", PNG, "image/png")
    shutil.rmtree(folder)
    folder.write_text("no folder")
    async with serve(room.build()) as base:
        guest = await ana(room, base)
        page = await wrote(guest, "no me pierdas", ("a.png", PNG))
        later = [(await guest.get(path)).status for path in (f"/t/{PUBLIC}/f/{file.id}", "/me/data")]
        alone = await wrote(guest, "solo palabras")
    assert (page.status, "no podemos guardar archivos" in page.words) == (503, True)
    assert ">no me pierdas</textarea>" in page.text
    assert (later, alone.status) == ([503, 503], 303)


async def test_words_stay_where_a_large_file_has_no_room_on_its_way(
    serve: Serve, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk, or in a container that may write nowhere."""

    async def large() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    async with serve(room.build()) as base:
        guest = await ana(room, base)
        data = form("no me pierdas", field_of((await guest.get(f"/t/{PUBLIC}")).text, "once"))
        data.add_field("files", large(), filename="a.pdf")
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
        page = await guest.post(f"/t/{PUBLIC}", data)
        small = await wrote(guest, "con una foto", ("a.png", PNG))
    assert (page.status, "no podemos guardar archivos" in page.words, small.status) == (503, True, 303)
    assert ">no me pierdas</textarea>" in page.text


async def test_whoever_is_logged_in_no_more_gets_their_words_back(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        guest = await ana(room, base)
        once = field_of((await guest.get(f"/t/{PUBLIC}")).text, "once")
        guest.cookies.clear()
        gone = await guest.post(f"/t/{PUBLIC}", form("no me <pierdas>", once, ("a.png", PNG)))
        rated = await guest.post(f"/t/{PUBLIC}/rate", {"stars": "5", "why": "no me pierdas", "once": once})
        guest.cookies |= await room.login("Bob")
        other = await guest.post(f"/t/{PUBLIC}", form("no me <pierdas>", once))
        looked = await guest.get(f"/t/{PUBLIC}")
    assert [page.status for page in (gone, rated, other)] == [403, 403, 403]
    for page, said in ((gone, "Esto no se ha enviado"), (other, "This was not sent")):
        assert said in page.words
        assert ">no me &lt;pierdas&gt;</textarea>" in page.text
    assert ">no me pierdas</textarea>" in rated.text
    assert "no se ha enviado" not in looked.words


@asynccontextmanager
async def writing(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch, take: Callable[[Event], Awaitable[None]]
) -> AsyncIterator[tuple[Browser, str]]:
    """Ana has the page before her, and the word of its form; what she sends is taken so."""
    async with serve(room.build()) as base:
        guest = await ana(room, base)
        once = field_of((await guest.get(f"/t/{PUBLIC}")).text, "once")
    monkeypatch.setattr(room, "take", take)
    async with serve(room.build()) as base:
        guest.base = base
        yield guest, once


async def test_words_we_could_not_keep_stay_on_the_page(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_event: object) -> None:
        raise Busy

    async with writing(serve, room, monkeypatch, busy) as (guest, once):
        page = await guest.post(f"/t/{PUBLIC}", form("no me pierdas", once))
    assert (page.status, ">no me pierdas</textarea>" in page.text) == (503, True)


async def test_a_file_stays_that_was_kept_though_nobody_could_tell_us(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection to the database ends between the commit and its answer: their words say so, and are there."""
    took = room.take

    async def unsure(event: Event) -> None:
        await took(event)
        raise Busy

    async with writing(serve, room, monkeypatch, unsure) as (guest, once):
        said = await guest.post(f"/t/{PUBLIC}", form("mira", once, ("a.png", PNG)))
        page = await guest.get(f"/t/{PUBLIC}")
        (file,) = re.findall(rf"/t/{PUBLIC}/f/([\w-]+)", page.text)[:1]
        shown = await guest.get(f"/t/{PUBLIC}/f/{file}")
    assert (said.status, shown.status, shown.headers["content-type"]) == (503, 200, "image/png")


async def test_words_that_come_too_fast_stay_and_so_does_the_page(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.customer.WRITES", 1)
    await room.ticket(SOLVED, "SUP-10", "solved")
    async with serve(room.build()) as base:
        guest = await ana(room, base)
        once = field_of((await guest.get(f"/t/{PUBLIC}")).text, "once")
        first = await guest.post(f"/t/{PUBLIC}", form("uno", once))
        more = [
            await guest.post(f"/t/{PUBLIC}", form("no me pierdas", once)),
            await guest.post(f"/t/{SOLVED}/rate", {"stars": "5", "why": "no me pierdas", "once": once}),
            await guest.post(f"/t/{PUBLIC}/press", {"what": "solve", "once": once}),
        ]
    assert first.status == 303
    for page in more:
        assert (page.status, page.headers["retry-after"], "Espera un minuto" in page.words) == (429, "60", True)
        assert "La conversación" in page.text
    assert [">no me pierdas</textarea>" in page.text for page in more] == [True, True, False]


async def test_words_stay_when_the_request_takes_no_more_of_a_rush(serve: Serve, room: Room) -> None:
    """Its customer may have written most of it in a chat."""
    flooded = await room.ticket("abcdefghij-flood", "SUP-11", burst=(room.at, 60))
    async with serve(room.build()) as base:
        guest = await ana(room, base)
        once = field_of((await guest.get(f"/t/{flooded.public}")).text, "once")
        page = await guest.post(f"/t/{flooded.public}", form("no me pierdas", once))
    assert (page.status, page.headers.get("retry-after"), "Espera un minuto" in page.words) == (429, "60", True)
    assert ">no me pierdas</textarea>" in page.text


async def test_words_outlive_the_login_the_line_and_the_page(serve: Serve, room: Room, browser: Chromium) -> None:
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(f"{base}/t/{PUBLIC}")
        box, send = page.get_by_label("Añadir algo"), page.get_by_role("button", name="Enviar", exact=True)
        await box.press_sequentially("a medio escr")
        await page.reload()
        assert await box.input_value() == "a medio escr"

        await context.set_offline(True)
        await send.click()
        await page.wait_for_url("chrome-error://**")
        await context.set_offline(False)
        await page.goto(f"{base}/t/{PUBLIC}")
        assert await box.input_value() == "a medio escr"

        await context.clear_cookies()
        await follow(send)
        assert "no se ha enviado" in await page.get_by_role("alert").inner_text()
        assert await faults(page, "es") == []
        await follow(page.get_by_role("button", name="Enviar un código"))
        await page.get_by_label("Código").fill(await room.code())
        await follow(page.get_by_role("button", name="Abrir"))
        assert await box.input_value() == "a medio escr"

        await follow(send)
        assert "a medio escr" in await page.locator(".customer").nth(-1).inner_text()
        assert await box.input_value() == ""
        await page.reload()
        assert await box.input_value() == ""

        await box.press_sequentially("no para el siguiente")
        await page.goto(f"{base}/me")
        await follow(page.get_by_role("button", name="Cerrar todas las sesiones"))
        await context.add_cookies([{"name": "desk", "value": (await room.login("Ana"))["desk"], "url": base}])
        await page.goto(f"{base}/t/{PUBLIC}")
        assert await box.input_value() == ""
        await context.close()


async def test_what_is_pasted_is_never_cut_in_silence(serve: Serve, room: Room, browser: Chromium) -> None:
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(f"{base}/t/{PUBLIC}")
        box = page.get_by_label("Añadir algo")
        await box.focus()
        await page.keyboard.insert_text(f"{'x' * 13_000} y lo importante al final")
        await follow(page.get_by_role("button", name="Enviar", exact=True))
        assert "como mucho 12000 caracteres" in await page.get_by_role("alert").inner_text()
        assert (await box.input_value()).endswith("y lo importante al final")
        await context.close()


async def test_what_is_written_on_a_page_that_was_merged_is_read_where_it_stands(
    serve: Serve, room: Room, browser: Chromium
) -> None:
    whole = await room.ticket("abcdefghij-whole", "SUP-88")
    part = await room.ticket("abcdefghij-parts", "SUP-77", "merged", into=whole.id)
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(f"{base}/t/{part.public}")
        await page.get_by_label("Añadir algo").fill("escrito en la unida")
        await follow(page.get_by_role("button", name="Enviar", exact=True))
        assert "SUP-88" in await page.locator(".kind").inner_text()
        assert "escrito en la unida" in await page.locator(".customer").nth(-1).inner_text()
        await page.goto(f"{base}/t/{part.public}")
        assert await faults(page, "es") == []
        assert await page.get_by_label("Añadir algo").input_value() == ""
        await follow(page.get_by_role("link", name="Sigue en SUP-88"))
        assert "escrito en la unida" in await page.locator(".customer").nth(-1).inner_text()
        await context.close()


async def test_back_after_sending_shows_what_is_not_sent_and_another_press_forgets_nothing(
    serve: Serve, room: Room, browser: Chromium
) -> None:
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(f"{base}/t/{PUBLIC}")
        box, send = page.get_by_label("Añadir algo"), page.get_by_role("button", name="Enviar", exact=True)
        await box.press_sequentially("ya enviado")
        await follow(send)
        await page.go_back()
        await page.wait_for_function("document.readyState === 'complete'")
        assert await box.input_value() == ""

        await box.fill("x" * 12_001)
        await follow(send)
        assert "12000 caracteres" in await page.get_by_role("alert").inner_text()
        await follow(page.get_by_role("button", name="Está resuelto"))
        assert await box.input_value() == "x" * 12_001
        await context.close()
