"""A stand-in of Telegram on a free port, and programs that do not outlive their test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.serve import serve
from bot.sandbox.telegram import World
from tests.faults.scene import Scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The agents' group is a forum."""
    world = World()
    async with serve(world) as api:
        yield Scene(world, api, tmp_path)


@pytest.fixture
async def flat(tmp_path: Path) -> AsyncIterator[Scene]:
    """The agents' group has no topics."""
    world = World()
    async with serve(world) as api:
        yield Scene(world, api, tmp_path, flat=True)
