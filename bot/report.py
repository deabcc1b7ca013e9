"""`conserje numbers`: how the desk did, in a terminal, in a spreadsheet, in a picture."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.backlog import opened
from bot.clock import now
from bot.desk.numbers import MEANING, Numbers, Quarter, shown
from bot.i18n import typed
from bot.media.chart import chart
from bot.parts import read_desk
from bot.settings import Settings
from bot.store.numbers import count, written
from bot.store.rows import stamp
from bot.weekly import names_of


def report(settings: Settings, weeks: int, table: Path | None, picture: Path | None) -> None:
    """Says the numbers of so many weeks, and writes what was asked for."""
    desk = read_desk(settings.desk_path())
    at, zone = now(), ZoneInfo(desk.hours.zone)
    with opened(settings) as store:
        quarter = asyncio.run(store.read(count, at=at, zone=zone, weeks=weeks))
        if table:
            since = stamp(at - timedelta(weeks=weeks))
            table.write_bytes(asyncio.run(store.read(written, since=since)))
            click.echo(f"{table}: every request of the last {weeks} weeks.")
    if picture:
        picture.write_bytes(chart(quarter, names_of(desk)))
        click.echo(f"{picture}: the last whole week.")
    for line in _told(quarter):
        click.echo(line)


def _told(quarter: Quarter) -> Iterator[str]:
    heads = [label.sentence for label, _ in MEANING.values()]
    yield f"{'':22}" + "".join(f"{head:>14}" for head in heads)
    parts: list[tuple[str, Mapping[str, Numbers]]] = [
        ("week of", {week.monday.isoformat(): week.numbers for week in quarter.weeks}),
        ("", quarter.categories),
        ("in", {language or "?": numbers for language, numbers in quarter.languages.items()}),
        ("", {"all together": quarter.whole}),
    ]
    for what, some in parts:
        for name, numbers in some.items():
            cells = (typed(shown(numbers, number), "en") for number in MEANING)
            yield f"{f'{what} {name}'.strip():22}" + "".join(f"{cell:>14}" for cell in cells)
    yield from ("", *(f"{label.sentence}: {meaning.sentence}" for label, meaning in MEANING.values()))
