"""Who may do what somebody did: asked of Slack at that very moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

from bot.channels import Busy
from bot.channels.slack import places
from bot.channels.slack.people import People
from bot.channels.slack.places import apart
from bot.dialogue.words import Chose, Command
from bot.events import (
    ASSIGN,
    COLLEAGUE,
    Address,
    Caller,
    Deleted,
    Edited,
    Event,
    Filled,
    Joined,
    Left,
    Message,
    Reacted,
    Visited,
)
from bot.values import replace

Teams = Callable[[], Collection[str]]
"""They may have a new id since we began."""
_log = logging.getLogger(__name__)


class Belonging:
    """`team`: our own workspace; `teams`: the chats of those who answer."""

    def __init__(self, people: People, team: str, teams: Teams) -> None:
        self._people, self._team, self._teams = people, team, teams

    async def confirmed(self, event: Message) -> Message:
        """What nobody could tell us when it came. Raises `Busy` when they still cannot."""
        told = await self._told(event, event.who.organisation)
        assert isinstance(told, Message)
        return told

    async def checked(self, event: Event, organisation: str) -> Event:
        """With the name of whoever it was; and in a team's channel, whether they belong there at this moment."""
        match event:
            case Message(private=False, answer=Chose() | Command()) | Reacted(private=False) if event.who.member:
                return await self._asked_after(event, organisation)
            case Message(private=False) if event.who.member:
                who = await self._people.introduced(event.who)
                return replace(event, who=replace(who, member=not self._is_guest(event, organisation), unsure=""))
            case Visited() | Message(where=Address(thread=places.HOME)):
                who, agent = await asyncio.gather(self._people.introduced(event.who), self._is_agent(event))
                agent = agent and not self._is_guest(event, organisation)
                return replace(event, who=replace(who, unsure=""), agent=agent)
            case Edited(whole=Message() as message):
                whole = await self.checked(message, organisation)
                assert isinstance(whole, Message)
                return replace(event, who=whole.who, whole=whole)
            case Message() | Edited() | Deleted() | Reacted() | Filled() | Joined() | Left():
                return replace(event, who=await self._people.introduced(event.who))
        return event

    async def _asked_after(self, event: Message | Reacted, organisation: str) -> Message | Reacted:
        """Raises `Busy` when nobody tells us in time who may leave a sign: it comes again. A press and a command do not,
        so the desk keeps them (`confirmed`).
        """
        try:
            return await self._told(event, organisation)
        except Busy as busy:
            if isinstance(event, Reacted):
                raise
            _log.warning("somebody has to wait: %s", busy)
            return replace(event, who=replace(event.who, member=False, unsure="yet", organisation=organisation))

    async def _told(self, event: Message | Reacted, organisation: str) -> Message | Reacted:
        who, member, absent, members = await asyncio.gather(
            self._people.introduced(event.who),
            self._people.belongs(event.where.chat, event.who.id),
            self._is_absent(event),
            self._members(event, organisation),
        )
        member = member and not self._is_guest(event, organisation)
        event = replace(event, who=replace(who, member=member, unsure="", organisation=""))
        return replace(event, absent=absent, members=members) if isinstance(event, Message) else event

    async def _members(self, event: Message | Reacted, organisation: str) -> tuple[Caller, ...]:
        match event:
            case Message(answer=Chose(choice)) if choice == ASSIGN:
                home = apart(event.where.chat)[0] or self._team
                return await self._people.members(event.where.chat, home, organisation)
        return ()

    async def _is_absent(self, event: Message | Reacted) -> bool:
        """Whom a press names may have left as well. Raises `Busy`."""
        match event:
            case Message(answer=Chose(choice)) if choice.startswith(COLLEAGUE):
                return not await self._people.belongs(event.where.chat, choice.removeprefix(COLLEAGUE))
        return False

    def _is_guest(self, event: Visited | Message | Reacted, organisation: str) -> bool:
        """Another app, or a guest of another company, may be a member of the team's channel, too. Words and presses say
        whose they are, if not of several workspaces in one organisation; of signs, commands and visits only the directory
        knows. Raises `Busy` when it does not answer: they come again.
        """
        home = apart(event.who.id)[0] or self._team
        guest = self._people.is_guest(event.who.id, home, organisation)
        if guest is None and (event.who.unsure or not _says_whose(event)):
            raise Busy(f"nobody says from which workspace {event.who.id} is")
        return bool(guest) or self._people.is_app(event.who.id)

    async def _is_agent(self, visit: Visited | Message) -> bool:
        """Only those of the same workspace can be."""
        mine = apart(visit.where.chat)[0]
        chats = [chat for chat in self._teams() if apart(chat)[0] == mine]
        return any(await asyncio.gather(*(self._people.belongs(chat, visit.who.id) for chat in chats)))


def _says_whose(event: Visited | Message | Reacted) -> bool:
    """Words, and a press in a channel."""
    match event:
        case Message(where=Address(thread=places.HOME)) | Message(answer=Command()):
            return False
    return isinstance(event, Message)
