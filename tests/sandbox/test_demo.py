"""The demo as anybody starts it: one ticket in a browser, from a typed hello to the answer in the customer's chat."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.program import ROOT, free_port
from tests.browser import expect

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# How long the program may take for one turn on a busy machine (milliseconds).
PATIENCE = 10_000


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """`python -m bot.sandbox` with the real program behind it."""
    port = free_port(0)
    command = (sys.executable, "-m", "bot.sandbox", "--no-browser", "--port", str(port))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        assert b"Ready.\n" in [line async for line in _until(process.stdout, b"Ready.\n")]
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        await process.communicate()


async def _until(lines: asyncio.StreamReader, last: bytes) -> AsyncIterator[bytes]:
    async for line in lines:
        yield line
        if line == last:
            return


class Chat:
    """One side of the page. Whatever is done there is over when the last message says so."""

    def __init__(self, page: Page, name: str) -> None:
        self.pane, self.tab = page.locator(f"#{name}"), page.locator(f"[role=tab][data-tab={name}]")
        self.field, self.last = page.locator(f"#{name}-text"), self.pane.locator(".line").last

    def key(self, label: str) -> Locator:
        return self.last.get_by_role("button", name=label, exact=True)

    async def says(self, words: str) -> None:
        await expect(self.last).to_contain_text(words, timeout=PATIENCE)

    async def write(self, words: str, answer: str) -> None:
        await self.field.fill(words)
        await self.field.press("Enter")
        await self.says(answer)

    async def press(self, label: str, answer: str) -> None:
        await self.key(label).click()
        await self.says(answer)


async def asks(customer: Chat, name: str, code: str) -> None:
    """Every question of a category with an extra one, by pressing and by typing."""
    await customer.pane.get_by_role("button", name="START", exact=True).click()
    await customer.says(f"Hello, {name}!")
    await customer.write("hello", "Press one of these")
    await customer.write("online shop", "what exactly?")
    await customer.press("Coupons", "Give it a title")
    await customer.write("The coupon SUMMER is refused", "Tell us more")
    await customer.write("It worked yesterday and says expired today.", "Which order")
    await customer.write("1234", "Any link")
    await customer.press("Skip", "Screenshots?")
    await customer.press("Skip", "Is everything right?")
    await customer.press("Send", f"{code} is open.")


async def answers(bea: Chat, name: str, code: str) -> None:
    await bea.pane.locator("#topics button", has_text=code).click()
    await bea.says("Aún no la lleva nadie.")
    await bea.press("Me la quedo", "La lleva Bea.")
    await bea.write("The coupon works again.", f"{name} va a leer:")
    await bea.press("Enviar", f"Entregado a {name} por Telegram.")


async def reads(page: Page, customer: Chat, code: str) -> None:
    """The answer stands at the end of the chat, and its link leads to the ticket page."""
    await customer.says("The coupon works again.")
    await expect(customer.last).to_be_in_viewport()
    await customer.last.get_by_role("link").click()
    ticket = page.frame_locator("#ticket-frame").locator("main")
    await expect(ticket).to_contain_text(f"{code} Waiting for us", timeout=PATIENCE)


async def goes_on_at_the_page(page: Page, customer: Chat, agent: Chat) -> None:
    """A code from the chat opens the page beside it; what is written there reaches the team, and its answer the page."""
    ticket = page.frame_locator("#ticket-frame").locator("main")
    await ticket.get_by_role("button", name="Send a code to my chat").click()
    await customer.says("Your code for the page of")
    code = re.search(r"\b\d{6}\b", await customer.last.inner_text())
    assert code
    await ticket.get_by_label("Code").fill(code[0])
    await ticket.get_by_role("button", name="Open").click()
    await expect(ticket).to_contain_text("The coupon works again.", timeout=PATIENCE)
    await ticket.get_by_label("Add something").fill("Thank you, from the page")
    await ticket.get_by_role("button", name="Send").click()
    await expect(agent.pane).to_contain_text("Thank you, from the page", timeout=PATIENCE)
    await expect(ticket.locator(".talk")).to_contain_text("Thank you, from the page", timeout=PATIENCE)
    await ticket.get_by_label("Add something").fill("half a wo")
    await agent.write("With pleasure.", "Bob va a leer:")
    await agent.press("Enviar", "Entregado a Bob por Telegram.")
    await expect(ticket).to_contain_text("With pleasure.", timeout=PATIENCE)
    await expect(ticket.get_by_label("Add something")).to_have_value("half a wo")


async def opened(browser: Browser, address: str, size: ViewportSize, troubles: list[str]) -> Page:
    page = await browser.new_page(viewport=size, locale="en-GB")
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    await page.goto(address)
    await page.wait_for_selector("body[data-ready]")
    await page.locator("#customers .person", has_text="Bob").click()
    await chosen(page, "Bob")
    return page


async def chosen(page: Page, name: str) -> None:
    """Whoever is at the phone now: the page has to have turned to them before one presses anything there."""
    await expect(page.locator("#customers .person[aria-pressed=true]")).to_contain_text(name, timeout=PATIENCE)


async def turn(page: Page, side: str, platform: str) -> None:
    await page.locator(f"[data-side={side}] [data-platform={platform}]").click()


async def fills(page: Page, code: str) -> None:
    """The form from the app's page, in Slack and in English."""
    await page.locator("#slack-customers .person", has_text="Bob").click()
    await expect(page.locator("#slack-customers .person[aria-pressed=true]")).to_contain_text("Bob")
    await page.locator("#slack-customer").get_by_role("tab", name="Home").click()
    await page.locator("#slack-home").get_by_role("button", name="New request").click(timeout=PATIENCE)
    sheet = page.get_by_role("dialog", name="New request")

    def field(label: str) -> Locator:
        block = sheet.locator(".sl-input", has=page.get_by_text(label, exact=True))
        return block.locator("select, input, textarea")

    await field("Category").select_option("Online shop", timeout=PATIENCE)
    await field("Sub-category").select_option("Coupons", timeout=PATIENCE)
    await field("Title").fill("The coupon SUMMER is refused")
    await field("Details").fill("It worked yesterday and says expired today.")
    await sheet.get_by_role("button", name="Send").click()
    await expect(sheet).to_be_hidden(timeout=PATIENCE)
    await expect(page.locator("#slack-home")).to_contain_text(code, timeout=PATIENCE)


