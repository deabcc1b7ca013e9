"""Methods about chats, their members and topics, and about files."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.sandbox.telegram.files import DOWNLOAD_LIMIT
from bot.sandbox.telegram.parameters import Call
from bot.sandbox.telegram.refusals import bad
from bot.sandbox.telegram.room import ICON_COLORS, MEMBERS_RIGHTS, Room
from bot.sandbox.telegram.shapes import Member, plain
from bot.sandbox.telegram.target import forum_of, reachable, room_of, thread_of

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

TOPIC_NAME = 128


def get_chat(world: "World", call: Call) -> object:
    room = room_of(world, call)
    gifts = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"]
    full = plain(room.chat) | {"accent_color_id": 0, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict.fromkeys(gifts, False)
    if room.pinned:
        message = room.message(room.pinned[-1])
        full["pinned_message"] = plain(message) if message else None
    if not room.private:
        full["permissions"] = dict(MEMBERS_RIGHTS)
    return {name: value for name, value in full.items() if value is not None}


def _group(world: "World", call: Call) -> Room:
    room = reachable(world, call)
    if room.private:
        raise bad("there are no administrators in the private chat")
    return room


def get_member(world: "World", call: Call) -> object:
    room, number = reachable(world, call), call.need("user_id")
    if number == world.me.id:
        return room.member(world.user)
    person = world.people.get(number)
    if person is None:
        raise bad("PARTICIPANT_ID_INVALID" if number > 0 else "invalid user_id specified")
    if room.private:
        return {"status": "member", "user": plain(person.user)}
    return room.member(person.user)


def get_administrators(world: "World", call: Call) -> object:
    """The people only: of bots the server names none but the one that asks."""
    room = _group(world, call)
    users = [world.user, *(person.user for person in world.people.values())]
    boss = {"creator", "administrator"}
    return [room.member(user) for user in users if user.id in room.members and room.members[user.id].status in boss]


def get_member_count(world: "World", call: Call) -> object:
    room = reachable(world, call)
    inside = [member for member in room.members.values() if member.status not in {"left", "kicked"}]
    return 2 if room.private else len(inside)


def leave(world: "World", call: Call) -> object:
    room = _group(world, call)
    room.members[world.me.id] = Member(status="left")
    return True


# topics -----------------------------------------------------------------------


def _may_manage(room: Room, sentence: str) -> None:
    if not room.bot_may("can_manage_topics"):
        raise bad(sentence)


def _name(call: Call) -> str:
    name = (call.text("name") or "").strip()
    if not name:
        raise bad("topic name must be non-empty")
    if len(name) > TOPIC_NAME:
        raise bad("TOPIC_TITLE_TOO_LONG")
    return name


def create_topic(world: "World", call: Call) -> object:
    room = forum_of(world, call)
    _may_manage(room, "not enough rights to create a topic")
    color = call.number("icon_color")
    if color is not None and color not in ICON_COLORS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    topic = room.open_topic(world.me, _name(call), color)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}


def edit_topic(world: "World", call: Call) -> object:
    room = forum_of(world, call)
    topic = thread_of(room, call)
    _may_manage(room, "not enough rights to edit the topic")
    name = topic.name if call.text("name") in {None, ""} else _name(call)
    if name == topic.name and call.text("icon_custom_emoji_id") is None:
        raise bad("TOPIC_NOT_MODIFIED")
    room.rename_topic(world.me, topic, name)
    return True


def _set_closed(*, closed: bool) -> "Callable[[World, Call], object]":
    def change(world: "World", call: Call) -> object:
        room = forum_of(world, call)
        topic = thread_of(room, call)
        _may_manage(room, "not enough rights to close the topic" if closed else "not enough rights to reopen the topic")
        if topic.closed == closed:
            raise bad("TOPIC_NOT_MODIFIED")
        room.close_topic(world.me, topic, closed=closed)
        return True

    return change


def delete_topic(world: "World", call: Call) -> object:
    room = forum_of(world, call)
    topic = thread_of(room, call)
    if not room.bot_may("can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    room.delete_topic(topic)
    return True


def get_file(world: "World", call: Call) -> object:
    file = world.files.stored.get(call.text("file_id") or "")
    if file is None:
        raise bad("invalid file_id")
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


METHODS: "Mapping[str, Callable[[World, Call], object]]" = {
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_member_count,
    "leaveChat": leave,
    "createForumTopic": create_topic,
    "editForumTopic": edit_topic,
    "closeForumTopic": _set_closed(closed=True),
    "reopenForumTopic": _set_closed(closed=False),
    "deleteForumTopic": delete_topic,
    "getFile": get_file,
}
