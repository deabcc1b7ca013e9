"""The fields of Telegram's updates and answers that we read, as msgspec structs.

An update is decoded into them in a few microseconds; python-telegram-bot's own objects take 87-151. Unknown kinds
and fields pass: msgspec skips them. https://core.telegram.org/bots/api#update says what each field means.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct, field


class Shape(Struct, gc=False):
    """A piece of an update. Without cycles, so that the garbage collector need not look at it."""


class User(Shape):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""


class Chat(Shape):
    id: int
    type: str = ""
    title: str = ""
    username: str = ""
    is_forum: bool = False


class Entity(Shape):
    """Part of a text that is more than words; offset and length are counted in UTF-16 units."""

    type: str = ""
    offset: int = 0
    length: int = 0
    url: str = ""
    language: str = ""


class Media(Shape):
    """A file of any kind; a photo's sizes have no name and no type."""

    file_id: str
    file_unique_id: str = ""
    file_name: str = ""
    mime_type: str = ""
    file_size: int = 0
    width: int = 0
    height: int = 0


class Sticker(Shape):
    emoji: str = ""


class Location(Shape):
    latitude: float
    longitude: float


class Venue(Shape):
    location: Location
    title: str = ""
    address: str = ""


class Contact(Shape):
    phone_number: str = ""
    first_name: str = ""
    last_name: str = ""


class Dice(Shape):
    emoji: str = ""
    value: int = 0


class Line(Shape):
    """An option of a poll or a task of a checklist."""

    text: str = ""


class Poll(Shape):
    question: str = ""
    options: list[Line] = []


class Checklist(Shape):
    title: str = ""
    tasks: list[Line] = []


class Story(Shape):
    chat: Chat
    id: int


class Game(Shape):
    title: str = ""
    description: str = ""


class Paid(Shape):
    """Pictures or films one pays for; a bot gets none of them."""


class Invoice(Shape):
    title: str = ""
    description: str = ""


class Rich(Shape):
    """A message of nested blocks; only its words matter to us."""

    blocks: list[Any] = []


class Button(Shape):
    callback_data: str = ""


class Keyboard(Shape):
    inline_keyboard: list[list[Button]] = []


class Quoted(Shape):
    """A part of the message that one answers."""

    text: str = ""
    is_manual: bool = False


class Origin(Shape):
    """Where what somebody forwards was written: by a person, known or not, in the name of a group, in a channel."""

    sender_user: User | None = None
    sender_user_name: str = ""
    sender_chat: Chat | None = None
    chat: Chat | None = None


class Reply(Shape):
    message_id: int
    sender: User | None = field(default=None, name="from")
    text: str = ""
    caption: str = ""
    reply_markup: Keyboard | None = None


class Posting(Shape):
    """A message; an inaccessible one has no more than chat, id and a date of 0."""

    message_id: int
    chat: Chat
    date: int = 0
    edit_date: int = 0
    sender: User | None = field(default=None, name="from")
    sender_chat: Chat | None = None
    left_chat_member: User | None = None
    author_signature: str = ""
    message_thread_id: int = 0
    is_topic_message: bool = False
    is_automatic_forward: bool = False
    forward_origin: Origin | None = None
    reply_to_message: Reply | None = None
    external_reply: dict[str, Any] | None = None
    quote: Quoted | None = None
    media_group_id: str = ""
    text: str | None = None
    entities: list[Entity] = []
    caption: str | None = None
    caption_entities: list[Entity] = []
    photo: list[Media] = []
    animation: Media | None = None
    video: Media | None = None
    video_note: Media | None = None
    audio: Media | None = None
    voice: Media | None = None
    document: Media | None = None
    sticker: Sticker | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None
    dice: Dice | None = None
    poll: Poll | None = None
    checklist: Checklist | None = None
    story: Story | None = None
    game: Game | None = None
    rich_message: Rich | None = None
    paid_media: Paid | None = None
    invoice: Invoice | None = None
    giveaway: dict[str, Any] | None = None
    migrate_to_chat_id: int = 0


class Press(Shape):
    id: str
    sender: User = field(name="from")
    message: Posting | None = None
    data: str = ""


class Standing(Shape):
    """What somebody is in a chat."""

    status: str = ""
    is_member: bool = False


class Administrator(Shape):
    user: User


class Membership(Shape):
    chat: Chat
    sender: User = field(name="from")
    date: int = 0
    old_chat_member: Standing = field(default_factory=Standing)
    new_chat_member: Standing = field(default_factory=Standing)


class Update(Shape):
    update_id: int
    message: Posting | None = None
    edited_message: Posting | None = None
    callback_query: Press | None = None
    my_chat_member: Membership | None = None


class Numbered(Shape):
    """An update of which nothing is known but its number."""

    update_id: int


# What the Bot API answers. ------------------------------------------------------------------------


class Parameters(Shape):
    retry_after: float = 0
    migrate_to_chat_id: int = 0


class Answer(Shape):
    """The envelope around every answer; what is in it is decoded by whoever asked."""

    result: Raw = Raw(b"null")
    description: str = ""
    parameters: Parameters = field(default_factory=Parameters)


class Sent(Shape):
    message_id: int


class Topic(Shape):
    message_thread_id: int


class Stored(Shape):
    """Where a file lies on Telegram's servers, for an hour."""

    file_path: str = ""
