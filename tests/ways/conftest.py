"""Both stand-ins on one free port, and people who know each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import telegram
from bot.sandbox.serve import serve
from bot.sandbox.slack import World
from tests.ways.scene import Scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    there, slack = telegram.World(), World()
    async with serve(there, slack=slack) as api:
        yield Scene(there, slack, api, tmp_path)
