"""Each platform in turn, for the contract that all keep."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.ground import Ground
from tests.channels.slack.ground import slack
from tests.channels.telegram.ground import telegram

GROUNDS = {"telegram": telegram, "slack": slack}


@pytest.fixture(params=GROUNDS)
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    async with GROUNDS[request.param]() as ground:
        yield ground
        assert ground.complaints() == []
