"""The webhook lets in nobody but Telegram, and says 200 only after the commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.telegram import Telegram
from bot.channels.telegram.webhook import secret_token
from tests.channels.telegram.stand_in import TOKEN, BotApi, Desk, pressed, said
from tests.meanwhile import meanwhile

SECRET = secret_token("a key")
OURS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


async def posted(telegram: Telegram, desk: Desk, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(app=Starlette(routes=telegram.routes(desk.take)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.post("/telegram/webhook", content=body, headers=OURS if headers is None else headers)


async def test_an_update_by_webhook_is_answered_after_its_commit(telegram: Telegram, desk: Desk) -> None:
    desk.gates["hello"] = asyncio.Event()
    answer = asyncio.create_task(posted(telegram, desk, json.dumps(said(1, "hello")).encode()))
    done, _ = await asyncio.wait([answer], timeout=0.1)
    assert not done
    desk.gates["hello"].set()
    assert ((await answer).status_code, desk.taken) == (200, ["hello"])


async def test_a_press_by_webhook_is_acknowledged_before_telegram_lets_go_of_it(
    telegram: Telegram, desk: Desk, api: BotApi
) -> None:
    heard = asyncio.Event()
    api.then("answerCallbackQuery", 200, heard)
    answer = asyncio.create_task(posted(telegram, desk, json.dumps(pressed(1)).encode()))
    await api.until("answerCallbackQuery")
    done, _ = await asyncio.wait([answer], timeout=0.1)
    assert not done
    heard.set()
    assert (await answer).status_code == 200


async def test_a_busy_desk_asks_telegram_to_come_again(telegram: Telegram, desk: Desk) -> None:
    desk.busy["hello"] = 1
    answer = await posted(telegram, desk, json.dumps(said(1, "hello")).encode())
    assert (answer.status_code, answer.headers["Retry-After"], desk.taken) == (503, "1", [])


async def test_as_long_as_we_do_not_know_ourselves_telegram_comes_again(
    telegram: Telegram, desk: Desk, api: BotApi
) -> None:
    api.then("getMe", 502, "<html>")
    body = json.dumps(said(1, "hello")).encode()
    assert [(await posted(telegram, desk, body)).status_code for _ in range(2)] == [503, 200]
    assert desk.taken == ["hello"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "0"},
        {"X-Telegram-Bot-Api-Secret-Token": secret_token("another key")},
        {"X-Telegram-Bot-Api-Secret-Token": secret_token("")},
        {"X-Telegram-Bot-Api-Secret-Token": "\xf1"},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
async def test_only_telegram_is_let_in(telegram: Telegram, desk: Desk, api: BotApi, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await posted(telegram, desk, json.dumps(said(1, "hello")).encode(), raw)  # type: ignore[arg-type]
    assert (answer.status_code, desk.taken, api.calls) == (401, [], [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"no json", 400),
        (b"\xff\xfe", 400),
        (b'{"a":' * 100_000, 400),
        (b"[]", 200),
        (b"{}", 200),
        (b'{"update_id":"x"}', 200),
        (b'{"update_id":1,"brain_wave":{}}', 200),
        (b'{"update_id":1,"message":{"text":"\\ud800"}}', 200),
        (b'{"update_id":' + b"9" * 4_000 + b"}", 200),
        (b"x" * 1_000_001, 413),
    ],
)
async def test_hostile_bodies_never_make_a_server_error(
    telegram: Telegram, desk: Desk, body: bytes, status: int
) -> None:
    assert ((await posted(telegram, desk, body)).status_code, desk.taken) == (status, [])


async def test_a_body_without_a_length_is_cut_off_too(telegram: Telegram, desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    transport = httpx.ASGITransport(app=Starlette(routes=telegram.routes(desk.take)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/telegram/webhook", content=endless(), headers=OURS)
    assert answer.status_code == 413


async def test_the_webhook_is_set_with_its_secret(api: BotApi, desk: Desk) -> None:
    channel = Telegram(TOKEN, secret_key="a key", api_url=api.url, public_url="https://desk.example/")
    async with meanwhile(channel.listen(desk.take)):
        made = await api.until("setWebhook")
    await channel.close()
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    url = "https://desk.example/telegram/webhook"
    assert made == [{"url": url, "secret_token": SECRET, "allowed_updates": kinds, "max_connections": 40}]
    assert api.made("getUpdates") == []


@pytest.mark.parametrize(
    ("mode", "public_url", "by_webhook"),
    [
        ("auto", "https://desk.example", True),
        ("auto", "http://localhost:8080", False),
        ("webhook", "http://localhost:8080", True),
        ("polling", "https://desk.example", False),
    ],
)
def test_the_mode_follows_the_address_unless_it_is_said(mode: Any, public_url: str, *, by_webhook: bool) -> None:
    channel = Telegram(TOKEN, secret_key="k", public_url=public_url, mode=mode)
    assert channel.by_webhook == by_webhook


def test_a_token_of_another_shape_is_said_in_one_line() -> None:
    with pytest.raises(ValueError, match="TELEGRAM_BOT_TOKEN should look like") as caught:
        Telegram("not-a-token", secret_key="k")
    assert "not-a-token" not in str(caught.value)
