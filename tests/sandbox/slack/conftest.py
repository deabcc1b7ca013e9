"""A workspace on a free port, the SDK's own client talking to it, and an app that hears what Slack tells."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import msgspec
import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.serve import listen, serve_slack
from bot.sandbox.slack import Channel, Person, World


@dataclass
class Heard:
    """A request that came with a good signature."""

    body: dict[str, object]
    headers: dict[str, str]


@dataclass
class Ear:
    """The app's side: keeps what comes and answers what a test says, first in, first out; then 200."""

    world: World
    heard: list[Heard] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    slow: float = 0.0

    async def hear(self, request: Request) -> Response:
        raw = await request.body()
        headers = dict(request.headers)
        assert SignatureVerifier(self.world.app.signing_secret).is_valid_request(raw, headers)
        if headers["content-type"] == "application/json":
            body = msgspec.json.decode(raw, type=dict[str, object])
        else:
            form = {name: values[0] for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
            body = msgspec.json.decode(form["payload"]) if "payload" in form else dict(form)
        self.heard.append(Heard(body, headers))
        self.world.changed.ring()
        if self.slow:
            await asyncio.sleep(self.slow)
        return self.answers.pop(0) if self.answers else Response()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("Ana Ruiz", language="es-ES")


@pytest.fixture
def bea(world: World) -> Person:
    return world.person("Bea", language="en-US", zone="Europe/London")


@pytest.fixture
def team(world: World, bea: Person) -> Channel:
    return world.channel("soporte", [bea])


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with serve_slack(world) as address:
        yield address


@pytest.fixture
async def slack(url: str, world: World) -> AsyncWebClient:
    return AsyncWebClient(token=world.app.token, base_url=f"{url}/slack/api/")


@pytest.fixture
async def ear(world: World, url: str) -> AsyncIterator[Ear]:
    assert url
    ear = Ear(world)
    async with listen(Starlette(routes=[Route("/slack/events", ear.hear, methods=["POST"])])) as address:
        world.app.request_url = f"{address}/slack/events"
        yield ear
        world.app.request_url = ""