async def answers_in_a_thread(page: Page) -> None:
    channel, thread = page.locator("#slack-channel"), page.locator("#slack-thread")
    await channel.get_by_role("button", name="Me la quedo").click(timeout=PATIENCE)
    await expect(channel).to_contain_text("La lleva Bea.", timeout=PATIENCE)
    await page.locator("#slack-thread-text").fill("The coupon *works* again.")
    await page.keyboard.press("Enter")
    whisper = thread.locator(".whisper", has_text="Bob va a leer")
    await expect(whisper).to_contain_text("Only visible to you", timeout=PATIENCE)
    await whisper.get_by_role("button", name="Enviar", exact=True).click()
    await expect(thread).to_contain_text("Entregado a Bob por Slack.", timeout=PATIENCE)
    await expect(whisper).to_have_count(0, timeout=PATIENCE)


async def goes_through_slack(page: Page, code: str) -> None:
    """By a form and a thread."""
    await turn(page, "customer", "slack")
    await turn(page, "agents", "slack")
    await page.locator("#slack-agents [data-route=slack]").click()
    await page.locator("#pulse:not([data-state=ready])").wait_for(timeout=PATIENCE)
    await page.locator("#pulse[data-state=ready]").wait_for(timeout=PATIENCE)
    await fills(page, code)
    await answers_in_a_thread(page)
    await page.locator("#slack-customer").get_by_role("tab", name="Messages").click()
    await expect(page.locator("#slack-chat .bk-text b", has_text="works")).to_be_visible(timeout=PATIENCE)


@pytest.mark.timeout(180)
async def test_a_ticket_goes_from_hello_to_the_answer_on_a_desk_on_a_phone_and_through_slack(
    browser: Browser, address: str
) -> None:
    """One after another: to start the demo and its program costs more than to use them."""
    troubles: list[str] = []
    page = await opened(browser, address, WIDE, troubles)
    bob, bea = Chat(page, "customer"), Chat(page, "agents")
    await asks(bob, "Bob", "SUP-1001")
    await answers(bea, "Bob", "SUP-1001")
    await reads(page, bob, "SUP-1001")
    await goes_on_at_the_page(page, bob, bea)
    await page.close()

    page = await opened(browser, address, PHONE, troubles)
    eva, bea = Chat(page, "customer"), Chat(page, "agents")
    await page.get_by_role("button", name="New person").first.click()
    await page.keyboard.type("Eva")
    await page.keyboard.press("Enter")
    await chosen(page, "Eva")
    await asks(eva, "Eva", "SUP-1002")
    await bea.tab.click()
    await answers(bea, "Eva", "SUP-1002")
    await eva.tab.click()
    await reads(page, eva, "SUP-1002")
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await page.close()

    page = await opened(browser, address, WIDE, troubles)
    await goes_through_slack(page, "SUP-1003")
    assert troubles == []
