"""Polling confirms nothing before its commit, and every press is heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import Telegram, listen
from bot.events import Address, Caller, Message
from bot.outbox import retry
from tests.channels.telegram.stand_in import TOKEN, BotApi, Desk, pressed, said
from tests.meanwhile import meanwhile


@pytest.fixture
async def polling(telegram: Telegram, desk: Desk) -> AsyncIterator[Telegram]:
    async with meanwhile(telegram.listen(desk.take)):
        yield telegram


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
async def test_what_is_heard_tells_that_a_group_is_a_forum_by_now(api: BotApi, desk: Desk, telegram: Telegram) -> None:
    team = Address("telegram", "-1001234")
    api.refuse("createForumTopic", 400, "Bad Request: the chat is not a forum")
    assert [await telegram.open_thread(team, "SUP-7"), await telegram.open_thread(team, "SUP-8")] == ["", ""]
    update = said(1, "hello", -1001234)
    update["message"]["chat"] |= {"type": "supergroup", "is_forum": True}
    api.push(update)
    await desk.until(1)
    assert await telegram.open_thread(team, "SUP-9") == "300"


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


@pytest.mark.usefixtures("polling")
async def test_half_of_a_pair_does_not_hold_up_the_rest(api: BotApi, desk: Desk) -> None:
    api.push(said(1, "half of a face: \ud83d"), said(2, "fine"))
    assert await desk.until(2) == ["half of a face: ?", "fine"]


async def test_a_second_poller_waits_and_is_told_of_once(
    api: BotApi, desk: Desk, telegram: Telegram, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen, "CONFLICT_PAUSE", 0.01)
    for turn in range(1, 4):  # several who poll take turns
        for _ in range(5):
            api.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        api.then("getUpdates", 200, {"ok": True, "result": [said(turn, "hello")]})
    async with meanwhile(telegram.listen(desk.take)):
        assert await desk.until(3) == ["hello"] * 3
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
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    for method in ("getMe", "deleteWebhook", "getUpdates", "getUpdates"):
        api.then(method, status, answer)
    api.push(said(1, "hello"))
    async with meanwhile(telegram.listen(desk.take)):
        assert await desk.until(1) == ["hello"]


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


@pytest.mark.usefixtures("polling")
async def test_telegram_keeps_a_press_until_it_is_acknowledged(api: BotApi) -> None:
    heard = asyncio.Event()
    api.then("answerCallbackQuery", 200, heard)
    api.push(pressed(1))
    await api.until("answerCallbackQuery")
    _, late = await asyncio.wait([asyncio.ensure_future(api.until("getUpdates", 2))], timeout=0.1)
    assert (len(late), offsets(api)) == (1, [0])
    heard.set()
    await api.until("getUpdates", 2)
    assert offsets(api) == [0, 2]


@pytest.mark.usefixtures("polling")
async def test_an_acknowledgement_that_hangs_holds_up_nobody_for_long(
    api: BotApi, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen, "HOLD", 0.05)
    never = asyncio.Event()
    api.then("answerCallbackQuery", 200, never)
    api.push(pressed(1))
    await api.until("getUpdates", 2)
    api.push(said(2, "and on"))
    assert "and on" in await desk.until(2)
    never.set()


async def test_an_acknowledgement_is_tried_twice_and_awaited_at_the_end(
    api: BotApi, desk: Desk, telegram: Telegram
) -> None:
    api.then("answerCallbackQuery", 502, "<html>")
    async with meanwhile(telegram.listen(desk.take)):
        api.push(pressed(1))
        await desk.until(1)
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
async def test_of_a_group_with_a_new_number_whoever_presses_an_old_button_must_belong_to_the_new_one(
    api: BotApi, desk: Desk
) -> None:
    moved = {"ok": False, "description": "Bad Request: group chat was upgraded to a supergroup chat"}
    api.then("getChatMember", 400, {**moved, "parameters": {"migrate_to_chat_id": -1009}})
    api.then("getChatMember", 200, {"ok": True, "result": {"status": "left"}})
    api.push(pressed(1, chat_type="group"))
    await desk.until(1)
    assert members(desk) == [False]
    assert [call["chat_id"] for call in api.made("getChatMember")] == [-100, -1009]


@pytest.mark.usefixtures("polling")
async def test_whom_a_press_names_is_asked_after_too(api: BotApi, desk: Desk) -> None:
    for status in ("member", "member", "member", "left"):
        api.then("getChatMember", 200, {"ok": True, "result": {"status": status}})
    for number in (1, 2):
        api.push(pressed(number, "ticket.7|to.43", chat_type="supergroup"))
        await desk.until(number)
    assert [event.absent for event in desk.events if isinstance(event, Message)] == [False, True]
    assert [call["user_id"] for call in api.made("getChatMember")] == [42, 43, 42, 43]


@pytest.mark.usefixtures("polling")
async def test_who_is_to_hand_something_on_hears_of_the_administrators_too(api: BotApi, desk: Desk) -> None:
    bot = {"status": "administrator", "user": {"id": 7, "is_bot": True, "first_name": "Bot"}}
    leo = {"status": "creator", "user": {"id": 43, "is_bot": False, "first_name": "Leo", "last_name": "Gil"}}
    api.then("getChatAdministrators", 200, {"ok": True, "result": [bot, leo]})
    api.then("getChatAdministrators", 400, {"ok": False, "description": "Bad Request: member list is inaccessible"})
    for number, choice in enumerate(("assign", "assign", "claim"), 1):
        api.push(pressed(number, f"ticket.7|{choice}", chat_type="supergroup"))
        await desk.until(number)
    assert [event.members for event in desk.events if isinstance(event, Message)] == [
        (Caller("43", "Leo Gil"),),
        (),
        (),
    ]
    assert api.made("getChatAdministrators") == [{"chat_id": -100}] * 2


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


async def test_commands_are_offered_in_each_language_and_in_no_group_but_the_teams(
    api: BotApi, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    commands = {"": [("new", "Open a request")], "es": [("nuevo", "Abrir una solicitud")]}
    channel = Telegram(
        TOKEN,
        secret_key="k",
        api_url=api.url,
        commands=lambda: commands,
        team_menu=lambda: [("cola", "Lo que espera")],
        teams=("-100", "@desk"),
    )
    api.refuse("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    async with meanwhile(channel.listen(desk.take)):
        made = await api.until("setMyCommands", 5)
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
        *(
            {
                "commands": [{"command": "cola", "description": "Lo que espera"}],
                "scope": {"type": "chat", "chat_id": chat},
            }
            for chat in (-100, "@desk")
        ),
    ]
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == [
        "the commands could not be registered: Bot_command_invalid"
    ]


async def test_commands_that_nobody_answered_are_offered_again(
    api: BotApi, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start in a bad moment would leave people without the menu until the next one."""
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    channel = Telegram(TOKEN, secret_key="k", api_url=api.url, commands=lambda: {"": [("new", "Open a request")]})
    api.then("setMyCommands", 502, "<html>Bad Gateway</html>")
    async with meanwhile(channel.listen(desk.take)):
        made = await api.until("setMyCommands", 3)
    await channel.close()
    assert [call["scope"]["type"] for call in made] == ["all_private_chats", "all_private_chats", "all_group_chats"]


async def test_commands_for_a_group_that_became_a_supergroup_are_offered_there(
    api: BotApi, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked of the old one for ever, nothing behind them would be offered."""
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    channel = Telegram(
        TOKEN,
        secret_key="k",
        api_url=api.url,
        team_menu=lambda: [("cola", "Lo que espera")],
        teams=("-100", "-200"),
    )
    api.then("setMyCommands", 200, {"ok": True, "result": True})
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    api.refuse("setMyCommands", 400, words, migrate_to_chat_id=-1009)
    async with meanwhile(channel.listen(desk.take)):
        made = await api.until("setMyCommands", 4)
    await channel.close()
    assert [call["scope"].get("chat_id") for call in made] == [None, -100, -1009, -200]
