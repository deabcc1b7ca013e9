"""Whether the desk can work: red when what is due stands still, whoever it is that should have sent it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot import app
from bot.app import App, Roles
from bot.desk.reading import read
from bot.outbox import postman
from bot.sandbox.program import free_port
from bot.sandbox.serve import serve
from bot.sandbox.telegram import World
from bot.settings import load
from bot.store import tables as t
from tests.store.desk import ANA, BEA, Hand, does, message, opened, say
from tests.store.laid import laid

SHIPPED = Path(__file__).resolve().parents[1] / "desk.toml"


def desk_of(folder: Path, **more: str) -> App:
    """A process that takes requests and sends nothing but what they say."""
    places = {"DATABASE_URL": f"sqlite:///{folder}/desk.db", "MEDIA_URL": f"file:{folder}/media"}
    settings = load({**places, **more}, folder)
    return App(settings, read(SHIPPED.read_text("utf-8")), Roles(web=True, work=False))


def claimed_until(connection: Connection) -> float:
    return float(connection.execute(select(func.max(t.lane.c.next_at))).scalar_one())


@pytest.mark.parametrize(
    ("waited", "trouble"),
    [
        (0, None),
        (59, None),
        (61, "messages have been waiting for 61 s"),
        (3_600, "messages have been waiting for 3600 s"),
    ],
)
async def test_the_desk_is_not_ready_while_what_is_due_stands_still(
    waited: int, trouble: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path / "desk.db")
    hand = Hand()
    monkeypatch.setattr(app, "now", hand.now)
    store = opened(f"sqlite:///{tmp_path}/desk.db", hand)
    await does(store, message("1", BEA), say(ANA, "news"))
    store.close()
    desk = desk_of(tmp_path)
    hand.later(waited)
    assert await desk.ready() == trouble
    desk.store.close()


async def test_a_process_that_takes_requests_keeps_what_it_is_sending_however_long_that_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a worker beside it would send it too, once the claim is over."""
    monkeypatch.setattr(postman, "POLL", 0.01)
    monkeypatch.setattr(postman, "LEASE", 0.04)
    monkeypatch.setattr(app, "FAREWELL", 0.01)
    laid(tmp_path / "desk.db")
    world, stop = World(), asyncio.Event()
    world.fail("sendMessage", "hang")
    async with serve(world) as api:
        desk = desk_of(tmp_path, TELEGRAM_BOT_TOKEN=world.token, TELEGRAM_API_URL=api, PORT=str(free_port(0)))
        running = asyncio.create_task(desk.run(stop))
        await desk.take(message("1"))
        claimed = await desk.store.read(claimed_until)
        async with asyncio.timeout(5):
            while await desk.store.read(claimed_until) == claimed:  # noqa: ASYNC110 - a row: nobody rings here
                await asyncio.sleep(0.01)
        assert await desk.store.read(claimed_until) > claimed
        stop.set()
        await running


async def test_a_desk_with_nothing_to_send_is_ready(tmp_path: Path) -> None:
    laid(tmp_path / "desk.db")
    desk = desk_of(tmp_path)
    assert await desk.ready() is None
    desk.store.close()
