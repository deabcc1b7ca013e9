"""A ticket, its states, and what may happen to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct, field

from bot.desk.config import Deed, Priority, Question
from bot.desk.people import Agent, PersonId
from bot.desk.pictures import numbered
from bot.dialogue.words import File, Spoken
from bot.events import ENTRY, Address, EntryId, TicketId, key_of
from bot.values import replace

State = Literal["ours", "yours", "solved", "merged"]
"""Whose turn it is: *waiting for us*, *waiting for you*; or it is over."""

EntryKind = Literal["asked", "draft", "answer", "note", "event"]


class Ticket(Struct, frozen=True, kw_only=True):
    """A request that was sent."""

    id: TicketId
    code: str
    """What people see: `SUP-1042`."""
    public: str
    """The id in the link: random, and without power of its own."""
    person: PersonId
    name: str
    where: Address
    language: str
    agents: Address
    """The chat of the team that has it."""
    category: str
    subcategory: str
    named: tuple[Spoken, ...] = ()
    """What these were called then: read where the desk has them no more. Empty: an earlier release kept no names."""
    title: str
    details: str = ""
    urls: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    pictures: int | None = None
    """The last number a picture of it was given; None: an earlier release gave none."""
    extras: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[Question, ...] = ()
    """What those answer, as it was asked then: read where the desk asks it no more."""
    state: State = "ours"
    agent: Agent | None = None
    opened: datetime
    due: datetime
    """The promise: when the customer has our answer."""
    since: datetime | None = None
    """From when on it counts; a ticket of an earlier release does not say."""
    left: timedelta | None = None
    """Open time that was left of it when it became the customer's turn; None: nothing, a new promise follows."""
    sorry: datetime | None = None
    """The date we promised before we apologised for it; None: we have not."""
    waits: datetime | None = None
    """Since when we wait for the customer."""
    reminded: datetime | None = None
    """When we told them so."""
    burst: tuple[datetime, int] | None = None
    """When the customer added something last, and how many things one soon after another."""
    album: datetime | None = None
    """When an album of the customer's began to arrive last: it is told when all of it is there."""
    into: TicketId = 0
    """The ticket it was merged into; 0: none."""
    within: str = ""
    """The number that one had."""
    before: tuple[State, tuple[str, ...]] | None = None
    """Its state and the numbers that were its own when it was merged."""
    instead: tuple[datetime | None, datetime, datetime | None] | None = None
    """The promise of the one it was merged into (since when, until when, and the date we apologised for), when its own took
    the place of that.
    """
    also: tuple[str, ...] = ()
    """The numbers that were merged into this one: they are its own now."""
    follows: str = ""
    """The number of the solved one it goes on from."""
    opener: Agent | None = None
    """Who opened it for the customer, in words of their own; None: they did it themselves."""
    rating: int | None = None
    """What the customer said of it since it was solved last, 1 to 5; 0: they were asked, None: not even that."""
    rated: int = 0
    """What they had said when it was solved the time before; 0: nothing."""
    late: bool = False
    """The first answer came after the date first promised."""
    reopened: int = 0
    """How often it was open again after it had been solved."""
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()
    """The team's own, such as `#bank`; the customer sees none of them."""
    asleep: datetime | None = None
    """Until when the team has put it aside; whatever the customer says, and whatever changes its date, wakes it."""
    held: datetime | None = None
    """When its holder showed last that they are at it, by claiming or answering; or when it became our turn again, or a
    request of its own.
    """
    left_chats: tuple[str, ...] = ()
    """The teams' chats it was moved out of."""
    touched: datetime
    """The last time anything happened."""
    answered: datetime | None = None
    spoke: tuple[Address, datetime, bool] | None = None
    """The chat in which we last answered or asked, when, and whether that asks for something that has not come yet."""
    solved: datetime | None = None
    nth: int = 1
    """The how-manieth request of this person it is."""
    earlier: datetime | None = None
    """When their last one before it was solved."""
    marked: str = ""
    """The details in small markup, when they carry styles."""
    wrote: tuple[str, ...] = ()
    """The messages it was made of, where it was opened, and those of a draft that was added to it: an edit of one finds it."""
    version: int = 0
    """Counts up at every save; a save on an older version is refused and its turn runs again."""

    @property
    def key(self) -> str:
        """By this name buttons, alarms and receipts are about it."""
        return key_of(self.id)

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.also)

    @property
    def holder(self) -> str:
        """The name of whoever has it; empty: nobody."""
        return self.agent.name if self.agent else ""

    @property
    def stars(self) -> int:
        """What they said of it last, 1 to 5; 0: nothing yet."""
        return self.rating or self.rated

    @property
    def over(self) -> bool:
        return self.state in ("solved", "merged")

    def number(self, files: tuple[File, ...]) -> tuple[Ticket, tuple[File, ...]]:
        """These become a part of it: their pictures get the numbers that come next."""
        if self.pictures is None:
            return self, files
        given, last = numbered(files, self.pictures)
        return (self, files) if last == self.pictures else (replace(self, pictures=last), given)

    def claim(self, agent: Agent, now: datetime) -> Ticket:
        return replace(self, agent=agent, held=now, touched=now)

    def release(self, now: datetime) -> Ticket:
        return replace(self, agent=None, held=None, touched=now)

    def answer(self, agent: Agent, now: datetime, state: State) -> Ticket:
        """An agent has answered. Whoever answers a free ticket has it from then on."""
        moved = self.solve(now) if state == "solved" else replace(self.reopen(now), state=state)
        held = now if self.agent is None or self.agent.id == agent.id else self.held
        return replace(
            moved, agent=self.agent or agent, held=held, answered=self.answered or now, asleep=None, touched=now
        )

    def hear(self, now: datetime) -> Ticket:
        """The customer added something: the next word is ours. (What becomes of the promise: `promises.turned`.)"""
        held, again = now if self.asleep else self.held, self._again
        spoke = self.spoke and (*self.spoke[:2], False)
        return replace(
            self, state="ours", spoke=spoke, solved=None, asleep=None, held=held, touched=now, reopened=again
        )

    def solve(self, now: datetime) -> Ticket:
        """Nothing is waited for any more. Each time they are asked how it was; until they say, what they said last stands."""
        spoke = self.spoke and (*self.spoke[:2], False)
        ask = self if self.over else replace(self, rating=None, rated=self.stars)
        return replace(ask, state="solved", spoke=spoke, solved=now, asleep=None, touched=now)

    def merge(self, into: Ticket, now: datetime) -> tuple[Ticket, Ticket]:
        """The one as part of the other, which has its numbers from then on: the earlier date holds, the open turn, and what
        was asked and not answered yet.
        """
        ours = [ticket for ticket in (into, self) if ticket.state == "ours"]
        first = min(ours, key=lambda ticket: ticket.due) if ours else into
        whole = replace(
            into,
            also=(*into.also, *self.codes),
            pictures=into._last_picture(self),
            tags=tuple(dict.fromkeys((*into.tags, *self.tags))),
            state=first.state,
            since=first.since,
            due=first.due,
            sorry=first.sorry,
            left=None if ours else into.left,
            spoke=max((into.spoke, self.spoke), key=lambda spoke: spoke[2:0:-1] if spoke else ()),
            held=into.held if into.state == "ours" and not into.asleep else now,
            asleep=None,
            touched=now,
        )
        instead = into._promise if first is self and into.state == "ours" else None
        part = replace(self, state="merged", into=into.id, within=into.code, instead=instead, asleep=None)
        return replace(part, before=(self.state, self.also), also=(), solved=now, touched=now), whole

    def part(self, whole: Ticket, now: datetime) -> tuple[Ticket, Ticket]:
        """By itself again, as it was; the other one keeps what was said and promised meanwhile, and where nothing was, has its
        own date again. What was asked before stands here again, if nobody has answered it there, or undone
        the answer that asked it.
        """
        state, also = self.before or ("ours", ())
        undone = self.spoke[1] if state == "yours" and self.spoke and self.spoke[2] and whole.spoke is None else None
        answered = None if self.answered == undone else self.answered
        state = "ours" if undone else state
        asks = whole.spoke is not None and whole.spoke[2]
        spoke = self.spoke and (*self.spoke[:2], self.spoke[2] and asks)
        mine = replace(
            self,
            state=state,
            answered=answered,
            late=self.late and answered is not None,
            into=0,
            within="",
            before=None,
            instead=None,
            also=also,
            pictures=self._last_picture(whole),
            solved=None,
            spoke=spoke,
            held=now,
            touched=now,
        )
        codes = tuple(code for code in whole.also if code not in mine.codes)
        rest = replace(whole, also=codes, spoke=None if whole.spoke == spoke else whole.spoke, touched=now)
        if self.instead and (whole.state, *whole._promise) == ("ours", *self._promise):
            since, due, sorry = self.instead
            rest = replace(rest, since=since, due=due, sorry=sorry)
        return mine, rest

    def reopen(self, now: datetime) -> Ticket:
        return replace(self, state="ours", solved=None, touched=now, reopened=self._again)

    def _last_picture(self, other: Ticket) -> int | None:
        """From which on no number is one of the other's, too: what was written for that may come to this one."""
        return None if self.pictures is None else max(self.pictures, other.pictures or 0)

    @property
    def _promise(self) -> tuple[datetime | None, datetime, datetime | None]:
        return self.since, self.due, self.sorry

    @property
    def _again(self) -> int:
        return self.reopened + (self.state == "solved")


