"""Methods that change or remove what is already in a chat, and answers to presses."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from bot.sandbox.telegram.parameters import Call
from bot.sandbox.telegram.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad
from bot.sandbox.telegram.room import Room
from bot.sandbox.telegram.send import captioned, input_media, preview, words
from bot.sandbox.telegram.shapes import InputMedia, Message, plain
from bot.sandbox.telegram.target import keyboard, message_of, reachable, writable

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

# Hours after which a bot's message can no longer be deleted; service messages and messages of others likewise.
DELETABLE = 48
ANSWER = 200
_REACTIONS = "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳❤‍🔥🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👨‍💻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷‍♂🤷🤷‍♀😡"


def _target(world: "World", call: Call) -> tuple[Room, Message]:
    """The bot's own message an edit is for."""
    if call.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    if call.given.get("chat_id") in {None, ""} or not call.number("message_id"):
        raise bad("message identifier is not specified")
    room = reachable(world, call)
    message = message_of(room, call, "edit")
    if message.from_ is None or message.from_.id != world.me.id or message.forum_topic_created:
        raise bad("message can't be edited")
    return room, message


def _finish(room: Room, message: Message, fresh: Message) -> object:
    """Puts the new content in place; refuses when nothing is new. A change of buttons alone is no edit to people."""
    if _essence(message) == _essence(fresh):
        raise bad(NOT_MODIFIED)
    if _essence(msgspec.structs.replace(fresh, reply_markup=message.reply_markup)) != _essence(message):
        fresh.edit_date = room.world.now
    room.keep(fresh)
    return plain(fresh)


def _essence(message: Message) -> dict[str, object]:
    return plain(msgspec.structs.replace(message, edit_date=None, link_preview_options=None))


def edit_text(world: "World", call: Call) -> object:
    room, message = _target(world, call)
    if message.text is None:
        raise bad("there is no text in the message to edit")
    fresh = msgspec.structs.replace(message)
    fresh.text, entities = words(call)
    fresh.entities = entities or None
    fresh.link_preview_options = preview(call)
    fresh.reply_markup = keyboard(room, call, inline_only=True)
    return _finish(room, message, fresh)


def edit_caption(world: "World", call: Call) -> object:
    room, message = _target(world, call)
    if message.file_id is None:
        raise bad("there is no caption in the message to edit")
    fresh = msgspec.structs.replace(message)
    captioned(fresh, call)
    fresh.has_media_spoiler = message.has_media_spoiler
    fresh.reply_markup = keyboard(room, call, inline_only=True)
    return _finish(room, message, fresh)


def edit_markup(world: "World", call: Call) -> object:
    room, message = _target(world, call)
    fresh = msgspec.structs.replace(message, reply_markup=keyboard(room, call, inline_only=True))
    return _finish(room, message, fresh)


def edit_media(world: "World", call: Call) -> object:
    room, message = _target(world, call)
    media = call.json("media", InputMedia, bad("can't parse input media JSON object"))
    if media is None:
        raise bad("input media is not specified")
    fresh = msgspec.structs.replace(message, text=None, entities=None, photo=None, document=None, video=None)
    fresh.audio = fresh.voice = None
    input_media(world, fresh, media, call.uploads)
    fresh.reply_markup = keyboard(room, call, inline_only=True)
    return _finish(room, message, fresh)


def delete_message(world: "World", call: Call) -> object:
    room = reachable(world, call)
    message = message_of(room, call, "delete")
    if not _deletable(world, room, message):
        raise bad("message can't be deleted")
    room.remove([message.message_id])
    return True


def _deletable(world: "World", room: Room, message: Message) -> bool:
    if room.bot_may("can_delete_messages"):
        return True
    fresh = world.now - message.date <= DELETABLE * 3600
    mine = message.from_ is not None and message.from_.id == world.me.id
    return fresh and (mine or room.private)


def delete_messages(world: "World", call: Call) -> object:
    """Several at once; those not found are passed over."""
    room = reachable(world, call)
    ids = call.json("message_ids", list[int], bad("can't parse message identifiers")) or []
    if not 1 <= len(ids) <= 100:
        raise bad("message identifiers are not specified" if not ids else "too many message identifiers specified")
    found = [room.message(number) for number in ids]
    room.remove(m.message_id for m in found if m is not None and _deletable(world, room, m))
    return True


def answer_callback(world: "World", call: Call) -> object:
    """Ends the spinner on a button. Each press is answered once, and only for a while."""
    press = world.presses.get(call.text("callback_query_id") or "")
    if press is None or press.answer is not None or world.clock() - press.at > world.rules.answer_within:
        raise bad(QUERY_TOO_OLD)
    text = call.text("text") or ""
    if len(text) > ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    press.answer = {"text": text, "alert": call.flag("show_alert"), "url": call.text("url") or ""}
    if text:
        press.person.answers.append(text)
    world.tell("answered", query=press.callback.id, person=press.person.id, **press.answer)
    return True


def set_reaction(world: "World", call: Call) -> object:
    room = reachable(world, call)
    message = message_of(room, call, "react")
    given = call.json("reaction", list[dict[str, str]], bad("can't parse reaction types JSON object")) or []
    emoji = [one.get("emoji", "") for one in given]
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one.replace("️", "") not in _REACTIONS or not one for one in emoji):
        raise bad("REACTION_INVALID")
    room.react(message.message_id, world.me.id, emoji)
    return True


def pin(world: "World", call: Call) -> object:
    room = writable(world, call)
    message = message_of(room, call, "pin")
    if not room.private and not room.bot_may("can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    if message.message_id not in room.pinned:
        room.pinned.append(message.message_id)
        room.service(world.me, thread=message.message_thread_id, pinned_message=message)
    return True


def unpin(world: "World", call: Call) -> object:
    room = reachable(world, call)
    number = call.number("message_id") or (room.pinned[-1] if room.pinned else 0)
    if number not in room.pinned:
        raise bad("message to unpin not found")
    room.pinned.remove(number)
    world.tell("unpinned", chat=room.id, message_id=number)
    return True


METHODS: "Mapping[str, Callable[[World, Call], object]]" = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "editMessageMedia": edit_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback,
    "setMessageReaction": set_reaction,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
}
