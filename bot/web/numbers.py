"""The page of how the desk does, for the team and whoever runs the desk: numbers, their meaning, and plots of the weeks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.access import Team, counts
from bot.desk.numbers import MEANING, WEEKS, Numbers, Quarter, shown
from bot.dialogue.words import Speech, Spoken, Tongue, _
from bot.store.numbers import count, written
from bot.store.rows import stamp
from bot.web.keys import Keys
from bot.web.manners import Often, bears, fields, form
from bot.web.pages import Pages
from bot.web.site import Site

WORD = re.compile("[a-z2-7]{26}")
TRIES = 30
"""In a minute, from one address."""
WIDE, HIGH, STEP = 640, 180, 640 / WEEKS


class Bar(Struct, frozen=True):
    """A column of a plot."""

    left: float
    top: float
    wide: float
    high: float
    label: str
    below: str


class Count:
    """`access.counts` says who may see any of it."""

    def __init__(self, site: Site, pages: Pages, keys: Keys) -> None:
        self._site, self._pages, self._keys, self._store = site, pages, keys, site.store
        self._tries = Often(TRIES)

    def routes(self) -> list[Route]:
        return [
            Route("/numbers", self.look),
            form("/numbers", self.enter, ours=self._site.address),
            Route("/numbers.csv", self.table),
        ]

    async def look(self, request: Request) -> Response:
        if not counts(await self._who(request)):
            return self._pages.draw("pass.html", request, 403, missed=False)
        quarter = await self._counted()
        desk = self._store.rules.desk
        labels: dict[str, Speech] = {category.name: category.label for category in desk.categories}
        tables = (
            (_("By category"), [(labels.get(n) or _plain(n), one) for n, one in quarter.categories.items()]),
            (
                _("By language"),
                [
                    (_("{language}", language=Tongue(n)) if n else _plain("?"), one)
                    for n, one in quarter.languages.items()
                ],
            ),
            (_("By week"), [(_("{day}", day=week.monday), week.numbers) for week in reversed(quarter.weeks)]),
        )
        plots = (
            (_("Opened, week by week"), _bars(quarter, "opened")),
            (_("In time, week by week, of 100"), _bars(quarter, "in_time")),
        )
        return self._pages.draw(
            "numbers.html", request, whole=quarter.whole, meaning=MEANING, shown=shown, tables=tables, plots=plots,
            weeks=len(quarter.weeks), wide=WIDE, high=HIGH,
        )  # fmt: skip

    async def enter(self, request: Request) -> Response:
        """The word of the link, which only the page itself has seen."""
        given = await fields(request, "word")
        if self._tries.too(request):
            return self._pages.hurried(request)
        word = given["word"].strip().rpartition("#")[2]
        token = await self._keys.enter_team(word) if WORD.fullmatch(word) else ""
        if not token:
            return self._pages.draw("pass.html", request, 403, missed=True)
        answer = RedirectResponse("/numbers", 303)
        self._keys.give_team(answer, token)
        return answer

    async def table(self, request: Request) -> Response:
        """Every request of these weeks, for a spreadsheet."""
        if not counts(await self._who(request)):
            return self._pages.draw("pass.html", request, 403, missed=False)
        since = stamp(self._store.rules.now() - timedelta(weeks=WEEKS))
        found = await self._store.read(written, since=since)
        name = {"content-disposition": 'attachment; filename="requests.csv"'}
        return Response(found, media_type="text/csv; charset=utf-8", headers=name)

    async def _who(self, request: Request) -> Team | None:
        """Whoever runs the desk shows what a reader of `/metrics` shows."""
        if self._site.metrics_token and bears(request, self._site.metrics_token):
            return Team()
        return await self._keys.team(request)

    async def _counted(self) -> Quarter:
        rules = self._store.rules
        zone = ZoneInfo(rules.desk.hours.zone)
        return await self._store.read(count, at=rules.now(), zone=zone, weeks=WEEKS)


def _plain(word: str) -> Speech:
    return Spoken({"": word or "?"})


def _bars(quarter: Quarter, name: str) -> list[Bar]:
    """One for each week, as high as its number."""
    values = [_value(week.numbers, name) for week in quarter.weeks]
    most = 100 if name != "opened" else max((value or 0 for value in values), default=0) or 1
    return list(_drawn(quarter, values, most))


def _drawn(quarter: Quarter, values: list[int | None], most: int) -> Iterator[Bar]:
    for n, (week, value) in enumerate(zip(quarter.weeks, values, strict=True)):
        high = round((HIGH - 48) * (value or 0) / most, 1)
        below = f"{week.monday.day}/{week.monday.month}"
        label = "" if value is None else str(value)
        yield Bar(round(n * STEP + 3, 1), round(HIGH - 24 - high, 1), round(STEP - 6, 1), high, label, below)


def _value(numbers: Numbers, name: str) -> int | None:
    found: int | None = getattr(numbers, name)
    return found
