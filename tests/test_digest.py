"""`conserje digest`, as an operator types it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import bindparam, select, update

from bot import app
from bot.cli import main
from bot.clock import Clock, now
from bot.desk.reading import read
from bot.effects import Save
from bot.events import Address, Moved
from bot.queries import Morning
from bot.settings import load
from bot.store import Store
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.schema import migrate
from bot.store.tx import Tx
from bot.turn import Script, take
from bot.values import replace
from tests.meanwhile import meanwhile
from tests.store.desk import GROUP, Doing, Hand, does, message, opened, sees, ticket

SHIPPED = Path(__file__).resolve().parents[1] / "desk.toml"
TOKEN = f"123456789:{'A' * 35}"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A desk with one team and one request that was due yesterday."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    for name, value in {"DATABASE_URL": url, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_AGENTS_CHAT": GROUP.chat}.items():
        monkeypatch.setenv(name, value)
    migrate(url)
    asyncio.run(_with_a_ticket(url))
    return url


async def _with_a_ticket(url: str) -> None:
    store = opened(url)
    person = (await sees(store, message("0"))).person
    await does(store, message("1"), Save(ticket(1001, person, due=now() - timedelta(days=1))))
    store.close()


def digest(*words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["digest", *words])
    return result.exit_code, [line for line in result.output.splitlines() if line]


@pytest.mark.usefixtures("url")
def test_it_prints_what_waits() -> None:
    code, lines = digest()
    assert code == 0
    chat, hello, part, *_requests = lines
    assert (chat, part) == ("telegram:-100", "Fuera de plazo")
    assert hello.endswith("! Nos espera una solicitud.")
    assert lines[3].startswith("SUP-1001 The invoice does not open · antes del ")


@pytest.mark.parametrize("chat", [GROUP.chat, "-1009"])
def test_it_finds_what_waits_in_a_chat_that_has_a_new_number(
    url: str, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def moves() -> None:
        store = opened(url)
        await does(store, Moved(id="2", at=now(), where=GROUP, to="-1009"))
        store.close()

    asyncio.run(moves())
    monkeypatch.setenv("TELEGRAM_AGENTS_CHAT", chat)
    found, hello = digest()[1][:2]
    assert found == f"telegram:{chat}"
    assert hello.endswith("! Nos espera una solicitud.")


def test_it_is_sent_once_by_whoever_is_at_work(url: str) -> None:
    assert digest("--send") == (0, ["telegram:-100: the desk at work sends it now."])

    async def rung() -> tuple[list[object], int]:
        doing = Doing()
        store = opened(url, Hand(now() + timedelta(seconds=1)))
        clock = Clock(store, lambda event: take(event, store, Script(doing, lambda _event, _seen: Morning(GROUP))))
        rounds = [await clock.round(), await clock.round()]
        left = await store.read(lambda c: len(c.execute(select(t.alarm)).all()))
        store.close()
        found = doing.seen[0].found
        return [rounds, [one.id for one in found.tickets]], left

    assert asyncio.run(rung()) == ([[1, 0], [1001]], 0)


def test_without_a_team_it_says_what_is_missing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert url
    monkeypatch.delenv("TELEGRAM_AGENTS_CHAT")
    assert digest() == (1, ["there is no team yet: set TELEGRAM_AGENTS_CHAT or SLACK_AGENTS_CHANNEL"])


@pytest.fixture
async def at_work(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    """What a desk does by the calendar goes on, and looks for strays all the time."""
    monkeypatch.setattr(app, "COUNT", 0.02)
    given = {"DATABASE_URL": url, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_AGENTS_CHAT": GROUP.chat}
    desk = app.App(load(given, tmp_path), read(SHIPPED.read_text("utf-8")), app.Roles())
    async with meanwhile(desk._by_the_calendar()):
        yield desk.store
    desk.store.close()


async def test_what_a_process_with_older_settings_gives_to_a_chat_that_is_no_teams_is_found_a_little_later(
    url: str, at_work: Store
) -> None:
    older = opened(url)
    person = (await sees(older, message("2"))).person
    await _is_set(at_work, "digest", f"team.telegram|{GROUP.chat}")
    assert len(await _alarms(at_work)) == 1
    await does(older, message("3"), Save(ticket(1002, person, agents=Address("telegram", "-1999"))))
    await _is_set(at_work, "astray", "ticket.1002")
    older.close()


async def test_a_request_that_this_release_cannot_read_is_passed_over_in_the_look_for_strays(
    url: str, at_work: Store, caplog: pytest.LogCaptureFixture
) -> None:
    newer = opened(url)
    person = (await sees(newer, message("2"))).person
    first = ticket(1002, person)
    await does(newer, message("3"), Save(first), Save(replace(first, id=1003, code="SUP-1003", public="public-1003")))
    body = await newer.read(lambda db: str(db.scalar(select(t.ticket.c.body).where(t.ticket.c.id == 1002))))
    astray = body.replace(f'"{GROUP.chat}"', '"-1999"')

    def goes(tx: Tx) -> None:
        tx.do(BODY, of=1002, new=astray.replace('"ours"', '"theirs"'))
        tx.do(BODY, of=1003, new=astray.replace("1002", "1003"))

    await newer.run(goes)
    await _is_set(at_work, "astray", "ticket.1003")
    assert "ticket 1002" in caplog.text
    assert ("astray", "ticket.1002") not in await _alarms(at_work)
    await newer.run(lambda tx: tx.do(BODY, of=1002, new=astray))
    await _is_set(at_work, "astray", "ticket.1002")
    newer.close()


BODY = Prepared(update(t.ticket).where(t.ticket.c.id == bindparam("of")).values(body=bindparam("new")))


async def _is_set(store: Store, alarm: str, about: str) -> None:
    async with asyncio.timeout(20):
        while (alarm, about) not in await _alarms(store):  # noqa: ASYNC110 - an alarm rings no bell as it is set
            await asyncio.sleep(0.02)


async def _alarms(store: Store) -> list[tuple[str, str]]:
    return await store.read(lambda db: [(n, on) for n, on in db.execute(select(t.alarm.c.name, t.alarm.c.about))])
