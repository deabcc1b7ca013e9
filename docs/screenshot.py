"""Makes the pictures in `docs/` again: plays a scene in the demo and takes its picture; and the ticket page after it.

Run it as `python docs/screenshot.py` where Chromium is installed ($CHROMIUM, else `/usr/bin/chromium`).
"""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, expect, sync_playwright

HERE = Path(__file__).resolve().parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZE = ViewportSize(width=1440, height=900)
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1000, height=780)
PATIENCE = 15_000
"""Milliseconds; the program starts anew when its tickets go elsewhere."""


@contextmanager
def demo() -> Iterator[str]:
    """The demo on a free port, as anybody starts it; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot.sandbox", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout
        try:
            if not any(line.startswith("Ready.") for line in process.stdout):
                sys.exit("The demo did not start.")
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


class Side:
    """One half of the page: what is said there, and who says it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.pane, self.field = page, page.locator(f"#{name}"), page.locator(f"#{name}-text")

    @property
    def last(self) -> Locator:
        return self.pane.locator(".line").last

    def person(self, name: str) -> None:
        self.pane.locator(".person", has_text=name).click()

    def say(self, words: str, answer: str) -> None:
        """Writes, and waits for what is said to it."""
        self.field.fill(words)
        self.field.press("Enter")
        expect(self.last).to_contain_text(answer)

    def press(self, label: str, answer: str) -> None:
        self.last.get_by_role("button", name=label, exact=True).click()
        expect(self.last).to_contain_text(answer)


def ana(side: Side) -> None:
    """A ticket from the morning, so that the team has more than one."""
    side.person("Ana")
    side.pane.get_by_role("button", name="START", exact=True).click()
    expect(side.last).to_contain_text("¡Hola, Ana!")
    side.press("Diseño y plantillas", "¿qué exactamente?")
    side.press("Colores y letras", "Ponle un título")
    side.say("Las letras salen muy pequeñas", "Cuéntanos más")
    side.say("En el móvil de mi madre no se leen los botones.", "¿Algún enlace")
    side.press("Omitir", "¿Capturas?")
    side.press("Omitir", "¿Está todo bien?")
    side.press("Enviar", "está abierta")


def bob(side: Side) -> None:
    side.person("Bob")
    side.pane.get_by_role("button", name="START", exact=True).click()
    expect(side.last).to_contain_text("Hello, Bob!")
    side.press("Billing and plan", "what exactly?")
    side.press("An invoice", "already help you")
    side.press("Go on with my request", "Give it a title")
    side.say("I was charged twice for November", "Tell us more")
    side.say("Invoice 2026-118 has the Pro plan on it two times. I expected to pay for one.", "invoice number")
    side.say("2026-118", "What amount")
    side.say("29.00", "Any link")
    side.press("Skip", "Screenshots?")
    side.press("Skip", "Is everything right?")
    side.press("Send", "is open")


def bea(side: Side) -> None:
    """Claims it and answers; Bob has read it when the picture is taken."""
    side.pane.locator("#topics button", has_text="SUP-1002").click()
    side.pane.get_by_role("button", name="Me la quedo").click()
    expect(side.pane.get_by_role("button", name="Soltar")).to_be_visible()
    side.say("Hi Bob, you are right: it was charged twice. We have refunded €29.", "Bob va a leer")
    side.press("Enviar", "Entregado a Bob")


def bea_in_slack(page: Page) -> None:
    """The same in the ticket's thread."""
    channel, thread = page.locator("#slack-channel"), page.locator("#slack-thread")
    card = channel.locator(".sl-row", has_text="SUP-1002")
    card.get_by_role("button", name="Me la quedo").click()
    expect(card.get_by_role("button", name="Soltar")).to_be_visible()
    card.hover()
    card.get_by_role("button", name="Reply in thread").click()
    page.locator("#slack-thread-text").fill("Hi Bob, you are right: it was charged *twice*. We have refunded €29.")
    page.keyboard.press("Enter")
    thread.get_by_role("button", name="Enviar", exact=True).click()
    expect(thread).to_contain_text("Entregado a Bob")


def in_telegram(page: Page) -> None:
    ana(Side(page, "customer"))
    bob(Side(page, "customer"))
    bea(Side(page, "agents"))


def in_slack(page: Page) -> None:
    """Customers in Telegram, agents in Slack."""
    page.locator("[data-side=agents] [data-platform=slack]").click()
    page.locator("#slack-agents [data-route=slack]").click()
    ana(Side(page, "customer"))
    bob(Side(page, "customer"))
    bea_in_slack(page)


def at_the_page(page: Page, address: str) -> Page:
    """Bob opens the link of his ticket elsewhere, with the code that comes into his chat."""
    browser = page.context.browser
    assert browser
    theirs = browser.new_page(locale="en-GB", viewport=PHONE)
    theirs.goto(address)
    theirs.get_by_role("button", name="Send a code").click()
    last = Side(page, "customer").last
    expect(last).to_contain_text("Your code for the page")
    code = re.search(r"\b\d{6}\b", last.inner_text())
    assert code
    theirs.get_by_label("Code").fill(code[0])
    theirs.get_by_role("button", name="Open").click()
    expect(theirs.get_by_role("log")).to_contain_text("refunded")
    return theirs


def pictures(page: Page) -> None:
    link = Side(page, "customer").last.get_by_role("link").last.get_attribute("href")
    assert link
    theirs = at_the_page(page, link)
    for name, size, scheme in (("page-phone.png", PHONE, "light"), ("page-desk.png", DESK, "dark")):
        theirs.set_viewport_size(size)
        theirs.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        theirs.screenshot(path=HERE / name)


SCENES = {"demo.png": in_telegram, "slack.png": in_slack}


def play(page: Page, address: str, scene: Callable[[Page], None]) -> None:
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    scene(page)
    expect(Side(page, "customer").last).to_contain_text("Bea answers")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")


def main() -> None:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, scene in SCENES.items():
            with demo() as address:
                page = chromium.new_page(viewport=SIZE, locale="en-GB", reduced_motion="reduce")
                play(page, address, scene)
                page.screenshot(path=HERE / name)
                if scene is in_telegram:
                    pictures(page)
                page.close()
        chromium.close()


if __name__ == "__main__":
    main()
