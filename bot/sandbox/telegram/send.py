"""Methods that put a message of the bot into a chat."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from bot.sandbox.telegram.files import PHOTO_LIMIT, UPLOAD_LIMIT, Stored, shown, sticker
from bot.sandbox.telegram.markup import characters, styled
from bot.sandbox.telegram.parameters import Call, Upload
from bot.sandbox.telegram.refusals import TOO_LARGE, bad
from bot.sandbox.telegram.shapes import (
    Audio,
    Document,
    Entity,
    InputMedia,
    LinkPreview,
    Message,
    PhotoSize,
    Video,
    Voice,
    plain,
)
from bot.sandbox.telegram.target import draft, message_of, room_of, writable

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

TEXT = 4096
CAPTION = 1024
ALBUM = 10
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
_CONTENT = [
    "text",
    "entities",
    "caption",
    "caption_entities",
    "photo",
    "document",
    "video",
    "audio",
    "voice",
    "sticker",
    "location",
    "contact",
    "dice",
    "link_preview_options",
    "has_media_spoiler",
    "show_caption_above_media",
]


def _entities(call: Call, name: str) -> list[Entity] | None:
    return call.json(name, list[Entity], bad("can't parse entities"))


def words(call: Call) -> tuple[str, list[Entity]]:
    """The text of a call within its limits, which count after the markup is read."""
    text, entities = styled(call.text("text") or "", call.text("parse_mode"), _entities(call, "entities"))
    if not text:
        raise bad("message text is empty")
    if characters(text) > TEXT:
        raise bad("message is too long")
    return text, entities


def caption_into(
    message: Message,
    caption: str | None,
    mode: str | None,
    entities: list[Entity] | None,
) -> None:
    text, marked = styled(caption or "", mode, entities)
    if characters(text) > CAPTION:
        raise bad("message caption is too long")
    message.caption, message.caption_entities = text or None, marked or None


def captioned(message: Message, call: Call) -> None:
    mode, entities = call.text("parse_mode"), _entities(call, "caption_entities")
    caption_into(message, call.text("caption"), mode, entities)
    message.has_media_spoiler = call.flag("has_spoiler") or None
    message.show_caption_above_media = call.flag("show_caption_above_media") or None


def preview(call: Call) -> LinkPreview | None:
    return call.json("link_preview_options", LinkPreview, bad("can't parse link preview options"))


def post(world: "World", message: Message) -> Message:
    room = world.rooms[message.chat.id]
    world.tell("typing", chat=room.id, action="")
    return room.keep(message)


def send_message(world: "World", call: Call) -> object:
    message = draft(world, call)
    message.text, entities = words(call)
    message.entities = entities or None
    message.link_preview_options = preview(call)
    return plain(post(world, message))


# files ------------------------------------------------------------------------


def _upload(call: Call, name: str) -> Upload | None:
    """What came with the request: as the part itself, or pointed to by attach://."""
    value = call.given.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        return call.uploads.get(value.removeprefix("attach://"))
    return call.uploads.get(name)


def taken(world: "World", call: Call, name: str, kind: str) -> Stored:
    """The file of a parameter: uploaded now, or known by its id."""
    upload = _upload(call, name)
    if upload is not None:
        if len(upload.data) > UPLOAD_LIMIT:
            raise TOO_LARGE
        if not upload.data:
            raise bad("file must be non-empty")
        return world.files.keep(kind, upload.data, upload.name, upload.mime_type)
    return _known(world, str(call.given.get(name, "")), kind)


