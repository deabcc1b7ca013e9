"""The weeks as a picture, for chats: they show no SVG."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from bot.desk.numbers import MEANING, Numbers, Quarter, shown
from bot.dialogue.words import Speech, _, n_

WIDE, HIGH, EDGE = 1200, 800, 56
PAPER, INK, QUIET, BRAND, FAINT = "#fffef8", "#1c2321", "#5d6764", "#1f3d36", "#dfe5df"
FONT = Path(__file__).parent / "fonts" / "Roboto-Regular.ttf"
MOST = 6
"""Categories; what is rarer is not shown."""
FLOOR, ROOF = 700, 400
"""Of the weeks' columns."""

NO_SIGN = "\uffff"
"""No font has a shape for it."""

Say = Callable[[Speech], str]


@lru_cache(8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Laid out by Pillow itself: what it finds on a machine besides draws some signs in another way."""
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


class Names(Struct, frozen=True):
    """What the picture calls things, in its reader's language."""

    say: Say
    desk: Speech
    categories: Mapping[str, Speech]


def chart(quarter: Quarter, names: Names) -> bytes:
    """A PNG: the last whole week beside the one before it, all the weeks, and the categories of all of them."""
    picture = Image.new("RGB", (WIDE, HIGH), PAPER)
    pen = ImageDraw.Draw(picture)
    last, before = quarter.last, quarter.weeks[-3] if len(quarter.weeks) > 2 else None
    desk = _drawable(names.say(names.desk))
    head = names.say(_("{desk}: the week of {day}", desk=desk, day=last.monday))
    pen.text((EDGE, 44), _cut(head, 36, WIDE - 2 * EDGE), INK, _font(36))
    wide = (WIDE - 2 * EDGE) / len(MEANING)
    for n, (name, (label, _meaning)) in enumerate(MEANING.items()):
        left = EDGE + n * wide
        pen.text((left, 130), _cut(names.say(label), 22, wide - 16), QUIET, _font(22))
        pen.text((left, 160), names.say(shown(last.numbers, name)), BRAND, _font(60))
        if before and before.numbers.opened:
            was = names.say(_("the week before: {n}", n=shown(before.numbers, name)))
            pen.text((left, 238), _cut(was, 19, wide - 12), QUIET, _font(19))
    _columns(pen, quarter, names.say)
    _rows(pen, quarter, names)
    made = BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()


def _columns(pen: ImageDraw.ImageDraw, quarter: Quarter, say: Say) -> None:
    """Requests opened, week by week."""
    right = WIDE * 0.6
    pen.text((EDGE, ROOF - 78), say(_("Opened, week by week")), INK, _font(24))
    most = max((week.numbers.opened for week in quarter.weeks), default=0) or 1
    step = (right - EDGE) / len(quarter.weeks)
    pen.line((EDGE, FLOOR, right, FLOOR), FAINT, 2)
    for n, week in enumerate(quarter.weeks):
        number, left = week.numbers.opened, EDGE + n * step
        top = FLOOR - (FLOOR - ROOF) * number / most
        shade = FAINT if n == len(quarter.weeks) - 1 else BRAND  # the running week is not over
        if number:
            pen.rectangle((left + 4, top, left + step - 4, FLOOR), shade)
        pen.text((left + step / 2, top - 6), str(number), INK, _font(18), anchor="mb")
        if n % 2 == 0 or len(quarter.weeks) < 9:
            pen.text(
                (left + step / 2, FLOOR + 10), f"{week.monday.day}/{week.monday.month}", QUIET, _font(17), anchor="mt"
            )


def _rows(pen: ImageDraw.ImageDraw, quarter: Quarter, names: Names) -> None:
    """Where they come from."""
    left, right = WIDE * 0.66, WIDE - EDGE
    head = names.say(n_("By category, in one week", "By category, in {n} weeks", len(quarter.weeks)))
    pen.text((left, ROOF - 78), _cut(head, 24, right - left), INK, _font(24))
    some: Sequence[tuple[str, Numbers]] = [*quarter.categories.items()][:MOST]
    most = max((numbers.opened for _name, numbers in some), default=0) or 1
    for n, (name, numbers) in enumerate(some):
        top = ROOF - 20 + n * 56
        label = _drawable(names.say(names.categories[name])) if name in names.categories else ""
        pen.text((left, top), _cut(label or name, 19, right - left - 60), INK, _font(19))
        pen.text((right, top), str(numbers.opened), INK, _font(19), anchor="ra")
        pen.rectangle((left, top + 27, right, top + 37), FAINT)
        pen.rectangle((left, top + 27, left + (right - left) * numbers.opened / most, top + 37), BRAND)


def _drawable(words: str) -> str:
    """Without what the font has no shape for, emoji above all: a box with a cross says nothing."""
    return " ".join("".join(filter(_known, normalize("NFC", words))).split())


@lru_cache(1024)
def _known(sign: str) -> bool:
    return sign.isspace() or (sign.isprintable() and _shape(sign) not in (_shape(NO_SIGN), b""))


def _shape(sign: str) -> bytes:
    return bytes(_font(40).getmask(sign))


def _cut(words: str, size: int, wide: float) -> str:
    """As much of it as has room."""
    font = _font(size)
    if font.getlength(words) <= wide:
        return words
    n = bisect(range(1, len(words)), wide, key=lambda n: font.getlength(f"{words[:n]}…"))
    return f"{words[:n].rstrip()}…" if n else ""
