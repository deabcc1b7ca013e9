"""The channel between a small Web API of Slack and a small desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web
from starlette.applications import Starlette

from bot.channels.slack import Keys, Slack
from bot.channels.slack.gaps import Never
from tests.channels.slack.stand_in import NOW, SECRET, TOKEN, Desk, Kept, WebApi
from tests.elsewhere import elsewhere


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def api() -> AsyncIterator[WebApi]:
    api = WebApi()
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/api/{method}", api.called)
    app.router.add_get("/files/{name}", api.file)
    app.router.add_post("/upload/{number}", api.uploaded)
    app.router.add_get("/socket", api.socket)
    async with elsewhere(app) as api.url:
        yield api


@pytest.fixture
async def slack(api: WebApi, kept: Kept) -> AsyncIterator[Slack]:
    keys = Keys(
        token=TOKEN,
        signing_secret=f"{SECRET},an-older-secret",
        client_id="1.2",
        client_secret="of-the-app",
        secret_key="a key",
    )
    channel = Slack(
        keys,
        api_url=f"{api.url}/api/",
        public_url="https://desk.example.com",
        commands=("new", "tickets", "ayuda"),
        teams=("CTEAM",),
        group={"es-ES": "grupo"}.__getitem__,
        now=lambda: NOW,
    )
    channel.remember(kept, Never())
    yield channel
    await channel.close()


@pytest.fixture
async def door(slack: Slack, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Starlette(routes=slack.routes(desk.take)))
    async with httpx.AsyncClient(transport=transport, base_url="https://desk.example.com") as client:
        yield client