def _known(world: "World", value: str, kind: str) -> Stored:
    stored = world.files.stored.get(value)
    if stored is None:
        if value.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        raise bad("wrong file identifier/HTTP URL specified")
    if kind != stored.kind:
        raise bad(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
    return stored


def _photo(world: "World", call: Call, name: str) -> list[PhotoSize]:
    upload = _upload(call, name)
    if upload is None:
        return _sizes(world, _known(world, str(call.given.get(name, "")), "photo"))
    if len(upload.data) > PHOTO_LIMIT:
        raise bad("file is too big")
    return world.files.photo(upload.data, strict=True)


def _sizes(world: "World", file: Stored) -> list[PhotoSize]:
    """The sizes a known photo was stored in."""
    for room in world.rooms.values():
        for message in room.messages:
            if any(size.file_id == file.file_id for size in message.photo or []):
                return list(message.photo or [])
    return world.files.photo(file.data, strict=True)


def _fill(world: "World", message: Message, kind: str, name: str, call: Call) -> None:
    """Puts the file of a parameter into the message as the kind says."""
    if kind == "photo":
        message.photo = _photo(world, call, name)
        return
    stored = taken(world, call, name, kind)
    match kind:
        case "document":
            message.document = shown(stored, Document)
        case "video":
            sides = {"width": call.number("width") or 640, "height": call.number("height") or 360}
            message.video = shown(stored, Video, duration=call.number("duration") or 0, **sides)
        case "audio":
            by = {"performer": call.text("performer"), "title": call.text("title")}
            message.audio = shown(stored, Audio, duration=call.number("duration") or 0, **by)
        case "voice":
            message.voice = shown(stored, Voice, duration=call.number("duration") or 0)
        case _:
            message.sticker = sticker(stored, call.text("emoji"))


_CALLED = {
    "photo": "photos",
    "document": "documents",
    "video": "videos",
    "animation": "documents",
    "audio": "music",
    "voice": "voice notes",
    "sticker": "stickers",
}


def _sender(kind: str) -> "Callable[[World, Call], object]":
    def send(world: "World", call: Call) -> object:
        message = draft(world, call, _CALLED[kind])
        captioned(message, call)
        _fill(world, message, kind, kind, call)
        return plain(post(world, message))

    return send


def input_media(world: "World", message: Message, media: InputMedia, uploads: Mapping[str, Upload]) -> None:
    """Puts one item of an album, or the new content of an edit, into the message."""
    if media.media.startswith("attach://") and media.media.removeprefix("attach://") not in uploads:
        raise bad("can't parse InputMedia: media not found")
    fields = msgspec.to_builtins(media)
    kind = "document" if media.type == "animation" else media.type
    _fill(world, message, kind, "media", Call("sendMediaGroup", fields, uploads))
    caption_into(message, media.caption, media.parse_mode, media.caption_entities)
    message.has_media_spoiler = media.has_spoiler or None


def send_media_group(world: "World", call: Call) -> object:
    """An album. One item alone is an ordinary message, as on the real server."""
    media = call.json("media", list[InputMedia], bad("can't parse media JSON object")) or []
    if not media:
        raise bad("there are no messages to send")
    if len(media) > ALBUM:
        raise bad("too many messages to send as an album")
    for kind in ("document", "audio"):
        if len({item.type == kind for item in media}) > 1:
            raise bad(f"{kind} can't be mixed with other media types")
    group = str(13_400_000_000_000_000 + len(world.calls)) if len(media) > 1 else None
    messages = [draft(world, call, _CALLED[media[0].type])]
    messages += [msgspec.structs.replace(messages[0]) for _ in media[1:]]
    for message, item in zip(messages, media, strict=True):
        message.media_group_id = group
        input_media(world, message, item, call.uploads)
    return [plain(post(world, message)) for message in messages]


# copies -----------------------------------------------------------------------


def _source(world: "World", call: Call, verb: str) -> Message:
    message = message_of(room_of(world, call, "from_chat_id"), call, verb)
    if not (message.words or message.file_id or message.location or message.contact or message.dice):
        raise bad(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def copy_message(world: "World", call: Call) -> object:
    source, message = _source(world, call, "copy"), draft(world, call)
    for name in _CONTENT:
        setattr(message, name, getattr(source, name))
    if call.text("caption") is not None and source.file_id:
        captioned(message, call)
    return {"message_id": post(world, message).message_id}


def forward_message(world: "World", call: Call) -> object:
    source, message = _source(world, call, "forward"), draft(world, call)
    for name in _CONTENT:
        setattr(message, name, getattr(source, name))
    author = source.from_ or world.user
    message.forward_origin = {"type": "user", "date": source.date, "sender_user": plain(author)}
    return plain(post(world, message))


def send_chat_action(world: "World", call: Call) -> object:
    room = writable(world, call)
    action = call.text("action") or ""
    if action not in _ACTIONS:
        raise bad("wrong parameter action in request")
    world.tell("typing", chat=room.id, topic=call.number("message_thread_id"), action=action)
    return True


METHODS: "Mapping[str, Callable[[World, Call], object]]" = {
    "sendMessage": send_message,
    "sendPhoto": _sender("photo"),
    "sendDocument": _sender("document"),
    "sendVideo": _sender("video"),
    "sendAudio": _sender("audio"),
    "sendVoice": _sender("voice"),
    "sendSticker": _sender("sticker"),
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
}
