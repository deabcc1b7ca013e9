"""Nothing the program writes, shows or answers holds one of its secrets, whatever goes wrong and however much it tells."""

from __future__ import annotations

import asyncio
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import aiohttp

from bot.app import App, Roles
from bot.channels.telegram.webhook import secret_token
from bot.parts import read_desk
from bot.sandbox.faults import Trick
from bot.sandbox.program import ROOT
from bot.sandbox.serve import serve
from bot.sandbox.slack import App as SlackApp
from bot.sandbox.slack import World as SlackWorld
from bot.sandbox.telegram import World
from bot.settings import load
from tests.faults.program import Program
from tests.faults.scene import INTAKE, PATIENCE, Scene, walk

KEYS = ("new-key/with+signs=and'quotes-123456", "old-key-of-thirty-two-letters-0987654")
SIGNING = ("5a5dpretend0signing0new", "5a5dpretend0signing0old")
MORE = {
    "SECRET_KEY": ",".join(KEYS),
    "SLACK_BOT_TOKEN": "xoxb-77-pretend-token-AbCdEf",
    "SLACK_SIGNING_SECRET": ",".join(SIGNING),
    "SLACK_CLIENT_ID": "77.88",
    "SLACK_CLIENT_SECRET": "pretend-client-secret-77",
    "SMTP_URL": "smtp://desk:p%40ss-w0rd-77@127.0.0.1:9",
    "METRICS_TOKEN": "pretend-metrics-token-77",
    "API_TOKEN": "pretend-api-token-of-thirty-two-letters-77",
    "HOOK_URL": "http://desk:p%40ss-w0rd-77@127.0.0.1:9/in?key=pretend-hook-key-77",
    "HOOK_SECRET": "whsec_cHJldGVuZC1ob29rLXNlY3JldC03Ny03Ny03Nw==",
}
SECRETS = (
    *KEYS, *SIGNING, MORE["SLACK_BOT_TOKEN"], MORE["SLACK_CLIENT_SECRET"], MORE["METRICS_TOKEN"], "p%40ss-w0rd-77",
    MORE["API_TOKEN"], MORE["HOOK_SECRET"], "pretend-hook-key-77",
    *(secret_token(key) for key in (*KEYS, MORE["SECRET_KEY"])),
)  # fmt: skip
"""As they were given, and what is derived from them and shown to a platform."""


TELEGRAMS: tuple[tuple[str, Trick | int], ...] = (
    ("sendMessage", "html"), ("editMessageText", "garbage"), ("answerCallbackQuery", "before"), ("getFile", 500),
    ("createForumTopic", 429), ("sendMediaGroup", "after"),
)  # fmt: skip
SLACKS: tuple[tuple[str, Trick | int], ...] = (
    ("users.info", "html"), ("conversations.open", 500), ("chat.postMessage", "before"), ("chat.update", "garbage"),
)  # fmt: skip


def forms(secret: str) -> Iterator[str]:
    """However an address, a header, a string of Python or of JSON would write it."""
    yield from (secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1], secret.replace("'", "\\u0027"))
    yield from (encode(secret.encode()).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode))


def shown(text: str, *more: str) -> list[str]:
    return [form for secret in (*SECRETS, *more) for form in dict.fromkeys(forms(secret)) if form in text]


async def test_no_secret_is_in_what_it_writes_or_shows(tmp_path: Path) -> None:
    telegram = World()
    slack = SlackWorld(
        SlackApp(token=MORE["SLACK_BOT_TOKEN"], signing_secret=SIGNING[1], client_secret=MORE["SLACK_CLIENT_SECRET"])
    )
    async with serve(telegram, slack=slack) as api:
        scene = Scene(telegram, api, tmp_path)
        team = slack.channel("soporte", [slack.person("Leo")])
        more = {**MORE, "SLACK_API_URL": f"{api}/slack/api/", "SLACK_AGENTS_CHANNEL": team.id}
        program = Program(telegram, api, scene.group, tmp_path, "webhook", "DEBUG", more=more)
        slack.app.request_url = f"http://127.0.0.1:{program.port}/slack/events"
        async with program:
            numbers = await _troubled(scene, slack, program.port)
            await program.stop()
        tokens = (telegram.token, telegram.token.partition(":")[2])
        doctor = await _told("doctor", tmp_path, program.environment)
        misset = await _told(
            "run", tmp_path, {**program.environment, "PORT": "no", "METRICS_TOKEN": "sh ort-77-pretend"}
        )
    assert (
        len(program.logged()) > 30,
        "conserje_turns_total" in numbers,
        "Slack" in doctor,
        "PORT should" in misset,
    ) == (True,) * 4
    assert "Slack refuses SLACK_BOT_TOKEN" in program.log
    for text in (program.log, numbers, doctor, misset):
        assert (shown(text, *tokens), "sh ort-77" in text) == ([], False)


