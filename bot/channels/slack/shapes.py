"""The fields of Slack's payloads and answers that we read, as msgspec structs.

Unknown kinds and fields pass: msgspec skips them. https://docs.slack.dev/reference/events and
https://docs.slack.dev/reference/interaction-payloads say what each field means.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct, field


class Shape(Struct, gc=False):
    """A piece of a payload. Without cycles, so that the garbage collector need not look at it."""


class File(Shape):
    """Slack hides what a free plan no longer keeps (`hidden_by_limit`) and what was deleted (`tombstone`)."""

    id: str = ""
    name: str | None = None
    mimetype: str | None = None
    size: int | None = None
    mode: str | None = None
    subtype: str | None = None
    url_private: str | None = None
    url_private_download: str | None = None
    permalink: str | None = None


class Edit(Shape):
    ts: str = ""


class Words(Shape):
    """What a message says, where it stands in another one."""

    text: str | None = None
    blocks: list[dict[str, Any]] | None = None


class Copied(Shape):
    message: Words = field(default_factory=Words)


class Attached(Words):
    """What stands below a message: one that was handed on (`is_share`), what an app says, the preview of a link."""

    is_share: bool | None = None
    author_name: str | None = None
    title: str | None = None
    fallback: str | None = None
    message_blocks: list[Copied] | None = None
    files: list[File] | None = None


class Posting(Shape):
    """A message, or what is left of it."""

    type: str = ""
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    blocks: list[dict[str, Any]] | None = None
    ts: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    files: list[File] | None = None
    attachments: list[Attached] | None = None
    edited: Edit | None = None
    source_team: str | None = None
    user_team: str | None = None


class Item(Shape):
    """What somebody reacted to."""

    type: str = ""
    channel: str = ""
    ts: str = ""


class Tokens(Shape):
    bot: list[str] | None = None


class Happening(Posting):
    """The inner event, of any kind we subscribe to."""

    channel: str | None = None
    event_ts: str | None = None
    message: Posting | None = None
    previous_message: Posting | None = None
    deleted_ts: str | None = None
    reaction: str | None = None
    item: Item | None = None
    tab: str | None = None
    view: View | None = None
    """The page that stands in the tab; none before we have published one."""
    inviter: str | None = None
    actor_id: str | None = None
    tokens: Tokens | None = None
    old_channel_id: str | None = None
    new_channel_id: str | None = None


class Authorization(Shape):
    team_id: str | None = None
    user_id: str | None = None


class Envelope(Shape):
    """What comes as JSON."""

    type: str = ""
    challenge: str | None = None
    team_id: str | None = None
    enterprise_id: str | None = None
    event_id: str | None = None
    event_time: float = 0.0
    event: Happening | None = None
    authorizations: list[Authorization] | None = None


# Interactions. ------------------------------------------------------------------------------------


class User(Shape):
    id: str = ""
    name: str | None = None
    username: str | None = None
    team_id: str | None = None


class Named(Shape):
    """A team or a channel."""

    id: str = ""
    name: str | None = None


class Chosen(Shape):
    """An option of a select."""

    value: str = ""


class Action(Shape):
    """What was pressed; or the value of an input."""

    type: str = ""
    value: str | None = None
    selected_option: Chosen | None = None
    selected_date: str | None = None
    files: list[File] | None = None


class State(Shape):
    """By block, then by action."""

    values: dict[str, dict[str, Action]] = {}


class Block(Shape):
    type: str = ""
    block_id: str | None = None


class View(Shape):
    id: str = ""
    type: str = ""
    hash: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    state: State | None = None
    blocks: list[Block] | None = None
    app_installed_team_id: str | None = None
    """Whose the form is; whoever fills it in may be of another workspace (Slack Connect), which is told beside it."""


class Container(Shape):
    message_ts: str | None = None
    channel_id: str | None = None
    thread_ts: str | None = None
    is_ephemeral: bool | None = None


class Interaction(Shape):
    """What comes as a form's `payload`."""

    type: str = ""
    user: User = field(default_factory=User)
    team: Named | None = None
    enterprise: Named | None = None
    channel: Named | None = None
    container: Container | None = None
    message: Posting | None = None
    view: View | None = None
    actions: list[Action] | None = None
    trigger_id: str | None = None
    callback_id: str | None = None
    response_url: str | None = None


class Slash(Shape):
    """A slash command: a plain form."""

    command: str = ""
    text: str = ""
    trigger_id: str = ""
    user_id: str = ""
    user_name: str = ""
    team_id: str = ""
    enterprise_id: str = ""
    channel_id: str = ""


Payload = Envelope | Interaction | Slash
T = TypeVar("T", Envelope, Interaction)


# What the Web API answers. ------------------------------------------------------------------------


class Hung(Shape):
    thread_ts: str | None = None


class Sent(Shape):
    ts: str = ""
    channel: str = ""
    message: Hung | None = None


class Opened(Shape):
    """`conversations.open`, `conversations.info`."""

    channel: Named = field(default_factory=Named)


class Ourselves(Shape):
    """`auth.test`."""

    team_id: str = ""
    user_id: str = ""
    url: str | None = None
    bot_id: str | None = None
    is_enterprise_install: bool = False


class Profile(Shape):
    display_name: str | None = None
    real_name: str | None = None


class Employed(Shape):
    enterprise_id: str | None = None


class Known(Shape):
    """A user, as `users.info` says."""

    id: str = ""
    team_id: str | None = None
    enterprise_user: Employed | None = None
    name: str | None = None
    real_name: str | None = None
    locale: str | None = None
    is_bot: bool | None = None
    deleted: bool | None = None
    """Their account is closed."""
    profile: Profile = field(default_factory=Profile)


class Asked(Shape):
    user: Known = field(default_factory=Known)


class Cursor(Shape):
    next_cursor: str | None = None


class Paged(Shape):
    """An answer that may go on."""

    response_metadata: Cursor | None = None

    @property
    def following(self) -> str:
        """The cursor of the next page; empty: this is the last."""
        return (self.response_metadata and self.response_metadata.next_cursor) or ""


class Members(Paged):
    members: list[str] = []


class Private(Shape):
    """A conversation with one person."""

    id: str
    user: str = ""
    created: float = 0.0
    is_user_deleted: bool = False


class Privates(Paged):
    channels: list[Private] = []


class Note(Shape):
    event_type: str | None = None
    event_payload: dict[str, Any] | None = None


class Kept(Shape):
    """A message of a channel's history."""

    ts: str = ""
    bot_id: str | None = None
    files: list[File] | None = None
    metadata: Note | None = None


class History(Paged):
    messages: list[Kept] = []


class Ticketed(Shape):
    """Where to send the bytes of a file."""

    upload_url: str = ""
    file_id: str = ""


class Share(Shape):
    ts: str = ""
    thread_ts: str | None = None


class Shares(Shape):
    public: dict[str, list[Share]] | None = None
    private: dict[str, list[Share]] | None = None


class Uploaded(File):
    shares: Shares | None = None


class Described(Shape):
    """`files.info`."""

    file: Uploaded = field(default_factory=Uploaded)


class Connection(Shape):
    url: str = ""


class Identified(Shape):
    """`openid.connect.token`."""

    id_token: str = ""


class Granted(Shape):
    """`oauth.v2.access`."""

    access_token: str = ""
    team: Named | None = None
    is_enterprise_install: bool = False
    expires_in: int = 0
    """Seconds, of an app with token rotation: https://docs.slack.dev/authentication/using-token-rotation"""
