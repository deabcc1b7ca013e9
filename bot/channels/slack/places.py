"""The ids of Slack as addresses, and back. Pure.

Ids of the workspace of SLACK_BOT_TOKEN stand bare; those of any other carry its team in front: `T9:U123`.
"""

from __future__ import annotations

import re

from msgspec import Struct

from bot.events import Address

CHANNEL = "slack"
HOME = "home"
ANY = "https://slack.com/"
SLACKBOT = "USLACKBOT"
_ID = re.compile(r"[A-Z0-9]{1,32}")
_TS = re.compile(r"[0-9]+\.[0-9]+")


class Names(Struct, frozen=True):
    """The commands people may say."""

    everywhere: frozenset[str] = frozenset()
    of_team: frozenset[str] = frozenset()
    """Only in a team's channel."""
    in_room: frozenset[str] = frozenset()
    """Only in a thread there."""


NO_NAMES = Names()


class Me(Struct, frozen=True):
    """Who we are to Slack."""

    team: str = ""
    """The workspace whose ids stand bare; empty: none."""
    user: str = ""
    bot: str = ""
    names: Names = NO_NAMES
    address: str = ""
    """Of that workspace: `https://….slack.com/`."""
    wide: bool = False
    """The token is of a whole organisation (Enterprise Grid), none of whose workspaces is ours then."""

    def id(self, team: str, number: str) -> str:
        return together("" if team == self.team else team, number)

    def at(self, team: str, number: str, thread: str = "") -> Address:
        return Address(CHANNEL, self.id(team, number), thread)


def apart(chat: str) -> tuple[str, str]:
    """The team (empty: ours) and the id."""
    team, _, number = chat.rpartition(":")
    return team, number


def together(team: str, number: str) -> str:
    """What `apart` takes apart."""
    return f"{team}:{number}" if team else number


def is_id(word: str | None) -> bool:
    return word is not None and _ID.fullmatch(word) is not None


def is_private(channel: str) -> bool:
    """A conversation with one person (https://docs.slack.dev/apis/web-api/using-the-conversations-api)."""
    return channel.startswith("D")


def is_person(number: str) -> bool:
    return number.startswith(("U", "W"))


def message(channel: str, ts: str) -> str:
    return f"{channel}/{ts}"


def of_message(name: str) -> tuple[str, str]:
    channel, _, ts = name.partition("/")
    return channel, ts


def room(name: str, workspace: str = "") -> str:
    """The address of a message, as `chat.getPermalink` has it. Where the workspace's is not known, Slack finds it by who
    opens the link (https://docs.slack.dev/reference/methods/chat.getPermalink).
    """
    channel, ts = of_message(name)
    return f"{workspace or ANY}archives/{channel}/p{ts.replace('.', '')}" if _TS.fullmatch(ts) else ""


def press(channel: str, user: str, thread: str, key: str) -> str:
    """The id of a press is all it takes to whisper to whoever pressed."""
    return f"{CHANNEL}:act:{key}#{channel}:{user}:{thread}"


def of_press(name: str) -> tuple[str, str, str]:
    """Channel, user and thread."""
    channel, user, thread, *_rest = (*name.partition("#")[2].split(":"), "", "", "")
    return channel, user, thread
