"""What the page needs to draw Slack: one picture of the world, after which it lives on events."""

from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.forms import shown
from bot.sandbox.slack.mrkdwn import EMOJI
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.shapes import Json, plain
from bot.sandbox.slack.world import World

# Messages of one channel the page gets at once.
RECENT = 400


def state(world: World) -> Json:
    app = world.app
    return {
        "team": {"id": world.team.id, "name": world.team.name},
        "app": {
            "user": app.user_id,
            "name": app.name,
            "command": app.command,
            "shortcuts": app.shortcuts,
            "message_shortcuts": app.message_shortcuts,
        },
        "emoji": EMOJI,
        "people": [person(world, one) for one in world.people.values()],
        "channels": [channel(one) for one in world.channels.values()],
        "pulse": pulse(world),
    }


def person(world: World, one: Person) -> Json:
    home = shown(one.home, world) if one.home else None
    return one.public(locale=True) | {"home": home, "modals": [shown(view, world) for view in one.modals]}


def channel(one: Channel) -> Json:
    whispers = [{"user": user, "message": plain(message)} for user, message in one.whispers[-RECENT:]]
    kept = [plain(message) for message in one.messages[-RECENT:]]
    return one.public() | {"members": one.members, "messages": kept, "whispers": whispers}


def pulse(world: World) -> Json:
    """How the app is doing, seen from outside."""
    listening = "socket" if world.sockets.open else "http" if world.app.request_url else "nobody"
    refused = [record for record in world.calls if record.error]
    return {
        "calls": len(world.calls),
        "refused": len(refused),
        "waiting": len(world.post.waiting),
        "listening": listening,
    }
