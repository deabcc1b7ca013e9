"""One chat: its members, its messages as people see them now, its topics."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import msgspec

from bot.sandbox.telegram.shapes import Chat, Me, Member, Message, Nothing, TopicCreated, TopicEdited, User, plain

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

# The topic everything without a thread id belongs to; a bot must not name it when it sends.
GENERAL = 1
# The colours Telegram allows for a topic's icon.
ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_pin_messages "
    "can_manage_topics"
)
ALL_RIGHTS = dict.fromkeys(_RIGHTS.split(), True)
_MEMBERS_RIGHTS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_change_info "
    "can_invite_users can_pin_messages can_manage_topics"
)
MEMBERS_RIGHTS = dict.fromkeys(_MEMBERS_RIGHTS.split(), True)


@dataclass
class Topic:
    """A thread of a forum; its id is that of the service message that opened it."""

    id: int
    name: str
    icon_color: int = ICON_COLORS[0]
    closed: bool = False


class Room:
    """A private chat, a group, a forum or a channel. `messages` never shows what was deleted."""

    def __init__(self, world: "World", chat: Chat) -> None:
        self.world = world
        self.chat = chat
        self.members: dict[int, Member] = {}
        self.topics: dict[int, Topic] = {}
        self.pinned: list[int] = []
        self.reactions: dict[int, dict[int, list[str]]] = {}
        self.blocked = False
        # Whether the person has ever written here; until then a bot may not.
        self.opened = False
        self.migrated_to: int | None = None
        self._messages: dict[int, Message] = {}
        # 1 is the message that founded the group, and the name of General.
        self._last_id = 1

    def __repr__(self) -> str:
        return f"<{self.chat.type} {self.chat.title or self.chat.first_name} {self.id}>"

    # what is there ------------------------------------------------------------

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def private(self) -> bool:
        return self.chat.type == "private"

    @property
    def forum(self) -> bool:
        return bool(self.chat.is_forum)

    @property
    def messages(self) -> list[Message]:
        return list(self._messages.values())

    def message(self, message_id: int) -> Message | None:
        return self._messages.get(message_id)

    def topic(self, name: str | int) -> Topic:
        """By id or name; of several with one name the newest."""
        return next(t for t in reversed(list(self.topics.values())) if name in {t.id, t.name})

    def in_topic(self, topic: Topic | int | str | None) -> list[Message]:
        """The messages of one topic without the service message that opened it; None: of General."""
        thread = self.thread(topic)
        return [m for m in self.messages if m.message_thread_id == thread and not m.forum_topic_created]

    def thread(self, topic: Topic | int | str | None) -> int | None:
        if topic is None or topic == GENERAL:
            return None
        return topic.id if isinstance(topic, Topic) else self.topic(topic).id

    # who is there -------------------------------------------------------------

    @property
    def bot_member(self) -> Member:
        return self.members.get(self.world.me.id, Member(status="left"))

    @property
    def bot_inside(self) -> bool:
        return self.private or self.bot_member.status not in {"left", "kicked"}

    def bot_may(self, right: str) -> bool:
        member = self.bot_member
        return member.status == "creator" or (member.status == "administrator" and member.rights.get(right, False))

    def member(self, user: User) -> dict[str, object]:
        """ChatMember, with the fields its status demands."""
        member = self.members.get(user.id, Member(status="left"))
        answer: dict[str, object] = {"status": member.status, "user": plain(user)}
        if member.status == "administrator":
            rights = dict.fromkeys(ALL_RIGHTS, False) | member.rights
            return answer | rights | {"can_be_edited": False, "is_anonymous": False}
        if member.status == "creator":
            return answer | {"is_anonymous": False}
        if member.status == "restricted":
            return answer | dict.fromkeys(MEMBERS_RIGHTS, False) | member.rights | {"is_member": True, "until_date": 0}
        return answer | ({"until_date": 0} if member.status == "kicked" else {})

    # what happens -------------------------------------------------------------

    def keep(self, message: Message) -> Message:
        """Gives the message its id and shows it to everyone in the chat."""
        if message.message_id == 0:
            message.message_id = self.next_id()
        self._messages[message.message_id] = message
        self.shown(message)
        return message

    def next_id(self) -> int:
        """Supergroups count for themselves; private chats and small groups share the bot's counter."""
        if self.chat.type in {"supergroup", "channel"}:
            self._last_id += 1
            return self._last_id
        return self.world.next_message_id()

    def shown(self, message: Message) -> None:
        self.world.tell("message", chat=self.id, message=plain(message))

    def remove(self, message_ids: Iterable[int]) -> list[int]:
        gone = [one for one in message_ids if self._messages.pop(one, None) is not None]
        self.pinned = [one for one in self.pinned if one not in gone]
        if gone:
            self.world.tell("deleted", chat=self.id, ids=gone)
        return gone

    def service(self, author: User | Me, **content: object) -> Message:
        """A message nobody wrote: a topic opened, somebody joined."""
        message = msgspec.convert({"message_id": 0, "date": self.world.now, "chat": plain(self.chat)}, Message)
        message.from_ = as_user(author)
        thread = content.pop("thread", None)
        for name, value in content.items():
            setattr(message, name, value)
        if isinstance(thread, int):
            message.message_thread_id, message.is_topic_message = thread, True
            message.reply_to_message = self.opener(thread)
        self.keep(message)
        self.world.announce(self, message)
        return message

    def react(self, message_id: int, who: int, emoji: list[str]) -> None:
        """Each person and the bot have one reaction to a message, or none."""
        given = self.reactions.setdefault(message_id, {})
        given[who] = emoji
        shown = [one for each in given.values() for one in each]
        self.world.tell("reaction", chat=self.id, message_id=message_id, emoji=shown)

    def opener(self, thread: int | None) -> Message | None:
        """In a topic every message that answers nothing answers the one that opened it: a known trap for bots."""
        message = self.message(thread) if thread is not None else None
        return without_reply(message) if message else None

    # topics -------------------------------------------------------------------

    def open_topic(self, author: User | Me, name: str, icon_color: int | None = None) -> Topic:
        color = icon_color or ICON_COLORS[len(self.topics) % len(ICON_COLORS)]
        topic = Topic(self.next_id(), name, color)
        self.topics[topic.id] = topic
        message = Message(message_id=topic.id, date=self.world.now, chat=self.chat, from_=as_user(author))
        message.message_thread_id, message.is_topic_message = topic.id, True
        message.forum_topic_created = TopicCreated(name=name, icon_color=color)
        self.keep(message)
        self.topic_shown(topic)
        self.world.announce(self, message)
        return topic

    def rename_topic(self, author: User | Me, topic: Topic, name: str) -> None:
        topic.name = name
        self.topic_shown(topic)
        self.service(author, thread=topic.id, forum_topic_edited=TopicEdited(name=name))

    def close_topic(self, author: User | Me, topic: Topic, *, closed: bool = True) -> None:
        topic.closed = closed
        self.topic_shown(topic)
        field = "forum_topic_closed" if closed else "forum_topic_reopened"
        self.service(author, thread=topic.id, **{field: Nothing()})

    def delete_topic(self, topic: Topic) -> None:
        """The topic and all in it are gone; Telegram tells bots nothing."""
        del self.topics[topic.id]
        self.remove([message.message_id for message in self.messages if message.message_thread_id == topic.id])
        self.world.tell("topic_deleted", chat=self.id, topic=topic.id)

    def topic_shown(self, topic: Topic) -> None:
        self.world.tell("topic", chat=self.id, topic=asdict(topic))


def as_user(author: User | Me) -> User:
    if isinstance(author, User):
        return author
    return User(id=author.id, is_bot=True, first_name=author.first_name, username=author.username)


def without_reply(message: Message) -> Message:
    """A message as it is quoted inside another: one level deep, as documented."""
    return msgspec.structs.replace(message, reply_to_message=None, pinned_message=None)
