"""The table of checks speaks of code that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guards.checks import CHECKS, Check

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.keeps)
def test_each_check_stands_once_where_the_table_says(check: Check) -> None:
    assert (ROOT / check.file).read_text("utf-8").count(check.there) == 1
    assert [name for name in check.tests if not (ROOT / name).exists()] == []
