"""How the bot hears of what people do: polling and webhooks, order, repetition, expiry."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from bot.sandbox.serve import listen
from bot.sandbox.telegram import Member, Person, Room, World

SECRET = "X-Telegram-Bot-Api-Secret-Token"
Answer = Callable[[Request, dict[str, object]], Response]


class Hook:
    """A bot's webhook: keeps what came, answers as told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.came: list[dict[str, object]] = []
        self.secrets: list[str | None] = []
        self.answers: list[Response] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.url = ""

    async def hear(self, request: Request) -> Response:
        body = await request.json()
        self.came.append(body)
        self.secrets.append(request.headers.get(SECRET))
        self.world.changed.ring()
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else Response()

    async def heard(self, count: int) -> None:
        await self.world.until(lambda: len(self.came) >= count)

    @property
    def texts(self) -> list[object]:
        messages = [update["message"] for update in self.came if "message" in update]
        return [message["text"] for message in messages if isinstance(message, dict)]


@pytest.fixture
async def hook(world: World) -> AsyncIterator[Hook]:
    world.rules.retry_second = 0.001
    hook = Hook(world)
    app = Starlette(routes=[Route("/hook", hook.hear, methods=["POST"])])
    async with listen(app) as address:
        hook.url = f"{address}/hook"
        yield hook
        hook.gate.set()


# polling --------------------------------------------------------------------


async def test_updates_stay_until_the_offset_passes_them(bot: Bot, ana: Person) -> None:
    ana.write("uno")
    ana.write("dos")
    first = await bot.get_updates()
    assert [u.message.text for u in first if u.message] == ["uno", "dos"]
    assert [u.update_id for u in await bot.get_updates()] == [u.update_id for u in first]
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [u.update_id for u in rest] == [first[1].update_id]
    assert await bot.get_updates(offset=first[1].update_id + 1) == ()


async def test_a_long_poll_ends_when_something_happens(bot: Bot, ana: Person, world: World) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await world.until(lambda: world.updates.polls == 1)
    ana.write("hola")
    assert [u.message.text for u in await poll if u.message] == ["hola"]


