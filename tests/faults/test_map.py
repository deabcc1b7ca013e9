"""The page that says which test proves what names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).with_name("README.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))
ROWS = [row for row in PAGE.splitlines() if row.startswith("| ") and not row.startswith("| fault ")]


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_is_named_exists(named: str) -> None:
    file, _, name = named.partition("::")
    assert (ROOT / file).is_file()
    if name:
        assert re.search(rf"^(?:async )?def test_{name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_every_fault_names_a_test() -> None:
    assert len(ROWS) > 60
    assert [row for row in ROWS if not re.search(r"\| `tests/[^|]+ \|$", row)] == []
