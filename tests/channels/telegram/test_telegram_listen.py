"""Polling and the webhook: nothing is confirmed before its commit, and every press is heard."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels import Busy
from bot.channels.telegram import Telegram, listen
from bot.channels.telegram.webhook import secret_token
from bot.dialogue.words import Chose, Command, Said
from bot.events import Event, Message

if TYPE_CHECKING:
    from tests.channels.telegram.conftest import BotApi

SECRET = secret_token("a key")
OURS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def said(number: int, text: str, chat: int = 42) -> dict[str, Any]:
    user = {"id": chat, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": number, "from": user, "chat": {"id": chat, "type": "private"}, "date": 1, "text": text}
    return {"update_id": number, "message": message}


def pressed(number: int, data: str = "ticket.7|claim", chat_type: str = "private") -> dict[str, Any]:
    chat = {"id": 42 if chat_type == "private" else -100, "type": chat_type}
    user = {"id": 42, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": 6, "chat": chat, "date": 1}
    query = {"id": f"q{number}", "from": user, "message": message, "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": query}


class Desk:
    """What the channel hands its events to; it can be busy, slow, and whisper."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.events: list[Event] = []
        self.busy: dict[str, int] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.whispers = False
        self._rung = asyncio.Event()

    async def take(self, event: Event) -> bool:
        name = name_of(event)
        if self.busy.get(name, 0):
            self.busy[name] -= 1
            raise Busy
        if name in self.gates:
            await self.gates[name].wait()
        self.events.append(event)
        self.taken.append(name)
        self._rung.set()
        return self.whispers

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.taken) < count:
                self._rung.clear()
                await self._rung.wait()
        return self.taken


def name_of(event: Event) -> str:
    assert isinstance(event, Message)
    match event.answer:
        case Said(text):
            return text
        case Chose(choice):
            return choice
        case Command(name):
            return name


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def polling(telegram: Telegram, desk: Desk) -> AsyncIterator[Telegram]:
    task = asyncio.create_task(telegram.listen(desk.take))
    yield telegram
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def offsets(api: BotApi) -> list[int]:
    return [params.get("offset", 0) for params in api.made("getUpdates")]


# -- polling ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("polling")
async def test_a_webhook_is_removed_and_kinds_are_named_before_polling(api: BotApi) -> None:
    await api.until("getUpdates")
    names = [name for name, _ in api.calls]
    assert names.index("deleteWebhook") < names.index("getUpdates")
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    assert api.made("getUpdates") == [{"limit": 100, "timeout": 30, "allowed_updates": kinds}]


@pytest.mark.usefixtures("polling")
async def test_a_chat_keeps_its_order_and_waits_for_no_other_chat(api: BotApi, desk: Desk) -> None:
    desk.gates["a1"] = asyncio.Event()
    api.push(said(1, "a1", 1), said(2, "b1", 2), said(3, "a2", 1), said(4, "b2", 2))
    assert await desk.until(2) == ["b1", "b2"]
    desk.gates["a1"].set()
    assert await desk.until(4) == ["b1", "b2", "a1", "a2"]


@pytest.mark.usefixtures("polling")
async def test_the_next_offset_goes_out_only_after_every_commit(api: BotApi, desk: Desk) -> None:
    desk.gates["slow"] = asyncio.Event()
    api.push(said(10, "slow", 1), said(11, "quick", 2))
    await desk.until(1)
    assert offsets(api) == [0]
    desk.gates["slow"].set()
    await api.until("getUpdates", 2)
    assert (offsets(api), desk.taken) == ([0, 12], ["quick", "slow"])


@pytest.mark.usefixtures("polling")
async def test_a_busy_desk_gets_the_same_update_again(api: BotApi, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "BUSY_PAUSE", 0.01)
    desk.busy["first"] = 3
    api.push(said(1, "first"), said(2, "second"))
    assert await desk.until(2) == ["first", "second"]
    await api.until("getUpdates", 2)
    assert offsets(api) == [0, 3]


@pytest.mark.usefixtures("polling")
async def test_numbers_may_start_again_lower(api: BotApi, desk: Desk) -> None:
    api.push(said(900, "before"))
    await api.until("getUpdates", 2)
    api.updates = []
    api.then("getUpdates", 200, {"ok": True, "result": [said(5, "after")]})
    api.news.set()
    assert await desk.until(2) == ["before", "after"]
    await api.until("getUpdates", 4)
    assert offsets(api)[-1] == 6


@pytest.mark.usefixtures("polling")
async def test_what_cannot_be_read_does_not_hold_up_the_rest(api: BotApi, desk: Desk) -> None:
    odd = {"update_id": 1, "message": {"message_id": "x"}}
    future = {"update_id": 2, "brain_wave": {"a": [1]}}
    api.push(odd, future, said(3, "fine"))
    assert await desk.until(1) == ["fine"]
    await api.until("getUpdates", 2)
    assert offsets(api) == [0, 4]


