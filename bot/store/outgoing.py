"""What one turn says, lane by lane: put into words, packed, and at the end written down."""

from __future__ import annotations

from functools import partial

import msgspec
from sqlalchemy import bindparam, select

from bot.channels import Button, Limits, Parcel
from bot.dialogue.words import Lines, Link, RoomLink, Speech, Text, _
from bot.effects import Room, Say, Unsay
from bot.events import ENTRY, Address, Event, Filled, Message, Visited
from bot.i18n import Words
from bot.outbox.packing import is_piece, pack, shortened
from bot.store import tables as t
from bot.store.lanes import THREAD
from bot.store.letters import SENT, Letter, Way, lane_key
from bot.store.placing import place
from bot.store.prepared import Prepared
from bot.store.rooms import room_of
from bot.store.rows import read_parcel, stamp
from bot.store.tx import Tx
from bot.values import replace

ASKED = Prepared(
    select(t.outbox.c.body, t.outbox.c.receipt).where(t.outbox.c.id == bindparam("letter"), t.outbox.c.state == SENT)
)
LEFT_OUT = _("*[The middle is too long to be shown here. It goes along.]*")


class Outgoing:
    """What one turn says, lane by lane."""

    __slots__ = ("_event", "_tx", "_ways", "waiting")

    def __init__(self, tx: Tx, event: Event) -> None:
        self._tx, self._event = tx, event
        self._ways: dict[str, Way] = {}
        self.waiting: list[str] = []
        """Lanes that were given something nobody has claimed yet, once it is sealed."""

    def say(self, say: Say) -> None:
        way = self._way(say.to, whispers=bool(say.whisper))
        limits = self._tx.rules.limit(way.to.channel)
        parcel = _parcel(self._tx, say, way)
        parcels = pack(parcel, limits)
        if len(parcels) > 1 and say.only and limits.fleeting:
            parcels = pack(_shortened(self._tx, say, parcel, limits), limits)
        if say.slot:
            way.pieces[say.slot] = sum(bool(parcel.text) for parcel in parcels)
        for parcel in parcels:
            if parcel.slot:
                way.parcels = [p for p in way.parcels if p.slot != parcel.slot]
            way.parcels.append(parcel)

    def post(self, to: Address, parcel: Parcel) -> None:
        """Sends a parcel that is final already."""
        self._way(to).parcels.append(parcel)

    def hush(self, where: Address, number: int) -> None:
        """Takes the buttons away from a letter that was sent."""
        row = self._tx.one(ASKED, letter=number) if number else None
        parcel, shown = (read_parcel(row[0]), row[1]) if row else (Parcel(), "")
        if parcel.text and parcel.buttons and shown:
            over = msgspec.json.decode(shown)[-1]
            bare = Parcel(text=parcel.text, over=over, about=parcel.about, language=parcel.language)
            self._way(where).parcels.append(bare)

    def newest(self, where: Address) -> int:
        """The number of what was said last in a chat, once it is sealed; 0: nothing."""
        way = self._ways.get(lane_key(self._tx.rules.home(where)))
        return way.newest if way else 0

    def unsay(self, unsay: Unsay) -> None:
        way = self._way(unsay.to)
        way.parcels = [p for p in way.parcels if not is_piece(p.slot, unsay.slot)]
        way.withdrawn[unsay.slot] = unsay.receipt

    def _way(self, to: Address | Room, *, whispers: bool = False) -> Way:
        at, ticket, title = self._destination(to)
        key = lane_key(at, ticket, whispers=whispers)
        way = self._ways.get(key)
        if way is None:
            way = self._ways[key] = Way(at, self._pace(at, ticket, whispers), self._answers(at), ticket, title)
        return way

    def _destination(self, to: Address | Room) -> tuple[Address, int, str]:
        """The chat; and the ticket whose room it is, also when somebody named the room by its thread."""
        if isinstance(to, Room):
            return self._tx.rules.home(replace(to.at, thread="")), to.ticket, to.title
        at = self._tx.rules.home(to)
        team = at.thread and self._tx.rules.of_team(at.channel, at.chat)
        if team and (room := room_of(self._tx, at)):
            return replace(at, thread=""), room, ""
        return at, 0, ""

    def _answers(self, at: Address) -> bool:
        """Whether somebody who acted a moment ago waits for it."""
        event = self._event
        if not isinstance(event, Message | Filled | Visited):
            return False
        return (event.where.channel, event.where.chat) == (at.channel, at.chat)

    def _pace(self, at: Address, ticket: int, whispers: bool) -> str:  # noqa: FBT001 - one of three, told apart here
        if whispers:
            return "none"
        alone = not isinstance(self._event, Message) or self._event.private or self._event.where.chat != at.chat
        return "chat" if alone and not ticket and not self._tx.rules.of_team(at.channel, at.chat) else "group"

    def seal(self) -> tuple[Letter, ...]:
        """Writes everything down, lanes in order of their keys; returns what may be sent at once."""
        letters: list[Letter] = []
        for key in sorted(self._ways) if len(self._ways) > 1 else self._ways:
            put = place(self._tx, key, self._ways[key])
            if put is None:
                self.waiting.append(key)
            else:
                letters += put
        return tuple(letters)


def _parcel(tx: Tx, say: Say, way: Way) -> Parcel:
    limits = tx.rules.limit(way.to.channel)
    words, prompt = tx.rules.words.read_on(limits.call, partial(_room, tx, way.to)), say.words
    page = _page(words, say, prompt.text) if limits.pages and say.about and not way.ticket else ()
    entry = next((key.removeprefix(ENTRY) for key in (say.receipt, prompt.asks, say.slot) if key.startswith(ENTRY)), "")
    return Parcel(
        text=words.plain(prompt.text, say.language) if say.whisper else words.say(prompt.text, say.language),
        buttons=(
            *(Button(words.plain(c.label, say.language), f"{prompt.asks}|{c.name}", c.group) for c in prompt.choices),
            *page,
        ),
        files=say.files,
        over=say.over,
        whisper=say.whisper,
        only=say.only,
        slot=say.slot,
        about=say.about or way.ticket or None,
        receipt=say.receipt,
        reply_to=say.under,
        entry=entry,
        language=say.language if limits.spoken else "",
        off=words.plain(_("{link}", link=Link(say.off)), say.language) if say.off else "",
        until=stamp(say.until),
        amends=say.amends,
    )


def _room(tx: Tx, reader: Address, link: RoomLink) -> str:
    """Its address, for whoever reads on its platform: who is on another may not be a member there."""
    if link.channel != reader.channel:
        return ""
    at = tx.rules.home(Address(link.channel, link.chat))
    row = tx.one(THREAD, ticket=link.ticket, channel=at.channel, chat=at.chat)
    first = (row[0] or row[1]) if row else ""
    return tx.rules.limit(at.channel).room(at.chat, first) if first else ""


def _shortened(tx: Tx, say: Say, parcel: Parcel, limits: Limits) -> Parcel:
    """Without its middle, so that it is one message: a press takes away one alone."""
    gap = tx.rules.words.say(LEFT_OUT, say.language)
    return replace(parcel, text=shortened(parcel.text, limits.text, gap))


def _page(words: Words, say: Say, speech: Speech) -> tuple[Button, ...]:
    """Words with the link of a ticket's page have a button that opens it inside the platform."""
    match speech:
        case Lines(parts):
            return next((found for part in parts if (found := _page(words, say, part))), ())
        case Text(facts={"link": Link() as link}):
            at = words.plain(_("{link}", link=link), say.language)
            return (Button(words.plain(_("Open the page"), say.language), "", "page", at),)
    return ()
