"""What Slack sends becomes an event, or nothing. Pure: no network, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels.slack import shapes
from bot.channels.slack.acts import acted, commanded
from bot.channels.slack.content import command, said, spoken, told
from bot.channels.slack.places import HOME, SLACKBOT, Me, Names, is_id, is_private, message
from bot.channels.slack.signs import sign
from bot.channels.slack.way import Way, caller, is_stamp, moment, of, team_of
from bot.dialogue.markup import tame
from bot.dialogue.words import Command
from bot.events import NOTHING, Address, Caller, Deleted, Edited, Event, Joined, Left, Message, Moved, Reacted, Visited
from bot.values import replace

TEAM = "SLACK_AGENTS_CHANNEL"
OUT_OF_ORDER = timedelta(minutes=10)
"""For so long Slack may still bring what it could not at first: it tries again at once, after a minute and after five
(https://docs.slack.dev/apis/events-api/#retries).
"""
_SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""What people say; the last one by `/me`."""


def read(payload: shapes.Payload, me: Me, key: str, now: datetime) -> Event | None:
    """The event in a payload; never an exception. `key` names what Slack gives no id."""
    team = team_of(payload)
    match payload:
        case shapes.Envelope(type="event_callback", event=shapes.Happening() as event) if payload.event_id:
            return _happened(payload, event, Way(me, team, f"slack:{payload.event_id}", now))
        case shapes.Interaction() if is_id(payload.user.id):
            return acted(payload, Way(me, team, f"slack:{key}", now), key)
        case shapes.Slash() if is_id(payload.user_id):
            return commanded(payload, Way(me, team, f"slack:{key}", now))
        case _:
            return None


def _happened(envelope: shapes.Envelope, event: shapes.Happening, way: Way) -> Event | None:
    mine = {way.me.user, *(a.user_id or "" for a in envelope.authorizations or ())} - {""}
    match event.type:
        case "message" if is_id(event.channel):
            return _messaged(event, way, mine, grid=bool(envelope.enterprise_id))
        case "reaction_added" if event.item is not None and is_id(event.user) and event.user not in mine:
            return _reacted(event, event.item, way)
        case "app_home_opened" if event.tab == HOME and is_id(event.user):
            user = event.user or ""
            return Visited(id=way.name, at=way.now, where=way.at(user, HOME), who=caller(way, user))
        case "member_joined_channel" if event.user in mine and is_id(event.channel):
            who = caller(way, event.inviter or "")
            return Joined(id=way.name, at=way.now, where=way.at(event.channel or ""), who=who, title="", setting=TEAM)
        case "member_left_channel" if is_id(event.user) and is_id(event.channel) and event.user not in mine:
            who = caller(way, event.user or "")
            return Left(id=way.name, at=way.now, where=way.at(event.channel or ""), who=who)
        case "group_unarchive" if is_id(event.channel):
            who = caller(way, event.actor_id or "")
            where = way.at(event.channel or "")
            return Joined(id=way.name, at=way.now, where=where, who=who, title="", setting=TEAM, back=True)
        case "channel_id_changed" if is_id(event.old_channel_id) and is_id(event.new_channel_id):
            return _moved(event.old_channel_id or "", event.new_channel_id or "", way)
        case _:
            return None


def _moved(old: str, new: str, way: Way) -> Moved:
    """A private channel that is shared with another company: its messages keep their times."""
    names = message(old, ""), message(new, "")
    return Moved(id=way.name, at=way.now, where=way.at(old), to=way.me.id(way.team, new), messages=names)


# -- messages --------------------------------------------------------------------------------------


def _messaged(event: shapes.Happening, way: Way, mine: set[str], *, grid: bool) -> Event | None:
    channel, before, after = event.channel or "", event.previous_message, event.message
    if event.subtype in _SPOKEN:
        return None if _is_echo(event, mine) else _posted(event, channel, way, mine, grid=grid)
    if event.subtype == "message_deleted" and before is not None and not _is_echo(before, mine):
        return _deleted(before, event.deleted_ts or before.ts or "", channel, way)
    if event.subtype != "message_changed" or after is None:
        return None
    if after.subtype == "tombstone":  # what others had answered leaves a stone when it is deleted
        return _deleted(before, after.ts or "", channel, way) if before and not _is_echo(before, mine) else None
    if _is_echo(after, mine) or (edited := _edited(before, after, channel, way)) is None:
        return None
    late = way.now - moment(after.ts, way.now) < OUT_OF_ORDER and after.subtype in _SPOKEN
    return replace(edited, whole=_posted(after, channel, way, mine, grid=grid)) if late else edited


def _is_echo(posting: shapes.Posting, mine: set[str]) -> bool:
    """Our own words, other bots', and Slackbot's."""
    bot = posting.bot_id or posting.subtype == "bot_message" or posting.user in mine
    return bool(bot) or posting.user == SLACKBOT or not is_id(posting.user)


def _said(channel: str, ts: str | None, way: Way) -> str:
    """The id of what somebody said: not the event's, since we may also find it ourselves (`gaps.py`)."""
    return f"slack:said:{way.me.id(way.team, channel)}/{ts}"


def _posted(event: shapes.Posting, channel: str, way: Way, mine: set[str], *, grid: bool) -> Message | None:
    private, heard = is_private(channel), said(event, way.token_of, channel)
    if heard is None or not is_stamp(event.ts):
        return None
    who = caller(way, event.user or "")
    hangs = event.thread_ts if event.thread_ts != event.ts and is_stamp(event.thread_ts) else None
    speaks = bool(event.text or event.blocks) and not heard.files  # what is only passed on decides nothing
    called = _called(heard.text, way.me.names, private=private) if speaks else None
    if speaks and not (private or called):
        called = _by_name(heard.text, way.me.names, mine, alone=hangs is None)
    return Message(
        id=_said(channel, event.ts, way),
        at=moment(event.ts, way.now),
        where=_where(event, channel, way),
        who=who if private else of(who, way.team, event.user_team or event.source_team, grid=grid),
        answer=called or heard,
        ref=message(channel, event.ts or ""),
        reply_to=message(channel, hangs) if hangs else "",
        reply_asks="" if hangs and event.parent_user_id in mine else None,
        private=private,
    )


def _called(text: str, names: Names, *, private: bool) -> Command | None:
    """In a thread of the team's, where Slack takes no slash command, one of theirs behind a `!`."""
    if private:
        return command(text, names.everywhere)
    return command(text, names.in_room) if text.startswith("!") else None


def _by_name(text: str, names: Names, mine: set[str], *, alone: bool) -> Command | None:
    """What begins with a mention of us: a command, or else, where it hangs under nothing, a call for help. In a thread it
    may be meant for whoever reads that.
    """
    mention, _, rest = text.strip().partition(" ")
    if mention.rstrip(",:") not in {f"@{user}" for user in mine}:
        return None
    known = names.everywhere | names.of_team if alone else names.in_room
    return spoken(rest.strip().removeprefix("/").removeprefix("!"), known) or (Command("help") if alone else None)


def _edited(before: shapes.Posting | None, after: shapes.Posting, channel: str, way: Way) -> Edited | None:
    """Slack also says `message_changed` when it unfolds a link: then the words are the same."""
    now = told(after)
    if not is_stamp(after.ts) or (told(before) == now if before else after.edited is None):
        return None
    return Edited(
        id=way.name,
        at=moment(after.edited.ts if after.edited else None, way.now),
        where=_where(after, channel, way),
        who=_by(after, way),
        ref=message(channel, after.ts or ""),
        text=now.text,
        private=is_private(channel),
        marked=now.marked,
    )


def _deleted(before: shapes.Posting, ts: str, channel: str, way: Way) -> Deleted | None:
    if not is_stamp(ts):
        return None
    return Deleted(
        id=way.name,
        at=way.now,
        where=_where(before, channel, way),
        who=_by(before, way),
        ref=message(channel, ts),
        private=is_private(channel),
        was=said(before, way.token_of, channel) or NOTHING,
        message=_said(channel, ts, way),
    )


def _reacted(event: shapes.Happening, item: shapes.Item, way: Way) -> Reacted | None:
    if item.type != "message" or not is_id(item.channel) or not is_stamp(item.ts):
        return None
    return Reacted(
        id=way.name,
        at=moment(event.event_ts, way.now),
        where=_where(event, item.channel, way),
        who=_by(event, way),
        on=message(item.channel, item.ts),
        sign=sign(tame(event.reaction or "")[:64]),
        private=is_private(item.channel),
    )


def _where(posting: shapes.Posting, channel: str, way: Way) -> Address:
    """A conversation with one person goes by that person."""
    return way.at(posting.user or "" if is_private(channel) else channel)


def _by(posting: shapes.Posting, way: Way) -> Caller:
    return caller(way, posting.user or "")