async def test_a_second_poller_waits_and_is_told_of_once(
    api: BotApi, desk: Desk, telegram: Telegram, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen, "CONFLICT_PAUSE", 0.01)
    for _ in range(5):
        api.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    api.push(said(1, "hello"))
    task = asyncio.create_task(telegram.listen(desk.take))
    assert await desk.until(1) == ["hello"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    warnings = [r.message for r in caplog.records if "another program polls" in r.message]
    assert warnings == [
        "getUpdates: another program polls for this bot: Conflict: terminated by other getUpdates request"
    ]


@pytest.mark.parametrize(
    ("status", "answer"), [(502, "<html>Bad Gateway</html>"), (200, "cut"), (200, "no json"), (500, "{}")]
)
async def test_polling_survives_trouble_on_the_way(  # noqa: PLR0917 - pytest names them
    api: BotApi, desk: Desk, telegram: Telegram, monkeypatch: pytest.MonkeyPatch, status: int, answer: str
) -> None:
    monkeypatch.setattr(listen, "FIRST_PAUSE", 0.01)
    for method in ("getMe", "deleteWebhook", "getUpdates", "getUpdates"):
        api.then(method, status, answer)
    api.push(said(1, "hello"))
    task = asyncio.create_task(telegram.listen(desk.take))
    assert await desk.until(1) == ["hello"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_the_pauses_grow_to_half_a_minute() -> None:
    pauses = listen.pauses()
    assert [next(pauses) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


# -- presses ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("polling")
async def test_a_press_is_acknowledged_once_unless_somebody_whispers(api: BotApi, desk: Desk) -> None:
    api.push(pressed(1))
    assert await api.until("answerCallbackQuery") == [{"callback_query_id": "q1"}]
    desk.whispers = True
    api.push(pressed(2))
    await desk.until(2)
    await api.until("getUpdates", 3)
    assert len(api.made("answerCallbackQuery")) == 1


@pytest.mark.usefixtures("polling")
async def test_a_press_that_means_nothing_is_acknowledged_too(api: BotApi, desk: Desk) -> None:
    api.push(pressed(1, data="<script>"))
    assert await api.until("answerCallbackQuery") == [{"callback_query_id": "q1"}]
    assert desk.taken == []


async def test_an_acknowledgement_is_tried_twice_and_awaited_at_the_end(
    api: BotApi, desk: Desk, telegram: Telegram
) -> None:
    api.then("answerCallbackQuery", 502, "<html>")
    task = asyncio.create_task(telegram.listen(desk.take))
    api.push(pressed(1))
    await desk.until(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await telegram.close()
    assert api.made("answerCallbackQuery") == [{"callback_query_id": "q1"}] * 2


def members(desk: Desk) -> list[bool]:
    return [event.who.member for event in desk.events if isinstance(event, Message)]


@pytest.mark.parametrize(
    ("code", "answer", "member"),
    [
        (200, {"ok": True, "result": {"status": "administrator"}}, True),
        (200, {"ok": True, "result": {"status": "restricted", "is_member": True}}, True),
        (200, {"ok": True, "result": {"status": "restricted", "is_member": False}}, False),
        (200, {"ok": True, "result": {"status": "left"}}, False),
        (200, {"ok": True, "result": {"status": "kicked"}}, False),
        (400, {"ok": False, "description": "Bad Request: user not found"}, False),
        (400, {"ok": False, "description": "Bad Request: member list is inaccessible"}, True),
        (502, "<html>", True),
        (200, "cut", True),
    ],
)
@pytest.mark.usefixtures("polling")
async def test_whoever_presses_in_a_group_must_still_belong_to_it(
    api: BotApi, desk: Desk, code: int, answer: object, *, member: bool
) -> None:
    api.then("getChatMember", code, answer)
    api.push(pressed(1, chat_type="supergroup"))
    await desk.until(1)
    assert members(desk) == [member]
    assert api.made("getChatMember") == [{"chat_id": -100, "user_id": 42}]


@pytest.mark.usefixtures("polling")
async def test_a_slow_answer_about_members_counts_as_none(
    api: BotApi, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listen, "MEMBER_WITHIN", 0.05)
    never = asyncio.Event()
    api.then("getChatMember", 200, never)
    api.push(pressed(1, chat_type="supergroup"))
    await desk.until(1)
    never.set()
    assert members(desk) == [True]
    assert [r.message for r in caplog.records] == ["cannot ask who belongs to chat -100: Timed out"]


@pytest.mark.usefixtures("polling")
async def test_in_private_nobody_is_asked_about_members(api: BotApi, desk: Desk) -> None:
    api.push(pressed(1), said(2, "/new"), said(3, "words"))
    await desk.until(3)
    assert api.made("getChatMember") == []


# -- commands --------------------------------------------------------------------------------------


async def test_commands_are_offered_in_each_language_and_not_in_groups(
    api: BotApi, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    commands = {"": [("new", "Open a request")], "es": [("nuevo", "Abrir una solicitud")]}
    channel = Telegram("7:a-secret-nobody-may-see", secret_key="k", api_url=api.url, commands=commands)
    api.refuse("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    task = asyncio.create_task(channel.listen(desk.take))
    made = await api.until("setMyCommands", 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await channel.close()
    private = {"type": "all_private_chats"}
    assert made == [
        {"commands": [{"command": "new", "description": "Open a request"}], "scope": private},
        {
            "commands": [{"command": "nuevo", "description": "Abrir una solicitud"}],
            "scope": private,
            "language_code": "es",
        },
        {"commands": [], "scope": {"type": "all_group_chats"}},
    ]
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == [
        "the commands could not be registered: Bot_command_invalid"
    ]


# -- the webhook -----------------------------------------------------------------------------------


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
    channel = Telegram(
        "7:a-secret-nobody-may-see", secret_key="a key", api_url=api.url, public_url="https://desk.example/"
    )
    task = asyncio.create_task(channel.listen(desk.take))
    made = await api.until("setWebhook")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
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
    channel = Telegram("7:a-secret-nobody-may-see", secret_key="k", public_url=public_url, mode=mode)
    assert channel.by_webhook == by_webhook


def test_a_token_of_another_shape_is_said_in_one_line() -> None:
    with pytest.raises(ValueError, match="TELEGRAM_BOT_TOKEN should look like") as caught:
        Telegram("not-a-token", secret_key="k")
    assert "not-a-token" not in str(caught.value)
