"""The channel between a small Bot API and a small desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.telegram import Telegram
from tests.channels.telegram.stand_in import TOKEN, BotApi, Desk
from tests.elsewhere import elsewhere


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api = BotApi()
    app = web.Application(client_max_size=2**26)
    app.router.add_post(f"/bot{TOKEN}/{{method}}", api.called)
    app.router.add_get(f"/file/bot{TOKEN}/{{path:.*}}", api.file)
    async with elsewhere(app) as api.url:
        yield api


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, api_url=api.url, secret_key="a key", mode="polling")
    yield channel
    await channel.close()
