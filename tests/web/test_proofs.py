"""A platform's word as the way in: Telegram's slip, and Sign in with Slack against its stand-in."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.channels import Button, Limits
from bot.channels.slack import Keys, Slack
from bot.channels.telegram.miniapp import MiniApp
from bot.dialogue.words import Link, Prompt, Said, _, lines
from bot.effects import Room as Room_
from bot.effects import Say
from bot.events import Address, Caller, Message
from bot.sandbox.serve import serve_slack
from bot.sandbox.slack import Person, World, directory
from bot.sandbox.slack import answer as answer_
from bot.turn import Script, take
from bot.values import replace
from tests.channels.telegram.test_telegram_miniapp import TOKEN, signed
from tests.store.desk import Doing
from tests.web.browser import SAME, Browser
from tests.web.door import ANA, BOBS, OURS, TEAM, Room, Serve
from tests.web.eyes import DESK, PHONE, faults, follow, heard, known

if TYPE_CHECKING:
    from playwright.async_api import Browser as Visitors
    from playwright.async_api import Page, Route, ViewportSize


def mini(room: Room) -> dict[str, Any]:
    return {"slips": (MiniApp(TOKEN, lambda: room.at),)}


def slip(room: Room, user: int = 11) -> str:
    return signed(at=room.at, user=json.dumps({"id": user, "first_name": "Ana"}))


# -- Telegram ------------------------------------------------------------------------------------------


async def test_a_slip_is_exchanged_once_for_a_login(serve: Serve, room: Room) -> None:
    async with serve(room.build(https=True, **mini(room))) as base:
        ana, thief, bob = Browser(base), Browser(base), Browser(base)
        once = await ana.post("/slip", {"slip": slip(room)})
        twice = await thief.post("/slip", {"slip": slip(room)})
        unknown = await bob.post("/slip", {"slip": slip(room, 999)})
        forged = await bob.post("/slip", {"slip": slip(room)[:-1] + "x"})
        inside = await ana.get(f"/t/{OURS}?app=1")
        others = await ana.get(f"/t/{BOBS}")
    assert [one.status for one in (once, twice, unknown, forged)] == [204, 401, 401, 401]
    assert (thief.cookies, bob.cookies, once.body) == ({}, {}, b"")
    name, _, rest = once.cookies[0].partition("=")
    assert name == "__Host-desk-framed"
    assert rest.split("; ")[1:] == ["Path=/", "Max-Age=86400", "HttpOnly", "SameSite=None", "Partitioned", "Secure"]
    assert "La factura" in inside.words
    assert "La factura" not in others.words


async def test_only_telegram_may_frame_us_and_only_where_it_opened_us(serve: Serve, room: Room) -> None:
    async with serve(room.build(**mini(room))) as base:
        stranger, ana = Browser(base), Browser(base)
        await ana.post("/slip", {"slip": slip(room)})
        plain = await stranger.get(f"/t/{OURS}")
        asked = await stranger.get(f"/t/{OURS}?app=1")
        inside = [await ana.get(path) for path in (f"/t/{OURS}", "/mine", "/me")]
        beside = [await ana.get(path) for path in ("/robots.txt", "/healthz")]
    async with serve(room.build()) as base:
        without = await Browser(base).get(f"/t/{OURS}?app=1")

    def around(page: Any) -> tuple[str, str | None]:
        found = re.search("frame-ancestors ([^;]*)", page.headers["content-security-policy"])
        return found[1] if found else "", page.headers.get("x-frame-options")

    nobody, telegram = ("'none'", "DENY"), ("https://web.telegram.org", None)
    assert [around(page) for page in (plain, asked, *inside)] == [nobody, telegram, telegram, telegram, telegram]
    assert [around(page) for page in (*beside, without)] == [nobody] * 3


@pytest.mark.parametrize("pages", [True, False])
async def test_a_notice_has_a_button_that_opens_its_page_where_the_platform_can(room: Room, *, pages: bool) -> None:
    limits = Limits(text=4096, button=40, album=10, pages=pages)
    room.store.rules = replace(room.store.rules, limits={"telegram": limits})
    room.store._writing._rules = room.store.rules  # type: ignore[attr-defined]
    ticket = await room.ticket("abcdefghij-notes", "SUP-31")
    words = lines(_("*{code}* is solved.", code="SUP-31"), _("{link}", link=Link(f"/t/{ticket.public}")))
    for to in (ANA, Room_(TEAM, ticket.id)):
        await room.does(Say(to=to, language="es", words=Prompt(words), about=ticket.id))
    buttons = [parcel.buttons for where in (ANA, TEAM) for parcel in await room.parcels(where)]
    page = Button("Abrir la página", "", "page", "http://localhost/t/abcdefghij-notes")
    assert buttons == [(page,) if pages else (), ()]


THEME = json.dumps(
    {"bg_color": "#102030", "secondary_bg_color": "#0a0f14", "text_color": "#ffffff", "hint_color": "red"}
)


async def open_inside(page: Page, base: str, slip_: str) -> list[str]:
    """As Telegram's programs open a page; what the page says to them."""
    said: list[str] = []
    await page.expose_function("saidToTelegram", lambda kind, _data: said.append(kind))
    await page.add_init_script("window.TelegramWebviewProxy = { postEvent: window.saidToTelegram }")
    theme = "&".join((f"tgWebAppThemeParams={THEME}", "tgWebAppVersion=9.1", "tgWebAppPlatform=android"))
    data = slip_.replace("%", "%25").replace("&", "%26").replace("=", "%3D")
    await page.goto(f"{base}/t/{OURS}?app=1#tgWebAppData={data}&{theme}")
    return said


