"""A parcel becomes exactly one call to the Bot API. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from msgspec import Struct

from bot.channels import Attachment, Button, Parcel
from bot.channels.markup import html, plain, quiet
from bot.channels.telegram.read import query_of
from bot.dialogue.words import Kind
from bot.events import Address
from bot.outbox.packing import cut, size
from bot.values import replace

# The limits below stand on https://core.telegram.org/bots/api beside each method.
MOST_TEXT = 4096
MOST_WHISPER = 200
MOST_CAPTION = 1024
MOST_PHOTO = 10_000_000
MOST_SIDES = 10_000
MOST_RATIO = 20

_SUPERGROUP = "-100"
"""Begins the ids of supergroups in the Bot API, before the number by which the rest of Telegram knows them."""

_LETTERS = (64, 16, 8)
"""How long a label may be to stand in a row of one, two or three on a narrow phone: all of a row are equally wide."""

_SHOWN_AS: Mapping[Kind, frozenset[str]] = {
    "photo": frozenset({"image/jpeg", "image/png", "image/webp"}),
    "video": frozenset({"video/mp4"}),
    "audio": frozenset({"audio/mpeg", "audio/mp4", "audio/x-m4a"}),
    "voice": frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a"}),
}
"""What Telegram's programs show or play; other types are sent as documents."""


class Upload(Struct, frozen=True):
    """A file that goes with a call; `field` is its place in the form."""

    field: str
    name: str
    mime: str
    data: bytes


class Call(Struct, frozen=True):
    method: str
    params: Mapping[str, Any]
    uploads: tuple[Upload, ...] = ()


def draw(to: Address, parcel: Parcel, files: tuple[Attachment, ...] = (), *, bare: bool = False) -> Call:
    """`bare`: without markup, for words whose markup Telegram refused."""
    if parcel.whisper:
        return _whisper(parcel)
    if parcel.unsay:
        return _deletion(to, parcel)
    if parcel.over:
        return _edit(to, parcel, bare=bare)
    if len(files) > 1:
        return _album(to, parcel, files, bare=bare)
    if files:
        return _file(to, parcel, files[0], bare=bare)
    return Call("sendMessage", {**_place(to, parcel), **_words(to, parcel.text, bare=bare), **_buttons(parcel.buttons)})


def room(chat: str, message: str) -> str:
    """Of a topic too. Plain groups have no such addresses (https://core.telegram.org/api/links#message-links)."""
    return f"https://t.me/c/{chat.removeprefix(_SUPERGROUP)}/{message}" if chat.startswith(_SUPERGROUP) else ""


