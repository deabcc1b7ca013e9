"""Delivering, opening topics and fetching files, against a small Bot API on this machine."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from aiohttp import web
from telegram.error import NetworkError, TelegramError

from bot.channels import (
    Attachment,
    Button,
    Gone,
    Later,
    Lost,
    NoMessage,
    NoThread,
    Parcel,
    Refused,
    Rehoused,
    Stays,
)
from bot.channels.telegram import Telegram
from bot.events import BARRED, Address
from tests.channels.telegram.stand_in import TOKEN, BotApi

HOME = Address("telegram", "42")
TEAM = Address("telegram", "-1001234")
TOPIC = Address("telegram", "-1001234", "300")
HELLO = Parcel(text="*Hello*")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf50"
    "0f00038601805a34f5a50000000049454e44ae426082"
)


async def test_a_parcel_goes_out_as_json_and_its_message_id_comes_back(telegram: Telegram, api: BotApi) -> None:
    parcel = Parcel(text="*Hello* ñ", buttons=(Button("Claim", "ticket.7|claim"),))
    assert await telegram.deliver(TOPIC, parcel, ()) == ("5",)
    expected = {
        "chat_id": -1001234,
        "message_thread_id": 300,
        "text": "<b>Hello</b> ñ",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "Claim", "callback_data": "ticket.7|claim"}]]},
    }
    assert api.calls == [("sendMessage", expected)]


@pytest.mark.parametrize(
    ("parcel", "method", "receipt"),
    [
        (Parcel(text="a", over="12"), "editMessageText", ("12",)),
        (Parcel(over="12", unsay=True), "deleteMessage", ()),
        (Parcel(text="a", whisper="telegram:7:1#99"), "answerCallbackQuery", ()),
    ],
)
async def test_what_makes_no_new_message_returns_none(
    telegram: Telegram, api: BotApi, parcel: Parcel, method: str, receipt: tuple[str, ...]
) -> None:
    assert await telegram.deliver(HOME, parcel, ()) == receipt
    assert [name for name, _ in api.calls] == [method]


async def test_a_file_goes_out_with_its_caption_and_buttons(telegram: Telegram, api: BotApi) -> None:
    parcel = Parcel(text="see", buttons=(Button("Open", "a|b"),))
    file = Attachment("ñ.png", "photo", "image/png", PNG)
    assert await telegram.deliver(HOME, parcel, (file,)) == ("5",)
    expected = {
        "chat_id": 42,
        "caption": "see",
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": "Open", "callback_data": "a|b"}]]},
        "photo": ("ñ.png", "image/png"),
    }
    assert (api.calls, api.uploads) == ([("sendPhoto", expected)], {"photo": PNG})


async def test_an_album_comes_back_as_several_messages(telegram: Telegram, api: BotApi) -> None:
    files = tuple(Attachment(f"{n}.pdf", "document", "application/pdf", b"%%PDF-%d" % n) for n in range(3))
    assert await telegram.deliver(HOME, Parcel(), files) == ("5", "6", "7")
    media = [{"type": "document", "media": f"attach://f{n}"} for n in range(3)]
    names = {f"f{n}": (f"{n}.pdf", "application/pdf") for n in range(3)}
    assert api.calls == [("sendMediaGroup", {"chat_id": 42, "media": media, **names})]
    assert api.uploads == {f"f{n}": b"%%PDF-%d" % n for n in range(3)}


REFUSALS: list[tuple[int, str, dict[str, int], type[Exception]]] = [
    (403, "Forbidden: bot was blocked by the user", {}, Gone),
    (403, "Forbidden: bot was kicked from the supergroup chat", {}, Gone),
    (400, "Bad Request: chat not found", {}, Gone),
    (400, "Bad Request: not enough rights to send text messages to the chat", {}, Gone),
    (400, "Bad Request: have no rights to send a message", {}, Gone),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", {}, Gone),
    (400, "Bad Request: CHAT_RESTRICTED", {}, Gone),
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, Later),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -10099}, Rehoused),
    (400, "Bad Request: message thread not found", {}, NoThread),
    (400, "Bad Request: TOPIC_DELETED", {}, NoThread),
    (400, "Bad Request: TOPIC_CLOSED", {}, Gone),
    (400, "Bad Request: message to edit not found", {}, NoMessage),
    (400, "Bad Request: message can't be edited", {}, Stays),
    (400, "Bad Request: message can't be deleted", {}, Stays),
    (400, "Bad Request: BUTTON_DATA_INVALID", {}, Refused),
    (400, "Bad Request: message text is empty", {}, Refused),
    (413, "Request Entity Too Large", {}, Refused),
    (500, "Internal Server Error", {}, NetworkError),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=[r[1] for r in REFUSALS])
async def test_a_refusal_has_one_meaning(
    telegram: Telegram, api: BotApi, refusal: tuple[int, str, dict[str, int], type[Exception]]
) -> None:
    code, words, more, kind = refusal
    api.refuse("sendMessage", code, words, **more)
    with pytest.raises(kind) as caught:
        await telegram.deliver(HOME, HELLO, ())
    assert type(caught.value) is kind
    match caught.value:
        case Later() as later:
            assert (later.seconds, later.everywhere) == (7, False)
        case Rehoused() as moved:
            assert moved.args == ("-10099",)
    assert len(api.calls) == 1


async def test_a_topic_that_is_closed_to_us_is_opened_anew_but_not_the_groups_first_one(
    telegram: Telegram, api: BotApi
) -> None:
    for thread, kind in (("9", NoThread), ("", Gone)):
        api.refuse("sendMessage", 400, "Bad Request: TOPIC_CLOSED")
        with pytest.raises(kind):
            await telegram.deliver(Address("telegram", "-1001234", thread), HELLO, ())


@pytest.mark.parametrize("answer", ["<html>Bad Gateway</html>", "cut", "{"])
async def test_what_may_pass_by_itself_stays_an_ordinary_trouble(telegram: Telegram, api: BotApi, answer: str) -> None:
    api.then("sendMessage", 502 if answer[0] == "<" else 200, answer)
    with pytest.raises(TelegramError):
        await telegram.deliver(HOME, HELLO, ())
    assert await telegram.deliver(HOME, HELLO, ()) == ("5",)


async def test_a_redirect_is_not_followed(telegram: Telegram, api: BotApi) -> None:
    api.then("sendMessage", 302, "over there")
    with pytest.raises(NetworkError):
        await telegram.deliver(HOME, HELLO, ())
    assert len(api.calls) == 1


async def test_an_edit_that_changes_nothing_counts_as_done(telegram: Telegram, api: BotApi) -> None:
    api.refuse("editMessageText", 400, "Bad Request: message is not modified: specified new message content …")
    assert await telegram.deliver(HOME, Parcel(text="a", over="12"), ()) == ("12",)


async def test_a_whisper_that_comes_too_late_counts_as_done(telegram: Telegram, api: BotApi) -> None:
    api.refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    assert await telegram.deliver(HOME, Parcel(text="a", whisper="9"), ()) == ()


async def test_deleting_what_is_gone_says_so(telegram: Telegram, api: BotApi) -> None:
    api.refuse("deleteMessage", 400, "Bad Request: message to delete not found")
    with pytest.raises(NoMessage):
        await telegram.deliver(HOME, Parcel(over="12", unsay=True), ())


async def test_words_whose_markup_telegram_cannot_read_go_once_more_without(telegram: Telegram, api: BotApi) -> None:
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
    assert await telegram.deliver(HOME, HELLO, ()) == ("5",)
    assert [(c["text"], c.get("parse_mode")) for c in api.made("sendMessage")] == [
        ("<b>Hello</b>", "HTML"),
        ("Hello", None),
    ]
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities: no")
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities: still no")
    with pytest.raises(Refused):
        await telegram.deliver(HOME, HELLO, ())


@pytest.mark.parametrize(
    ("method", "words", "file"),
    [
        ("sendPhoto", "PHOTO_INVALID_DIMENSIONS", Attachment("a.png", "photo", "image/png", PNG)),
        ("sendVoice", "VOICE_MESSAGES_FORBIDDEN", Attachment("a.ogg", "voice", "audio/ogg", b"OggS")),
        (
            "sendVoice",
            "user restricted receiving of voice messages",
            Attachment("a.ogg", "voice", "audio/ogg", b"OggS"),
        ),
        (
            "sendPhoto",
            "not enough rights to send photos to the chat",
            Attachment("a.png", "photo", "image/png", PNG),
        ),
    ],
)
async def test_what_telegram_does_not_show_goes_as_a_document(
    telegram: Telegram, api: BotApi, method: str, words: str, file: Attachment
) -> None:
    """Nor does it hand somebody the voices they want from nobody, or pictures to a group that wants none."""
    api.refuse(method, 400, f"Bad Request: {words}")
    assert await telegram.deliver(HOME, Parcel(), (file,)) == ("5",)
    assert [name for name, _ in api.calls] == [method, "sendDocument"]


async def test_a_group_that_takes_no_files_at_all_is_for_whoever_runs_the_desk_to_mend(
    telegram: Telegram, api: BotApi
) -> None:
    """Nobody is asked for the picture in another form."""
    for kind in ("photos", "documents"):
        api.refuse(f"send{kind.title()[:-1]}", 400, f"Bad Request: not enough rights to send {kind} to the chat")
    with pytest.raises(Refused, match=BARRED):
        await telegram.deliver(HOME, Parcel(), (Attachment("a.png", "photo", "image/png", PNG),))


async def test_a_call_that_an_older_server_does_not_know_says_nothing_of_the_token(
    telegram: Telegram, api: BotApi
) -> None:
    api.refuse("deleteMessages", 404, "Not Found: method not found")
    with pytest.raises(Refused):
        await telegram.deliver(HOME, Parcel(unsay=True, over="5 6"), ())
    assert await telegram.deliver(HOME, HELLO, ()) == ("5",)


@pytest.mark.parametrize("code", [401, 404])
async def test_a_wrong_token_is_said_once_and_not_hammered(
    telegram: Telegram, api: BotApi, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    caplog.set_level(logging.DEBUG)
    api.refuse("sendMessage", code, "Unauthorized" if code == 401 else "Not Found")
    for _ in range(20):
        with pytest.raises(Later) as caught:
            await telegram.deliver(HOME, HELLO, ())
        assert caught.value.everywhere
    assert len(api.calls) == 1
    assert [r.message for r in caplog.records if r.levelno >= logging.ERROR] == [
        "Telegram refuses TELEGRAM_BOT_TOKEN; trying again in 60 s"
    ]
    assert telegram.ailing.startswith("Telegram refuses TELEGRAM_BOT_TOKEN")
    telegram._line._silent_until = 0.0
    await telegram.deliver(HOME, HELLO, ())
    assert telegram.ailing == ""


async def test_the_token_shows_nowhere(telegram: Telegram, api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    again = Telegram(TOKEN, api_url="http://127.0.0.1:9", secret_key="k")
    shown = [repr(again), repr(telegram), *map(repr, vars(again).values())]
    for make in (again.deliver(HOME, HELLO, ()), again.fetch("x"), again.open_thread(TEAM, "x")):
        with pytest.raises(TelegramError) as caught:
            await make
        shown += [str(caught.value), repr(caught.value), repr(caught.getrepr(style="short"))]
    await again.close()
    api.then("sendMessage", 200, "cut")
    with pytest.raises(TelegramError) as caught:
        await telegram.deliver(HOME, HELLO, ())
    shown += [str(caught.value), caplog.text]
    assert not [words for words in shown if "a-secret-nobody-may-see" in words]


async def test_proxies_of_the_environment_are_not_for_this_machine(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    channel = Telegram(TOKEN, api_url=api.url + "/", secret_key="k")
    assert await channel.deliver(HOME, HELLO, ()) == ("5",)
    await channel.close()


# -- topics ----------------------------------------------------------------------------------------


async def test_a_file_is_fetched_by_its_reference(telegram: Telegram, api: BotApi) -> None:
    api.files["photos/file 1.jpg"] = lambda _: web.Response(body=PNG)
    assert await telegram.fetch("photos/file 1.jpg") == PNG


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "http://127.0.0.1:9/x", "//127.0.0.1:9/x", "a/../../x", "\\\\host\\x", "file:///x"]
)
async def test_a_path_that_leads_elsewhere_is_never_asked_for(telegram: Telegram, api: BotApi, path: str) -> None:
    api.then("getFile", 200, {"ok": True, "result": {"file_id": "x", "file_path": path}})
    with pytest.raises(Lost, match="lost"):
        await telegram.fetch("x")
    assert [name for name, _ in api.calls] == ["getFile"]


def endless(_: web.Request) -> web.Response:
    return web.Response(body=b"x" * (20 * 2**20 + 1))


def missing(_: web.Request) -> web.Response:
    return web.Response(status=404)


def elsewhere(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/x"})


def broken(_: web.Request) -> web.Response:
    return web.Response(status=502)


@pytest.mark.parametrize(("answer", "why"), [(endless, "size"), (missing, "lost"), (elsewhere, "lost")])
async def test_a_file_that_cannot_be_had_is_lost(telegram: Telegram, api: BotApi, answer: Any, why: str) -> None:
    api.files["x"] = answer
    with pytest.raises(Lost) as caught:
        await telegram.fetch("x")
    assert caught.value.args == (why,)


@pytest.mark.parametrize(
    ("words", "why"), [("file is too big", "size"), ("invalid file_id", "lost"), ("FILE_REFERENCE_INVALID", "lost")]
)
async def test_a_file_telegram_does_not_hand_out_is_lost(telegram: Telegram, api: BotApi, words: str, why: str) -> None:
    api.refuse("getFile", 400, f"Bad Request: {words}")
    with pytest.raises(Lost) as caught:
        await telegram.fetch("x")
    assert caught.value.args == (why,)


async def test_a_file_that_may_come_back_is_not_lost(telegram: Telegram, api: BotApi) -> None:
    api.refuse("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    with pytest.raises(NetworkError, match="temporarily unavailable"):
        await telegram.fetch("x")
    api.files["x"] = lambda _: web.Response(body=PNG)
    assert await telegram.fetch("x") == PNG


async def test_a_server_in_trouble_loses_no_file(telegram: Telegram, api: BotApi) -> None:
    api.files["x"] = broken
    with pytest.raises(NetworkError):
        await telegram.fetch("x")
