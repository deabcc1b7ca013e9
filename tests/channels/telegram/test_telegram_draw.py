"""Parcels, and the one call to the Bot API that each becomes."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.channels import Attachment, Button, Parcel
from bot.channels.telegram import Telegram
from bot.channels.telegram.draw import Call, Upload, draw, room
from bot.events import Address
from bot.outbox.packing import size, split

HOME = Address("telegram", "42")
TOPIC = Address("telegram", "-1001234", "300")
QUIET = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def picture(size: tuple[int, int] = (30, 20), form: str = "JPEG") -> bytes:
    made = BytesIO()
    Image.new("1" if form == "PNG" else "RGB", size).save(made, form)
    return made.getvalue()


PHOTO = Attachment("a.jpg", "photo", "image/jpeg", picture())
VIDEO = Attachment("a.mp4", "video", "video/mp4", b"film")
PDF = Attachment("a.pdf", "document", "application/pdf", b"%PDF-")
SONG = Attachment("a.mp3", "audio", "audio/mpeg", b"ID3")
VOICE = Attachment("a.ogg", "voice", "audio/ogg", b"OggS")


def keys(*labels: str) -> list[list[str]]:
    call = draw(HOME, Parcel(text="?", buttons=tuple(Button(label, f"a|{n}") for n, label in enumerate(labels))))
    return [[key["text"] for key in row] for row in call.params["reply_markup"]["inline_keyboard"]]


def test_a_page_of_ours_opens_inside_telegram() -> None:
    buttons = (Button("Resuelto", "ticket.7|solve"), Button("Abrir", "", "page", "https://desk.example/t/abc"))
    call = draw(HOME, Parcel(text="?", buttons=buttons))
    assert call.params["reply_markup"]["inline_keyboard"] == [
        [{"text": "Resuelto", "callback_data": "ticket.7|solve"}],
        [{"text": "Abrir", "web_app": {"url": "https://desk.example/t/abc?app=1"}}],
    ]


@pytest.mark.parametrize(
    ("chat", "address"), [("-1001234", "https://t.me/c/1234/300"), ("-1234", ""), ("@team", ""), ("42", "")]
)
def test_only_topics_and_messages_of_supergroups_have_an_address(chat: str, address: str) -> None:
    assert room(chat, "300") == address


@pytest.mark.parametrize(
    ("to", "parcel", "expected"),
    [
        (
            HOME,
            Parcel(text="*Hi* <you>"),
            Call("sendMessage", {"chat_id": 42, "text": "<b>Hi</b> &lt;you&gt;", **QUIET}),
        ),
        (
            TOPIC,
            Parcel(text="card", buttons=(Button("Claim", "ticket.7|claim"),), reply_to="12"),
            Call(
                "sendMessage",
                {
                    "chat_id": -1001234,
                    "message_thread_id": 300,
                    "reply_parameters": {"message_id": 12, "allow_sending_without_reply": True},
                    "text": "card",
                    **QUIET,
                    "reply_markup": {"inline_keyboard": [[{"text": "Claim", "callback_data": "ticket.7|claim"}]]},
                },
            ),
        ),
        (
            TOPIC,
            Parcel(text="new", over="12"),
            Call("editMessageText", {"chat_id": -1001234, "message_id": 12, "text": "new", **QUIET}),
        ),
        (HOME, Parcel(over="12"), Call("editMessageReplyMarkup", {"chat_id": 42, "message_id": 12})),
        (HOME, Parcel(over="12", unsay=True), Call("deleteMessage", {"chat_id": 42, "message_id": 12})),
        (HOME, Parcel(over="12 13", unsay=True), Call("deleteMessages", {"chat_id": 42, "message_ids": [12, 13]})),
        (
            HOME,
            Parcel(text="*Bea* was faster.", whisper="telegram:7:100#4382"),
            Call("answerCallbackQuery", {"callback_query_id": "4382", "text": "Bea was faster.", "show_alert": True}),
        ),
        (
            HOME,
            Parcel(text="x" * 300, whisper="4382"),
            Call("answerCallbackQuery", {"callback_query_id": "4382", "text": "x" * 199 + "…", "show_alert": True}),
        ),
    ],
)
def test_a_parcel_without_files_is_one_call(to: Address, parcel: Parcel, expected: Call) -> None:
    assert draw(to, parcel) == expected


@pytest.mark.parametrize(
    ("file", "method", "field"),
    [
        (PHOTO, "sendPhoto", "photo"),
        (VIDEO, "sendVideo", "video"),
        (PDF, "sendDocument", "document"),
        (SONG, "sendAudio", "audio"),
        (VOICE, "sendVoice", "voice"),
        (Attachment("a.mov", "video", "video/quicktime", b"film"), "sendDocument", "document"),
        (Attachment("a.amr", "voice", "audio/amr", b"#!AMR"), "sendDocument", "document"),
        (Attachment("a.gif", "photo", "image/gif", b"GIF89a"), "sendDocument", "document"),
        (Attachment("a.jpg", "photo", "image/jpeg", b"no picture"), "sendDocument", "document"),
        (Attachment("a.jpg", "photo", "image/jpeg", picture() + b"\0" * 10_000_000), "sendDocument", "document"),
        (Attachment("a.png", "photo", "image/png", picture((9_000, 1_001), "PNG")), "sendDocument", "document"),
        (Attachment("a.png", "photo", "image/png", picture((2_100, 100), "PNG")), "sendDocument", "document"),
        (Attachment("a.png", "photo", "image/png", picture((2_000, 100), "PNG")), "sendPhoto", "photo"),
    ],
)
def test_a_file_is_sent_as_what_telegram_can_show(file: Attachment, method: str, field: str) -> None:
    expected = Call(
        method,
        {"chat_id": 42, "caption": "<b>see</b>", "parse_mode": "HTML"},
        (Upload(field, file.name, file.mime, file.data),),
    )
    assert draw(HOME, Parcel(text="*see*"), (file,)) == expected


@pytest.mark.parametrize(
    ("files", "kinds"),
    [
        ((PHOTO, VIDEO), ["photo", "video"]),
        ((PDF, PDF), ["document", "document"]),
        ((SONG, SONG), ["audio", "audio"]),
        ((PHOTO, PDF), ["document", "document"]),
        ((VOICE, VOICE), ["document", "document"]),
        ((SONG, PHOTO, PDF), ["document", "document", "document"]),
    ],
)
def test_an_album_mixes_only_what_telegram_mixes(files: tuple[Attachment, ...], kinds: list[str]) -> None:
    media: list[dict[str, Any]] = [{"type": kind, "media": f"attach://f{n}"} for n, kind in enumerate(kinds)]
    media[0] |= {"caption": "see", "parse_mode": "HTML"}
    uploads = tuple(Upload(f"f{n}", f.name, f.mime, f.data) for n, f in enumerate(files))
    assert draw(HOME, Parcel(text="see"), files) == Call("sendMediaGroup", {"chat_id": 42, "media": media}, uploads)


def test_words_whose_markup_was_refused_go_bare() -> None:
    call = draw(HOME, Parcel(text="*Hi* <you>\n> so"), bare=True)
    expected = {"chat_id": 42, "text": "Hi <you>\n> so", "link_preview_options": {"is_disabled": True}}
    assert call == Call("sendMessage", expected)


def test_a_caption_past_the_limit_is_cut_by_telegrams_measure() -> None:
    caption = draw(HOME, Parcel(text="🙂" * 600), (PHOTO,)).params["caption"]
    assert caption == "🙂" * 511 + "…"


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("Skip", "Back", "Cancel"), [["Skip", "Back", "Cancel"]]),
        (("Omitir", "Atrás", "Cancelar", "Más"), [["Omitir", "Atrás", "Cancelar"], ["Más"]]),
        (("Answer the customer", "Note"), [["Answer the customer"], ["Note"]]),
        (("Facturas y plan", "Cuenta y acceso"), [["Facturas y plan", "Cuenta y acceso"]]),
        (("Release", "Answering", "Note"), [["Release", "Answering"], ["Note"]]),
        (("A label as long as it may be, 40 letters", "No"), [["A label as long as it may be, 40 letters"], ["No"]]),
    ],
)
def test_short_labels_stand_side_by_side(labels: tuple[str, ...], rows: list[list[str]]) -> None:
    assert keys(*labels) == rows


def test_buttons_of_different_groups_stand_in_rows_of_their_own() -> None:
    buttons = (Button("Done", "a|done"), Button("Remove", "a|clear"), Button("Back", "a|back", "ways"))
    rows = draw(HOME, Parcel(text="?", buttons=buttons)).params["reply_markup"]["inline_keyboard"]
    assert [[key["text"] for key in row] for row in rows] == [["Done", "Remove"], ["Back"]]


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("written", ["@ana ", "tg://resolve?domain=a ", "ana@b.es 😀 "])
def test_words_that_just_fit_still_fit_where_nobody_is_to_be_rung(written: str, bare: bool) -> None:  # noqa: FBT001
    """The gap beside a sign is a letter, too, and one too many is a message that never comes."""
    (text, *_) = split(written * 1000, Telegram.limits.text)
    assert 4000 < size(text) <= 4096
    shown = draw(TOPIC, Parcel(text=text), bare=bare).params["text"]
    assert size(unescape(shown)) <= 4096
    assert not re.search(r"(?<!\w)@[A-Za-z]|tg://", shown)
