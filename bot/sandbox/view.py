"""What the page needs to draw everything: one picture of the world, after which it lives on events."""

from dataclasses import asdict

from bot.sandbox.desk import Desk
from bot.sandbox.samples import SAMPLES
from bot.sandbox.telegram.person import Person
from bot.sandbox.telegram.room import Room
from bot.sandbox.telegram.shapes import plain
from bot.sandbox.telegram.world import Record, World

# Messages of one chat the page gets at once.
RECENT = 400


def state(world: World, desk: Desk | None) -> dict[str, object]:
    return {
        "bot": plain(world.me),
        "people": [person(world, one) for one in world.people.values()],
        "rooms": [room(one) for one in world.rooms.values()],
        "samples": list(SAMPLES),
        "profile": profile(world),
        "pulse": pulse(world, desk),
    }


def profile(world: World) -> dict[str, str]:
    """What the bot says about itself, by `<text> <language>`."""
    return {f"{name} {language}": text for (name, language), text in world.profile.texts.items()}


def person(world: World, one: Person) -> dict[str, object]:
    groups = [room for room in world.rooms.values() if not room.private and one.id in room.members]
    return plain(one.user) | {
        "groups": [room.id for room in groups],
        "commands": world.commands_for(one),
        "menus": {str(room.id): world.commands_for(one, room) for room in groups},
    }


def room(one: Room) -> dict[str, object]:
    reactions = {
        str(number): [emoji for given in by.values() for emoji in given] for number, by in one.reactions.items()
    }
    return {
        "chat": plain(one.chat),
        "blocked": one.blocked,
        "topics": [asdict(topic) for topic in one.topics.values()],
        "pinned": one.pinned,
        "reactions": reactions,
        "messages": [plain(message) for message in one.messages[-RECENT:]],
    }


def pulse(world: World, desk: Desk | None) -> dict[str, object]:
    """How the program is doing, seen from outside."""
    updates = world.updates
    listening = "webhook" if updates.webhook else "polling" if updates.polls else "nobody"
    return {
        "calls": len(world.calls),
        "refused": len([record for record in world.calls if _refused(record)]),
        "waiting": len(updates.waiting),
        "listening": listening,
        "desk": {"state": desk.state, "address": desk.address, "beside": desk.beside, "route": desk.route}
        if desk
        else None,
    }


def _refused(record: Record) -> bool:
    """An edit that changes nothing is refused too, but it is no trouble: the message stands as it should."""
    return record.status not in {0, 200} and "message is not modified" not in record.description
