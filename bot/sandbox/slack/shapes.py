"""The few things of Slack's that somebody here looks into; everything else stays the JSON it is."""

import msgspec

Json = dict[str, object]


class Shape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What is not set is left out, as Slack does."""


class Reaction(Shape):
    name: str
    users: list[str]
    count: int


class Metadata(Shape):
    event_type: str
    event_payload: Json


class Message(Shape):
    type: str
    text: str
    ts: str
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    team: str | None = None
    user_team: str | None = None
    source_team: str | None = None
    client_msg_id: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    files: list[Json] | None = None
    upload: bool | None = None
    edited: Json | None = None
    metadata: Metadata | None = None
    bot_profile: Json | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    reply_count: int | None = None
    reply_users_count: int | None = None
    reply_users: list[str] | None = None
    latest_reply: str | None = None
    is_locked: bool | None = None
    reactions: list[Reaction] | None = None
    is_ephemeral: bool | None = None

    @property
    def by_bot(self) -> bool:
        return self.bot_id is not None

    @property
    def in_thread(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


def plain(value: object) -> Json:
    """A shape as the dictionary its JSON would be."""
    built: Json = msgspec.to_builtins(value, str_keys=True)
    return built


def things(value: object) -> list[Json]:
    """The objects in a list of JSON; nothing when it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def part(value: object, *path: str) -> object:
    """What stands at the end of the path; None when there is no such way."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def word(value: object, *path: str) -> str:
    """The text at the end of the path, or ""."""
    found = part(value, *path)
    return found if isinstance(found, str) else ""
