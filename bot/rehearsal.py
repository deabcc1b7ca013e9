"""A play in a terminal, line by line: `conserje simulate`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import click

from bot.desk.config import Desk
from bot.players import LINE
from bot.stage import DIRECTIONS, LOST, Stage
from bot.values import replace


def rehearse(desk: Desk, cast: str, record: Path | None) -> None:
    """Plays line by line in a terminal, until the input ends. All teams are one there."""
    played = [f"cast: {cast}", ""]
    with tempfile.TemporaryDirectory() as folder:
        one_team = replace(desk, categories=tuple(replace(category, agents="") for category in desk.categories))
        stage = Stage(Path(folder), desk=one_team)
        if slip := _tried(stage, played[0]):
            raise click.UsageError(slip[0].removeprefix(LOST))
        click.echo(f"{played[0]}\nWrite as {next(iter(stage.cast))}, or name somebody: `Bea: …`. Ctrl-D ends it.\n")
        for words in iter(_prompted, None):
            named = LINE.fullmatch(words)
            line = (
                words if named and named["who"] in {*stage.cast, *DIRECTIONS} else f"{next(iter(stage.cast))}: {words}"
            )
            said = _tried(stage, line) if words.strip() else []
            click.echo("\n".join(said))
            played += [line, *said] if not any(row.startswith(LOST) for row in said) else []
    if record:
        record.write_text("\n".join(played) + "\n", "utf-8")
        click.echo(f"Written: {record}")


def _tried(stage: Stage, line: str) -> list[str]:
    """What is said to a line; a slip of whoever types ends nothing."""
    try:
        return asyncio.run(stage.speak(line))
    except (ValueError, LookupError, TypeError) as slip:
        like = DIRECTIONS.get(line.partition(": ")[0])
        return [f"{LOST}I can't play `{line}`. Write it like `{like}`." if like else f"{LOST}{slip}"]


def _prompted() -> str | None:
    """A line somebody types; None: the input has ended."""
    try:
        return input("> ")
    except EOFError:
        return None
