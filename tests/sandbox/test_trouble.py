"""The switches: each kind of trouble, as python-telegram-bot's client meets it."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.sandbox.faults import Trick
from bot.sandbox.telegram import Floods, Person, Room, World


async def test_too_many_requests_in_one_chat_only(bot: Bot, world: World, ana: Person, bea: Person) -> None:
    ana.start()
    bea.start()
    world.fail("sendMessage", 429, retry_after=7, times=2, chat=ana.chat)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
            await bot.send_message(ana.id, "x")
        await bot.send_message(bea.id, "x")
    await bot.send_message(ana.id, "now")
    assert [record.status for record in world.called("sendMessage")] == [429, 200, 429, 200, 200]


async def test_any_code_with_any_sentence(bot: Bot, world: World, ana: Person, forum: Room) -> None:
    ana.start()
    world.fail("*", 403, description="Forbidden: bot was blocked by the user")
    world.fail("sendMessage", 500)
    world.migrated("sendMessage", forum, -1009)
    world.fail("getMe", 401)
    with pytest.raises(Forbidden, match="bot was blocked"):
        await bot.send_message(ana.id, "x")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(ana.id, "x")
    with pytest.raises(ChatMigrated):
        await bot.send_message(forum.id, "x")
    with pytest.raises(InvalidToken):
        await bot.get_me()
    assert [message.text for message in ana.chat.messages] == ["/start"]


@pytest.mark.parametrize(
    ("trick", "arrives"), [("before", False), ("after", True), ("html", False), ("garbage", False)]
)
async def test_broken_answers(bot: Bot, world: World, ana: Person, trick: Trick, *, arrives: bool) -> None:
    ana.start()
    world.fail("sendMessage", trick)
    with pytest.raises(TelegramError):
        await bot.send_message(ana.id, "x")
    assert [message.text for message in ana.chat.messages] == ["/start", *(["x"] if arrives else [])]
    await bot.send_message(ana.id, "again")


@pytest.mark.parametrize(("trick", "arrives"), [("hang", False), ("hang-after", True)])
async def test_answers_that_never_come(bot: Bot, world: World, ana: Person, trick: Trick, *, arrives: bool) -> None:
    ana.start()
    world.fail("sendMessage", trick)
    with pytest.raises(TimedOut):
        await bot.send_message(ana.id, "x", read_timeout=0.2)
    assert (len(ana.chat.messages) == 2) is arrives


async def test_a_slow_server(bot: Bot, world: World) -> None:
    world.faults.latency = 0.05
    start = asyncio.get_running_loop().time()
    await bot.get_me()
    assert asyncio.get_running_loop().time() - start >= 0.05


async def test_flood_limits_count_per_chat_and_per_group(bot: Bot, world: World, ana: Person, forum: Room) -> None:
    now = 1000.0
    world.rules.floods = Floods(lambda: now)
    ana.start()
    for _ in range(3):
        await bot.send_message(ana.id, "x")
    with pytest.raises(RetryAfter, match="Retry in 0:00:03"):
        await bot.send_message(ana.id, "x")
    for _ in range(20):
        now += 2
        await bot.send_message(forum.id, "x")
    with pytest.raises(RetryAfter, match="Retry in 0:00:22"):
        await bot.send_message(forum.id, "x")
    await bot.send_message(ana.id, "x")


async def test_a_group_that_moved_says_where(bot: Bot, world: World, bea: Person) -> None:
    small = world.group("Pequeño", [bea])
    fresh = world.migrate(small, bea)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(small.id, "x")
    assert moved.value.new_chat_id == fresh.id
    await bot.send_message(fresh.id, "x")


async def test_nobody_waits_for_ever(ana: Person) -> None:
    ana.start()
    with pytest.raises(TimeoutError, match=r"Ana did not see 'hola' in 0\.02 s"):
        await ana.sees("hola", 0.02)
    with pytest.raises(LookupError, match="Ana sees no button 'Sí'"):
        ana.press("Sí")