async def _troubled(scene: Scene, slack: SlackWorld, port: int) -> str:
    """A request on each platform with all that can go wrong on the way; returns the numbers as they are shown."""
    for method, trick in TELEGRAMS:
        scene.world.fail(method, trick)
    for method, trick in SLACKS:
        slack.fail(method, trick)
    await _knock(port)
    ana = slack.person("Ana")
    ana.write("hola, no va nada")
    await ana.sees("¿De qué se trata?", seconds=20)
    ana.press("Cuenta y acceso")
    await ana.sees("¿qué exactamente", seconds=20)
    await walk(scene, INTAKE)
    numbers = await _numbers(port)
    scene.world.fail("sendMessage", 401, times=3)
    slack.fail("chat.postMessage", "invalid_auth", times=3)
    before = len(slack.called("chat.postMessage"))
    scene.ana.write("/ayuda")
    ana.write("ayuda")
    await slack.until(lambda: len(slack.called("chat.postMessage")) > before, PATIENCE)
    await scene.world.until(lambda: any(call.status == 401 for call in scene.world.calls), PATIENCE)
    return numbers


async def _knock(port: int) -> None:
    """With another's secrets, which are nobody's to show either, and with ours where they do not belong."""
    wrong = {"x-telegram-bot-api-secret-token": secret_token(KEYS[0])[:-1], "x-slack-signature": f"v0={SIGNING[0]}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for path in (
            "/telegram/webhook",
            "/slack/events",
            f"/{quote(KEYS[0], safe='')}",
            f"/metrics?token={MORE['METRICS_TOKEN']}",
        ):
            async with session.post(path, headers=wrong, data=KEYS[1].encode()) as answer:
                assert answer.status in (401, 404, 405)
                assert shown(await answer.text() + str(answer.headers)) == []


async def _numbers(port: int) -> str:
    bearer = {"authorization": f"Bearer {MORE['METRICS_TOKEN']}"}
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.get("/metrics", headers=bearer) as answer,
    ):
        assert answer.status == 200
        return await answer.text() + str(answer.headers)


async def _told(command: str, folder: Path, environment: dict[str, str]) -> str:
    """What the program says to whoever starts it."""
    pipe = asyncio.subprocess.PIPE
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, env={**environment, "PYTHONPATH": str(ROOT)}, cwd=folder, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )  # fmt: skip
    out, _nothing = await asyncio.wait_for(run.communicate(), 30)
    return out.decode()


async def test_no_part_of_it_shows_a_secret_to_whoever_looks(tmp_path: Path) -> None:
    settings = load(
        {
            **MORE,
            "TELEGRAM_BOT_TOKEN": "77:pretend-telegram-token",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}",
            "MEDIA_URL": f"file:{tmp_path}",
        },
        tmp_path,
    )
    app = App(settings, read_desk(settings.desk_path()), Roles())
    parts = (settings, app, app.site(), app.telegram, app.slack, app.store, app.postman, vars(app), vars(app.slack))
    assert app.telegram
    assert app.slack
    said = "\n".join(
        f"{part!r} {part!s}"
        for part in (*parts, app.slack._keys, app.slack._workspaces, app.telegram._line, *app.telegram.routes(app.take))
    )
    assert shown(said, "77:pretend-telegram-token", "pretend-telegram-token") == []
    for channel in (app.telegram, app.slack):
        await channel.close()
    app.store.close()
