"""What each method may be given: names, which are required, and how a value is read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from bot.sandbox.telegram.refusals import Refusal, bad

T = TypeVar("T")

_SEND = (
    "business_connection_id chat_id! message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
)
_CAPTION = "caption parse_mode caption_entities"
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"
_TOPIC = "chat_id! message_thread_id!"
# A name ending in `!` is required.
_METHODS = {
    "getMe": "",
    "logOut": "",
    "close": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url! certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": f"{_SEND} text! parse_mode entities link_preview_options",
    "sendPhoto": f"{_SEND} {_CAPTION} photo! show_caption_above_media has_spoiler",
    "sendDocument": f"{_SEND} {_CAPTION} document! thumbnail disable_content_type_detection",
    "sendVideo": f"{_SEND} {_CAPTION} video! duration width height thumbnail cover start_timestamp "
    "show_caption_above_media has_spoiler supports_streaming",
    "sendAudio": f"{_SEND} {_CAPTION} audio! duration performer title thumbnail",
    "sendVoice": f"{_SEND} {_CAPTION} voice! duration",
    "sendSticker": f"{_SEND} sticker! emoji",
    "sendMediaGroup": "business_connection_id chat_id! message_thread_id direct_messages_topic_id media! "
    "disable_notification protect_content allow_paid_broadcast message_effect_id reply_parameters",
    "copyMessage": f"{_SEND} {_CAPTION} from_chat_id! message_id! video_start_timestamp show_caption_above_media",
    "forwardMessage": "chat_id! message_thread_id direct_messages_topic_id from_chat_id! message_id! "
    "video_start_timestamp disable_notification protect_content message_effect_id suggested_post_parameters",
    "editMessageText": f"{_EDIT} text! parse_mode entities link_preview_options",
    "editMessageCaption": f"{_EDIT} {_CAPTION} show_caption_above_media",
    "editMessageReplyMarkup": _EDIT,
    "editMessageMedia": f"{_EDIT} media!",
    "deleteMessage": "chat_id! message_id!",
    "deleteMessages": "chat_id! message_ids!",
    "answerCallbackQuery": "callback_query_id! text show_alert url cache_time",
    "sendChatAction": "business_connection_id chat_id! message_thread_id action!",
    "setMessageReaction": "chat_id! message_id! reaction is_big",
    "pinChatMessage": "business_connection_id chat_id! message_id! disable_notification",
    "unpinChatMessage": "business_connection_id chat_id! message_id",
    "getFile": "file_id!",
    "getChat": "chat_id!",
    "getChatMember": "chat_id! user_id!",
    "getChatAdministrators": "chat_id!",
    "getChatMemberCount": "chat_id!",
    "leaveChat": "chat_id!",
    "createForumTopic": "chat_id! name! icon_color icon_custom_emoji_id",
    "editForumTopic": f"{_TOPIC} name icon_custom_emoji_id",
    "closeForumTopic": _TOPIC,
    "reopenForumTopic": _TOPIC,
    "deleteForumTopic": _TOPIC,
    "setMyCommands": "commands! scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "setChatMenuButton": "chat_id menu_button",
    "getChatMenuButton": "chat_id",
}
SIGNATURES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    method: (
        frozenset(name.removesuffix("!") for name in names.split()),
        frozenset(name.removesuffix("!") for name in names.split() if name.endswith("!")),
    )
    for method, names in _METHODS.items()
}
# Method names are read without regard to case, as the real server does.
CANONICAL: Mapping[str, str] = {method.lower(): method for method in SIGNATURES}
_MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "video": "there is no video in the request",
    "audio": "there is no audio in the request",
    "voice": "there is no voice in the request",
    "sticker": "there is no sticker in the request",
    "action": "wrong parameter action in request",
    "message_id": "message identifier is not specified",
    "name": "topic name must be non-empty",
    "file_id": "invalid file_id",
}
_MAY_BE_EMPTY = {"url", "text"}


@dataclass(frozen=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    data: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Call:
    """One request to the Bot API, its values as they came: JSON values, or strings from a form."""

    method: str
    given: Mapping[str, object] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def unknown(self) -> list[str]:
        """Parameters the method does not have; the real server ignores them, a test should not."""
        known, _ = SIGNATURES[self.method]
        return sorted(name for name in self.given if name not in known)

    def check(self) -> None:
        """Refuses a call without its required parameters."""
        _, required = SIGNATURES[self.method]
        for name in sorted(required):
            value = self.given.get(name, self.uploads.get(name))
            if value is None or (value == "" and name not in _MAY_BE_EMPTY):
                raise bad(_MISSING.get(name, f'parameter "{name}" is required'))

    def text(self, name: str) -> str | None:
        value = self.given.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise bad(f'field "{name}" must be of type String')

    def number(self, name: str) -> int | None:
        value = self.given.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            raise bad(f'field "{name}" must be a Number')
        if isinstance(value, float) and math.isfinite(value):
            return int(value)
        try:
            return int(str(value))
        except ValueError:
            raise bad(f'field "{name}" must be a Number') from None

    def need(self, name: str) -> int:
        number = self.number(name)
        if number is None:
            raise bad(_MISSING.get(name, f'parameter "{name}" is required'))
        return number

    def flag(self, name: str) -> bool:
        return str(self.given.get(name, "")).lower() in {"true", "1", "yes"}

    def chat(self, name: str = "chat_id") -> int | str:
        """A chat id, or a public name with its `@`."""
        value = str(self.given.get(name, ""))
        return int(value) if value.lstrip("-").isdigit() else value

    def json(self, name: str, shape: type[T], refusal: Refusal) -> T | None:
        """An object, sent as such or as a string of JSON."""
        value = self.given.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, str):
                value = msgspec.json.decode(value.encode())
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as wrong:
            raise Refusal(refusal.code, f"{refusal.description}: {wrong}") from None
        except msgspec.DecodeError:
            raise refusal from None