class Held(Struct, frozen=True):
    """How a ticket was held before a canned answer did more than to be sent."""

    priority: Priority
    agent: Agent | None
    since: datetime | None
    taker: Agent
    """Who sent the answer."""
    tags: tuple[str, ...] = ()


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a ticket's history: something said, noted or done."""

    id: EntryId
    ticket: TicketId
    kind: EntryKind
    """`draft` waits for an agent's *Send*; it never left the team."""
    by: str
    """The name of who did it, as shown."""
    by_id: str = ""
    """`telegram:77`."""
    at: datetime
    text: str = ""
    marked: str = ""
    """The text in small markup, when it carries styles."""
    quoted: str = ""
    """The part of a message that it answers, or who wrote what it passes on (`Message.quoted`)."""
    files: tuple[File, ...] = ()
    lost: tuple[File, ...] = ()
    """What came with it, too, and could not be kept."""
    origin: Address | None = None
    """Where it was written, and …"""
    ref: str = ""
    """… by which message, so that an edit finds it."""
    album: str = ""
    """The album its files came in."""
    sent: datetime | None = None
    door: Address | None = None
    """The chat an answer went to: there it is corrected and taken back, wherever the customer writes from since."""
    came: State = "ours"
    """The state that the ticket had before this answer, and …"""
    led: str = ""
    """… after it."""
    does: tuple[Deed, ...] = ()
    """What a canned answer does beside being sent."""
    opens: bool = False
    """No answer: a request that its author means to open for the customer."""
    spoken: str = ""
    """The language of a canned answer's words."""
    dated: datetime | None = None
    """The date that these words promise."""
    drawn: datetime | None = None
    """Whoever wrote it has seen, on its preview, what others did until then; and …"""
    reads: str = ""
    """… what the customer read in then; empty: an earlier release does not say."""
    kept: tuple[datetime, datetime] | None = None
    """The promise it kept, since when and until: the one that stands again when the answer is undone; and …"""
    sorry: datetime | None = None
    """… the date before, if we had apologised for one."""
    was: Held | None = None
    """What comes back with it when all that it did is undone."""
    arrived: str = ""
    """The channel in which the customer has it."""
    trouble: str = ""
    """Why they never will, or not all of it; and …"""
    partly: bool = False
    """… it was one of several messages that was refused, and the last of them is still to come."""
    unshown: Mapping[str, str] = field(default_factory=dict)
    """Its files that a platform did not take, by their ids, and why: they are at the page alone."""
    shut: tuple[str, ...] = ()
    """The chats that no longer take our words, each by its channel and id: then the next one is tried."""
    gone: datetime | None = None
    """When whoever wrote it took it back. The words stay here."""

    @property
    def key(self) -> str:
        """By this name buttons, slots, alarms and receipts are about it."""
        return f"{ENTRY}{self.id}"

    @property
    def said(self) -> datetime:
        """By a customer when they wrote it, though the team had it later; by the team when it left."""
        return self.sent if self.sent and self.kind == "answer" else self.at
