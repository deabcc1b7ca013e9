"""Whole conversations while everything goes wrong: nothing is lost, nothing opens twice, nothing comes in disorder."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.program import Mode
from tests.faults.soak import details, report, verdicts
from tests.faults.storm import Plan, Storm
from tests.faults.weather import PATIENT


@pytest.mark.timeout(170)
@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_storm_loses_nothing(tmp_path: Path, mode: Mode) -> None:
    plan = Plan(100, 3, random.randrange(10**6), mode, at_once=50, tricks=PATIENT)
    figures = await Storm(plan, tmp_path).run()
    print(report(figures), details(figures), sep="\n")  # noqa: T201 - pytest shows it when the test fails
    assert [name for name, *_, well in verdicts(figures) if not well] == []
