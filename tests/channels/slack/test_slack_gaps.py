"""After an outage longer than Slack's patience, what people wrote meanwhile is found and taken, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App, Roles
from bot.channels import Busy
from bot.channels.slack import Slack, outages
from bot.channels.slack.outages import Outage
from bot.dialogue.words import Said
from bot.events import Message
from bot.parts import read_desk
from bot.sandbox.serve import serve_slack
from bot.sandbox.slack import Channel, Person, World
from bot.settings import load
from bot.web.app import build
from tests.channels.slack.stand_in import NOW, Desk, Kept, WebApi, signed, wrote
from tests.meanwhile import meanwhile
from tests.web.door import served


def desk(world: World, api: str, team: Channel, folder: Path) -> App:
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'conserje.db'}",
        "MEDIA_URL": f"file:{folder / 'media'}",
        "SLACK_BOT_TOKEN": world.app.token,
        "SLACK_SIGNING_SECRET": world.app.signing_secret,
        "SLACK_API_URL": f"{api}/slack/api/",
        "SLACK_AGENTS_CHANNEL": team.id,
    }
    settings = load(given, folder)
    return App(settings, read_desk(settings.desk_path()), Roles())


class AtWork:
    """A desk from its start to its stop."""

    def __init__(self, world: World, app: App) -> None:
        self._world, self._app = world, app

    async def __aenter__(self) -> App:
        app = self._app
        assert app.slack
        await app.store.learn()
        self._door = served(build(app.site(), app.slack.routes(app.take)))
        self._world.app.request_url = await self._door.__aenter__() + "/slack/events"
        self._parts = [
            asyncio.create_task(app.slack.listen(app.take)),
            asyncio.create_task(app.postman.run(alone=True)),
        ]
        return app

    async def __aexit__(self, *_: object) -> None:
        app = self._app
        assert app.slack
        for part in self._parts:
            part.cancel()
        await asyncio.wait(self._parts)
        await self._door.__aexit__(None, None, None)
        await app.postman.rest(5)
        await app.slack.close()
        app.store.close()


async def opens_a_ticket(ana: Person) -> None:
    ana.write("hola")
    await ana.sees("¿De qué se trata?")
    ana.press("Cuenta y acceso")
    await ana.sees("¿qué exactamente?")
    ana.press("Invitar a mi equipo")
    for words, question in (
        ("La pantalla de entrada se queda en blanco", "Cuéntanos más"),
        ("Desde ayer, en el móvil y en el ordenador", "¿Algún enlace"),
    ):
        await ana.sees("título" if "Cuéntanos" in question else "Cuéntanos más")
        ana.write(words)
        await ana.sees(question)
    ana.press("Omitir")
    await ana.sees("¿Capturas?")
    ana.press("Omitir")
    await ana.sees("¿Está todo bien?")
    ana.press("Enviar")
    await ana.sees("está abierta")


WORDS = ("¿Hay alguien?", "Aquí debajo también.")


async def test_what_was_written_while_we_were_away_is_taken_once(tmp_path: Path) -> None:
    world = World()
    ana, bea = world.person("Ana", language="es-ES"), world.person("Bea", language="es-ES")
    team = world.channel("soporte", [bea])
    async with serve_slack(world) as api:
        async with AtWork(world, desk(world, api, team, tmp_path)):
            await opens_a_ticket(ana)
            await world.until(lambda: any("SUP-1001" in m.text for m in team.messages))
        card = team.roots[0]
        world.app.request_url = ""  # nobody is there, and Slack has given up long before somebody is
        ana.write(WORDS[0])
        ana.write(WORDS[1], thread=ana.visible()[-2])
        bea.write("Lo miro ahora mismo.", channel=team, thread=card)
        world.post.waiting.clear()

        for _life in range(2):
            async with AtWork(world, desk(world, api, team, tmp_path)):
                await world.until(lambda: [sum(w in m.text for m in team.replies(card)) for w in WORDS] == [1, 1])
                await world.until(
                    lambda: any("Lo miro ahora mismo." in m.text for m in bea.visible(team) if m.user != bea.id)
                )
        assert [sum(words in m.text for m in team.replies(card)) for words in WORDS] == [1, 1]
        assert world.complaints == []


class TwoChats:
    """Bob's conversation comes first. The database is not there at once."""

    def __init__(self) -> None:
        self._asked = 0

    async def chats(self) -> Sequence[str]:
        self._asked += 1
        if self._asked == 1:
            raise Busy
        return ("UBOB", "UANA")

    async def rooms(self) -> Sequence[tuple[str, str]]:
        return ()


