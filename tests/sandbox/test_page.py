"""The page in a real browser: a customer asks, an agent answers, in both languages, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.sandbox.serve import serve
from bot.sandbox.slack import World as SlackWorld
from bot.sandbox.telegram import Person, Room, World
from bot.sandbox.telegram.answer import answer
from tests.browser import expect
from tests.web.eyes import broken

if TYPE_CHECKING:
    from playwright.async_api import APIResponse, Browser, Page, Route, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
KEYS = [[{"text": "Facturación", "callback_data": "bill"}, {"text": "Diseño", "callback_data": "design"}]]


@pytest.fixture
async def both(world: World) -> AsyncIterator[str]:
    """The page, with a customer on each platform."""
    slack = SlackWorld()
    slack.channel("soporte", [slack.person("Bea")])
    slack.person("Ana")
    async with serve(world, slack=slack) as address:
        yield address


async def opened(browser: Browser, url: str, viewport: ViewportSize = WIDE, locale: str = "es-ES") -> Page:
    page = await browser.new_page(viewport=viewport, locale=locale)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")
    return page


async def says(world: World, chat: int, text: str, **more: object) -> None:
    result = await answer(world, "sendMessage", {"chat_id": chat, "text": text, "parse_mode": "HTML"} | more)
    assert result.status == 200, result.body


async def test_the_address_of_a_topic_leads_there(browser: Browser, url: str, world: World, forum: Room) -> None:
    for name in ("SUP-1", "SUP-2"):
        await answer(world, "createForumTopic", {"chat_id": forum.chat.id, "name": name})
    topics = sorted(forum.topics)
    address = f"https://t.me/c/{str(forum.chat.id).removeprefix('-100')}/{topics[1]}"
    await says(world, forum.chat.id, f"The other one: {address}", message_thread_id=topics[0])
    page = await opened(browser, url)
    await page.locator("#topics button", has_text="SUP-1").click()
    await page.locator("#agents .text a").click()
    await expect(page.locator("#topics button[aria-current=true]")).to_contain_text("SUP-2")
    assert len(page.context.pages) == 1


async def test_a_customer_asks_and_presses(browser: Browser, url: str, world: World, ana: Person, forum: Room) -> None:
    assert forum.chat.is_forum
    page = await opened(browser, url)
    phone = page.locator("#customer")
    await phone.get_by_role("button", name="INICIAR").click()
    await world.until(lambda: ana.chat.messages)
    await says(
        world,
        ana.id,
        "<b>Hola</b>, Ana. http://localhost:9/t/x",
        reply_markup=msgspec.json.encode({"inline_keyboard": KEYS}).decode(),
    )
    await expect(phone.locator(".text b")).to_have_text("Hola")
    await expect(phone.locator(".text a")).to_have_attribute("href", "http://localhost:9/t/x")
    await phone.get_by_role("button", name="Facturación").click()
    await world.until(world.unanswered_callbacks)
    (press,) = world.unanswered_callbacks()
    assert press.data == "bill"
    await expect(phone.locator(".key.busy")).to_have_count(1)
    await answer(world, "answerCallbackQuery", {"callback_query_id": press.id, "text": "Apuntado"})
    await expect(phone.locator(".toast")).to_have_text("Apuntado")
    await expect(phone.locator(".key.busy")).to_have_count(0)


async def test_an_album_from_the_samples(browser: Browser, url: str, world: World, ana: Person) -> None:
    ana.start()
    page = await opened(browser, url)
    phone = page.locator("#customer")
    for number in range(2):
        await phone.get_by_role("button", name="Adjuntar").click()
        await page.locator("#menu .samples button").nth(number).click()
    await phone.get_by_label("Añade un comentario").fill("Así lo veo")
    await page.keyboard.press("Enter")
    await world.until(lambda: len(ana.chat.messages) == 3)
    assert [message.caption for message in ana.chat.messages[1:]] == ["Así lo veo", None]
    await expect(phone.locator(".photos.two img")).to_have_count(2)


async def test_an_agent_answers_in_a_topic(browser: Browser, url: str, world: World, bea: Person, forum: Room) -> None:
    page = await opened(browser, url)
    desk = page.locator("#agents")
    result = await answer(world, "createForumTopic", {"chat_id": forum.id, "name": "SUP-1 Login"})
    assert result.status == 200
    topic = forum.topic("SUP-1 Login")
    await says(world, forum.id, "Tarjeta", message_thread_id=topic.id)
    await expect(desk.locator("#topic-name")).to_have_text("SUP-1 Login")
    await desk.locator(".line").hover()
    await desk.get_by_role("button", name="Acciones del mensaje").click()
    await page.get_by_role("menuitem", name="Responder").click()
    await page.keyboard.type("La tomo")
    await page.keyboard.press("Enter")
    await world.until(lambda: len(forum.in_topic(topic)) == 2)
    said = forum.in_topic(topic)[-1]
    assert (said.text, said.from_ == bea.user, said.reply_to_message and said.reply_to_message.text) == (
        "La tomo",
        True,
        "Tarjeta",
    )
    await desk.locator("#topic-more").click()
    await page.get_by_role("menuitem", name="Eliminar tema").click()
    await page.locator("#dialog-ok").click()
    await world.until(lambda: not forum.topics)
    await expect(desk.locator("#topic-name")).to_have_text("General")


async def test_everything_is_there_after_a_reload(browser: Browser, url: str, ana: Person) -> None:
    ana.write("uno")
    page = await opened(browser, url)
    ana.edit(ana.write("dos"), "dos y medio")
    await expect(page.locator("#customer .text")).to_have_count(2)
    await page.reload()
    await expect(page.locator("#customer .text").last).to_contain_text("dos y medio")
    await expect(page.locator("#customer .meta").last).to_contain_text("editado")


async def test_both_languages_and_the_menu_of_commands(browser: Browser, url: str, world: World, ana: Person) -> None:
    ana.start()
    commands = '[{"command":"nuevo","description":"Abrir una solicitud"}]'
    await answer(world, "setMyCommands", {"commands": commands, "language_code": "es"})
    page = await opened(browser, url, locale="en-US")
    assert await page.locator("html").get_attribute("lang") == "en"
    assert await page.evaluate("import('/js/words.js').then((words) => words.missing())") == []
    await page.get_by_role("button", name="Español").click()
    await expect(page.locator("[data-tab=agents] [data-w=agents]")).to_have_text("Agentes")
    await page.get_by_role("button", name="Comandos del bot").click()
    await page.get_by_role("menuitem", name="/nuevo").click()
    await world.until(lambda: ana.chat.messages[-1].text == "/nuevo")
    await page.locator("#app-language").select_option("en")
    await world.until(lambda: ana.user.language_code == "en")
    await expect(page.get_by_role("button", name="Comandos del bot")).to_be_hidden()


async def test_a_phone_shows_one_side_at_a_time(
    browser: Browser, url: str, world: World, ana: Person, forum: Room
) -> None:
    ana.start()
    page = await opened(browser, url, PHONE, "en-US")
    await says(world, forum.id, "Digest")
    await expect(page.locator("#agents")).to_be_hidden()
    tab = page.get_by_role("tab", name="Agents")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.click()
    await page.locator("#topics button").first.click()
    await expect(page.locator("#agents .text")).to_contain_text("Digest")
    await expect(tab.locator(".badge")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_the_keyboard_is_not_lost_while_things_are_drawn_anew(
    browser: Browser, url: str, world: World, ana: Person, forum: Room
) -> None:
    world.person("Bob", language="en")
    ana.start()
    page = await opened(browser, url)
    markup = msgspec.json.encode({"inline_keyboard": KEYS}).decode()
    await says(world, ana.id, "¿Qué?", reply_markup=markup)

    async def holds() -> str:
        return str(await page.evaluate("document.activeElement.textContent"))

    await page.locator("#customers .person", has_text="Bob").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#customers .person[aria-pressed=true]")).to_contain_text("Bob")
    assert "Bob" in await holds()
    await page.locator("#customers .person", has_text="Ana").press("Enter")
    await page.locator("#customer .key", has_text="Diseño").focus()
    await says(world, forum.id, "Digest")
    await expect(page.locator("#agents .text")).to_contain_text("Digest")
    assert await holds() == "Diseño"
    edited = {"chat_id": ana.id, "message_id": ana.chat.messages[-1].message_id, "text": "¿Y?", "reply_markup": markup}
    assert (await answer(world, "editMessageText", edited)).status == 200
    await expect(page.locator("#customer .text").last).to_contain_text("¿Y?")
    assert await holds() == "Diseño"
    await page.close()


async def test_news_in_the_middle_of_a_click_does_not_undo_it(
    browser: Browser, url: str, world: World, ana: Person
) -> None:
    world.person("Bob", language="en")
    ana.start()
    page = await opened(browser, url)
    await page.locator("#customer-text").focus()
    await page.locator("#customers .person", has_text="Bob").hover()
    await page.mouse.down()
    await says(world, ana.id, "¡Hola!")
    knows = "id => import('/js/store.js').then(({store}) => store.rooms.get(id).messages.size === 2)"
    await page.wait_for_function(knows, arg=ana.id)
    await page.mouse.up()
    await expect(page.locator("#customers .person[aria-pressed=true]")).to_contain_text("Bob")
    await page.close()


async def test_news_that_overtakes_the_picture_is_kept(browser: Browser, both: str, world: World) -> None:
    ana, page = world.person("Ana", language="es"), await browser.new_page()
    ana.start()
    late: list[APIResponse] = []

    async def overtaken(route: Route) -> None:
        picture = await route.fetch()
        if not late:
            late.append(picture)
            await says(world, ana.id, "¡Hola!")
            heard = "id => import('/js/store.js').then(({store}) => store.rooms.get(id)?.messages.size)"
            await page.wait_for_function(heard, arg=ana.id)
        await route.fulfill(response=picture)

    await page.route("**/sandbox/state", overtaken)
    await page.goto(both)
    await expect(page.locator("#customer .text")).to_contain_text(["/start", "¡Hola!"])
    await page.close()


@pytest.mark.parametrize(("platform", "field"), [("telegram", "#customer-text"), ("slack", "#slack-text")])
async def test_what_could_not_be_sent_stands_in_its_field_again(
    browser: Browser, both: str, ana: Person, platform: str, field: str
) -> None:
    ana.start()
    page = await opened(browser, both)
    await page.locator(f"[data-side=customer] [data-platform={platform}]").click()
    await page.route("**/sandbox/**/write", lambda route: route.abort())
    await page.route("**/sandbox/write", lambda route: route.abort())
    await page.locator(field).fill("no me pierdas")
    await page.locator(field).press("Enter")
    await expect(page.locator(".toast.on")).to_contain_text("No se pudo")
    await expect(page.locator(field)).to_have_value("no me pierdas")
    await page.close()


async def test_a_screen_reader_and_weak_eyes_find_everything(
    browser: Browser, url: str, world: World, ana: Person, forum: Room
) -> None:
    assert forum.chat.is_forum
    ana.start()
    await says(world, ana.id, "¿Qué?", reply_markup=msgspec.json.encode({"inline_keyboard": KEYS}).decode())
    page = await opened(browser, url)
    await page.evaluate("() => { document.getElementById('restart').hidden = false; }")
    await page.emulate_media(reduced_motion="reduce")  # the colours of the next scheme are there at once
    for size in (WIDE, PHONE):
        await page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            await page.evaluate("(scheme) => { document.documentElement.dataset.theme = scheme; }", scheme)
            assert await broken(page) == [], (size, scheme)
    await page.close()


async def test_between_a_phone_and_a_desk_nothing_is_cut(browser: Browser, url: str, ana: Person, forum: Room) -> None:
    assert ana.id
    assert forum.chat.is_forum
    page = await opened(browser, url, {"width": 820, "height": 700})
    await page.evaluate("() => { document.getElementById('restart').hidden = false; }")
    await page.evaluate("() => { for (const one of document.querySelectorAll('.routes')) one.hidden = false; }")
    cut = "one => one.checkVisibility() && one.scrollWidth > one.clientWidth"
    for width in (820, 830, 900, 1001):
        await page.set_viewport_size({"width": width, "height": 700})
        parts = [what for what in ("h1", "#agents-people", "#customers") if await page.locator(what).evaluate(cut)]
        assert parts == [], width
    await page.close()


OVER = """() => [...document.querySelectorAll("main > section, .top")].filter((part) => part.checkVisibility()).flatMap((part) =>
    [...part.querySelectorAll(".who > *, h1, .tools")].filter((one) => one.checkVisibility()
        && one.getBoundingClientRect().right > part.getBoundingClientRect().right + 4).map((one) => one.outerHTML.slice(0, 60)))"""


async def test_nothing_lies_over_the_ticket_page_beside_the_chats(
    browser: Browser, url: str, ana: Person, forum: Room
) -> None:
    assert ana.id
    assert forum.chat.is_forum
    page = await opened(browser, url, {"width": 1200, "height": 800})
    await page.evaluate(
        "() => { document.body.classList.add('with-ticket'); document.getElementById('ticket').hidden = false;"
        "document.querySelectorAll('.routes').forEach((one) => { one.hidden = false; }); }"
    )
    for width in (1200, 1280, 1440, 1720):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate(OVER) == [], width
        assert await page.locator("h1").evaluate("(h) => h.scrollWidth <= h.clientWidth"), width
    await page.set_viewport_size(PHONE)
    await page.locator("[role=tab][data-tab=agents]").click()
    await page.locator("[data-side=agents] [data-platform=slack]").click()
    choice = "(one) => { one.hidden = false; return getComputedStyle(one).display; }"  # there is no desk to choose for
    assert await page.locator("#slack-agents .routes").evaluate(choice) == "flex"
    await page.close()
