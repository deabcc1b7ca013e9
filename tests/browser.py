"""One browser for each process of tests, for what people see: each of them opens a context of its own in it.

All tests of a process share one loop for its sake (`pyproject.toml`): to start it takes longer than most of them.
Playwright is loaded only where a browser is wanted: it takes half a second, and most processes of tests have none.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Playwright
    from playwright.async_api._generated import LocatorAssertions

# Chromium without its windows comes first: it does the same with two thirds of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
# No sandbox: in a container there is often none to be had. No compilers: no page of a test lives as long as they need.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--renderer-process-limit=1",
    "--js-flags=--no-opt --no-maglev --no-sparkplug",
)


PATIENCE = 10.0
"""Seconds for what a browser does at once, or not at all any more."""


class Chromium:
    """One browser after another: when one has gone, or hears nothing any more, the next test has a new one."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._running: Browser | None = None

    async def running(self) -> Browser:
        if self._running is None or not self._running.is_connected():
            self._running = await self._playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        return self._running

    async def tidy(self, browser: Browser) -> None:
        """What a test has left open would go on asking a desk that is no more."""
        from playwright.async_api import Error

        self._running = None  # as long as it has not shown that it hears us
        try:
            async with asyncio.timeout(PATIENCE):
                for context in browser.contexts:
                    await context.close()
        except (Error, TimeoutError):
            return
        self._running = browser

    async def close(self) -> None:
        if self._running is not None and self._running.is_connected():
            async with asyncio.timeout(PATIENCE):
                await self._running.close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    if CHROMIUM is None:
        message = f"NO BROWSER: none of {', '.join(NAMES)} is installed; the pages were not looked at"
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(message)
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        yield (one := Chromium(playwright))
        await one.close()


@pytest.fixture
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    yield (running := await chromium.running())
    await chromium.tidy(running)


def expect(locator: Locator) -> LocatorAssertions:
    """Playwright's own."""
    from playwright.async_api import expect

    return expect(locator)
