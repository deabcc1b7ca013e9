"""How something came to us: from which workspace, by whom, when; the same for every kind of event. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec import Struct

from bot.channels.slack import shapes
from bot.channels.slack.content import MOST_NAME
from bot.channels.slack.places import Me
from bot.dialogue.markup import tame
from bot.events import Address, Caller
from bot.values import replace

_STAMP = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


class Way(Struct, frozen=True):
    me: Me
    team: str
    """The workspace in which we are installed that it came to."""
    name: str
    """The event's id."""
    now: datetime

    @property
    def token_of(self) -> str:
        """The team whose token fetches its files; empty: our own."""
        return "" if self.team == self.me.team else self.team

    def at(self, number: str, thread: str = "") -> Address:
        return self.me.at(self.team, number, thread)


def team_of(payload: shapes.Payload) -> str:
    """The workspace in which we are installed that it came to."""
    match payload:
        case shapes.Envelope(authorizations=[first, *_]) if first.team_id:
            return first.team_id
        case shapes.Envelope() | shapes.Slash():
            return payload.team_id or ""
        case shapes.Interaction(view=shapes.View(app_installed_team_id=str(team))) if team.startswith("T"):
            return team
        case shapes.Interaction():
            return payload.team.id if payload.team else payload.user.team_id or ""


def organisation_of(payload: shapes.Payload) -> str:
    """That of several workspaces, to which ours may belong."""
    match payload:
        case shapes.Interaction():
            return payload.enterprise.id if payload.enterprise else ""
        case shapes.Envelope() | shapes.Slash():
            return payload.enterprise_id or ""


def actor(act: shapes.Interaction, way: Way) -> Caller:
    """A guest of another company (Slack Connect) may see the team's channel without belonging to the team."""
    who = caller(way, act.user.id, act.user.name or act.user.username or "")
    return of(who, way.team, act.user.team_id, grid=act.enterprise is not None)


def of(who: Caller, team: str, theirs: str | None, *, grid: bool) -> Caller:
    """With what their workspace tells: whether they may belong to the team at all. In an organisation of several workspaces
    (`grid`) their people belong to each other, and of those of another one only the directory knows.
    """
    if not is_foreign(team, theirs):
        return who
    return replace(who, unsure="yet") if grid else replace(who, member=False)


def caller(way: Way, user: str, shown: str = "") -> Caller:
    return Caller(way.me.id(way.team, user) if user else "", tame(shown)[:MOST_NAME])


def is_foreign(team: str, theirs: str | None) -> bool:
    return bool(team and theirs and theirs != team)


def is_stamp(ts: str | None) -> bool:
    return ts is not None and _STAMP.fullmatch(ts) is not None


def moment(ts: str | None, now: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC) if ts and _STAMP.fullmatch(ts) else now
    except (OverflowError, OSError, ValueError):
        return now
