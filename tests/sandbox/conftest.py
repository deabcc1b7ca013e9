"""A world on a free port, and python-telegram-bot's own client talking to it."""

import io
from collections.abc import AsyncIterator, Iterator

import pytest
from PIL import Image
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.serve import serve
from bot.sandbox.telegram import Person, Room, World


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's coming way to say retry_after; its old one warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def world() -> Iterator[World]:
    """Ends with a look at what the Bot API would not have understood."""
    world = World()
    yield world
    assert world.complaints == []


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("Ana", language="es")


@pytest.fixture
def bea(world: World) -> Person:
    return world.person("Bea", language="en")


@pytest.fixture
def forum(world: World, bea: Person) -> Room:
    return world.forum("Soporte", [bea])


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with serve(world) as address:
        yield address


@pytest.fixture
async def bot(url: str, world: World) -> AsyncIterator[Bot]:
    requests = [HTTPXRequest(), HTTPXRequest()]
    bot = Bot(
        world.token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    async with bot:
        yield bot


@pytest.fixture
def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#3377cc").save(out, "PNG")
    return out.getvalue()
