"""`conserje trail`: who did what and when, for whoever runs the desk."""

from __future__ import annotations

import asyncio
from datetime import UTC

import click

from bot.backlog import opened
from bot.settings import Settings, Unfit
from bot.store import trail as rows
from bot.store.naming import such_as
from bot.store.trail import Line


def trail(settings: Settings, named: str, most: int) -> None:
    """Prints a line for each thing that was done. Raises `Unfit`."""
    with opened(settings) as store:
        if named:
            found = asyncio.run(store.look(rows.trail, named=named))
        else:
            found = asyncio.run(store.read(rows.latest, most=most))
        if found is None:
            request = asyncio.run(store.look(such_as, named=named))
            raise Unfit(f"{named} is nothing we know: name a request such as {request}, or a door such as telegram:77")
    if not found:
        click.echo("Nothing was done so far that the trail tells of.")
    for line in found[-most:]:
        click.echo(_printed(line))


def _printed(line: Line) -> str:
    what = " ".join(line.what.split())
    return f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}  {line.about or '-'}  {line.by or 'by itself'}: {what}"
