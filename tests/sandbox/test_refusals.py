"""The table of refusals: for each cause the code and the very sentence the real server uses."""

from collections.abc import Mapping

import msgspec
import pytest

from bot.sandbox.telegram import Member, Person, Room, World
from bot.sandbox.telegram.answer import answer
from bot.sandbox.telegram.parameters import Upload
from bot.sandbox.telegram.refusals import NOT_MODIFIED

Given = dict[str, object]


def keys(*buttons: Mapping[str, object]) -> str:
    return msgspec.json.encode({"inline_keyboard": [list(buttons)]}).decode()


async def refused(world: World, method: str, given: Mapping[str, object], **uploads: bytes) -> tuple[int, object]:
    files = {name: Upload(name, data) for name, data in uploads.items()}
    result = await answer(world, method, given, files)
    assert result.status == result.body.get("error_code"), result.body
    return result.status, result.body["description"]


TEXTS = [
    ({"text": ""}, "message text is empty"),
    ({"text": "  \n "}, "message text is empty"),
    ({"text": "a" * 4097}, "message is too long"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    (
        {"text": "<b>a", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "ñ<x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 2'),
    ({"text": "a</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 1"),
    ({"text": "a < b", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte offset 2"),
    (
        {"text": "<b><i>a</b>", "parse_mode": "HTML"},
        'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    (
        {"text": "<span>a</span>", "parse_mode": "HTML"},
        'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
    (
        {"text": '<tg-time unix="soon">a</tg-time>', "parse_mode": "HTML"},
        "can't parse entities: Invalid Unix time specified at byte offset 0",
    ),
    ({"text": "a", "message_thread_id": 77}, "message thread not found"),
    ({"text": "a", "message_thread_id": 1}, "message thread not found"),
    ({"text": "a", "reply_parameters": '{"message_id": 999}'}, "message to be replied not found"),
    ({"text": "a", "reply_markup": keys({"text": "x", "callback_data": ""})}, "BUTTON_DATA_INVALID"),
    ({"text": "a", "reply_markup": keys({"text": "x", "callback_data": "ñ" * 33})}, "BUTTON_DATA_INVALID"),
    (
        {"text": "a", "reply_markup": keys({"text": "x"})},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "a", "reply_markup": keys({"text": "x", "url": "http://localhost:8080/t/1"})},
        "inline keyboard button URL 'http://localhost:8080/t/1' is invalid: Wrong HTTP URL",
    ),
    (
        {"text": "a", "reply_markup": keys({"text": "x", "url": "ftp://example.com"})},
        "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
    ),
    ({"text": "a", "reply_markup": keys(*[{"text": "x", "callback_data": "y"}] * 9)}, "reply markup is too long"),
    ({"text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "a", "reply_markup": "{}x"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "a", "chat_id": "nobody"}, "chat not found"),
    ({"text": "a", "chat_id": ""}, "chat_id is empty"),
    ({"text": "a", "chat_id": 42}, "chat not found"),
]


@pytest.mark.parametrize(("given", "sentence"), TEXTS)
async def test_a_text_that_telegram_does_not_take(world: World, ana: Person, given: Given, sentence: str) -> None:
    ana.start()
    assert await refused(world, "sendMessage", {"chat_id": ana.id} | given) == (400, f"Bad Request: {sentence}")
    assert len(ana.chat.messages) == 1


async def test_a_text_at_its_limit_is_taken(world: World, ana: Person) -> None:
    """The limit counts what is left after the markup is read."""
    ana.start()
    given = {"chat_id": ana.id, "text": f"<b>{'ñ' * 4096}</b>", "parse_mode": "HTML"}
    assert (await answer(world, "sendMessage", given)).status == 200


async def test_local_buttons_can_be_allowed(world: World, ana: Person) -> None:
    ana.start()
    world.rules.refuse_local_buttons = False
    given = {"chat_id": ana.id, "text": "a", "reply_markup": keys({"text": "x", "url": "http://localhost:8080/t/1"})}
    assert (await answer(world, "sendMessage", given)).status == 200


async def test_a_page_opens_from_a_button_in_a_private_chat_alone(world: World, ana: Person, forum: Room) -> None:
    ana.start()
    given: Given = {"text": "a", "reply_markup": keys({"text": "x", "web_app": {"url": "https://desk.example/t/1"}})}
    assert (await answer(world, "sendMessage", given | {"chat_id": ana.id})).status == 200
    group: Given = given | {"chat_id": forum.id}
    assert await refused(world, "sendMessage", group) == (400, "Bad Request: BUTTON_TYPE_INVALID")


EDITS = [
    ("editMessageText", {"text": "same"}, NOT_MODIFIED),
    ("editMessageText", {"text": "x", "message_id": 999}, "message to edit not found"),
    ("editMessageText", {"text": "x", "message_id": ""}, "message identifier is not specified"),
    ("editMessageText", {"text": "x", "message_id": 1}, "message can't be edited"),
    ("editMessageCaption", {"caption": "x"}, "there is no caption in the message to edit"),
    ("deleteMessage", {"message_id": 999}, "message to delete not found"),
    ("pinChatMessage", {"message_id": 999}, "message to pin not found"),
    ("copyMessage", {"message_id": 999}, "message to copy not found"),
    ("forwardMessage", {"message_id": 999}, "message to forward not found"),
    ("setMessageReaction", {"message_id": 999}, "message to react not found"),
    ("setMessageReaction", {"reaction": '[{"type":"emoji","emoji":"🧉"}]'}, "REACTION_INVALID"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "given", "sentence"), EDITS)
async def test_a_change_that_cannot_be(world: World, ana: Person, method: str, given: Given, sentence: str) -> None:
    ana.start()
    sent = await answer(world, "sendMessage", {"chat_id": ana.id, "text": "same"})
    assert sent.status == 200
    number = ana.chat.messages[-1].message_id
    base: Given = {"chat_id": ana.id, "message_id": number}
    if method in {"copyMessage", "forwardMessage"}:
        base = base | {"from_chat_id": ana.id}
    assert await refused(world, method, base | given) == (400, f"Bad Request: {sentence}")


async def test_files_that_are_refused(world: World, ana: Person, png: bytes) -> None:
    ana.start()
    to = {"chat_id": ana.id}
    eleven = msgspec.json.encode([{"type": "photo", "media": "attach://a"}] * 11).decode()
    mixed = '[{"type":"photo","media":"attach://a"},{"type":"document","media":"attach://a"}]'
    table = [
        (await refused(world, "sendPhoto", to), "there is no photo in the request"),
        (await refused(world, "sendPhoto", to, photo=b"no picture"), "IMAGE_PROCESS_FAILED"),
        (await refused(world, "sendPhoto", to, photo=bytes(10 * 1024 * 1024 + 1)), "file is too big"),
        (await refused(world, "sendPhoto", to | {"photo": "nonsense"}), "wrong file identifier/HTTP URL specified"),
        (await refused(world, "sendDocument", to, document=b""), "file must be non-empty"),
        (await refused(world, "sendPhoto", to | {"caption": "a" * 1025}, photo=png), "message caption is too long"),
        (await refused(world, "sendMediaGroup", to | {"media": "[]"}), "there are no messages to send"),
        (
            await refused(world, "sendMediaGroup", to | {"media": eleven}, a=png),
            "too many messages to send as an album",
        ),
        (
            await refused(world, "sendMediaGroup", to | {"media": mixed}, a=png),
            "document can't be mixed with other media types",
        ),
        (await refused(world, "getFile", {"file_id": "x"}), "invalid file_id"),
    ]
    assert [got for got, _ in table] == [(400, f"Bad Request: {sentence}") for _, sentence in table]
    big = await refused(world, "sendDocument", to, document=bytes(50 * 1024 * 1024 + 1))
    assert big == (413, "Request Entity Too Large")


async def test_doors_that_are_shut(world: World, ana: Person, bea: Person, forum: Room) -> None:
    text = {"text": "x"}
    assert await refused(world, "sendMessage", text | {"chat_id": bea.id}) == (
        403, "Forbidden: bot can't initiate conversation with a user",
    )  # fmt: skip
    ana.start()
    ana.block()
    assert await refused(world, "sendMessage", text | {"chat_id": ana.id}) == (
        403, "Forbidden: bot was blocked by the user",
    )  # fmt: skip
    ana.write("otra vez yo")
    ana.leave_telegram()
    assert await refused(world, "sendMessage", text | {"chat_id": ana.id}) == (403, "Forbidden: user is deactivated")
    world.set_bot(forum, bea, Member(status="kicked"))
    assert await refused(world, "sendMessage", text | {"chat_id": forum.id}) == (
        403, "Forbidden: bot was kicked from the supergroup chat",
    )  # fmt: skip


async def test_topics_that_cannot_be(world: World, bea: Person, forum: Room) -> None:
    flat = world.supergroup("Plano", [bea])
    topic = forum.open_topic(bea.user, "SUP-1")
    here = {"chat_id": forum.id, "message_thread_id": topic.id}
    table = [
        (await refused(world, "createForumTopic", {"chat_id": flat.id, "name": "x"}), "the chat is not a forum"),
        (await refused(world, "createForumTopic", {"chat_id": forum.id, "name": ""}), "topic name must be non-empty"),
        (await refused(world, "createForumTopic", {"chat_id": forum.id, "name": "a" * 129}), "TOPIC_TITLE_TOO_LONG"),
        (await refused(world, "reopenForumTopic", here), "TOPIC_NOT_MODIFIED"),
        (await refused(world, "editForumTopic", here | {"name": "SUP-1"}), "TOPIC_NOT_MODIFIED"),
        (await refused(world, "closeForumTopic", here | {"message_thread_id": 999}), "TOPIC_ID_INVALID"),
    ]
    forum.close_topic(bea.user, topic)
    world.set_bot(forum, bea, Member(status="member"))
    table += [
        (
            await refused(world, "createForumTopic", {"chat_id": forum.id, "name": "x"}),
            "not enough rights to create a topic",
        ),
        (await refused(world, "sendMessage", here | {"text": "x"}), "TOPIC_CLOSED"),
    ]
    assert [got for got, _ in table] == [(400, f"Bad Request: {sentence}") for _, sentence in table]


async def test_presses_and_commands(world: World, ana: Person) -> None:
    ana.start()
    old = "query is too old and response timeout expired or query ID is invalid"
    press = ana.press_data(1, "x")
    now = world.clock()
    world.clock = lambda: now + 61
    spanish = {"language_code": "spanish", "commands": "[]"}
    many = msgspec.json.encode([{"command": "a", "description": "b"}] * 101).decode()
    table = [
        (await refused(world, "answerCallbackQuery", {"callback_query_id": press.id}), old),
        (await refused(world, "answerCallbackQuery", {"callback_query_id": "7"}), old),
        (
            await refused(world, "setMyCommands", {"commands": '[{"command":"Nuevo","description":"x"}]'}),
            "BOT_COMMAND_INVALID",
        ),
        (await refused(world, "setMyCommands", {"commands": many}), "BOT_COMMANDS_TOO_MUCH"),
        (await refused(world, "setMyCommands", spanish), "invalid language code specified"),
    ]
    assert [got for got, _ in table] == [(400, f"Bad Request: {sentence}") for _, sentence in table]


async def test_who_knocks_and_what_for(world: World) -> None:
    wrong = await answer(world, "getMe", {}, token="1:wrong")
    assert (wrong.status, wrong.body["description"]) == (401, "Unauthorized")
    assert await refused(world, "sendPigeon", {}) == (404, "Not Found")
    assert (await answer(world, "GETME", {})).status == 200


async def test_an_unknown_parameter_is_a_complaint() -> None:
    """The real server overlooks it, so a typing error would never be noticed."""
    world = World()
    assert (await answer(world, "getMe", {"colour": "red"})).status == 200
    assert world.complaints == ["getMe: no such parameter: colour"]