async def test_a_second_poller_ends_the_first(bot: Bot, ana: Person, world: World, url: str) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await world.until(lambda: world.updates.polls == 1)
    async with Bot(world.token, base_url=f"{url}/bot") as copy:
        second = asyncio.create_task(copy.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        ana.write("hola")
        assert len(await second) == 1


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, world: World) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await world.until(lambda: world.updates.polls == 1)
    await bot.set_webhook("http://127.0.0.1:9/x")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_kinds_nobody_asked_for_do_not_come(bot: Bot, ana: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    asked = ana.write("hola")
    ana.press_data(asked.message_id, "x")
    assert [u.callback_query.data for u in await bot.get_updates() if u.callback_query] == ["x"]


async def test_a_press_dies_after_150_seconds_and_a_message_after_a_day(bot: Bot, ana: Person, world: World) -> None:
    asked = ana.write("hola")
    ana.press_data(asked.message_id, "x")
    now = world.clock()
    world.clock = lambda: now + 151
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["hola"]
    world.clock = lambda: now + 86_401
    assert await bot.get_updates() == ()


async def test_ids_may_start_again_lower(bot: Bot, ana: Person, world: World) -> None:
    ana.write("uno")
    last = (await bot.get_updates())[-1].update_id
    world.updates.next_id = 5
    ana.write("dos")
    assert [u.update_id for u in await bot.get_updates(offset=last + 1)] == [5]


async def test_any_update_can_be_injected_twice(bot: Bot, world: World) -> None:
    news = {"update_id": 9, "brand_new_kind": {"x": 1}}
    world.inject(news)
    world.inject(news)
    assert [u.update_id for u in await bot.get_updates()] == [9, 9]


async def test_what_people_do_parses(bot: Bot, ana: Person, forum: Room, png: bytes, world: World) -> None:
    bea = next(one for one in world.people.values() if one.user.first_name == "Bea")
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    said = ana.write("hola")
    ana.edit(said, "hola, hola")
    ana.album([png, png, png], "tres")
    ana.voice()
    ana.video()
    ana.sticker()
    ana.location()
    ana.contact()
    ana.poll("¿Qué tal?", ["bien", "mal"])
    ana.dice()
    ana.react(said, "👍")
    ana.block()
    ana.unblock()
    ana.join(forum)
    topic = forum.open_topic(bea.user, "SUP-9")
    bea.write("en el tema", chat=forum, topic=topic)
    forum.close_topic(bea.user, topic)
    small = world.group("Pequeño", [bea])
    fresh = world.migrate(small, bea)
    bea.write("@conserje_bot", chat=world.channel("Noticias"))
    updates = await bot.get_updates()
    kinds = [next(name for name in update.to_dict() if name != "update_id") for update in updates]
    assert kinds[:5] == ["message", "edited_message", "message", "message", "message"]
    assert kinds.count("my_chat_member") == 2
    assert (kinds.count("message_reaction"), kinds[-1]) == (1, "channel_post")
    album = [u.message for u in updates if u.message and u.message.media_group_id]
    assert [(m.caption, len({a.media_group_id for a in album})) for m in album] == [("tres", 1), (None, 1), (None, 1)]
    moved = [u.message.migrate_to_chat_id for u in updates if u.message and u.message.migrate_to_chat_id]
    assert moved == [fresh.id]
    inside = next(u.message for u in updates if u.message and u.message.text == "en el tema")
    assert (inside.message_thread_id, inside.is_topic_message) == (topic.id, True)
    assert inside.reply_to_message is not None
    assert inside.reply_to_message.forum_topic_created is not None


async def test_a_bot_that_is_no_admin_hears_little(bot: Bot, bea: Person, world: World) -> None:
    group = world.supergroup("Privado", [bea], admin=False)
    for text in ("charla", "/claim", "hola @conserje_bot"):
        bea.write(text, chat=group)
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["/claim", "hola @conserje_bot"]


async def test_being_thrown_out_is_told(bot: Bot, bea: Person, forum: Room, world: World) -> None:
    world.set_bot(forum, bea, Member(status="kicked"))
    bea.write("sin él", chat=forum)
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


# webhooks -------------------------------------------------------------------


async def test_a_webhook_gets_updates_in_order_with_its_secret(bot: Bot, ana: Person, hook: Hook) -> None:
    await bot.set_webhook(hook.url, secret_token="s3cret", allowed_updates=["message"], max_connections=7)
    for text in "abcdef":
        ana.write(text)
    await hook.heard(6)
    assert hook.texts == list("abcdef")
    assert set(hook.secrets) == {"s3cret"}
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (hook.url, 7, ("message",))


async def test_the_next_message_waits_until_the_last_was_taken(bot: Bot, ana: Person, hook: Hook) -> None:
    hook.answers = [Response(status_code=status) for status in (503, 500, 404, 302)]
    await bot.set_webhook(hook.url)
    ana.write("uno")
    ana.write("dos")
    await hook.heard(6)
    assert hook.texts == ["uno"] * 5 + ["dos"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


async def test_retry_after_is_honoured(bot: Bot, ana: Person, hook: Hook, world: World) -> None:
    hook.answers = [Response(status_code=503, headers={"Retry-After": "3600"})]
    await bot.set_webhook(hook.url)
    ana.write("uno")
    await world.until(lambda: bool(world.updates.waiting) and world.updates.waiting[0].failures == 1)
    (item,) = world.updates.waiting
    assert item.not_before > asyncio.get_running_loop().time() + 3500


async def test_chats_and_presses_do_not_wait_for_each_other(bot: Bot, ana: Person, bea: Person, hook: Hook) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url)
    asked = ana.write("uno")
    ana.write("espera")
    ana.press_data(asked.message_id, "x")
    bea.start()
    await hook.heard(3)
    assert {*hook.texts} == {"uno", "/start"}
    hook.gate.set()
    await hook.heard(4)
    assert hook.texts[-1] == "espera"


async def test_a_dead_webhook_is_tried_again(bot: Bot, ana: Person, hook: Hook, world: World) -> None:
    await bot.set_webhook("http://127.0.0.1:9/nobody")
    ana.write("uno")
    await world.until(lambda: bool(world.updates.waiting) and world.updates.waiting[0].failures > 2)
    await bot.set_webhook(hook.url)
    await hook.heard(1)
    assert hook.texts == ["uno"]


async def test_a_method_in_the_answer_is_carried_out(bot: Bot, ana: Person, hook: Hook) -> None:
    hook.answers = [JSONResponse({"method": "sendMessage", "chat_id": ana.id, "text": "al vuelo"})]
    await bot.set_webhook(hook.url)
    ana.write("hola")
    assert (await ana.sees("al vuelo")).by_bot


async def test_an_answer_to_the_second_question_is_not_the_first(bot: Bot, ana: Person) -> None:
    ana.start()
    first = await bot.send_message(ana.id, "¿Seguro?")
    asking = asyncio.create_task(ana.sees("¿Seguro?", after=first.message_id))
    second = await bot.send_message(ana.id, "¿Seguro?")
    assert (await asking).message_id == second.message_id


async def test_pending_updates_can_be_dropped(bot: Bot, ana: Person) -> None:
    ana.write("viejo")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://example.com/x", "Bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.com:8080/x", "Bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://localhost/x", "Bad webhook: Failed to resolve host: Name or service not known"),
    ],
)
async def test_the_public_server_is_choosy(bot: Bot, world: World, address: str, sentence: str) -> None:
    world.rules.local_webhooks = False
    with pytest.raises(BadRequest, match=f"(?i){sentence}"):
        await bot.set_webhook(address)
