"""One call in, one answer out: checks, planned trouble, the method itself, and the record of it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from bot.sandbox.faults import LATE, Fault, Trick
from bot.sandbox.telegram import chats, edit, profile, send
from bot.sandbox.telegram.parameters import CANONICAL, Call, Upload
from bot.sandbox.telegram.profile import allowed
from bot.sandbox.telegram.refusals import (
    NO_SUCH_METHOD,
    OTHER_POLLER,
    SET_WEBHOOK,
    UNAUTHORIZED,
    WEBHOOK_ACTIVE,
    Refusal,
    conflict,
)
from bot.sandbox.telegram.world import Record, World

if TYPE_CHECKING:
    Method = Callable[[World, Call], object]

_METHODS: "Mapping[str, Method]" = {**send.METHODS, **edit.METHODS, **chats.METHODS, **profile.METHODS}
# What a form sends as a string of JSON; the record shows the values themselves.
_VALUES = {
    "chat_id",
    "from_chat_id",
    "user_id",
    "message_id",
    "message_ids",
    "message_thread_id",
    "reply_markup",
    "reply_parameters",
    "entities",
    "caption_entities",
    "media",
    "commands",
    "scope",
    "allowed_updates",
    "reaction",
    "link_preview_options",
    "show_alert",
    "is_big",
    "disable_notification",
    "protect_content",
    "menu_button",
    "icon_color",
    "max_connections",
    "drop_pending_updates",
    "duration",
}
# Seconds a long poll may last.
POLL = 50
BATCH = 100


@dataclass(frozen=True)
class Answer:
    """What goes back over the line: a status and a body, or a trick played instead."""

    status: int
    body: Mapping[str, object] = field(default_factory=dict)
    trick: Trick | None = None


async def answer(
    world: World,
    method: str,
    given: Mapping[str, object],
    uploads: Mapping[str, Upload] | None = None,
    *,
    token: str | None = None,
) -> Answer:
    """Performs the call unless trouble was planned for it. getUpdates is not kept in `world.calls`."""
    name = CANONICAL.get(method.lower(), method)
    call = Call(name, given, uploads or {})
    record = Record(name, _readable(call), world.clock())
    if name != "getUpdates":
        world.calls.append(record)
        world.tell("calls", count=len(world.calls))
    if token is not None and token != world.token:
        return _refused(record, UNAUTHORIZED)
    if name not in CANONICAL.values():
        return _refused(record, NO_SUCH_METHOD)
    world.complaints += [f"{name}: no such parameter: {unknown}" for unknown in call.unknown()]
    if world.faults.latency and name != "getUpdates":
        await asyncio.sleep(world.faults.latency)
    fault = world.faults.meet(name, call.chat() if "chat_id" in given else None)
    return await _perform(world, call, record, fault)


async def _perform(world: World, call: Call, record: Record, fault: Fault[Refusal] | None) -> Answer:
    trick = fault.answer if fault else None
    if isinstance(trick, Refusal):
        return _refused(record, trick)
    if trick is not None and trick not in LATE:
        record.description = f"({trick})"
        return Answer(502 if trick == "html" else 200, trick=trick)
    try:
        call.check()
        result = await get_updates(world, call) if call.method == "getUpdates" else _METHODS[call.method](world, call)
    except Refusal as refusal:
        return _refused(record, refusal)
    record.status, record.result = 200, result
    world.changed.ring()
    return Answer(200, {"ok": True, "result": result}, trick)


def _refused(record: Record, refusal: Refusal) -> Answer:
    record.status, record.description = refusal.code, refusal.description
    return Answer(refusal.code, refusal.body())


def _readable(call: Call) -> dict[str, object]:
    values = {name: _value(value) if name in _VALUES else value for name, value in call.given.items()}
    return values | {name: f"<{upload.name}, {len(upload.data)} bytes>" for name, upload in call.uploads.items()}


def _value(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        decoded: object = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
    return decoded


async def get_updates(world: World, call: Call) -> object:
    """A long poll. A newer poll ends an older one, which is how two copies of a bot notice each other."""
    updates, loop = world.updates, asyncio.get_running_loop()
    if updates.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    updates.allow(allowed(call))
    updates.polls += 1
    ticket = updates.polls
    updates.bell.ring()
    updates.confirm(call.number("offset") or 0)
    limit = min(max(call.number("limit") or BATCH, 1), BATCH)
    end = loop.time() + min(max(call.number("timeout") or 0, 0), POLL)
    world.tell("listening")
    while not (batch := updates.batch(limit)) and not world.closing and (left := end - loop.time()) > 0:
        await updates.bell.wait(left)
        if updates.webhook is not None:
            raise conflict(SET_WEBHOOK)
        if updates.polls != ticket:
            raise conflict(OTHER_POLLER)
    return batch