def as_documents(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The same files, to be sent as they are instead of shown."""
    return tuple(replace(f, kind="document") for f in files)


# -- the calls -------------------------------------------------------------------------------------


def _whisper(parcel: Parcel) -> Call:
    words = cut(plain(parcel.text), MOST_WHISPER)
    query = query_of(parcel.whisper)
    return Call("answerCallbackQuery", {"callback_query_id": query, "text": words, "show_alert": True})


def _deletion(to: Address, parcel: Parcel) -> Call:
    """The messages of an album go together; `deleteMessages` passes over those it does not find."""
    chat, ids = number(to.chat), [number(message) for message in parcel.over.split()]
    if len(ids) == 1:
        return Call("deleteMessage", {"chat_id": chat, "message_id": ids[0]})
    return Call("deleteMessages", {"chat_id": chat, "message_ids": ids})


def _edit(to: Address, parcel: Parcel, *, bare: bool) -> Call:
    """Without `reply_markup` Telegram takes the buttons away. Without words only the buttons change."""
    place = {"chat_id": number(to.chat), "message_id": number(parcel.over)}
    if not parcel.text:
        return Call("editMessageReplyMarkup", {**place, **_buttons(parcel.buttons)})
    return Call("editMessageText", {**place, **_words(to, parcel.text, bare=bare), **_buttons(parcel.buttons)})


def _file(to: Address, parcel: Parcel, file: Attachment, *, bare: bool) -> Call:
    kind = _kind(file)
    params = {**_place(to, parcel), **_caption(to, parcel.caption, bare=bare), **_buttons(parcel.buttons)}
    return Call(f"send{kind.capitalize()}", params, (Upload(kind, file.name, file.mime, file.data),))


def _album(to: Address, parcel: Parcel, files: tuple[Attachment, ...], *, bare: bool) -> Call:
    """Pictures and videos mix; documents and audio stay among themselves; any other mixture goes as documents.

    An album has no buttons.
    """
    kinds = _kinds(files)
    media = [{"type": kind, "media": f"attach://f{n}"} for n, kind in enumerate(kinds)]
    media[0] |= _caption(to, parcel.caption, bare=bare)
    uploads = tuple(Upload(f"f{n}", f.name, f.mime, f.data) for n, f in enumerate(files))
    return Call("sendMediaGroup", {**_place(to, parcel), "media": media}, uploads)


def _kinds(files: tuple[Attachment, ...]) -> tuple[str, ...]:
    kinds = tuple(_kind(f) for f in files)
    alike = set(kinds) <= {"photo", "video"} or set(kinds) == {"audio"}
    return kinds if alike else ("document",) * len(files)


# -- their parts -----------------------------------------------------------------------------------


def _place(to: Address, parcel: Parcel) -> dict[str, Any]:
    place: dict[str, Any] = {"chat_id": number(to.chat)}
    if to.thread:
        place["message_thread_id"] = number(to.thread)
    if parcel.reply_to:
        place["reply_parameters"] = {"message_id": number(parcel.reply_to), "allow_sending_without_reply": True}
    return place


def _words(to: Address, text: str, *, bare: bool) -> dict[str, Any]:
    """Without link previews: Telegram would open every link, and some links are spent by being opened."""
    hushed = _rings(to)
    tight = hushed and 2 * len(text) > MOST_TEXT and size(quiet(plain(text))) > MOST_TEXT
    if bare:
        words = {"text": _plain(text, hushed=hushed, tight=tight)}
    else:
        words = {"text": html(text, hushed=hushed, tight=tight), "parse_mode": "HTML"}
    return {**words, "link_preview_options": {"is_disabled": True}}


def _caption(to: Address, text: str, *, bare: bool) -> dict[str, str]:
    if not text:
        return {}
    hushed = _rings(to)
    words = _plain(text, hushed=hushed)
    if bare or size(words) > MOST_CAPTION:
        return {"caption": cut(words, MOST_CAPTION)}
    return {"caption": html(text, hushed=hushed), "parse_mode": "HTML"}


def _plain(text: str, *, hushed: bool, tight: bool = False) -> str:
    return quiet(plain(text), tight=tight) if hushed else plain(text)


def _rings(to: Address) -> bool:
    """In a group a name that somebody typed would ring others; in a conversation with one person there are none."""
    return to.chat.startswith(("-", "@"))


def _buttons(buttons: tuple[Button, ...]) -> Mapping[str, Any]:
    return {"reply_markup": _keyboard(buttons)} if buttons else {}


@lru_cache(512)  # the same stand under a question whoever is asked
def _keyboard(buttons: tuple[Button, ...]) -> Mapping[str, Any]:
    rows = [[_button(b) for b in row] for row in _rows(buttons)]
    return {"inline_keyboard": rows}


def _button(button: Button) -> dict[str, Any]:
    if button.page:
        return {"text": button.label, "web_app": {"url": f"{button.page}?app=1"}}
    return {"text": button.label, "callback_data": button.data}


def _rows(buttons: tuple[Button, ...]) -> list[list[Button]]:
    """Short labels of one group stand side by side, as many as stay readable."""
    rows: list[list[Button]] = []
    for button in buttons:
        if rows and rows[-1][-1].group == button.group and _fits([*rows[-1], button]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _fits(row: list[Button]) -> bool:
    return len(row) <= len(_LETTERS) and max(len(b.label) for b in row) <= _LETTERS[len(row) - 1]


# -- what a file may be sent as --------------------------------------------------------------------


def _kind(file: Attachment) -> Kind:
    fits = file.mime in _SHOWN_AS.get(file.kind, frozenset())
    if not fits or (file.kind == "photo" and not _is_showable(file.data)):
        return "document"
    return file.kind


def _is_showable(data: bytes) -> bool:
    """Telegram refuses pictures past 10 MB, of more than 10,000 pixels in width and height together, or too thin."""
    from PIL import Image, UnidentifiedImageError

    if len(data) > MOST_PHOTO:
        return False
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            sides = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False
    return sum(sides) <= MOST_SIDES and max(sides) <= MOST_RATIO * min(sides)


def number(name: str) -> int | str:
    """Telegram's ids are numbers; a chat may also go by `@name`."""
    return int(name) if name.lstrip("-").isdecimal() else name
