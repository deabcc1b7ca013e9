"""chat.*: what the app says, changes, takes back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from bot.sandbox.slack.blocks import message_blocks
from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.modals import identify
from bot.sandbox.slack.parameters import Call
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.shapes import Json, Message, Metadata, plain, things

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World

Method = Callable[["World", Call], Json]
# Letters of a message, and of one that is changed.
LONGEST, LONGEST_CHANGED = 40_000, 4_000
# Letters of its blocks together; nowhere documented, but measured by those who met it.
MOST_LETTERS = 12_000


def room(world: "World", call: Call, name: str = "channel", *, inside: bool = True) -> Channel:
    """The conversation named: an id, `#name`, or a person's id for their direct messages. Raises Refused."""
    wanted = call.need(name)
    found = world.channels.get(wanted)
    if found is None and wanted in world.people:
        found = world.dm(world.people[wanted])
    if found is None:
        found = next((one for one in world.channels.values() if one.name and one.name == wanted.lstrip("#")), None)
    if found is None or (found.kind != "channel" and world.app.user_id not in found.members):
        raise Refused("channel_not_found")
    if inside and world.app.user_id not in found.members:
        raise Refused("not_in_channel")
    return found


def _writable(world: "World", call: Call) -> Channel:
    found = room(world, call)
    if found.archived:
        raise Refused("is_archived")
    if world.rules.floods is not None:
        world.rules.floods.check(found.id)
    return found


def said(world: "World", call: Call, ts: str, longest: int = LONGEST) -> Message:
    """A message of the app from `text`, `blocks`, `attachments`, `metadata`. Raises Refused."""
    text = call.text("text") or call.text("markdown_text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    attachments = call.structure("attachments", "invalid_attachments")
    if blocks is not None and not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if found := message_blocks(blocks or []):
        raise Refused("invalid_blocks", messages=found, more={"errors": found})
    if _letters(blocks) > MOST_LETTERS:
        raise Refused("msg_blocks_too_long")
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > longest:
        raise Refused("msg_too_long")
    message = spoken(world, ts, text, things(blocks))
    message.attachments = things(attachments) or None
    message.metadata = _metadata(call)
    return message


def spoken(world: "World", ts: str, text: str, blocks: list[Json]) -> Message:
    """Words of the app, however they came."""
    app, team = world.app, world.team.id
    blocks = msgspec.json.decode(msgspec.json.encode(blocks), type=list[Json])
    identify(blocks)
    message = Message(type="message", text=text, ts=ts, user=app.user_id, bot_id=app.bot_id, app_id=app.id, team=team)
    message.bot_profile = {"id": app.bot_id, "deleted": False, "name": app.name, "app_id": app.id, "team_id": team}
    message.blocks = blocks or None
    return message


def _letters(part: object) -> int:
    """Of all texts in blocks together."""
    if isinstance(part, list):
        return sum(_letters(one) for one in part)
    if not isinstance(part, dict):
        return 0
    return sum(len(one) if name == "text" and isinstance(one, str) else _letters(one) for name, one in part.items())


def _metadata(call: Call) -> Metadata | None:
    given = call.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    try:
        return msgspec.convert(given, Metadata)
    except msgspec.ValidationError:
        raise Refused("invalid_metadata_format") from None


def under(found: Channel, message: Message, thread_ts: str) -> None:
    """Under nothing that is still there, Slack says nothing and leaves it to the channel."""
    root = found.message(thread_ts) if thread_ts else None
    if root is None:
        return
    if root.in_thread:
        raise Refused("cannot_reply_to_message")
    message.thread_ts, message.parent_user_id = thread_ts, root.user


def post_message(world: "World", call: Call) -> Json:
    found = _writable(world, call)
    message = said(world, call, found.next_ts())
    under(found, message, call.text("thread_ts"))
    found.keep(message)
    world.announce(found, message)
    return {"channel": found.id, "ts": message.ts, "message": plain(message)}


def _own(world: "World", found: Channel, ts: str, error: str) -> Message:
    message = found.message(ts)
    if message is None:
        raise Refused("message_not_found")
    if message.user != world.app.user_id:
        raise Refused(error)
    return message


def update(world: "World", call: Call) -> Json:
    found = _writable(world, call)
    message = _own(world, found, call.need("ts"), "cant_update_message")
    before = plain(message)
    fresh = said(world, call, message.ts, LONGEST_CHANGED)
    message.text, message.attachments = fresh.text, fresh.attachments
    # Left out, blocks stay only when no text came either; an empty list takes them away.
    message.blocks = fresh.blocks
    message.metadata = fresh.metadata or message.metadata
    message.edited = {"user": world.app.user_id, "ts": found.next_ts()}
    found.shown(message)
    world.amended(found, "message_changed", message=plain(message), previous_message=before)
    return {"channel": found.id, "ts": message.ts, "text": message.text, "message": plain(message)}


def delete(world: "World", call: Call) -> Json:
    found = room(world, call)
    message = _own(world, found, call.need("ts"), "cant_delete_message")
    found.remove(message.ts)
    world.amended(found, "message_deleted", previous_message=plain(message), deleted_ts=message.ts)
    return {"channel": found.id, "ts": message.ts}


def post_ephemeral(world: "World", call: Call) -> Json:
    found = _writable(world, call)
    user = call.need("user")
    if user not in found.members:
        raise Refused("user_not_in_channel")
    message = said(world, call, found.next_ts())
    under(found, message, call.text("thread_ts"))
    message.is_ephemeral = True
    found.whisper(user, message)
    return {"message_ts": message.ts}


def permalink(world: "World", call: Call) -> Json:
    found = room(world, call, inside=False)
    message = found.message(call.need("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    link = f"https://{world.team.domain}.slack.com/archives/{found.id}/p{message.ts.replace('.', '')}"
    more = f"?thread_ts={message.thread_ts}&cid={found.id}" if message.in_thread else ""
    return {"channel": found.id, "permalink": link + more}


METHODS: dict[str, tuple[str, Method]] = {
    "chat.postMessage": ("chat:write", post_message),
    "chat.update": ("chat:write", update),
    "chat.delete": ("chat:write", delete),
    "chat.postEphemeral": ("chat:write", post_ephemeral),
    "chat.getPermalink": ("", permalink),
}
