"""The picture of the week: counted, drawn, kept, and told once; and the same numbers in a terminal."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import func, select

from bot import app, parts
from bot.cli import main
from bot.desk.numbers import MEANING, Numbers, Quarter, Week, mondays
from bot.desk.reading import read
from bot.dialogue.words import Speech, Spoken
from bot.effects import Save
from bot.i18n import typed
from bot.media.chart import Names, _drawable, chart
from bot.settings import load
from bot.store import migrate
from bot.store import tables as t
from bot.weekly import tell
from tests.meanwhile import meanwhile
from tests.store.desk import Hand, does, message, opened, sees, ticket
from tests.web.door import TEAM, Room, room

__all__ = ["room"]

MONDAY = date(2026, 3, 2)
SHIPPED = Path(__file__).resolve().parents[1] / "desk.toml"


async def test_the_team_gets_a_picture_of_the_week_once(room: Room) -> None:
    for n in range(3):
        opened = room.at - timedelta(days=3)
        await room.ticket(f"abcdefghij-week{n}", f"SUP-5{n}", opened=opened, answered=opened + timedelta(hours=n + 1))
    before = len(await room.parcels(TEAM))
    for _ in range(2):
        await tell(room.store, room.keep, room.take, MONDAY)
    told = (await room.parcels(TEAM))[before:]
    assert [(parcel.text, [file.id for file in parcel.files]) for parcel in told] == [
        ("*The week of 23 February 2026:* 3 requests. In time: 100 %.", []),
        ("", ["week-2026-02-23"]),
    ]
    kept = await room.keep.get("week-2026-02-23")
    assert Image.open(BytesIO(kept.data)).size == (1200, 800)


async def test_of_a_week_in_which_nothing_was_opened_nothing_is_told(room: Room) -> None:
    before = len(await room.parcels(TEAM))
    await tell(room.store, room.keep, room.take, MONDAY)
    assert len(await room.parcels(TEAM)) == before


def quarter(opened: int) -> Quarter:
    one = Numbers(opened, opened, opened, 0, 0, opened, 5 * opened, 3600.0)
    return Quarter(one, tuple(Week(monday, one) for monday in mondays(MONDAY, 13)), {"a": one, "b": one}, {"es": one})


def say(speech: Speech) -> str:
    return typed(speech, "es")


def inked(picture: bytes) -> tuple[int, int, int, int] | None:
    """The box with all that is dark."""
    return Image.open(BytesIO(picture)).convert("L").point([255] * 128 + [0] * 128).getbbox()


@pytest.mark.parametrize("opened", [0, 1, 48_213])
@pytest.mark.parametrize("name", ["Soporte", "Ñandú & Cía: €¿? " * 20, ""])
def test_whatever_the_numbers_and_names_nothing_leaves_the_picture(opened: int, name: str) -> None:
    labels: dict[str, Speech] = {"a": Spoken({"es": name * 3})}
    ink = inked(chart(quarter(opened), Names(say, Spoken({"es": name}), labels)))
    assert ink
    left, top, right, bottom = ink
    assert 20 < left < right <= 1180
    assert 20 < top < bottom <= 780


def test_the_categories_say_of_how_many_weeks_they_are() -> None:
    """They stand beside the number of the last one, which may be smaller."""
    said: list[str] = []

    def heard(speech: Speech) -> str:
        said.append(say(speech))
        return said[-1]

    chart(quarter(3), Names(heard, Spoken({"es": "Soporte"}), {}))
    assert "Por categoría, en 13 semanas" in said


def test_the_font_has_every_letter_of_spanish() -> None:
    signs = "áéíóúüñÁÉÍÓÚÜÑ¿¡€%…"
    assert _drawable(signs) == _drawable(normalize("NFD", signs)) == signs


def test_what_the_font_cannot_draw_is_left_out_of_the_picture() -> None:
    """A desk likes emoji in its labels; where nothing else stands, the category's own name does."""
    labels: dict[str, Speech] = {"a": Spoken({"es": "🧑\u200d💻 Cuenta 🎉"}), "b": Spoken({"es": "🎉"})}
    plain: dict[str, Speech] = {"a": Spoken({"es": "Cuenta"}), "b": Spoken({"es": "b"})}
    desk, bare = Spoken({"es": "Soporte 🇪🇸"}), Spoken({"es": "Soporte"})
    assert chart(quarter(3), Names(say, desk, labels)) == chart(quarter(3), Names(say, bare, plain))


def test_the_numbers_in_a_terminal_a_spreadsheet_and_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    migrate(f"sqlite:///{tmp_path}/data/conserje.db")
    done = CliRunner().invoke(main, ["numbers", "--weeks", "4", "--csv", "all.csv", "--picture", "week.png"])
    assert done.exit_code == 0, done.output
    assert [label.sentence for label, _words in MEANING.values() if label.sentence not in done.output] == []
    assert Path("all.csv").read_text("utf-8-sig").startswith("code,title,category,")
    assert Path("week.png").read_bytes().startswith(b"\x89PNG")


def test_fewer_weeks_than_a_picture_compares_are_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["numbers", "--weeks", "1"]).exit_code == 2


async def test_a_week_that_cannot_be_told_yet_is_told_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While the place for files is away, the rest goes on."""
    hand = Hand(datetime(2026, 3, 2, 8, 10, tzinfo=UTC))  # ten past nine in Madrid, on a Monday
    for module in (app, parts):
        monkeypatch.setattr(module, "now", hand.now)
    monkeypatch.setattr(app, "COUNT", 0.02)
    url, media = f"sqlite:///{tmp_path}/desk.db", tmp_path / "media"
    migrate(url)
    store = opened(url, hand)
    person = (await sees(store, message("hello"))).person
    await does(store, message("open"), Save(ticket(1001, person, opened=hand.now() - timedelta(days=4))))
    store.close()
    given = {
        "DATABASE_URL": url,
        "MEDIA_URL": media.as_uri(),
        "TELEGRAM_BOT_TOKEN": f"1234567:{'A' * 35}",
        "TELEGRAM_AGENTS_CHAT": "-100200300",
    }
    desk = app.App(load(given, tmp_path), read(SHIPPED.read_text("utf-8")), app.Roles())
    shutil.rmtree(media)
    media.touch()  # nothing can be kept there
    async with meanwhile(desk.weekly()):
        async with asyncio.timeout(20):
            while "the week cannot be told yet" not in caplog.text:  # noqa: ASYNC110 - a log rings no bell
                await asyncio.sleep(0.02)
            media.unlink()
            media.mkdir()
            while not await desk.store.read(lambda db: db.scalar(select(func.count()).select_from(t.outbox))):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert (media / "week-2026-02-23").exists()
    desk.store.close()
