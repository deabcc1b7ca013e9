"""Whole conversations while everything goes wrong: nothing is lost, nothing opens twice, nothing comes in disorder."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.store import migrate
from tests.faults.program import Mode
from tests.faults.soak import details, report, verdicts
from tests.faults.storm import Plan, Storm, Where
from tests.faults.weather import PATIENT, TELEGRAM, Weather
from tests.store.postgres import fresh, postgres
from tests.ways.program import Way

__all__ = ["postgres"]
pytestmark = pytest.mark.storm


async def wrong(plan: Plan, folder: Path) -> list[str]:
    """The figures that are not as they should be."""
    figures = await Storm(plan, folder).run()
    print(report(figures), details(figures), sep="\n")  # noqa: T201 - pytest shows it when the test fails
    return [name for name, *_, well in verdicts(figures) if not well]


def test_nobody_is_blamed_for_what_was_asked_around_a_power_cut() -> None:
    weather = Weather(sky=TELEGRAM, asked={"noted": 98.0, "just before": 99.5, "to nobody": 100.3})
    weather.until = dict.fromkeys(weather.asked, 102.0)
    weather.forget(100.0)
    assert weather.until == {"noted": 102.0}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("conversations", "kills", "mode", "where"),
    [
        (500, 5, "webhook", "telegram"),
        (30, 2, "polling", "telegram"),
        (30, 2, "webhook", "slack"),
        (30, 2, "webhook", "both"),
    ],
)
async def test_a_storm_loses_nothing(tmp_path: Path, conversations: int, kills: int, mode: Mode, where: Where) -> None:
    plan = Plan(conversations, kills, random.randrange(10**6), mode, where, at_once=50, tricks=PATIENT)
    assert await wrong(plan, tmp_path) == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ["http", "socket"])
async def test_a_storm_over_several_processes_loses_nothing(tmp_path: Path, postgres: str, way: Way) -> None:
    """Two `web` and two `worker` on one PostgreSQL, each of them killed and started again while the others go on; with
    Socket Mode Slack has a connection to either worker, and brings a thing to one of them.
    """
    address = fresh(postgres)
    migrate(address)
    plan = Plan(
        40, 4, random.randrange(10**6), where="both", way=way, at_once=30, database=address, each=2, tricks=PATIENT
    )
    assert await wrong(plan, tmp_path) == []
