"""The pages as a phone shows them, in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright

from tests.web.door import Build, Serve

PHONE: ViewportSize = {"width": 360, "height": 740}
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)

PATHS = {
    "ours": "/t/abcdefghij-ours_",
    "yours": "/t/abcdefghij-yours",
    "solved": "/t/abcdefghi-solved",
    "merged": "/t/abcdefghi-merged",
    "missing": "/t/abcdefghij-none_",
    "front": "/",
}

# The contrast of every piece of text with what is painted behind it, as WCAG 2.2 reckons it.
CONTRAST = """() => {
  const shade = (rgb) => rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (node) => {
    const found = colour(getComputedStyle(node).backgroundColor);
    return found.length === 4 && found[3] === 0 && node.parentElement ? behind(node.parentElement) : found.slice(0, 3);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    const [a, b] = [shade(colour(getComputedStyle(node).color).slice(0, 3)), shade(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([walker.currentNode.data.trim(), ratio]);
  }
  return poor;
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        assert os.environ.get("REQUIRE_BROWSER") != "1", f"no browser: none of {', '.join(NAMES)} is installed"
        pytest.skip(f"NO BROWSER: none of {', '.join(NAMES)} is installed; the pages were not looked at")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield running
        await running.close()


async def test_the_pages_are_right_on_a_phone_by_day_and_by_night(
    serve: Serve, site: Build, browser: Browser, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    async with serve(site()) as base:
        for language, scheme in product(("es", "en"), ("light", "dark")):
            page = await browser.new_page(
                viewport=PHONE,
                device_scale_factor=2,
                locale=language,
                color_scheme="dark" if scheme == "dark" else "light",
            )
            complaints = heard(page)
            for name, path in PATHS.items():
                await page.goto(base + path)
                await page.screenshot(path=folder / f"{name}-{language}-{scheme}.png")
                assert await faults(page, language) == []
            # The browser itself notes the one page that is not there; the policy must give it nothing else to say.
            assert [text for text in complaints if "404" not in text] == []
            await page.close()


def heard(page: Page) -> list[str]:
    """What the browser complains of, as it comes."""
    kept: list[str] = []

    def keep(message: ConsoleMessage) -> None:
        kept.append(message.text)

    page.on("console", keep)
    return kept


async def faults(page: Page, language: str) -> list[object]:
    """What a person with a phone, or a screen reader, would stumble over."""
    width = await page.evaluate("document.documentElement.scrollWidth")
    poor = await page.evaluate(CONTRAST)
    small = await page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getBoundingClientRect()).filter(r => r.height < 40).length"
    )
    spoken = await page.evaluate("document.documentElement.lang")
    heads = await page.evaluate("document.querySelectorAll('h1').length")
    title = await page.title()
    right = {
        "it scrolls sideways": width <= PHONE["width"],
        f"too little contrast: {poor}": not poor,
        "a link too small for a finger": small == 0,
        f"it says it speaks {spoken}": spoken == language,
        "it needs one heading": heads == 1,
        "it needs a title": " · " in title,
    }
    return [fault for fault, fine in right.items() if not fine]


async def test_the_language_changes_at_a_press(serve: Serve, site: Build, browser: Browser) -> None:
    async with serve(site()) as base:
        page = await browser.new_page(viewport=PHONE, locale="es")
        await page.goto(base + PATHS["yours"])
        await page.get_by_role("link", name="English").click()
        assert await page.get_by_role("heading").inner_text() == "SUP-7"
        assert await page.locator(".state").inner_text() == "Waiting for you"
        await page.close()


async def test_the_longest_number_fits_the_smallest_phone(serve: Serve, site: Build, browser: Browser) -> None:
    async with serve(site()) as base:
        page = await browser.new_page(viewport={"width": 320, "height": 568}, locale="es")
        await page.goto(base + PATHS["solved"])
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        lines = "h => h.getBoundingClientRect().height / parseFloat(getComputedStyle(h).lineHeight)"
        assert round(await page.get_by_role("heading").evaluate(lines)) == 1
        await page.close()
