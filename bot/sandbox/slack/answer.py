"""One call in, one answer out: checks, planned trouble, the method itself, and the record of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.faults import LATE, Fault, Trick
from bot.sandbox.slack import chat, conversations, directory, surfaces
from bot.sandbox.slack.chat import Method
from bot.sandbox.slack.parameters import Call
from bot.sandbox.slack.refusals import Refused, out_of_scope
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.world import Record, World

_METHODS: dict[str, tuple[str, Method]] = {
    **chat.METHODS,
    **conversations.METHODS,
    **directory.METHODS,
    **surfaces.METHODS,
    "api.test": ("", lambda _world, call: {"args": dict(call.given)}),
}


@dataclass(frozen=True)
class Answer:
    """What goes back over the line: a status and a body, or a trick played instead."""

    status: int
    body: Json = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    trick: Trick | None = None


async def answer(world: World, call: Call) -> Answer:
    """Performs the call unless trouble was planned for it."""
    kept = {name: value for name, value in call.given.items() if name != "token"}
    record = Record(call.method, kept, world.clock())
    world.calls.append(record)
    world.tell("slack_calls", count=len(world.calls))
    if world.faults.latency:
        await asyncio.sleep(world.faults.latency)
    channel = call.given.get("channel", call.given.get("channel_id"))
    fault = world.faults.meet(call.method, channel if isinstance(channel, str) else None)
    return _perform(world, call, record, fault)


def _perform(world: World, call: Call, record: Record, fault: Fault[Refused] | None) -> Answer:
    trick = fault.answer if fault else None
    if isinstance(trick, Refused):
        return _refused(record, trick)
    if trick is not None and trick not in LATE:
        record.error = f"({trick})"
        return Answer(502 if trick == "html" else 200, trick=trick)
    try:
        body = {"ok": True} | _result(world, call)
    except Refused as refusal:
        return _refused(record, refusal)
    record.status, record.body = 200, body
    world.changed.ring()
    return Answer(200, body, {"x-oauth-scopes": ",".join(sorted(world.app.scopes))}, trick)


def _result(world: World, call: Call) -> Json:
    if call.method not in _METHODS:
        raise Refused("unknown_method")
    scope, method = _METHODS[call.method]
    if call.method not in directory.OPEN:
        _admit(world, call)
    elif call.method == "apps.connections.open" and not call.token:
        raise Refused("not_authed")
    if scope and scope not in world.app.scopes:
        raise out_of_scope(scope, world.app.scopes)
    return method(world, call)


def _admit(world: World, call: Call) -> None:
    if not call.token:
        raise Refused("not_authed")
    if call.token in world.revoked:
        raise Refused("token_revoked")
    if call.token not in world.tokens:
        raise Refused("not_allowed_token_type" if call.token == world.app.app_token else "invalid_auth")


def _refused(record: Record, refusal: Refused) -> Answer:
    record.status, record.error, record.body = refusal.status, refusal.error, refusal.body()
    return Answer(refusal.status, refusal.body(), refusal.headers())
