"""The objects of the Bot API that we send, field by field as documented.

Absent fields are left out of the JSON, as the real server does. Dates are Unix seconds; offsets and lengths of
entities are UTF-16 units.
"""

from typing import Literal

import msgspec


class Shape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Fields at their default do not appear in the JSON."""


class User(Shape):
    id: int
    is_bot: bool
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Me(Shape, omit_defaults=False):
    """What getMe answers."""

    id: int
    first_name: str
    username: str
    is_bot: bool = True
    can_join_groups: bool = True
    can_read_all_group_messages: bool = False
    supports_inline_queries: bool = False
    can_connect_to_business: bool = False
    has_main_web_app: bool = False


class Chat(Shape):
    id: int
    type: Literal["private", "group", "supergroup", "channel"]
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_forum: bool | None = None


class Entity(Shape):
    type: str
    offset: int
    length: int
    url: str | None = None
    user: User | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


class PhotoSize(Shape):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    file_size: int | None = None


class Document(Shape):
    file_id: str
    file_unique_id: str
    thumbnail: PhotoSize | None = None
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class Video(Shape):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    duration: int
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class Audio(Shape):
    file_id: str
    file_unique_id: str
    duration: int
    performer: str | None = None
    title: str | None = None
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class Voice(Shape):
    file_id: str
    file_unique_id: str
    duration: int
    mime_type: str | None = None
    file_size: int | None = None


class Sticker(Shape):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    type: str
    is_animated: bool
    is_video: bool
    emoji: str | None = None
    file_size: int | None = None


class Location(Shape):
    latitude: float
    longitude: float


class Contact(Shape):
    phone_number: str
    first_name: str
    last_name: str | None = None
    user_id: int | None = None


class PollOption(Shape):
    persistent_id: str
    text: str
    voter_count: int


class Poll(Shape, omit_defaults=False):
    id: str
    question: str
    options: list[PollOption]
    total_voter_count: int = 0
    is_closed: bool = False
    is_anonymous: bool = True
    type: str = "regular"
    allows_multiple_answers: bool = False
    allows_revoting: bool = True
    members_only: bool = False


class Dice(Shape):
    emoji: str
    value: int


class TopicCreated(Shape):
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None


class TopicEdited(Shape):
    name: str | None = None
    icon_custom_emoji_id: str | None = None


class Nothing(Shape):
    """`{}`: the fact itself is the news (forum_topic_closed and its kin)."""


class WebApp(Shape):
    url: str


class CopyText(Shape):
    text: str


class Button(Shape, forbid_unknown_fields=True):
    text: str
    url: str | None = None
    callback_data: str | None = None
    web_app: WebApp | None = None
    login_url: dict[str, object] | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    switch_inline_query_chosen_chat: dict[str, object] | None = None
    copy_text: CopyText | None = None
    callback_game: Nothing | None = None
    pay: bool | None = None
    icon_custom_emoji_id: str | None = None
    style: str | None = None


class Keyboard(Shape, forbid_unknown_fields=True):
    """An inline keyboard: rows of buttons under a message."""

    inline_keyboard: list[list[Button]]


class Quote(Shape):
    text: str
    position: int
    is_manual: bool | None = None


class LinkPreview(Shape, forbid_unknown_fields=True):
    is_disabled: bool | None = None
    url: str | None = None
    prefer_small_media: bool | None = None
    prefer_large_media: bool | None = None
    show_above_text: bool | None = None


class Message(Shape, rename={"from_": "from"}):
    message_id: int
    date: int
    chat: Chat
    from_: User | None = None
    sender_chat: Chat | None = None
    message_thread_id: int | None = None
    is_topic_message: bool | None = None
    reply_to_message: "Message | None" = None
    quote: Quote | None = None
    external_reply: dict[str, object] | None = None
    forward_origin: dict[str, object] | None = None
    edit_date: int | None = None
    has_protected_content: bool | None = None
    media_group_id: str | None = None
    text: str | None = None
    entities: list[Entity] | None = None
    link_preview_options: LinkPreview | None = None
    caption: str | None = None
    caption_entities: list[Entity] | None = None
    show_caption_above_media: bool | None = None
    has_media_spoiler: bool | None = None
    photo: list[PhotoSize] | None = None
    document: Document | None = None
    video: Video | None = None
    audio: Audio | None = None
    voice: Voice | None = None
    sticker: Sticker | None = None
    location: Location | None = None
    contact: Contact | None = None
    poll: Poll | None = None
    dice: Dice | None = None
    new_chat_members: list[User] | None = None
    left_chat_member: User | None = None
    new_chat_title: str | None = None
    group_chat_created: bool | None = None
    migrate_to_chat_id: int | None = None
    migrate_from_chat_id: int | None = None
    pinned_message: "Message | None" = None
    forum_topic_created: TopicCreated | None = None
    forum_topic_edited: TopicEdited | None = None
    forum_topic_closed: Nothing | None = None
    forum_topic_reopened: Nothing | None = None
    general_forum_topic_hidden: Nothing | None = None
    reply_markup: Keyboard | None = None

    @property
    def words(self) -> str:
        """The text or the caption; empty when there is neither."""
        return self.text or self.caption or ""

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.reply_markup.inline_keyboard for button in row] if self.reply_markup else []

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons under the message, row by row."""
        return [button.text for button in self.buttons]

    @property
    def file_id(self) -> str | None:
        """The file the message carries: of a photo the largest size."""
        if self.photo:
            return self.photo[-1].file_id
        file = self.document or self.video or self.audio or self.voice or self.sticker
        return file.file_id if file else None

    @property
    def by_bot(self) -> bool:
        return self.from_ is not None and self.from_.is_bot


class Callback(Shape, rename={"from_": "from"}):
    """A press of an inline button, as the bot hears of it."""

    id: str
    from_: User
    chat_instance: str
    message: Message | None = None
    data: str | None = None


class Member(Shape):
    """ChatMember in one shape; `rights` are merged into the JSON by `Room.member`."""

    status: Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
    rights: dict[str, bool] = {}


class Reply(Shape, forbid_unknown_fields=True):
    """reply_parameters."""

    message_id: int
    chat_id: int | str | None = None
    allow_sending_without_reply: bool = False
    quote: str | None = None
    quote_parse_mode: str | None = None
    quote_entities: list[Entity] | None = None
    quote_position: int | None = None
    checklist_task_id: int | None = None
    poll_option_id: str | None = None


class InputMedia(Shape, forbid_unknown_fields=True):
    type: Literal["photo", "video", "audio", "document", "animation"]
    media: str
    caption: str | None = None
    parse_mode: str | None = None
    caption_entities: list[Entity] | None = None
    show_caption_above_media: bool | None = None
    has_spoiler: bool | None = None
    thumbnail: str | None = None
    cover: str | None = None
    start_timestamp: int | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    supports_streaming: bool | None = None
    performer: str | None = None
    title: str | None = None
    disable_content_type_detection: bool | None = None


class Command(Shape):
    command: str
    description: str


class Scope(Shape, omit_defaults=False):
    """Whom a list of commands is for."""

    type: str = "default"
    chat_id: int | str | None = None
    user_id: int | None = None


def plain(value: object) -> dict[str, object]:
    """A shape as the dictionary its JSON would be."""
    built: dict[str, object] = msgspec.to_builtins(value, str_keys=True)
    return built