async def test_a_stumble_at_the_start_leaves_nothing_unread(slack: Slack, api: WebApi, desk: Desk, kept: Kept) -> None:
    """Only what it will not tell is left."""
    slack.remember(kept, TwoChats())
    for trouble in ("channel_not_found", "internal_error", (429, {"Retry-After": "1"}, "{}")):
        api.then("conversations.history", trouble)
    said = {"type": "message", "user": "UANA", "text": WORDS[0], "ts": f"{NOW.timestamp() - 60:.6f}"}
    api.messages = [{**said, "attachments": [{"title": 7}]}]
    async with meanwhile(slack.listen(desk.take)):
        (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert (heard.where.chat, heard.answer) == ("UANA", Said(WORDS[0]))
    assert [one["channel"] for one in api.made("conversations.history")] == ["DBOB", *["DANA"] * 3]


async def test_whoever_wrote_for_the_first_time_while_we_were_away_is_found(tmp_path: Path) -> None:
    world = World()
    ana, bea = world.person("Ana", language="es-ES"), world.person("Bea", language="es-ES")
    team = world.channel("soporte", [bea])
    async with serve_slack(world) as api:
        ana.write("hola")
        world.post.waiting.clear()
        for _life in range(2):
            async with AtWork(world, desk(world, api, team, tmp_path)):
                await ana.sees("¿De qué se trata?")
        assert sum("¿De qué se trata?" in message.text for message in ana.visible()) == 1
        assert world.complaints == []


async def test_of_chats_nobody_is_in_the_middle_of_the_newest_are_read_once(
    slack: Slack, api: WebApi, desk: Desk
) -> None:
    """A refusal of one hides none of the others, and a stumble begins nothing anew."""
    people = [("U1", 1.0), ("UANA", 3.0), ("U2", 2.0), ("USLACKBOT", 4.0), ("U3", 0.5)]
    listed = [{"id": f"D{user[1:]}", "user": user, "created": created} for user, created in people]
    api.then("conversations.list", {"channels": listed[:2], "response_metadata": {"next_cursor": "more"}})
    for page in ({"channels": listed[2:]}, {"channels": listed}):
        api.then("conversations.list", page)
    api.then("conversations.history", {"messages": []})
    for trouble in ("channel_not_found", "internal_error"):
        api.then("conversations.history", trouble)
    api.messages = [{"type": "message", "user": "U1", "text": WORDS[0], "ts": f"{NOW.timestamp() - 60:.6f}"}]
    async with meanwhile(slack.listen(desk.take)):
        (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert (heard.where.chat, heard.answer) == ("U1", Said(WORDS[0]))
    assert [one["channel"] for one in api.made("conversations.history")] == ["DANA", "D2", "D1", "D1"]
    assert api.made("conversations.open") == []


HI = json.dumps(wrote(1, "hi")).encode()


async def brought(door: httpx.AsyncClient) -> int:
    return (await door.post("/slack/events", content=HI, headers=signed(HI))).status_code


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every outage is a long one."""
    monkeypatch.setattr(outages, "LONG", 0.0)


@pytest.mark.usefixtures("soon")
async def test_what_slack_gave_up_on_while_we_could_take_nothing_is_read_as_soon_as_we_can(
    slack: Slack, door: httpx.AsyncClient, api: WebApi, desk: Desk, kept: Kept
) -> None:
    slack.remember(kept, OneChat())
    api.messages = [{"type": "message", "user": "UANA", "text": WORDS[0], "ts": f"{NOW.timestamp() - 60:.6f}"}]
    desk.busy = 3
    assert await brought(door) == 503
    (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert (heard.where.chat, heard.answer) == ("UANA", Said(WORDS[0]))


async def test_after_a_short_outage_slack_brings_all_of_it_again(
    slack: Slack, door: httpx.AsyncClient, api: WebApi, desk: Desk, kept: Kept
) -> None:
    slack.remember(kept, OneChat())
    desk.busy = 3
    assert [await brought(door) for _ in range(2)] == [503, 200]
    assert api.made("conversations.history") == []


@pytest.mark.usefixtures("soon")
async def test_an_outage_that_goes_on_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "APART", 0.0)
    read: list[bool] = []

    async def missed() -> None:
        read.append(outage.lasts() if not read else False)

    outage = Outage(missed)
    assert outage.lasts()
    await outage.read()
    assert read == [False, False]


class OneChat:
    async def chats(self) -> Sequence[str]:
        return ("UANA",)

    async def rooms(self) -> Sequence[tuple[str, str]]:
        return ()


async def test_what_was_written_under_an_old_message_is_found_to_the_end_of_its_thread(
    slack: Slack, api: WebApi, desk: Desk, kept: Kept
) -> None:
    def said(words: str, ago: float, **more: Any) -> dict[str, Any]:
        return {"type": "message", "user": "UANA", "text": words, "ts": ts(ago), **more}

    def ts(ago: float) -> str:
        return f"{NOW.timestamp() - ago:.6f}"

    slack.remember(kept, OneChat())
    root = said("long ago", 90_000, thread_ts=ts(90_000), latest_reply=ts(60))
    quiet = said("longer ago", 99_000, thread_ts=ts(99_000), latest_reply=ts(98_000))
    api.then("conversations.history", {"messages": [said("later", -5), said("now", 30), root, quiet]})
    for words, ago, cursor in (("first", 90, "more"), ("last", 60, "")):
        reply = said(words, ago, thread_ts=ts(90_000))
        api.then("conversations.replies", {"messages": [root, reply], "response_metadata": {"next_cursor": cursor}})
    async with meanwhile(slack.listen(desk.take)):
        heard = await desk.until(3)
    assert [one.answer for one in heard if isinstance(one, Message)] == [Said("first"), Said("last"), Said("now")]
    assert [one.get("cursor") for one in api.made("conversations.replies")] == [None, "more"]
