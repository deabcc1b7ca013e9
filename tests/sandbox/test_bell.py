"""Whoever waits for the bell goes when it rings, when time is up, and when called off."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.bell import Bell


async def test_it_wakes_whoever_waits_and_nobody_waits_longer_than_they_said() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(seconds)) for seconds in (None, 5, 0.01)]
    assert await waiting[-1] is False
    bell.ring()
    assert await asyncio.gather(*waiting[:2]) == [True, True]


async def test_whoever_is_called_off_at_the_moment_it_rings_goes() -> None:
    """Else a connection of the stand-in's that has ended would go on being served."""
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(5))
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
