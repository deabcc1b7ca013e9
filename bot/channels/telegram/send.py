"""Parcels out, topics opened, files fetched; and what the Bot API's troubles mean to a desk."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.channels import Attachment, Gone, Lost, NoMessage, NoThread, Parcel, Refused, Rehoused, Stays
from bot.channels.telegram import shapes
from bot.channels.telegram.draw import Call, as_documents, draw
from bot.channels.telegram.line import Line
from bot.channels.telegram.topics import NoTopics
from bot.events import BARRED, Address

_log = logging.getLogger(__name__)
MOST_TOPIC = 128

# What the server says (tdlib/telegram-bot-api, Client.cpp), in small letters.
_NO_THREAD = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_SHUT = ("topic_closed",)
_NO_MESSAGE = ("message to edit not found", "message to delete not found", "message_id_invalid")
_STAYS = ("message can't be edited", "message can't be deleted", "there is no text in the message to edit")
_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "input_user_deactivated",
    # Nobody lets us write there any more, whatever it is.
    "not enough rights to send text messages",
    "have no rights to send a message",
    "chat_write_forbidden",
    "chat_restricted",
)
_DONE = ("message is not modified", "query is too old", "query_id_invalid")
_NOT_SHOWN = (
    "photo_invalid_dimensions",
    "image_process_failed",
    "photo_ext_invalid",
    "photo_save_file_invalid",
    "voice_messages_forbidden",
    "restricted receiving of voice messages",
    # A group may forbid one kind of media and take documents.
    "not enough rights to send photos",
    "not enough rights to send videos",
    "not enough rights to send voice notes",
    "not enough rights to send music",
)

_BARRED = ("not enough rights to send documents",)
"""What is not shown otherwise goes as a document: nothing goes where these may not be sent."""
_FLAT = ("not a forum",)
_NO_TOPICS = (*_FLAT, "not enough rights", "chat_admin_required", "rights to manage topics")


async def deliver(line: Line, to: Address, parcel: Parcel, files: tuple[Attachment, ...]) -> tuple[str, ...]:
    """See `Channel.deliver`."""
    try:
        return await _made(line, draw(to, parcel, files), parcel)
    except TelegramError as no:
        other = _instead(no, to, parcel, files)
        if other is None:
            return _settled(no, to, parcel)
    try:
        return await _made(line, other, parcel)
    except TelegramError as no:
        return _settled(no, to, parcel)


async def open_topic(line: Line, chat: str, title: str) -> str:
    """The topic's id. Raises `NoTopics`."""
    try:
        params = {"chat_id": int(chat), "name": title[:MOST_TOPIC]}
        topic = await line.ask("createForumTopic", params, shapes.Topic)
    except TelegramError as no:
        if isinstance(no, BadRequest) and _says(no, _NO_TOPICS):
            raise NoTopics(flat=_says(no, _FLAT)) from None
        raise translated(no) from None
    return str(topic.message_thread_id)


async def fetch(line: Line, ref: str) -> bytes:
    """See `Channel.fetch`."""
    try:
        stored = await line.ask("getFile", {"file_id": ref}, shapes.Stored)
    except BadRequest as no:
        if _says(no, ("temporarily unavailable",)):  # an id it cannot read has other words
            raise NetworkError(no.message) from None
        raise Lost("size" if _says(no, ("too big",)) else "lost") from None
    if not _is_relative(stored.file_path):
        raise Lost("lost")
    return await line.download(stored.file_path)


def translated(error: TelegramError) -> Exception:
    """The desk's word for it; what may pass by itself stays as it is."""
    match error:
        case ChatMigrated():
            return Rehoused(str(error.new_chat_id))
        case Forbidden():
            return Gone(error.message)
        case BadRequest() if _says(error, _NO_THREAD):
            return NoThread(error.message)
        case BadRequest() if _says(error, _STAYS):
            return Stays(error.message)
        case BadRequest() if _says(error, _NO_MESSAGE):
            return NoMessage(error.message)
        case BadRequest() if _says(error, _GONE):
            return Gone(error.message)
        case BadRequest() if _says(error, _BARRED):
            return Refused(BARRED)
        case BadRequest() | NetworkError(message="Request Entity Too Large" | "Request Entity Too Large (413)"):
            return Refused(error.message)
        case _:
            return error


async def _made(line: Line, call: Call, parcel: Parcel) -> tuple[str, ...]:
    if call.method == "sendMediaGroup":
        several = await line.ask(call.method, call.params, list[shapes.Sent], uploads=call.uploads)
        return tuple(str(sent.message_id) for sent in several)
    if call.method.startswith("send"):
        sent = await line.ask(call.method, call.params, shapes.Sent, uploads=call.uploads)
        return (str(sent.message_id),)
    await line.tell(call.method, call.params)
    return _ids(parcel)


def _ids(parcel: Parcel) -> tuple[str, ...]:
    """Of an edit; a whisper and a deletion leave no message."""
    return () if parcel.unsay or parcel.whisper else (parcel.over,)


def _instead(no: TelegramError, to: Address, parcel: Parcel, files: tuple[Attachment, ...]) -> Call | None:
    """What to try once more, without what Telegram could not read."""
    if isinstance(no, BadRequest) and _says(no, ("can't parse entities",)):
        _log.error("Telegram cannot read our markup: %s", no.message)
        return draw(to, parcel, files, bare=True)
    if isinstance(no, BadRequest) and files and _says(no, _NOT_SHOWN):
        return draw(to, parcel, as_documents(files))
    return None


def _settled(no: TelegramError, to: Address, parcel: Parcel) -> tuple[str, ...]:
    if isinstance(no, BadRequest) and _says(no, _DONE):
        return _ids(parcel)
    if isinstance(no, BadRequest) and not to.thread and _says(no, _SHUT):
        raise Gone(f"its first topic is closed to us: {no.message}") from None
    raise translated(no) from None


def _says(no: TelegramError, words: tuple[str, ...]) -> bool:
    said = no.message.lower()
    return any(word in said for word in words)


def _is_relative(path: str) -> bool:
    """A path on the server we asked, and nowhere else: the token goes with the request."""
    parts = urlsplit(path)
    return bool(path) and not parts.scheme and not parts.netloc and path[0] not in "/\\" and ".." not in path.split("/")
