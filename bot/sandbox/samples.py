"""Pictures to attach with one click, drawn when the demo starts: nobody has a fitting screenshot at hand."""

import io
from collections.abc import Callable, Mapping
from functools import cache

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 1180
# The colours of an app that does not exist.
_INK, _PALE, _LINE, _RED, _BLUE, _PAPER = "#1c2733", "#71808f", "#e3e8ee", "#d6453d", "#2f6fde", "#ffffff"


def _font(size: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    return ImageFont.load_default(size)


class _Screen:
    """A phone's screen being drawn from top to bottom; words keep to ASCII, which is all Pillow's own font has."""

    def __init__(self, title: str) -> None:
        self.picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        self.pen = ImageDraw.Draw(self.picture)
        self.pen.text((36, 22), "10:42", _INK, _font(26))
        self.pen.rounded_rectangle((548, 26, 600, 48), 6, outline=_INK, width=3)
        self.pen.rectangle((553, 31, 580, 43), _INK)
        self.pen.text((36, 92), title, _INK, _font(44))
        self.pen.line((0, 172, WIDTH, 172), _LINE, 3)
        self.y = 204

    def row(self, left: str, right: str = "", colour: str = _INK) -> None:
        self.pen.text((36, self.y), left, colour, _font(30))
        width = self.pen.textlength(right, _font(30))
        self.pen.text((WIDTH - 36 - width, self.y), right, colour, _font(30))
        self.pen.line((36, self.y + 58, WIDTH - 36, self.y + 58), _LINE, 2)
        self.y += 82

    def alert(self, title: str, words: str) -> None:
        self.y += 30
        self.pen.rounded_rectangle((36, self.y, WIDTH - 36, self.y + 190), 24, fill="#fdecea", outline=_RED, width=3)
        self.pen.ellipse((64, self.y + 34, 116, self.y + 86), _RED)
        self.pen.text((84, self.y + 38), "!", _PAPER, _font(40))
        self.pen.text((140, self.y + 40), title, _RED, _font(34))
        self.pen.text((64, self.y + 118), words, _INK, _font(26))
        self.y += 230

    def button(self, label: str) -> None:
        self.pen.rounded_rectangle((36, HEIGHT - 150, WIDTH - 36, HEIGHT - 60), 28, fill=_BLUE)
        width = self.pen.textlength(label, _font(34))
        self.pen.text(((WIDTH - width) / 2, HEIGHT - 126), label, _PAPER, _font(34))

    def png(self) -> bytes:
        out = io.BytesIO()
        self.picture.save(out, "PNG")
        return out.getvalue()


def _login() -> bytes:
    screen = _Screen("Sign in")
    screen.row("ana@example.com")
    screen.row("**********")
    screen.alert("Error 503", "Service unavailable. Try again later.")
    screen.button("Try again")
    return screen.png()


def _invoice() -> bytes:
    screen = _Screen("Invoice 2026-118")
    screen.row("Plan Pro, 1 month", "29.00 EUR")
    screen.row("Plan Pro, 1 month", "29.00 EUR", _RED)
    screen.row("VAT 21 %", "12.18 EUR")
    screen.row("Total", "70.18 EUR")
    screen.alert("Charged twice?", "The same line appears two times.")
    screen.button("Download PDF")
    return screen.png()


def _icon() -> bytes:
    screen = _Screen("My app")
    for row in range(3):
        for column in range(3):
            x, y = 60 + column * 190, 230 + row * 230
            missing = (row, column) == (1, 1)
            colour = "#f3d9d7" if missing else ("#cfe0fb", "#d5efdf", "#fbe9c6")[(row + column) % 3]
            screen.pen.rounded_rectangle((x, y, x + 140, y + 140), 34, fill=colour, outline=_RED if missing else None)
            screen.pen.text((x + 56, y + 46), "?" if missing else "", _RED, _font(48))
            screen.pen.rounded_rectangle((x + 20, y + 158, x + 120, y + 174), 8, fill=_LINE)
    screen.pen.text((60, 930), "Icon missing after the update", _PALE, _font(30))
    screen.button("Publish")
    return screen.png()


SAMPLES: Mapping[str, Callable[[], bytes]] = {"login": _login, "invoice": _invoice, "icon": _icon}


@cache
def sample(name: str) -> bytes:
    """The picture as PNG; drawn once."""
    return SAMPLES[name]()
