"""Whether the desk can work: red when what is due stands still, whoever it is that should have sent it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import app
from bot.app import App, Roles
from bot.desk.reading import read
from bot.settings import load
from bot.store import migrate
from tests.store.desk import ANA, BEA, Hand, does, message, opened, say

SHIPPED = Path(__file__).resolve().parents[1] / "desk.toml"


def desk_of(folder: Path) -> App:
    """A process that takes requests and sends nothing itself."""
    settings = load({"DATABASE_URL": f"sqlite:///{folder}/desk.db", "MEDIA_URL": f"file:{folder}/media"}, folder)
    return App(settings, read(SHIPPED.read_text("utf-8")), Roles(web=True, work=False))


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
    migrate(f"sqlite:///{tmp_path}/desk.db")
    hand = Hand()
    monkeypatch.setattr(app, "now", hand.now)
    store = opened(f"sqlite:///{tmp_path}/desk.db", hand)
    await does(store, message("1", BEA), say(ANA, "news"))
    store.close()
    desk = desk_of(tmp_path)
    hand.later(waited)
    assert await desk.ready() == trouble
    desk.store.close()


async def test_a_desk_with_nothing_to_send_is_ready(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/desk.db")
    desk = desk_of(tmp_path)
    assert await desk.ready() is None
    desk.store.close()
