"""Further pages in a real browser: an address and the way out of mails, the team's numbers, a rating, what stands on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bot.channels.slack import Keys, Slack
from bot.effects import Invite
from bot.events import Address
from tests.web.door import BOBS, OURS, Room, Serve, served
from tests.web.eyes import (
    CORNERS,
    PHONE,
    SCHEMES,
    SIZES,
    WHO,
    Strangers,
    examined,
    faults,
    follow,
    heard,
    known,
    pictured,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Route

EDGE = "(it, side) => it.getBoundingClientRect()[side]"


@pytest.mark.parametrize(("language", "name"), CORNERS)
async def test_an_address_is_added_by_a_code_and_the_way_out_of_mails_is_a_button(
    strangers: Strangers, language: str, name: str
) -> None:
    room, browser = strangers
    async with served(room.build(by_mail=True)) as base:
        context = await examined(browser, base, await room.login(WHO[language]), viewport=SIZES[name], locale=language)
        page = await context.new_page()
        complaints = heard(page)
        looked: list[str] = []

        async def looks(what: str) -> None:
            looked.append(what)
            await page.locator("#email").scroll_into_view_if_needed()
            await pictured(page, f"mail-{what}-{name}-{language}")
            assert await faults(page, language) == [], what

        await page.goto(f"{base}/me?lang={language}")
        await page.locator("#mail").fill("ana@example.es")
        await follow(page.locator("#email form").last.get_by_role("button"))
        await looks("asked")
        await page.locator("#proof").fill("000000")
        await follow(page.locator("#email form").first.get_by_role("button"))
        await looks("missed")
        code = re.findall(r"\*(\d{6})\*", (await room.letters(Address("email", "ana@example.es")))[-1])
        await page.locator("#proof").fill(code[0])
        await follow(page.locator("#email form").first.get_by_role("button"))
        await looks("proved")
        assert (await page.locator("#email").inner_text()).count("ana@example.es") == 1
        assert [text for text in complaints if "422" not in text] == []
        assert looked == ["asked", "missed", "proved"]
        await context.close()


@pytest.mark.parametrize(("language", "name"), CORNERS)
async def test_the_teams_numbers_are_right_on_every_screen(strangers: Strangers, language: str, name: str) -> None:
    room, browser = strangers
    for n in range(40):
        opened = room.at - timedelta(days=2 * n + 1, hours=n % 5)
        answered = opened + timedelta(minutes=25 * n + 7) if n % 7 else None
        more = {"opened": opened, "answered": answered, "rating": n % 6 or None, "late": n % 9 == 0}
        await room.ticket(f"abcdefghij-num{n:02}", f"SUP-3{n:02}", "yours", "Ana", **more)
    async with served(room.build()) as base:
        cookies = await room.pass_for_team()
        how = {"viewport": SIZES[name], "locale": language, "color_scheme": SCHEMES[name]}
        context = await examined(browser, base, cookies, **how)
        page = await context.new_page()
        complaints = heard(page)
        await page.goto(f"{base}/numbers?lang={language}")
        await pictured(page, f"numbers-{name}-{language}")
        assert await faults(page, language) == []
        assert await page.locator(".plot rect").count() == 26
        assert complaints == []
        await context.close()


async def test_the_link_of_an_agent_opens_the_numbers_by_itself_and_leaves_no_word_behind(
    serve: Serve, room: Room, browser: Browser
) -> None:
    word = "b" * 26
    await room.does(Invite(0, word, room.at + timedelta(minutes=10)))
    async with serve(room.build()) as base:
        page = await browser.new_page(viewport=PHONE, locale="es")
        await page.goto(f"{base}/numbers#{word}")
        await page.get_by_text("Qué significan estas cifras").wait_for()
        assert page.url == f"{base}/numbers"
        await page.goto(f"{base}/numbers#{word}")
        assert await page.get_by_text("Qué significan estas cifras").count() == 1
        await page.context.clear_cookies()
        await page.goto(f"{base}/numbers")
        assert await faults(page, "es") == []
        await page.goto("about:blank")
        await page.goto(f"{base}/numbers#{word}")
        await page.get_by_role("alert").wait_for()
        assert await faults(page, "es") == []
        await page.close()


@pytest.mark.parametrize(("language", "name"), CORNERS)
async def test_our_help_is_rated_by_keyboard_and_by_finger(strangers: Strangers, language: str, name: str) -> None:
    room, browser = strangers
    solved = "abcdefghij-rates"
    await room.ticket(solved, "SUP-60", "solved", WHO[language])
    async with served(room.build()) as base:
        context = await examined(browser, base, await room.login(WHO[language]), viewport=SIZES[name], locale=language)
        page = await context.new_page()
        await page.goto(f"{base}/t/{solved}")
        await page.locator(".stars input").first.focus()
        for _ in range(3):
            await page.keyboard.press("ArrowRight")
        await page.locator("#why").fill("Gracias, Bea")
        await pictured(page, f"rate-{name}-{language}")
        assert await faults(page, language) == []
        await follow(page.locator(".rate button"))
        await page.get_by_text("4 de 5" if language == "es" else "4 of 5").first.wait_for()
        assert await faults(page, language) == []
        assert await page.locator(".rate").count() == 0
        await context.close()


async def test_the_small_pages_on_the_way_are_right_too(
    serve: Serve, room: Room, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.entrance.KNOCKS", 1)
    slack = Slack(Keys(token="xoxb-1", client_id="1.2", client_secret="s" * 20), public_url="http://localhost")
    async with serve(room.build(sign_ins=slack.sign_ins(), by_mail=True)) as base:
        context = await examined(browser, base, await room.login("Ana"))
        page = await context.new_page()

        async def right(words: str) -> None:
            await page.get_by_text(words).first.wait_for()
            assert await faults(page, "es") == []

        await page.goto(f"{base}/slack/login/back?state=x&code=y")
        await right("No has entrado")
        await page.goto(f"{base}/mail/{'0' * 32}")
        await follow(page.get_by_role("button"))
        await right("No más correos")
        await page.goto(f"{base}/me")
        await follow(page.locator("#erase button"))
        await right("Marca antes la casilla")
        await follow(page.locator("form[action='/me/join'] button"))
        await right("Escríbenos esta palabra")
        await page.get_by_role("checkbox").check()
        await follow(page.locator("#erase button"))
        await right("Ya no guardamos nada tuyo")
        for _ in range(3):
            await page.goto(f"{base}/t/{BOBS}")
            await follow(page.get_by_role("button"))
        await right("Demasiado rápido")
        await context.close()


async def test_what_could_not_be_fetched_is_asked_for_again(
    serve: Serve, room: Room, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.live.PAUSE", 0.05)
    ways = ["busy", "no line", "busy"]
    asked: list[str] = []

    async def balks(route: Route) -> None:
        way = ways.pop(0) if ways else "well"
        asked.append(f"{urlsplit(route.request.url).path.rpartition('/')[2]} {way}")
        match way:
            case "busy":
                await route.fulfill(status=503, headers={"retry-after": "1"})
            case "no line":
                await route.abort()
            case _:
                await route.continue_()

    ticket = await room.ticket("abcdefghij-talks", "SUP-9", title="El icono de mi app no aparece")
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.route(re.compile("/(talk|live)"), balks)
        await page.goto(f"{base}/t/{ticket.public}")
        room.pass_(seconds=1)
        await room.record(ticket, "answer", "Acabo de publicarlo")
        await page.get_by_text("Acabo de publicarlo").wait_for()
        room.pass_(seconds=1)
        await room.record(ticket, "answer", "Y ya se ve")
        await page.get_by_text("Y ya se ve").wait_for()
        assert asked[:5] == ["live busy", "talk no line", "talk busy", "talk well", "live well"]
        await context.close()


async def test_what_is_wrong_and_what_comes_next_is_in_sight(serve: Serve, room: Room, browser: Browser) -> None:
    await room.ticket("abcdefghij-talks", "SUP-9", details="Una línea de muchas.\n" * 40)
    await room.ticket("abcdefghij-overs", "SUP-10", "solved", details="Una línea de muchas.\n" * 40)
    async with serve(room.build(by_mail=True)) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()

        async def sees(what: Locator) -> bool:
            return bool(0 <= await what.evaluate(EDGE, "top") < PHONE["height"])

        await page.goto(f"{base}/t/abcdefghij-talks")
        await follow(page.get_by_role("button", name="Enviar", exact=True))
        assert await sees(page.get_by_role("alert"))
        await page.goto(f"{base}/t/abcdefghij-overs")
        await page.get_by_label("Por qué").fill("x" * 1_001)
        await page.get_by_role("radio", name="4").check()
        await follow(page.get_by_role("button", name="Valorar"))
        assert await sees(page.get_by_role("alert"))
        await page.goto(f"{base}/me")
        await page.get_by_label("Dirección").fill("ana@example.com")
        await follow(page.get_by_role("button", name="Envíame un código"))
        assert await sees(page.get_by_label("Código"))
        await follow(page.get_by_role("button", name="Borrar mis datos"))
        assert await sees(page.get_by_role("alert"))
        await context.close()


async def test_nothing_sticks_together_and_each_line_runs_its_own_way(
    serve: Serve, room: Room, browser: Browser
) -> None:
    await room.ticket("abcdefghij-talks", "SUP-9", details="مرحبا، لدي مشكلة\nNo se ve el icono\nhttps://a.example/b")
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        await page.goto(f"{base}/t/abcdefghij-talks")
        send, solve = (page.get_by_role("button", name=name) for name in ("Enviar", "Está resuelto"))
        bottom, top = await send.evaluate(EDGE, "bottom"), await solve.evaluate(EDGE, "top")
        assert top - bottom >= 16
        lines = await page.locator(".said").evaluate(
            """words => [...words.childNodes].flatMap(node => {
                const range = document.createRange(); range.selectNodeContents(node);
                const box = words.getBoundingClientRect();
                return [...range.getClientRects()].filter(r => r.width).map(r => r.left - box.left < box.right - r.right);
            })"""
        )
        assert lines == [False, True, True]
        await context.close()


async def test_a_browser_with_many_pages_open_opens_another(serve: Serve, room: Room, browser: Browser) -> None:
    """It has six lines to one address, and each page that listens keeps one."""
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        for _ in range(7):
            page = await context.new_page()
            async with page.expect_request("**/live?*"):
                await page.goto(f"{base}/t/{OURS}", timeout=5_000)
        assert await page.get_by_label("Añadir algo").is_visible()
        await context.close()


async def test_whose_clock_shows_another_time_reads_which_one_is_meant(
    serve: Serve, room: Room, browser: Browser
) -> None:
    async with serve(room.build()) as base:
        context = await known(browser, base, await room.login("Ana"))
        page = await context.new_page()
        complaints = heard(page)
        browser_itself = await context.new_cdp_session(page)
        clocks = {"Europe/Madrid": False, "Europe/Paris": False, "Africa/Lagos": True, "America/Bogota": True}
        for zone, differs in clocks.items():
            await browser_itself.send("Emulation.setTimezoneOverride", {"timezoneId": zone})
            for path in (f"/t/{OURS}", "/mine"):
                await page.goto(base + path)
                assert await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == zone
                note = page.get_by_text("Las horas son las de Madrid.")
                assert (await note.count(), await note.is_visible()) == (1, differs), zone
        assert complaints == []
        await context.close()
