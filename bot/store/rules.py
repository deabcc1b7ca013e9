"""What the store has to know of the desk and the platforms to read and write rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct, field

from bot.channels import Limits
from bot.desk.config import Desk
from bot.desk.figures import NONE, Figures
from bot.desk.ticket import Ticket
from bot.events import Address
from bot.i18n import Words
from bot.store.rows import Drafts
from bot.values import replace

NARROW = Limits(text=1000, button=20, album=1)


class Board(Struct):
    """What is counted beside the turns, as it was last time."""

    figures: Figures = NONE


class Rules(Struct, frozen=True, kw_only=True):
    desk: Desk
    words: Words
    now: Callable[[], datetime]
    limits: Mapping[str, Limits]
    drafts: Drafts
    agents: tuple[Address, ...] = ()
    """The teams' chats when a category names none: one on each platform at most."""
    languages: tuple[str, ...] = ("en", "es")
    me: str = ""
    """The name of this process as the owner of what it has claimed: another one after every start."""
    homes: dict[tuple[str, str], str] = field(default_factory=dict)
    """Chats that have a new id, as table `moved` has them: (channel, old chat) to new chat."""

    board: Board = field(default_factory=Board)
    chats: set[tuple[str, str]] = field(default_factory=set)
    """Where the team is: (channel, chat)."""

    def limit(self, channel: str) -> Limits:
        """What a platform takes; also of one that was switched off while something waited for it."""
        return self.limits.get(channel) or NARROW

    def home(self, address: Address) -> Address:
        """Where a chat is now."""
        to = self.homes.get((address.channel, address.chat)) if self.homes else None
        return self.home(replace(address, chat=to)) if to else address

    def housed(self, ticket: Ticket) -> Ticket:
        """With the chat of its team as that is called now, and those that it was in."""
        if not self.homes:
            return ticket
        left = (self.home(Address(*chat.split(":", 1))) for chat in ticket.left_chats)
        names = tuple(f"{at.channel}:{at.chat}" for at in left)
        return replace(ticket, agents=self.home(ticket.agents), left_chats=names)

    def team(self, channel: str) -> Address | None:
        """The team on that platform, else another one."""
        near = next((at for at in self.agents if at.channel == channel), None) or next(iter(self.agents), None)
        return self.home(near) if near else None

    def own_teams(self) -> tuple[Address, ...]:
        return tuple(map(self.home, self.agents))

    def refuge(self, at: Address) -> Address | None:
        """Another team, for when that one cannot be reached."""
        others = (self.home(team) for team in self.agents)
        return next((team for team in others if (team.channel, team.chat) != (at.channel, at.chat)), None)

    def of_team(self, channel: str, chat: str) -> bool:
        """Whether that is a chat of the team: the desk's own, or one of a category."""
        return (channel, chat) in self.chats

    def settle(self, homes: dict[tuple[str, str], str]) -> None:
        """Learns which chats have moved. Turns in other threads look at it, and learn the same."""
        for back in self.homes.keys() - homes:  # first: else whoever looks goes round in a circle
            self.homes.pop(back, None)
        self.homes.update(homes)
        named = [category.team for category in self.desk.categories if category.team]
        chats = {(a.channel, a.chat) for a in map(self.home, (*named, *self.agents))}
        self.chats.update(chats)  # never empty meanwhile
        self.chats.intersection_update(chats)


def chosen(rules: Rules, language: str) -> str:
    """The language of a locale (`es-MX`), if we speak it; else empty."""
    code = language.replace("_", "-").split("-", 1)[0].lower()
    return code if code in rules.languages else ""
