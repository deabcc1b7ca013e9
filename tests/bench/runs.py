"""The whole run: every contender in turn, several rounds, so that a busy moment hits all alike."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import click

from tests.bench import disk, slack_rounds
from tests.bench.api import Api
from tests.bench.rounds import DESK, ECHO, FLOOR, INTERVIEW, Contender, Ledger, Speed, birth, growth, middle, speed
from tests.bench.slack_api import SlackApi

BOTH = Contender("Conserje with Slack", "bot", ("run",))
CROWD = 20
MANY = 100
DELAY = 0.05
"""Seconds: what a call to the real Bot API takes at the least."""

RACES: tuple[tuple[Contender, str], ...] = (
    (DESK, "webhook"),
    (ECHO, "webhook"),
    (INTERVIEW, "webhook"),
    (FLOOR, "webhook"),
    (DESK, "polling"),
    (ECHO, "polling"),
)


@dataclass(frozen=True, slots=True)
class Length:
    """How long to measure."""

    rounds: int
    seconds: float
    """Of each load, after a second to warm up."""
    conversations: int
    """For the growth of memory; 0: it is left out, since of few one would see only caches that fill."""
    births: int


@dataclass(slots=True)
class Found:
    """Everything measured."""

    races: dict[tuple[Contender, str], Speed] = field(default_factory=dict)
    slow: dict[Contender, Speed] = field(default_factory=dict)
    """With every call answered after `DELAY`, and `MANY` customers."""
    births: dict[tuple[Contender, str], float] = field(default_factory=dict)
    growth: float = 0.0
    conversations: int = 0
    slack: slack_rounds.Found = field(default_factory=slack_rounds.Found)
    ledgers: list[Ledger] = field(default_factory=list)
    syncs: float = 0.0
    commits: float = 0.0


async def runs(length: Length, folder: str) -> Found:
    api, found = Api(), Found(syncs=disk.syncs(1), commits=disk.commits(1))
    await api.open()
    await _races(api, length, found)
    for who in (DESK, INTERVIEW):
        click.echo(f"  {who.name}, slow answers", err=True)
        found.slow[who] = await _load(found, speed(api, who, "webhook", length.seconds, MANY, DELAY), who)
    if length.conversations:
        click.echo("  memory", err=True)
        found.growth, found.conversations = await growth(api, length.conversations), length.conversations
    slack = SlackApi()
    await slack.open()
    found.slack = await slack_rounds.slack(slack, length.rounds, length.seconds)
    await _births(api, length, found, Path(folder), slack_rounds.environment(slack.url))
    return found


async def _races(api: Api, length: Length, found: Found) -> None:
    speeds: dict[tuple[Contender, str], list[Speed]] = {race: [] for race in RACES}
    for number in range(length.rounds):
        for who, mode in RACES:
            click.echo(f"  round {number + 1}: {who.name}, {mode}", err=True)
            speeds[who, mode].append(await _load(found, speed(api, who, mode, length.seconds, CROWD), who))
    found.races = {race: middle(several) for race, several in speeds.items()}


async def _load(found: Found, load: Awaitable[tuple[Speed, Ledger]], who: Contender) -> Speed:
    result, ledger = await load
    if who is DESK:
        found.ledgers.append(ledger)
    return result


async def _births(api: Api, length: Length, found: Found, folder: Path, slack: Mapping[str, str]) -> None:
    """On a database that is there already; the first start, which makes it, does not count."""
    births: dict[tuple[Contender, str], list[float]] = {}
    for number in range(length.births + 1):
        for who in (DESK, BOTH, ECHO):
            for mode in ("webhook", "polling"):
                click.echo(f"  start {number}: {who.name}, {mode}", err=True)
                more = slack if who is BOTH else None
                births.setdefault((who, mode), []).append(await birth(api, who, mode, folder, more))
    found.births = {key: median(several[1:]) for key, several in births.items()}
