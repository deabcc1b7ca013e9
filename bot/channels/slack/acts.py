"""What people do with buttons, forms, shortcuts and slash commands becomes an event. Pure."""

from __future__ import annotations

import re

from bot.channels.slack import modal, shapes
from bot.channels.slack.bare import plain
from bot.channels.slack.content import said, spoken
from bot.channels.slack.places import HOME, is_id, is_private, message, press
from bot.channels.slack.text import MOST_TEXT
from bot.channels.slack.way import Way, actor, caller
from bot.dialogue.markup import tame
from bot.dialogue.words import Chose, Said
from bot.events import NOTHING, Caller, Event, Filled, Message
from bot.values import replace

SHORTCUT, ON_MESSAGE = "support", "support_message"
FORM = "form"
"""The choice that asks for a form."""
_BUTTON = re.compile(r"([A-Za-z0-9_.:-]*)\|([A-Za-z0-9_.:-]+)")


def acted(act: shapes.Interaction, way: Way, key: str) -> Event | None:
    match act:
        case shapes.Interaction(type="block_actions", view=shapes.View(type="modal") as view):
            return _filled(act, view, "changed", way) if modal.is_ours(view) else None
        case shapes.Interaction(type="block_actions", actions=[first, *_]):
            return _pressed(act, first, way, key)
        case shapes.Interaction(type="view_submission", view=shapes.View() as view) if modal.is_ours(view):
            return _filled(act, view, "sent", way)
        case shapes.Interaction(type="view_closed", view=shapes.View() as view) if modal.is_ours(view):
            return _filled(act, view, "closed", way)
        case shapes.Interaction(type="shortcut") if act.callback_id == SHORTCUT:
            return _opened(act.user.id, actor(act, way), way, NOTHING)
        case shapes.Interaction(type="message_action") if act.callback_id == ON_MESSAGE:
            return _opened(act.user.id, actor(act, way), way, _brought(act, way))
        case _:
            return None


def commanded(typed: shapes.Slash, way: Way) -> Event:
    """`/support` opens the form, unless a command of ours follows it."""
    who, known = caller(way, typed.user_id, typed.user_name), way.me.names.everywhere
    text = tame(plain(typed.text)[:MOST_TEXT]).strip()
    if is_id(typed.channel_id) and (called := spoken(text, way.me.names.of_team)):
        return Message(id=way.name, at=way.now, where=way.at(typed.channel_id), who=who, answer=called, private=False)
    called = spoken(f"{typed.command.removeprefix('/')} {text}", known) or spoken(text, known)
    if called is None:
        return _opened(typed.user_id, who, way, Said(text) if text else NOTHING)
    return Message(id=way.name, at=way.now, where=way.at(typed.user_id), who=who, answer=called)


def _pressed(act: shapes.Interaction, pressed: shapes.Action, way: Way, key: str) -> Event | None:
    button = _BUTTON.fullmatch(pressed.value or "")
    if button is None or pressed.type != "button":
        return None
    if button[2] == FORM:
        return _opened(act.user.id, actor(act, way), way, NOTHING)
    channel, ts, thread = _spot(act)
    private = not channel or is_private(channel)
    who = actor(act, way)
    return Message(
        id=press(channel, act.user.id, thread, key),
        at=way.now,
        where=way.at(act.user.id if private else channel, "" if channel else HOME),
        who=_known(who) if private else who,
        answer=Chose(button[2]),
        asked=button[1],
        on=message(channel, ts) if channel and ts else "",
        private=private,
    )


def _spot(act: shapes.Interaction) -> tuple[str, str, str]:
    """Channel, message and thread of what was pressed; all empty on a person's own page."""
    box, posting = act.container or shapes.Container(), act.message or shapes.Posting()
    channel = act.channel.id if act.channel else box.channel_id or ""
    return channel, posting.ts or box.message_ts or "", box.thread_ts or posting.thread_ts or ""


def _filled(act: shapes.Interaction, view: shapes.View, now: modal.Moment, way: Way) -> Filled:
    return Filled(
        id=way.name,
        at=way.now,
        where=way.at(act.user.id),
        who=_known(actor(act, way)),
        moment=now,
        form=modal.name_of(view),
        answers=modal.answers(view, way.token_of),
    )


def _opened(user: str, who: Caller, way: Way, brought: Said) -> Filled:
    where = way.at(user)
    return Filled(id=way.name, at=way.now, where=where, who=_known(who), moment="opened", brought=brought)


def _known(who: Caller) -> Caller:
    """Alone with us nobody has to belong to anything."""
    return replace(who, member=True, unsure="")


def _brought(act: shapes.Interaction, way: Way) -> Said:
    """The message they took it from: anybody's, also a bot's."""
    channel = act.channel.id if act.channel else ""
    return said(act.message, way.token_of, channel) or NOTHING if act.message else NOTHING
