"""The pages in a real browser: on phones and desks, by day and by night, in both languages, with and without scripts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from bot.desk.ticket import Ticket
from bot.effects import Save
from bot.values import replace
from tests.web.door import OURS, PNG, TEAM, Room, Serve, served
from tests.web.eyes import CORNERS, PHONE, SCHEMES, SIZES, Strangers, examined, faults, follow, heard, known, pictured

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from playwright.async_api import Route as Asked

PATHS = {
    "ours": "/t/abcdefghij-ours_",
    "yours": "/t/abcdefghij-yours",
    "solved": "/t/abcdefghi-solved",
    "merged": "/t/abcdefghi-merged",
    "missing": "/t/abcdefghij-none_",
    "front": "/",
    "mail": f"/mail/{'0' * 32}",
}
TALK = "/t/abcdefghij-talks"
INSIDE = {
    "conversation": TALK,
    "waiting": "/t/abcdefghij-yours",
    "over": "/t/abcdefghi-solved",
    "not-hers": "/t/abcdefghij-bobs_",
    "mine": "/mine",
    "searched": "/mine?q=icono",
    "nothing-found": f"/mine?q={'zzz' * 60}",
    "me": "/me",
}
LONG = "Unapalabramuylargaquenocabeenningúnteléfonodelmundoporqueesunadireccióndecorreoopeoraún"


@pytest.fixture
async def talk(room: Room) -> Ticket:
    """A conversation as people have them."""
    details = "Desde ayer no se ve.\nMira https://mi-tienda.example/app/icono?v=2 y dime."
    ticket = await room.ticket("abcdefghij-talks", "SUP-9", title="El icono de mi app no aparece", details=details)
    await room.file(ticket, "pantalla.png", SCREEN, "image/png")
    await room.file(ticket, "factura 42.pdf", b"%PDF-1.4 x", "application/pdf")
    await room.record(ticket, "event", "claimed")
    await room.record(ticket, "answer", "Hola, Ana. ¿Lo ves también aquí?")
    await room.file(ticket, "así debería verse.png", SCREEN, "image/png", "answer")
    await room.record(ticket, "asked", f"Sí. {LONG}", by="Ana")
    await room.record(
        ticket, "answer", "Ya está *arreglado*:\n> no se ve\n`v2`", marked="Ya está *arreglado*:\n> no se ve\n`v2`"
    )
    return ticket


def screen() -> bytes:
    picture = Image.new("RGB", (640, 480), "#e3eefb")
    ImageDraw.Draw(picture).rectangle((220, 140, 420, 340), fill="#1a4f8f")
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


SCREEN = screen()


@pytest.mark.parametrize(("language", "scheme"), [("es", "dark"), ("en", "light")])
async def test_what_a_stranger_sees_is_right_on_a_phone(strangers: Strangers, language: str, scheme: str) -> None:
    room, browser = strangers
    async with served(room.build(by_mail=True)) as base:
        context = await examined(browser, base, {}, locale=language, color_scheme=scheme, bypass_csp=False)
        page = await context.new_page()
        complaints = heard(page)
        for name, path in PATHS.items():
            await page.goto(base + path)
            await pictured(page, f"{name}-{language}-{scheme}", whole=False)
            assert await faults(page, language) == []
        await page.goto(base + PATHS["ours"])
        await follow(page.get_by_role("button"))
        assert await faults(page, language) == []
        # The browser itself notes the one page that is not there; the policy must give it nothing else to say.
        assert [text for text in complaints if "404" not in text] == []
        await context.close()


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize(("language", "name"), CORNERS)
async def test_what_a_guest_sees_is_right_on_every_screen(strangers: Strangers, language: str, name: str) -> None:
    (room, browser), size = strangers, SIZES[name]
    async with served(room.build(by_mail=True)) as base:
        cookies = await room.login("Ana")
        context = await examined(browser, base, cookies, viewport=size, color_scheme=SCHEMES[name], locale=language)
        page = await context.new_page()
        complaints = heard(page)
        for what, path in INSIDE.items():
            await page.goto(f"{base}{path}{'&' if '?' in path else '?'}lang={language}")
            await pictured(page, f"{what}-{name}-{language}")
            assert await faults(page, language) == [], what
            assert complaints == []
        await context.close()


async def test_the_language_changes_at_a_press(serve: Serve, room: Room, browser: Browser) -> None:
    async with serve(room.build(by_mail=True)) as base:
        page = await browser.new_page(viewport=PHONE, locale="es")
        await page.goto(base + PATHS["yours"])
        await follow(page.get_by_role("link", name="English"))
        assert await page.get_by_role("heading").inner_text() == "SUP-7"
        assert await page.locator(".state").inner_text() == "Waiting for you"
        await follow(page.get_by_role("button", name="Send a code"))
        assert await page.get_by_role("heading").inner_text() == "Type the code"
        await page.close()


async def test_the_longest_number_fits_the_smallest_phone(serve: Serve, room: Room, browser: Browser) -> None:
    async with serve(room.build(by_mail=True)) as base:
        page = await browser.new_page(viewport={"width": 320, "height": 568}, locale="es")
        await page.goto(base + PATHS["solved"])
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        lines = "h => h.getBoundingClientRect().height / parseFloat(getComputedStyle(h).lineHeight)"
        assert round(await page.get_by_role("heading").evaluate(lines)) == 1
        await page.close()


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("language", ["es", "en"])
async def test_on_a_small_phone_at_twice_the_size_nothing_is_cut_off(strangers: Strangers, language: str) -> None:
    room, browser = strangers
    async with served(room.build(by_mail=True)) as base:
        context = await known(browser, base, await room.login("Ana"), viewport={"width": 195, "height": 420})
        page = await context.new_page()
        for what, path in INSIDE.items():
            await page.goto(f"{base}{path}{'&' if '?' in path else '?'}lang={language}")
            await pictured(page, f"{what}-twice-{language}")
            beyond = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 195.5 && e.checkVisibility())"
            assert await page.evaluate(f"{beyond}.map(e => e.outerHTML.slice(0, 99))") == [], what
        await context.close()


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("scripts", [True, False])
async def test_in_by_a_code_then_everything_one_can_do(
    serve: Serve, room: Room, browser: Browser, tmp_path: Path, *, scripts: bool
) -> None:
    picture = tmp_path / "captura.png"
    picture.write_bytes(PNG)
    async with serve(room.build(by_mail=True)) as base:
        context = await known(browser, base, {}, java_script_enabled=scripts)
        page = await context.new_page()
        await page.goto(base + TALK)
        assert await page.locator(".talk").count() == 0
        await follow(page.get_by_role("button", name="Enviar un código"))
        await page.get_by_label("Código").fill("000 00x")
        await follow(page.get_by_role("button", name="Abrir"))
        assert "Ese código no es" in await page.get_by_role("alert").inner_text()
        await page.get_by_label("Código").fill(await room.code())
        await follow(page.get_by_role("button", name="Abrir"))
        assert await page.get_by_role("heading", level=1).inner_text() == "El icono de mi app no aparece"

        await page.get_by_label("Añadir algo").fill("Ahora sí se ve\n¡gracias!")
        await page.get_by_label("Imágenes o archivos").set_input_files(picture)
        await follow(page.get_by_role("button", name="Enviar", exact=True))
        assert "¡gracias!" in await page.locator(".customer").nth(-1).inner_text()
        assert await page.get_by_label("Añadir algo").input_value() == ""
        await page.get_by_role("button", name="Ampliar la imagen ③: captura.png").click()
        await page.get_by_role("img", name="Imagen ③: captura.png").wait_for()
        await page.keyboard.press("Escape")
        assert not await page.get_by_role("img", name="Imagen ③: captura.png").is_visible()

        await follow(page.get_by_role("button", name="Está resuelto"))
        assert await page.locator(".head .state").inner_text() == "Resuelta"
        await follow(page.get_by_role("button", name="Reabrir"))
        assert "Ana la volvió a abrir" in await page.locator(".event").nth(-1).inner_text()

        await follow(page.get_by_role("link", name="Mis solicitudes"))
        await page.get_by_label("Buscar en ellas").fill("GRACIAS icono")
        await follow(page.get_by_role("button", name="Buscar"))
        await follow(page.get_by_role("link", name="El icono de mi app"))
        await follow(page.get_by_role("link", name="Mis datos"))
        await page.get_by_label("El idioma").select_option("en")
        await follow(page.get_by_role("button", name="Guardar"))
        await follow(page.get_by_role("button", name="Log out everywhere"))
        await page.goto(base + TALK)
        assert await page.locator(".talk").count() == 0
        await context.close()
    assert any("gracias!" in words for words in await room.letters(TEAM))


@pytest.mark.usefixtures("talk")
async def test_what_is_new_appears_and_what_is_being_typed_stays(
    serve: Serve, room: Room, browser: Browser, talk: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.live.PAUSE", 0.05)
    async with serve(room.build(by_mail=True)) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        complaints = heard(page)
        await page.goto(base + TALK)
        box = page.get_by_label("Añadir algo")
        await box.fill("a medio escr")
        room.pass_(seconds=1)
        await room.record(talk, "answer", "Acabo de publicarlo")
        await page.get_by_text("Acabo de publicarlo").wait_for()
        assert await box.input_value() == "a medio escr"
        assert await box.evaluate("box => box === document.activeElement")
        assert complaints == []
        await context.close()


async def test_a_page_that_was_answered_by_somebody_else_for_a_while_is_live_again(
    serve: Serve, room: Room, browser: Browser, talk: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.live.PAUSE", 0.05)
    answers = [502, 503]

    async def away(route: Asked) -> None:
        await (route.fulfill(status=answers.pop()) if answers else route.continue_())

    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.clock.install()
        await page.route("**/live?*", away)
        await page.goto(base + TALK)
        room.pass_(seconds=1)
        await room.record(talk, "answer", "Acabo de publicarlo")
        for _ in range(2):
            async with page.expect_request("**/live?*"):
                await page.clock.fast_forward(60_000)
        await page.get_by_text("Acabo de publicarlo").wait_for()
        await context.close()


@pytest.mark.parametrize("written", ["", "a medio escr"])
async def test_a_page_whose_login_is_over_says_so_unless_somebody_writes_there(
    serve: Serve, room: Room, browser: Browser, talk: Ticket, monkeypatch: pytest.MonkeyPatch, *, written: str
) -> None:
    """It would grow old in silence; whoever writes hears of it when they send."""
    monkeypatch.setattr("bot.web.live.PAUSE", 0.05)
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(base + TALK)
        await page.get_by_label("Añadir algo").fill(written)
        await context.clear_cookies()
        await context.add_cookies([{"name": "desk", "value": "x" * 43, "url": base}])
        room.pass_(hours=25)
        async with page.expect_response(lambda one: one.url.endswith("/talk") and one.status == 404):
            await room.record(talk, "answer", "tarde")
        if written:
            assert await page.get_by_label("Añadir algo").input_value() == written
        else:
            await page.get_by_role("button", name="Enviar un código").wait_for()
        await context.close()


async def test_what_one_can_do_changes_with_the_request(
    serve: Serve, room: Room, browser: Browser, talk: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.live.PAUSE", 0.05)
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        complaints = heard(page)
        await page.goto(base + TALK)
        await page.get_by_label("Añadir algo").fill("a medio escr")
        await page.get_by_role("button", name="Está resuelto").focus()
        room.pass_(seconds=1)
        await room.does(Save(replace(talk, version=1, state="solved")))
        await page.get_by_role("button", name="Valorar").wait_for()
        assert await page.evaluate("document.activeElement.className") == "deeds"
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.name") == "stars"
        assert await page.get_by_role("button", name="Está resuelto").count() == 0
        assert await page.get_by_label("Añadir algo").input_value() == "a medio escr"
        await follow(page.get_by_role("button", name="Reabrir"))
        await page.get_by_role("button", name="Está resuelto").wait_for()
        assert complaints == []
        await context.close()


@pytest.mark.usefixtures("talk")
async def test_it_prints_the_conversation_and_nothing_to_press(serve: Serve, room: Room, browser: Browser) -> None:
    async with serve(room.build(by_mail=True)) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(base + TALK)
        await page.emulate_media(media="print")
        seen = [await page.locator(what).first.is_visible() for what in (".talk", ".answer", "header nav", ".large")]
        assert seen == [True, False, False, False]
        assert (await page.pdf())[:5] == b"%PDF-"
        await context.close()


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "\\[javascript:alert(1)\\|pulsa\\]",
    "//evil.example/x",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<details open ontoggle=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "\u202egnp.exe",
)


async def test_hostile_words_stay_words(serve: Serve, room: Room, browser: Browser) -> None:
    ticket = await room.ticket("abcdefghij-talks", "SUP-9", title=HOSTILE[0], details="\n".join(HOSTILE), urls=HOSTILE)
    for words in HOSTILE:
        await room.record(ticket, "asked", words, marked=words, by=words)
    async with serve(room.build(by_mail=True)) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        complaints, dialogs = heard(page), []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for path in (TALK, "/mine"):
            await page.goto(base + path)
            assert await faults(page, "es") == []
        links = await page.evaluate("[...document.querySelectorAll('main a')].map(a => a.protocol)")
        assert (set(links), complaints, dialogs) == ({"http:"}, [], [])
        await page.goto(base + TALK)
        links = await page.evaluate("[...document.querySelectorAll('.said a')].map(a => a.protocol)")
        assert set(links) == {"https:"}
        await context.close()


async def test_another_site_can_neither_frame_us_nor_press_our_buttons(
    serve: Serve, room: Room, browser: Browser
) -> None:
    async with serve(room.build(by_mail=True)) as base:

        async def evil(_request: object) -> HTMLResponse:
            return HTMLResponse(
                f"<iframe src='{base}{PATHS['ours']}'></iframe><form method=post action='{base}/t/{OURS}/press'>"
                "<input name=what value=solve><input name=once value=x><button>go</button></form>"
            )

        async with serve(Starlette(routes=[Route("/", evil)])) as there:
            context = await known(browser, base, await room.login("Ana"))
            page = await context.new_page()
            complaints = heard(page)
            await page.goto(there.replace("127.0.0.1", "localhost"))
            await follow(page.get_by_role("button", name="go"))
            assert "lo envió otra página" in await page.inner_text("main")
            assert any("frame-ancestors" in text for text in complaints)
            await page.goto(base + PATHS["ours"])
            assert await page.locator(".head .state").inner_text() == "En nuestras manos"
            await context.close()


async def test_a_link_out_of_the_page_tells_nobody_where_it_was(serve: Serve, room: Room, browser: Browser) -> None:
    async def shown(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"from {request.headers.get('referer')}")

    async with serve(Starlette(routes=[Route("/there", shown)])) as there:
        await room.ticket("abcdefghij-talks", "SUP-9", details=f"{there}/there")
        async with serve(room.build(by_mail=True)) as base:
            context = await known(browser, base, await room.login("Ana"))
            page = await context.new_page()
            await page.goto(base + TALK)
            async with context.expect_page() as opened:
                await page.locator(".said a").click()
            other = await opened.value
            await other.wait_for_load_state()
            assert await other.inner_text("body") == "from None"
            assert await other.evaluate("window.opener") is None
            await context.close()
