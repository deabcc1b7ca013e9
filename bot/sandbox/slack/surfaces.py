"""views.* and files.*: modals, App Home, and what the app uploads."""

from typing import TYPE_CHECKING

from bot.sandbox.slack.chat import Method, room, spoken, under
from bot.sandbox.slack.files import UPLOAD_LIMIT, Stored
from bot.sandbox.slack.modals import View, checked, new_hash
from bot.sandbox.slack.parameters import Call
from bot.sandbox.slack.refusals import Refused, missing
from bot.sandbox.slack.shapes import Json, things, word

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World


def _modal(call: Call) -> Json:
    given = call.structure("view")
    if given is None:
        raise missing("view")
    body = checked(given)
    if body["type"] != "modal":
        raise Refused("invalid_arguments", messages=["[ERROR] must be a modal [json-pointer:/view/type]"])
    return body


def view_open(world: "World", call: Call) -> Json:
    trigger, body = call.need("trigger_id"), _modal(call)
    person = world.people[world.spend(trigger).user]
    return {"view": person.opens(body).public(world)}


def view_push(world: "World", call: Call) -> Json:
    trigger, body = call.need("trigger_id"), _modal(call)
    person = world.people[world.spend(trigger).user]
    if person.modal is None:
        raise Refused("not_found")
    return {"view": person.opens(body, upon=person.modal).public(world)}


def view_update(world: "World", call: Call) -> Json:
    """Only what is on screen can be changed, and with `hash` only what has not changed meanwhile."""
    view_id, external = call.text("view_id"), call.text("external_id")
    if not view_id and not external:
        raise missing("view_id")
    body = _modal(call)
    shown = [one for person in world.people.values() for one in person.modals]
    found = next(
        (one for one in shown if view_id == one.id or (external and one.body.get("external_id") == external)), None
    )
    if found is None:
        raise Refused("not_found")
    _same(call, found)
    found.hash = new_hash(world)
    found.draw(body)
    world.people[found.user].shows(found)
    return {"view": found.public(world)}


def _same(call: Call, found: View) -> None:
    if (expected := call.text("hash")) and expected != found.hash:
        raise Refused("hash_conflict")


def publish(world: "World", call: Call) -> Json:
    user, given = call.need("user_id"), call.structure("view")
    if given is None:
        raise missing("view")
    if user not in world.people:
        raise Refused("invalid_arguments", messages=["[ERROR] user_not_found [json-pointer:/user_id]"])
    body, person = checked(given), world.people[user]
    if body["type"] != "home":
        raise Refused("invalid_arguments", messages=["[ERROR] must be a home [json-pointer:/view/type]"])
    if person.home is None:
        person.home = View(f"V0HOME{world.number():05}", user, body, new_hash(world))
        world.views[person.home.id] = person.home
    else:
        _same(call, person.home)
    person.home.hash = new_hash(world)
    person.home.draw(body)
    person.shows(person.home)
    return {"view": person.home.public(world)}


def upload_url(world: "World", call: Call) -> Json:
    name, length = call.need("filename"), call.number("length", 0)
    if length <= 0:
        raise missing("length")
    if length > UPLOAD_LIMIT:
        raise Refused("file_upload_size_restricted")
    file = world.files.keep(name, b"", world.app.user_id, world.now)
    file.expected, file.complete = length, False
    return {"upload_url": f"{world.address}/slack/upload/v1/{world.team.id}-{file.id}", "file_id": file.id}


def complete(world: "World", call: Call) -> Json:
    """Shares what was uploaded, as one message of the app, or keeps it to itself without a channel."""
    given = things(call.structure("files"))
    if not given:
        raise missing("files")
    found = [_arrived(world, word(one, "id"), word(one, "title")) for one in given]
    if call.text("channel_id") or call.text("channels"):
        _share(world, call, found)
    for file in found:
        file.complete = True
    return {"files": [file.public(world.address, world.team.id) for file in found]}


def _arrived(world: "World", file_id: str, title: str) -> Stored:
    file = world.files.stored.get(file_id)
    if file is None or file.deleted:
        raise Refused("file_not_found")
    if not file.data:
        raise Refused("file_update_failed")
    file.title = title or file.title
    return file


def _share(world: "World", call: Call, files: list[Stored]) -> None:
    found = room(world, call, "channel_id" if call.text("channel_id") else "channels")
    if found.archived:
        raise Refused("posting_to_channel_denied")
    thread = call.text("thread_ts")
    message = spoken(world, found.next_ts(), call.text("initial_comment"), [])
    message.subtype, message.upload = "file_share", False
    message.files = [file.public(world.address, world.team.id) for file in files]
    under(found, message, thread)
    for file in files:
        file.channels.append(found.id)
        file.shares[found.id] = message.ts
    found.keep(message)
    world.announce(found, message)


def file_info(world: "World", call: Call) -> Json:
    file = world.files.stored.get(call.need("file"))
    if file is None:
        raise Refused("file_not_found")
    if file.deleted:
        raise Refused("file_deleted")
    shown = file.public(world.address, world.team.id) | {"channels": file.channels, "ims": [], "groups": []}
    shown["shares"] = (
        {"private": {channel: [_shown(world, channel, ts)] for channel, ts in file.shares.items()}}
        if file.shares
        else {}
    )
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def _shown(world: "World", channel: str, ts: str) -> Json:
    message = world.channels[channel].message(ts)
    return {"ts": ts} | ({"thread_ts": message.thread_ts} if message and message.in_thread else {})


def file_delete(world: "World", call: Call) -> Json:
    """Gone from wherever it was shown; a message that held nothing else goes with it."""
    file = world.files.stored.get(call.need("file"))
    if file is None or file.deleted:
        raise Refused("file_deleted" if file else "file_not_found")
    if file.user != world.app.user_id:
        raise Refused("cant_delete_file")
    file.deleted = True
    for channel, ts in file.shares.items():
        shown = world.channels[channel].message(ts)
        if shown and not shown.text and all(world.files.stored[word(one, "id")].deleted for one in shown.files or []):
            world.channels[channel].remove(ts)
    return {}


METHODS: dict[str, tuple[str, Method]] = {
    "views.open": ("", view_open),
    "views.push": ("", view_push),
    "views.update": ("", view_update),
    "views.publish": ("", publish),
    "files.getUploadURLExternal": ("files:write", upload_url),
    "files.completeUploadExternal": ("files:write", complete),
    "files.delete": ("files:write", file_delete),
    "files.info": ("files:read", file_info),
}
