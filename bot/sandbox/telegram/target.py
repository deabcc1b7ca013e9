"""The checks every sending method shares: the chat, the topic, the message answered, the keyboard."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from bot.sandbox.telegram.markup import units
from bot.sandbox.telegram.parameters import Call
from bot.sandbox.telegram.refusals import bad, forbidden, migrated
from bot.sandbox.telegram.room import GENERAL, Room, Topic, without_reply
from bot.sandbox.telegram.shapes import Button, Keyboard, Message, Quote, Reply

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

# Bytes.
CALLBACK_DATA = 64
BUTTONS = 100
ROW = 8
_OTHER_MARKUPS = {"keyboard", "remove_keyboard", "force_reply"}
# As the server calls what it will not send, and the right it asks for.
_RIGHT = {
    "text messages": "can_send_messages",
    "photos": "can_send_photos",
    "videos": "can_send_videos",
    "music": "can_send_audios",
    "voice notes": "can_send_voice_notes",
    "documents": "can_send_documents",
    "stickers": "can_send_other_messages",
}


def room_of(world: "World", call: Call, name: str = "chat_id") -> Room:
    """The chat a call names, if the bot knows it."""
    wanted = call.chat(name)
    if isinstance(wanted, str):
        named = [room for room in world.rooms.values() if room.chat.username and f"@{room.chat.username}" == wanted]
        room = named[0] if named else None
    else:
        room = world.rooms.get(wanted)
        if room is None and wanted in world.people and _shares_group(world, wanted):
            raise forbidden("bot can't initiate conversation with a user")
    if room is None:
        raise bad("chat not found")
    if room.migrated_to is not None:
        raise migrated(room.migrated_to)
    return room


def _shares_group(world: "World", person: int) -> bool:
    return any(person in room.members for room in world.rooms.values() if not room.private)


def _must_be_inside(room: Room) -> None:
    kind = {"private": "private chat", "group": "group chat", "supergroup": "supergroup chat"}
    name = kind.get(room.chat.type, "channel chat")
    if not room.bot_inside:
        kicked = room.bot_member.status == "kicked"
        raise forbidden(f"bot was kicked from the {name}" if kicked else f"bot is not a member of the {name}")


def writable(world: "World", call: Call, what: str = "text messages") -> Room:
    """The chat, if the bot may send such things there now."""
    room = room_of(world, call)
    if room.private:
        if world.people[room.id].gone:
            raise forbidden("user is deactivated")
        if room.blocked:
            raise forbidden("bot was blocked by the user")
        if not room.opened:
            raise forbidden("bot can't initiate conversation with a user")
    _must_be_inside(room)
    if room.bot_member.status == "restricted" and not room.bot_member.rights.get(_RIGHT[what]):
        raise bad(f"not enough rights to send {what} to the chat")
    return room


def reachable(world: "World", call: Call) -> Room:
    """The chat, if the bot is in it (for editing, deleting, topics)."""
    room = room_of(world, call)
    _must_be_inside(room)
    return room


def message_of(room: Room, call: Call, verb: str) -> Message:
    """The message a call names, to be changed, answered, shown elsewhere."""
    message = room.message(call.need("message_id"))
    if message is None:
        raise bad(f"message to {verb} not found")
    return message


def topic_of(room: Room, call: Call) -> Topic | None:
    """The topic a message goes to. General has no thread id for sending, although it is called 1 elsewhere."""
    thread = call.number("message_thread_id")
    if thread is None or thread == 0:
        return None
    topic = room.topics.get(thread)
    if topic is None:
        raise bad("message thread not found")
    if topic.closed and not room.bot_may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return topic


def answered(world: "World", room: Room, call: Call) -> tuple[Message | None, Quote | None]:
    """The message replied to, if there is one and it still exists, and the part of it quoted."""
    reply = call.json("reply_parameters", Reply, bad("can't parse reply parameters JSON object"))
    if reply is None:
        return None, None
    other = world.rooms.get(reply.chat_id) if isinstance(reply.chat_id, int) else room
    message = (other or room).message(reply.message_id)
    if message is None:
        if reply.allow_sending_without_reply:
            return None, None
        raise bad("message to be replied not found")
    if reply.quote and reply.quote not in message.words:
        raise bad("QUOTE_TEXT_INVALID")
    before = message.words.partition(reply.quote)[0] if reply.quote else ""
    quote = Quote(text=reply.quote, position=units(before), is_manual=True) if reply.quote else None
    return without_reply(message), quote


def draft(world: "World", call: Call, what: str = "text messages") -> Message:
    """A message of the bot with everything but its content."""
    room = writable(world, call, what)
    topic = topic_of(room, call)
    message = Message(message_id=0, date=world.now, chat=room.chat, from_=world.user)
    if topic is not None:
        message.message_thread_id, message.is_topic_message = topic.id, True
        message.reply_to_message = room.opener(topic.id)
    answer, quote = answered(world, room, call)
    if answer is not None:
        message.reply_to_message, message.quote = answer, quote
    message.has_protected_content = call.flag("protect_content") or None
    message.reply_markup = keyboard(room, call)
    if world.rules.floods is not None:
        world.rules.floods.check(room.id)
    return message


def keyboard(room: Room, call: Call, *, inline_only: bool = False) -> Keyboard | None:
    """The inline keyboard of a call; other keyboards are accepted but belong to no message."""
    wrong = bad("can't parse reply keyboard markup JSON object")
    given = call.json("reply_markup", dict[str, object], wrong)
    if not given:
        return None
    if not inline_only and set(given) & _OTHER_MARKUPS:
        return None
    if "inline_keyboard" not in given:
        raise bad("object expected as reply markup")
    try:
        markup = msgspec.convert(given, Keyboard)
    except msgspec.ValidationError as wrong_field:
        raise bad(f"can't parse inline keyboard button: {wrong_field}") from None
    return _checked(markup, room)


def _checked(markup: Keyboard, room: Room) -> Keyboard | None:
    rows = [row for row in markup.inline_keyboard if row]
    if sum(len(row) for row in rows) > BUTTONS or any(len(row) > ROW for row in rows):
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button, room)
    return Keyboard(inline_keyboard=rows) if rows else None


def _check_button(button: Button, room: Room) -> None:
    if not button.text.strip():
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if button.url is not None:
        button.url = _address(button.url, refuse_local=room.world.rules.refuse_local_buttons)
    elif button.web_app is not None:
        if not button.web_app.url.startswith("https://"):
            raise bad(
                f"inline keyboard button Web App URL '{button.web_app.url}' is invalid: Only HTTPS links are allowed"
            )
        if not room.private:
            raise bad("BUTTON_TYPE_INVALID")
    elif button.callback_data is not None:
        if not 1 <= len(button.callback_data.encode()) <= CALLBACK_DATA:
            raise bad("BUTTON_DATA_INVALID")
    elif not _acts(button):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _acts(button: Button) -> bool:
    others = (
        button.login_url,
        button.switch_inline_query,
        button.switch_inline_query_current_chat,
        button.switch_inline_query_chosen_chat,
        button.copy_text,
        button.callback_game,
        button.pay,
    )
    return any(other is not None for other in others)


def _address(url: str, *, refuse_local: bool) -> str:
    """A link a button may open: http, https or tg; a host with a dot in it, unless local ones are allowed."""
    full = url if re.match(r"[a-zA-Z][\w+.-]*://", url) else f"http://{url}"
    parts = urlsplit(full)
    if parts.scheme not in {"http", "https", "tg", "ton"}:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    host = parts.hostname or ""
    local = refuse_local and "." not in host
    if parts.scheme in {"http", "https"} and (local or not host or " " in url or (full != url and "." not in host)):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return full if parts.path or parts.scheme == "tg" else f"{full}/"


def forum_of(world: "World", call: Call) -> Room:
    """A forum whose topics the bot may manage."""
    room = reachable(world, call)
    if not room.forum:
        raise bad("the chat is not a forum")
    return room


def thread_of(room: Room, call: Call) -> Topic:
    thread = call.need("message_thread_id")
    topic = room.topics.get(thread)
    if topic is None or thread == GENERAL:
        raise bad("TOPIC_ID_INVALID")
    return topic
