"""conversations.* and reactions.*: which channels there are, who is in them, what was said and how it was met."""

from typing import TYPE_CHECKING

from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.chat import Method, room
from bot.sandbox.slack.mrkdwn import EMOJI
from bot.sandbox.slack.parameters import Call
from bot.sandbox.slack.refusals import Refused, out_of_scope
from bot.sandbox.slack.shapes import Json, Message, plain

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World

_READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def opened(world: "World", call: Call) -> Json:
    if channel := call.text("channel"):
        found = world.channels.get(channel)
        if found is None:
            raise Refused("channel_not_found")
        return {"channel": {"id": found.id}}
    users = [user for user in call.text("users").split(",") if user]
    if not users:
        raise Refused("users_list_not_supplied")
    if any(user not in world.people for user in users):
        raise Refused("user_not_found")
    if len(users) > 1:
        raise Refused("invalid_user_combination")
    person = world.people[users[0]]
    if person.deleted:
        raise Refused("user_disabled")
    known = any(one.kind == "im" and person.id in one.members for one in world.channels.values())
    found = world.dm(person)
    shown = found.public() if call.flag("return_im") else {"id": found.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if known else {})


def info(world: "World", call: Call) -> Json:
    found = room(world, call, inside=False)
    _may(world, _READ[found.kind])
    shown = found.public()
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def _may(world: "World", scope: str) -> None:
    if scope not in world.app.scopes:
        raise out_of_scope(scope, world.app.scopes)


def members(world: "World", call: Call) -> Json:
    found = room(world, call, inside=False)
    _may(world, _READ[found.kind])
    page, more = call.page([{"id": user} for user in found.members])
    return {"members": [one["id"] for one in page]} | more


def listed(world: "World", call: Call) -> Json:
    wanted = {_KINDS.get(kind.strip(), "") for kind in (call.text("types") or "public_channel").split(",")}
    if "" in wanted:
        raise Refused("invalid_types")
    for kind in sorted(wanted):
        _may(world, _READ[kind])
    found = [
        one
        for one in world.channels.values()
        if one.kind in wanted and (one.kind == "channel" or world.app.user_id in one.members)
    ]
    if call.flag("exclude_archived"):
        found = [one for one in found if not one.archived]
    page, more = call.page([one.public() for one in found])
    return {"channels": page} | more


def join(world: "World", call: Call) -> Json:
    found = room(world, call, inside=False)
    if found.archived:
        raise Refused("is_archived")
    if found.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if world.app.user_id not in found.members:
        found.members.append(world.app.user_id)
        inner: Json = {"type": "member_joined_channel", "user": world.app.user_id, "channel": found.id}
        world.event(inner | {"channel_type": "C", "team": world.team.id, "event_ts": found.next_ts()})
    return {"channel": found.public()}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999.999999"
    if call.flag("inclusive"):
        return [message for message in messages if float(oldest) <= float(message.ts) <= float(latest)]
    return [message for message in messages if float(oldest) < float(message.ts) < float(latest)]


def _seen(call: Call, message: Message) -> Json:
    shown = plain(message)
    if not call.flag("include_all_metadata"):
        shown.pop("metadata", None)
    return shown


def history(world: "World", call: Call) -> Json:
    """Newest first, without the answers in threads."""
    found = room(world, call)
    shown = [_seen(call, message) for message in reversed(_between(call, found.roots))]
    page, more = call.page(shown)
    return {"messages": page, "has_more": bool(more["response_metadata"] != {"next_cursor": ""}), "pin_count": 0} | more


def replies(world: "World", call: Call) -> Json:
    """The root first, then its answers, oldest first."""
    found = room(world, call)
    root = found.message(call.need("ts"))
    if root is None:
        raise Refused("thread_not_found")
    ts = root.thread_ts or root.ts
    first = found.message(ts)
    thread = [*([first] if first else []), *_between(call, found.replies(ts))]
    page, more = call.page([_seen(call, message) for message in thread], 1000)
    return {"messages": page, "has_more": bool(more["response_metadata"] != {"next_cursor": ""})} | more


def _reacted(world: "World", call: Call) -> tuple[Channel, Message]:
    if not call.text("channel") or not call.text("timestamp"):
        raise Refused("no_item_specified")
    found = room(world, call)
    message = found.message(call.need("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    return found, message


def _change(world: "World", call: Call, *, add: bool) -> Json:
    found, message = _reacted(world, call)
    name = call.need("name").strip(":")
    if add and name not in EMOJI:
        raise Refused("invalid_name")
    if not found.react(message, name, world.app.user_id, add=add):
        raise Refused("already_reacted" if add else "no_reaction")
    world.reacted(found, message, name, world.app.user_id, add=add)
    return {}


def reactions(world: "World", call: Call) -> Json:
    found, message = _reacted(world, call)
    return {"type": "message", "channel": found.id, "message": plain(message)}


METHODS: dict[str, tuple[str, Method]] = {
    "conversations.open": ("im:write", opened),
    "conversations.info": ("", info),
    "conversations.members": ("", members),
    "conversations.list": ("", listed),
    "conversations.join": ("channels:join", join),
    "conversations.history": ("", history),
    "conversations.replies": ("", replies),
    "reactions.add": ("reactions:write", lambda world, call: _change(world, call, add=True)),
    "reactions.remove": ("reactions:write", lambda world, call: _change(world, call, add=False)),
    "reactions.get": ("reactions:read", reactions),
}
