"""Slack's half of the page in a real browser: a customer with a modal, an agent with a thread."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.serve import listen, serve
from bot.sandbox.slack import Channel, Person, World, shown
from bot.sandbox.slack.shapes import word
from bot.sandbox.telegram import World as Telegram
from tests.browser import expect

from .conftest import Ear
from .test_modals import CATEGORY, SHOTS, TITLE, modal, opened

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
CARD: list[dict[str, object]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*SUP-1* <https://example.com/1|page>"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "Claim"}, "value": "c", "action_id": "b0"}
        ],
    },
]


@pytest.fixture
async def url(world: World, ana: Person, team: Channel) -> AsyncIterator[str]:
    """Both platforms and the page, with a customer and an agent there."""
    assert ana.id not in team.members
    async with serve(Telegram(), slack=world) as address:
        yield address


async def shows(browser: Browser, url: str, viewport: ViewportSize = WIDE) -> Page:
    page = await browser.new_page(viewport=viewport, locale="en-GB")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")
    return page


async def turn(page: Page, side: str) -> None:
    await page.locator(f"[data-side={side}]").get_by_role("button", name="Slack").click()


async def test_the_address_of_a_message_leads_into_its_thread(
    browser: Browser, url: str, slack: AsyncWebClient, team: Channel
) -> None:
    card = await slack.chat_postMessage(channel=team.id, text="SUP-1")
    link = await slack.chat_getPermalink(channel=team.id, message_ts=str(card["ts"]))
    await slack.chat_postMessage(channel=team.id, thread_ts=str(card["ts"]), text="This one")
    await slack.chat_postMessage(channel=team.id, text=f"What waits: <{link['permalink']}>")
    page = await shows(browser, url)
    await turn(page, "agents")
    await page.locator("#slack-channel .sl-row", has_text="What waits").get_by_role("link").click()
    await expect(page.locator("#slack-thread")).to_contain_text("This one")
    assert len(page.context.pages) == 1


async def test_a_customer_writes_commands_and_fills_a_modal(
    browser: Browser, url: str, world: World, slack: AsyncWebClient, ana: Person
) -> None:
    page = await shows(browser, url)
    await turn(page, "customer")
    phone, field = page.locator("#slack-customer"), page.locator("#slack-text")
    await field.fill("hello *there*")
    await field.press("Enter")
    await expect(phone.locator(".bk-text b")).to_have_text("there")
    await field.fill("/support new")
    await field.press("Enter")
    await world.until(lambda: [one.payload.get("text") for one in world.post.log if one.kind == "slash_commands"])
    await opened(slack, world, ana, modal(CATEGORY, TITLE, SHOTS))
    sheet = page.get_by_role("dialog", name="New ticket")
    await sheet.get_by_label("Title").fill("It is broken")
    await sheet.get_by_role("combobox").select_option("push")
    await sheet.get_by_role("button", name="Añadir archivos").click()
    await page.locator("#menu .samples button").first.click()
    await expect(sheet.locator(".sl-kept")).to_contain_text("login.png")
    ear = Ear(world)
    async with listen(Starlette(routes=[Route("/slack/events", ear.hear, methods=["POST"])])) as app:
        world.app.request_url = f"{app}/slack/events"
        world.post.bell.ring()
        await sheet.get_by_role("button", name="Send").click()
        await expect(sheet).to_be_hidden()
    (sent,) = [one.body for one in ear.heard if one.body.get("type") == "view_submission"]
    title = word(sent, "view", "state", "values", "title", "title", "value")
    category = word(sent, "view", "state", "values", "category", "category", "selected_option", "value")
    assert (title, category) == ("It is broken", "push")


async def test_an_agent_works_in_a_thread(
    browser: Browser, url: str, world: World, slack: AsyncWebClient, team: Channel
) -> None:
    bea, page = team.members[0], await shows(browser, url)
    await turn(page, "agents")
    desk = page.locator("#slack-agents")
    sent = await slack.chat_postMessage(channel=team.id, text="SUP-1", blocks=CARD)
    await expect(desk.locator("#slack-thread a")).to_have_attribute("href", "https://example.com/1")
    await page.locator("#slack-thread-text").fill("mine 👀")
    await page.keyboard.press("Enter")
    await world.until(lambda: team.replies(sent["ts"]))
    await slack.chat_postEphemeral(channel=team.id, user=bea, thread_ts=sent["ts"], text="only Bea")
    await expect(desk.locator("#slack-thread .whisper")).to_contain_text("Only visible to you")
    await desk.locator("#slack-channel").get_by_role("button", name="Claim").click()
    await world.until(lambda: [one for one in world.post.log if one.kind == "interactive"])
    reply = desk.locator("#slack-thread .sl-row", has_text="mine")
    await reply.hover()
    await reply.get_by_role("button", name="React with white_check_mark").click()
    await expect(reply.locator(".sl-reactions")).to_contain_text("✅")
    await expect(desk.locator("#slack-channel .sl-thread")).to_contain_text("1 reply")
    assert [shown(message) for message in team.replies(sent["ts"])] == ["mine 👀"]


async def test_home_is_a_tab_and_a_phone_shows_one_side(
    browser: Browser, url: str, world: World, slack: AsyncWebClient, ana: Person
) -> None:
    page = await shows(browser, url, PHONE)
    await turn(page, "customer")
    await page.get_by_role("tab", name="Home").click()
    await world.until(lambda: world.post.events("app_home_opened"))
    await slack.views_publish(user_id=ana.id, view={"type": "home", "blocks": CARD})
    await page.locator("#slack-home").get_by_role("button", name="Claim").click()
    await world.until(lambda: [one for one in world.post.log if one.kind == "interactive"])
    await page.locator("[role=tab][data-tab=agents]").click()
    await turn(page, "agents")
    await expect(page.locator("#slack-channel")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_whoever_reads_the_newest_message_goes_on_doing_so(
    browser: Browser, url: str, slack: AsyncWebClient, team: Channel, png: bytes
) -> None:
    page = await shows(browser, url, {"width": 1280, "height": 600})
    for n in range(20):
        sent = await slack.chat_postMessage(channel=team.id, text=f"SUP-{n} and what it is about, in quite some words")
    await turn(page, "agents")
    newest = page.locator("#slack-channel .sl-row").last
    await expect(newest).to_contain_text("SUP-19")
    await expect(newest).to_be_in_viewport()
    await slack.files_upload_v2(channel=team.id, thread_ts=sent["ts"], content=png, filename="a.png")
    await slack.chat_postMessage(channel=team.id, thread_ts=sent["ts"], text="look")
    await page.locator("#slack-channel .sl-thread").last.click()
    await expect(page.locator("#slack-thread .sl-row").last).to_be_in_viewport()
    await expect(newest).to_be_in_viewport()
    await page.close()
