"""A real browser, and what a person with a phone, a screen reader or weak eyes would stumble over."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tests.web.door import Room

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
Strangers: TypeAlias = "tuple[Room, Browser]"
WHO = {"es": "Ana", "en": "Bob"}
SIZES: dict[str, ViewportSize] = {"phone": PHONE, "desk": DESK}
CORNERS = (("es", "phone"), ("en", "desk"))
"""Words are the language's and the layout is the screen's: each once, and the longer words on the smaller screen."""
SCHEMES = {"phone": "dark", "desk": "light"}
"""Colours are those of day or night alone, whatever the layout."""
AXE = files("axe_playwright_python").joinpath("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def known(browser: Browser, base: str, cookies: dict[str, str], **how: object) -> BrowserContext:
    """A browser in which somebody is logged in."""
    context = await browser.new_context(**{"viewport": PHONE, "locale": "es", **how})  # type: ignore[arg-type]
    await context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
    return context


async def examined(browser: Browser, base: str, cookies: dict[str, str], **how: object) -> BrowserContext:
    """The same, where every page will be asked for its `faults`: axe-core is handed over once."""
    context = await known(browser, base, cookies, **how)
    await context.add_init_script(AXE.read_text("utf-8"))
    return context


async def follow(press: Locator) -> None:
    """Presses what leads to another page and waits until all of it is there: a click alone waits for its beginning."""
    async with press.page.expect_event("load"):
        await press.click()


def heard(page: Page) -> list[str]:
    """What the browser complains of, as it comes."""
    kept: list[str] = []

    def keep(message: ConsoleMessage) -> None:
        kept.append(message.text)

    page.on("console", keep)
    page.on("pageerror", lambda error: kept.append(str(error)))
    return kept


async def pictured(page: Page, name: str, *, whole: bool = True) -> None:
    """For people to look at, where `SCREENSHOTS` names a folder: no test looks at pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)


BROKEN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
    .then(({violations}) => violations.map((one) => [one.id, one.nodes[0].html.slice(0, 120)]))"""
"""Only this is brought out of the page: what axe-core has found right is many times as much."""
SEEN = """() => ({
    width: [document.documentElement.scrollWidth, window.innerWidth],
    small: [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
        .filter((one) => one.checkVisibility() && !one.closest(".said"))
        .map((one) => [one.outerHTML.slice(0, 80), (one.closest("label") || one).getBoundingClientRect().height])
        .filter(([_, height]) => height < 40),
    spoken: document.documentElement.lang,
    heads: document.querySelectorAll("h1").length,
    title: document.title,
})"""


async def broken(page: Page) -> list[object]:
    """What axe-core finds."""
    if await page.evaluate("typeof axe") == "undefined":
        await page.evaluate(AXE.read_text("utf-8"))
    return list(await page.evaluate(BROKEN, RULES))


async def faults(page: Page, language: str) -> list[object]:
    """What axe-core finds, and what it does not look for."""
    await page.wait_for_load_state()
    found, seen = await broken(page), await page.evaluate(SEEN)
    width, small, spoken = seen["width"], seen["small"], seen["spoken"]
    right = {
        f"it scrolls sideways: {width}": width[0] <= width[1],
        f"too small for a finger: {small}": not small,
        f"it says it speaks {spoken}": spoken == language,
        "it needs one heading": seen["heads"] == 1,
        "it needs a title": " · " in seen["title"],
    }
    return [*found, *(fault for fault, fine in right.items() if not fine)]