async def test_inside_telegram_there_is_no_second_login(serve: Serve, room: Room, browser: Visitors) -> None:
    async with serve(room.build(**mini(room))) as base:
        context = await known(browser, base, {})
        page = await context.new_page()
        complaints = heard(page)
        said = await open_inside(page, base, slip(room))
        await page.locator(".talk").wait_for()
        await page.wait_for_load_state()
        assert "tgWebApp" not in page.url
        assert await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--card')") == "#102030"
        await follow(page.get_by_role("link", name="Mis solicitudes"))
        await page.get_by_role("heading", name="Mis solicitudes").wait_for()
        assert await page.evaluate("document.documentElement.style.getPropertyValue('--soft')") == ""
        await page.evaluate("window.Telegram.WebView.receiveEvent('back_button_pressed')")
        await page.locator(".talk").wait_for()
        assert {"web_app_ready", "web_app_expand", "web_app_setup_back_button"} <= set(said)
        assert await faults(page, "es") == []
        assert complaints == []
        await context.close()


async def test_telegram_is_heard_and_shown_the_page_where_the_browser_stores_nothing_for_it(
    serve: Serve, room: Room, browser: Visitors
) -> None:
    """As inside another page, when it is told to keep nothing for such."""
    async with serve(room.build(**mini(room))) as base:
        context = await known(browser, base, {})
        page = await context.new_page()
        complaints = heard(page)
        await page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
        )
        said = await open_inside(page, base, slip(room))
        await page.locator(".talk").wait_for()
        await page.get_by_label("Añadir algo").fill("hola")
        assert "web_app_ready" in said
        assert complaints == []
        await context.close()


async def test_a_slip_in_an_ordinary_browser_logs_nobody_in(serve: Serve, room: Room, browser: Visitors) -> None:
    """Somebody could have put their own into a link, to see what is written there."""
    async with serve(room.build(**mini(room))) as base:
        context = await known(browser, base, {})
        page = await context.new_page()
        data = slip(room).replace("%", "%25").replace("&", "%26").replace("=", "%3D")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{base}/t/{OURS}#tgWebAppData={data}")
        assert [url for url in asked if "/slip" in url] == []
        assert await page.locator(".talk").count() == 0
        await context.close()


# -- Slack ---------------------------------------------------------------------------------------------


@dataclass
class There:
    """Slack's stand-in, our channel, and Ana, who has written to us there."""

    world: World
    slack: Slack
    ana: Person
    api: str

    async def back(self, browser: Browser, person: str, to: str = "") -> str:
        """Through Slack's pages as somebody; the address they lead back to."""
        leads = await browser.get(f"/slack/login?to={to}")
        assert leads.status == 302
        async with (
            aiohttp.ClientSession() as session,
            session.post(leads.headers["location"], data={"person": person}, allow_redirects=False) as chosen,
        ):
            at = urlsplit(chosen.headers["location"])
            return f"{at.path}?{at.query}"


@pytest.fixture
async def there(room: Room) -> AsyncIterator[There]:
    world = World()
    async with serve_slack(world) as api:
        app = world.app
        keys = Keys(
            token=app.token,
            signing_secret=app.signing_secret,
            client_id=app.client_id,
            client_secret=app.client_secret,
            secret_key="k" * 40,
        )
        slack = Slack(keys, api_url=f"{api}/slack/api/", public_url="http://localhost")
        ana = world.person("Ana Ruiz")
        where = Address("slack", ana.id)
        who = Caller(ana.id, "Ana Ruiz", "es")
        event = Message(id="hello:slack", at=room.at, where=where, who=who, answer=Said("hola"))
        doing = Doing()
        await take(event, room.store, Script(doing))
        await room.ticket("abcdefghij-slack", "SUP-300", person=doing.seen[0].person.id)
        yield There(world, slack, ana, api)
        await slack.close()


async def test_sign_in_with_slack_opens_the_page_one_came_from(serve: Serve, room: Room, there: There) -> None:
    async with serve(room.build(sign_ins=there.slack.sign_ins())) as base:
        browser = Browser(base)
        offered = await browser.get("/t/abcdefghij-slack")
        back = await there.back(browser, there.ana.id, "abcdefghij-slack")
        opened = await browser.get(back)
        page = await browser.get("/t/abcdefghij-slack")
        other = await browser.get(f"/t/{OURS}")
    assert 'href="/slack/login?to=abcdefghij-slack"' in offered.text
    assert (opened.status, opened.headers["location"]) == (303, "/t/abcdefghij-slack")
    assert ("La factura" in page.words, "La factura" in other.words) == (True, False)


