"""The real desk behind the real channel: a message in, the answer out, the ticket in the team's channel."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App, Roles
from bot.parts import read_desk
from bot.settings import load
from bot.web.app import build
from tests.channels.slack.stand_in import SECRET, WebApi, event, interaction, pressed, signed, wrote
from tests.store.laid import laid


def desk_of(api: WebApi, tmp_path: Path, roles: Roles, team: str = "CTEAM") -> App:
    given = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'conserje.db'}",
        "MEDIA_URL": f"file:{tmp_path / 'media'}",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{api.url}/api/",
        "SLACK_AGENTS_CHANNEL": team,
    }
    settings = load(given, tmp_path)
    return App(settings, read_desk(settings.desk_path()), roles)


@pytest.fixture
async def app(api: WebApi, tmp_path: Path) -> AsyncIterator[App]:
    app = desk_of(api, tmp_path, Roles())
    await app.store.learn()
    yield app
    await app.postman.rest(5)
    assert app.slack
    await app.slack.close()
    app.store.close()


class Person:
    """Speaks to the desk as Slack would."""

    def __init__(self, app: App, api: WebApi, first: int = 0) -> None:
        assert app.slack
        transport = httpx.ASGITransport(app=build(app.site(), app.slack.routes(app.take)))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://test")
        self._app, self._api, self._number = app, api, first

    async def writes(self, text: str, **more: str) -> None:
        self._number += 1
        await self.hears(wrote(self._number, text, **more))

    async def hears(self, said: dict[str, Any]) -> None:
        await self._post(json.dumps(said).encode(), "application/json")

    async def presses(
        self, label: str, user: str = "UANA", channel: str = "DANA", ts: str = "1700000000.000007"
    ) -> None:
        shown = [call for name, call in self._api.calls if name in ("chat.postMessage", "chat.update")][-1]
        buttons = [e for b in shown["blocks"] if b["type"] == "actions" for e in b["elements"]]
        value = next(b["value"] for b in buttons if label in b["text"]["text"])
        self._number += 1
        who = {"user": {"id": user, "team_id": "T1"}, "trigger_id": f"1.2.{self._number}"}
        body = interaction({**pressed(value, channel), **who, "message": {"ts": ts, "bot_id": "B1"}})
        await self._post(body, "application/x-www-form-urlencoded")

    async def _post(self, body: bytes, kind: str) -> None:
        headers = {"content-type": kind, **signed(body, at=int(time.time()))}
        answer = await self._client.post("/slack/events", content=body, headers=headers)
        assert answer.status_code == 200
        await self._app.postman.rest(5)


async def opened(ana: Person) -> None:
    await ana.writes("hola")
    await ana.presses("Cuenta y acceso")
    await ana.presses("Invitar a mi equipo")
    for words in ("La pantalla de entrada se queda en blanco", "Desde ayer, en el móvil y en el ordenador"):
        await ana.writes(words)
    for label in ("Omitir", "Omitir", "Enviar"):
        await ana.presses(label)


async def delivered(app: App) -> None:
    for _ in range(3):
        await app.postman.round()
        await app.postman.rest(5)


async def test_a_request_becomes_a_card_in_the_teams_channel_with_everything_else_in_its_thread(
    app: App, api: WebApi
) -> None:
    ana = Person(app, api)
    await opened(ana)
    await delivered(app)
    (card,) = [call for call in api.made("chat.postMessage") if call["channel"] == "CTEAM"]
    assert ("SUP-1001" in card["text"], card.get("thread_ts")) == (True, None)
    root = api.messages[0]["ts"]
    await ana.writes("¿Hay noticias?")
    await Person(app, api, first=100).writes("Lo miramos ahora.", user="UBEA", channel="CTEAM", thread_ts=root)
    await delivered(app)
    hung = [call for call in api.made("chat.postMessage") if call["channel"] == "CTEAM"][1:]
    assert {call["thread_ts"] for call in hung} == {root}
    (alone,) = api.made("chat.postEphemeral")
    assert (alone["user"], alone["thread_ts"], "Lo miramos ahora." in alone["text"]) == ("UBEA", root, True)


async def test_a_channel_whose_id_changes_when_it_is_shared_is_followed(app: App, api: WebApi) -> None:
    """Its messages keep their times: the card is written over, and who writes below it writes about the request."""
    ana = Person(app, api)
    await opened(ana)
    await delivered(app)
    root = api.messages[0]["ts"]
    await ana.hears(event(90, type="channel_id_changed", old_channel_id="CTEAM", new_channel_id="CSHARED"))
    bea = Person(app, api, first=100)
    await bea.presses("Me la quedo", user="UBEA", channel="CSHARED", ts=root)
    await bea.writes("Lo miramos ahora.", user="UBEA", channel="CSHARED", thread_ts=root)
    await ana.writes("¿Hay noticias?")
    await delivered(app)
    later = api.calls[next(n for n, (name, _) in enumerate(api.calls) if name == "conversations.members") :]
    sent = [(name, call) for name, call in later if call.get("channel") in ("CTEAM", "CSHARED") and name[:4] == "chat"]
    assert {call["channel"] for _name, call in sent} == {"CSHARED"}
    assert {call["ts"] for name, call in sent if name == "chat.update"} == {root}
    assert {call["thread_ts"] for name, call in sent if name != "chat.update"} == {root}
    (alone,) = api.made("chat.postEphemeral")
    assert "Lo miramos ahora." in alone["text"]
    assert "¿Hay noticias?" in sent[-1][1]["text"]


async def test_a_chat_that_is_no_teams_any_more_ails_nobody(app: App, api: WebApi, tmp_path: Path) -> None:
    """Another one was named since: what waits for the old one may be tried much later."""
    api.archived.add("CTEAM")
    await opened(Person(app, api))
    await delivered(app)
    assert "the team's chat in Slack cannot be reached" in (await app.ailing() or "")
    other = desk_of(api, tmp_path, Roles(), "CNEW")
    await other.store.learn()
    assert await other.ailing() is None
    assert other.slack
    await other.slack.close()
    other.store.close()


async def test_words_that_are_in_no_menu_are_heard_as_well(app: App, api: WebApi) -> None:
    ana = Person(app, api)
    await ana.writes("!separar")
    await ana.writes("unir")
    alone, word = (call["text"] for name, call in api.calls if name == "chat.postMessage")
    assert alone == "Este chat no está unido con ningún otro."
    assert "join-" in word


async def test_whoever_slack_does_not_name_in_time_is_greeted_all_the_same(app: App, api: WebApi) -> None:
    api.then("users.info", "internal_error")
    await Person(app, api).writes("hola")
    (greeting,) = api.made("chat.postMessage")
    assert greeting["text"].startswith("¡Hola! Esto es Soporte de Tu App.")


async def test_a_process_that_does_not_listen_knows_the_workspaces_address_too(api: WebApi, tmp_path: Path) -> None:
    """What it says of its own accord, the morning's digest for one, leads into the rooms of requests."""
    laid(tmp_path / "conserje.db")
    app, stop = desk_of(api, tmp_path, Roles(web=False)), asyncio.Event()
    await app.store.learn()
    assert app.slack
    running = asyncio.create_task(app.run(stop))
    async with asyncio.timeout(20):
        while not (there := app.slack.limits.room("CTEAM", "CTEAM/1.2")).startswith("https://acme."):  # noqa: ASYNC110 - nobody rings when it is known
            await asyncio.sleep(0.01)
    stop.set()
    await running
    assert there == "https://acme.slack.com/archives/CTEAM/p12"