async def test_what_comes_back_is_taken_in_the_browser_that_was_sent_and_once(
    serve: Serve, room: Room, there: There
) -> None:
    async with serve(room.build(sign_ins=there.slack.sign_ins())) as base:
        browser, thief = Browser(base), Browser(base)
        back = await there.back(browser, there.ana.id)
        stolen = await thief.get(back)
        held = dict(browser.cookies)
        opened = await browser.get(back)
        again = await Browser(base, held).get(back)
        stranger = Browser(base)
        unknown = await stranger.get(await there.back(stranger, there.world.person("Leo").id))
        nonce = Browser(base)
        swapped = await there.back(nonce, there.ana.id)
        nonce.cookies["signing-in"] = re.sub(r"\.[^.]+\.", ".another.", nonce.cookies["signing-in"])
        wrong = await nonce.get(swapped)
        bare = await Browser(base).get("/slack/login/back?state=&code=x")
    assert [one.status for one in (stolen, opened, again, unknown, wrong, bare)] == [403, 303, 403, 403, 403, 403]
    assert opened.headers["location"] == "/mine"
    assert "desk" not in {**thief.cookies, **stranger.cookies, **nonce.cookies}


async def test_signing_in_leads_to_slack_and_nowhere_else(serve: Serve, room: Room, there: There) -> None:
    async with serve(room.build(sign_ins=there.slack.sign_ins())) as base:
        leads = await Browser(base).get("/slack/login?to=//evil.example")
        at = urlsplit(leads.headers["location"])
        asked = parse_qs(at.query)
        browser = Browser(base)
        opened = await browser.get(await there.back(browser, there.ana.id, "//evil.example"))
    assert f"{at.scheme}://{at.netloc}{at.path}" == f"{there.api}/slack/openid/connect/authorize"
    assert asked["redirect_uri"] == ["http://localhost/slack/login/back"]
    assert (asked["scope"], asked["response_type"]) == (["openid profile"], ["code"])
    assert opened.headers["location"] == "/mine"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-app"},
        {"exp": 1},
        {"nonce": "another"},
        {"https://slack.com/user_id": 7},
    ],
)
async def test_a_token_that_says_anything_else_opens_nothing(
    serve: Serve, room: Room, there: There, wrong: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = directory.identity

    def bent(world: World, call: Any) -> Any:
        answer = right(world, call)
        head, body, tail = str(answer["id_token"]).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | wrong
        bent_ = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return {**answer, "id_token": f"{head}.{bent_}.{tail}"}

    monkeypatch.setitem(answer_._METHODS, "openid.connect.token", ("", bent))
    async with serve(room.build(sign_ins=there.slack.sign_ins())) as base:
        browser = Browser(base)
        assert (await browser.get(await there.back(browser, there.ana.id))).status == 403
        assert "desk" not in browser.cookies


async def test_slip_is_a_form_of_our_own_page(serve: Serve, room: Room) -> None:
    async with serve(room.build(**mini(room))) as base:
        foreign = await Browser(base).post("/slip", {"slip": slip(room)}, {"sec-fetch-site": "cross-site"})
        more = await Browser(base).post("/slip", {"slip": slip(room), "role": "agent"}, SAME)
    assert (foreign.status, more.status) == (403, 422)


@pytest.mark.parametrize(
    ("language", "size", "way"), [("es", PHONE, "Entrar con Slack"), ("en", DESK, "Sign in with Slack")]
)
async def test_a_press_leads_to_slack_and_back_to_the_page(
    serve: Serve, room: Room, browser: Visitors, there: There, *, language: str, size: ViewportSize, way: str
) -> None:
    async with serve(room.build(sign_ins=there.slack.sign_ins())) as base:
        context = await known(browser, base, {}, locale=language, viewport=size)
        page = await context.new_page()
        complaints = heard(page)

        async def to_our_port(route: Route) -> None:
            """Slack was given our address before we had a port."""
            answer = await route.fetch(max_redirects=0)
            back = answer.headers.get("location", "").replace("http://localhost/", f"{base}/")
            await route.fulfill(response=answer, headers={**answer.headers, "location": back} if back else None)

        await page.route("**/slack/openid/connect/authorize**", to_our_port)
        await page.goto(f"{base}/t/abcdefghij-slack")
        await page.get_by_text(way).click()
        await page.get_by_role("button", name="Ana Ruiz").click()
        await page.locator(".talk").wait_for()
        assert urlsplit(page.url).path == "/t/abcdefghij-slack"
        assert await faults(page, "es") == []  # the page is in her language, wherever she is
        assert complaints == []
        await context.close()
