"""Words on their way out: final, packed, and put in line for whoever they are for.

A lane is the line of one chat or one ticket's room; what stands in it leaves in order.
"""

from __future__ import annotations

from msgspec import Struct, field
from sqlalchemy import and_, bindparam, case, delete, insert, select, update

from bot.channels import Button, Parcel
from bot.dialogue.words import Lines, Link, Speech, Text, _
from bot.effects import Room, Say, Unsay
from bot.events import Address, Event, Filled, Message, Visited
from bot.outbox.pace import CHAT
from bot.outbox.packing import is_piece, pack, piece_of
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import Value, json
from bot.store.rules import Words
from bot.store.tx import Tx
from bot.store.upsert import upsert
from bot.values import replace

LEASE = 10.0
"""Seconds a claim holds; who still has it in hand claims it for longer long before (`lanes.keep`), so it is as long as
a process may be slow, and as short as people like to wait when one has died.
"""
BEGIN = 3.0
"""Seconds after which the call of a claimed letter may no longer begin: its process has been slow for too long."""

WAITING, FLYING, SENT, DEAD = 0, 1, 2, 3

# Told twice that they are not sent: by one state alone the databases do not find `ix_outbox_waiting`.
unsent = (t.outbox.c.lane == bindparam("in_lane"), t.outbox.c.state < SENT)
_lane = t.lane.c
_waits = select(t.outbox.c.id).where(*unsent, t.outbox.c.state == WAITING).exists()
_poured = case((_lane.tat > bindparam("at"), _lane.tat), else_=bindparam("at")) + bindparam("spent")
# Claims letters as they are put into a lane that is idle, in a conversation nearly always. It saves a look of the postman.
SEIZE = Prepared(
    update(t.lane)
    .where(
        _lane.key == bindparam("in_lane"),
        _lane.tat <= bindparam("calm"),
        _lane.pending == 0,
        _lane.owner == "",
        _lane.next_at <= bindparam("at"),
    )
    .values(owner=bindparam("me"), pending=bindparam("letters"), next_at=bindparam("lease"), rank=0, tat=_poured)
)
# The same where all letters of the lane are on their way by this process: the postman sends these behind those. A statement
# of its own, since one that returns something takes SQLite three times as long.
BEHIND = Prepared(
    update(t.lane)
    .where(
        _lane.key == bindparam("in_lane"),
        _lane.tat <= bindparam("calm"),
        _lane.owner == bindparam("me"),
        _lane.pending > 0,
        _lane.next_at > bindparam("at"),
        ~_waits,
    )
    .values(
        pending=_lane.pending + bindparam("letters"),
        next_at=case((_lane.next_at > bindparam("lease"), _lane.next_at), else_=bindparam("lease")),
        rank=0,
        tat=_poured,
    )
    .returning(_lane.pending)
)
LOCK = Prepared(select(_lane.key).where(_lane.key == bindparam("in_lane")).with_for_update())
WAITS = Prepared(select(t.outbox.c.id).where(*unsent, t.outbox.c.state == WAITING).limit(1))
_JOIN = ("key", "channel", "chat", "thread", "ticket", "title", "pace", "rank", "pending", "next_at", "tat", "owner")
_late = and_(_lane.pending == 0, _lane.next_at < bindparam("now"))
_ahead = and_(_lane.pending > 0, _lane.rank < bindparam("rank"))
# Puts letters into a lane. A new one may be claimed in the same breath: it is idle by nature.
JOIN = Prepared(
    upsert(t.lane)
    .values({n: bindparam(n) for n in _JOIN})
    .on_conflict_do_update(
        index_elements=["key"],
        set_={
            "next_at": case((_late, bindparam("now")), else_=_lane.next_at),
            "rank": case((_ahead, _lane.rank), else_=bindparam("rank")),
            "title": case((bindparam("title") != "", bindparam("title")), else_=_lane.title),
            "pending": _lane.pending + bindparam("pending"),
        },
    )
    .returning(_lane.pending, _lane.owner)
)
LETTER = Prepared(
    insert(t.outbox).values({n: bindparam(n) for n in ("lane", "slot", "state", "at", "body")}), number=t.outbox.c.id
)
_in_slot = (*unsent, t.outbox.c.slot == bindparam("in_slot"))
# Not of those that may have arrived: who finds them there would think that it shows the new words.
_untried = and_(t.outbox.c.state == WAITING, t.outbox.c.attempts == 0)
REPLACE = Prepared(update(t.outbox).where(*_in_slot, _untried).values(body=bindparam("new")))
WITHDRAW = Prepared(delete(t.outbox).where(*_in_slot, t.outbox.c.state == WAITING))
FLIES = Prepared(select(t.outbox.c.id).where(*_in_slot, t.outbox.c.state == FLYING).limit(1))
# The slots of a lane that show something, or soon will.
SLOTS = Prepared(
    select(t.slot.c.slot)
    .where(t.slot.c.lane == bindparam("in_lane"))
    .union(select(t.outbox.c.slot).where(t.outbox.c.lane == bindparam("in_lane"), t.outbox.c.state < SENT))
)
FEWER = Prepared(
    update(t.lane).where(_lane.key == bindparam("in_lane")).values(pending=_lane.pending - bindparam("less"))
)
HOLDS = Prepared(
    select(t.slot.c.slot)
    .where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot"))
    .union(select(t.outbox.c.slot).where(*_in_slot))
)
SLOT = Prepared(
    select(t.slot.c.message).where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot"))
)
SHOWS = Prepared(
    select(t.slot.c.body).where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot"))
)
IN_THREAD = Prepared(
    select(t.thread.c.ticket).where(*(t.thread.c[n] == bindparam(n) for n in ("channel", "chat", "thread")))
)


class Letter(Struct, frozen=True, kw_only=True):
    """One claimed message with its way: this process and no other sends it now."""

    id: int
    lane: str
    to: Address
    parcel: Parcel
    attempts: int = 0
    after: float = 0
    """Not before this moment (seconds since 1970)."""
    room: Room | None = None
    """The room that has to be opened first; None: it is open, or it is a chat."""
    again: bool = False
    """It has been on its way before, and nobody knows whether it arrived."""
    by: float = 0
    """The call must have begun by this moment (see `BEGIN`)."""
    void: str = ""
    """Why it is of no use any more: it has waited too long (`Limits.stale`), or its reader wants no such mails now."""
    behind: bool = False
    """It may leave only after those of its lane that this process has in hand already."""


class Way(Struct):
    """What one turn puts into one lane."""

    to: Address
    pace: str
    hot: bool
    ticket: int = 0
    title: str = ""
    parcels: list[Parcel] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    pieces: dict[str, int] = field(default_factory=dict)
    """Of how many messages the words in a slot are now."""


class Letters:
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
        parcels = pack(_parcel(self._tx, say, way), limits)
        if say.slot:
            way.pieces[say.slot] = sum(bool(parcel.text) for parcel in parcels)
        for parcel in parcels:
            if parcel.slot:
                way.parcels = [p for p in way.parcels if p.slot != parcel.slot]
            way.parcels.append(parcel)

    def unsay(self, unsay: Unsay) -> None:
        way = self._way(unsay.to)
        way.parcels = [p for p in way.parcels if not is_piece(p.slot, unsay.slot)]
        way.withdrawn.add(unsay.slot)

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
        if at.thread and self._tx.rules.of_team(at.channel, at.chat):
            row = self._tx.one(IN_THREAD, channel=at.channel, chat=at.chat, thread=at.thread)
            if row:
                return replace(at, thread=""), int(row[0]), ""
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
            put = _put(self._tx, key, self._ways[key])
            if put is None:
                self.waiting.append(key)
            else:
                letters += put
        return tuple(letters)


def lane_key(at: Address, ticket: int = 0, *, whispers: bool = False) -> str:
    tail = "!" if whispers else f"#{ticket}" if ticket else at.thread
    return f"{at.channel}|{at.chat}|{tail}"


def _parcel(tx: Tx, say: Say, way: Way) -> Parcel:
    limits = tx.rules.limit(way.to.channel)
    words, prompt = tx.rules.words.calling(limits.call), say.words
    page = _page(words, say, prompt.text) if limits.pages and say.about and not way.ticket else ()
    entry = next((s[6:] for s in (say.receipt, prompt.asks) if s.startswith("entry.")), "")
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
        entry=entry,
        language=say.language if limits.spoken else "",
        off=words.plain(_("{link}", link=Link(say.off)), say.language) if say.off else "",
    )


def _page(words: Words, say: Say, speech: Speech) -> tuple[Button, ...]:
    """Words with the link of a ticket's page have a button that opens it inside the platform."""
    match speech:
        case Lines(parts):
            return next((found for part in parts if (found := _page(words, say, part))), ())
        case Text(facts={"link": Link() as link}):
            at = words.plain(_("{link}", link=link), say.language)
            return (Button(words.plain(_("Open the page"), say.language), "", "page", at),)
    return ()


def _put(tx: Tx, key: str, way: Way) -> list[Letter] | None:
    """What is claimed of it; None: it waits in its lane."""
    slots = bool(way.withdrawn) or any(p.slot for p in way.parcels)
    if slots and tx.beside:
        tx.one(LOCK, in_lane=key)  # else somebody may claim a letter with the very words that are replaced here
    parcels = [*_withdraw(tx, key, way), *way.parcels, *_surplus(tx, key, way)]
    if slots:
        parcels = [p for p in parcels if not _coalesced(tx, key, p) and not _said(tx, key, p)]
    if not parcels:
        return []
    n = len(parcels)
    eager = _eager(way, parcels)
    ahead = _seize(tx, key, way, parcels) if eager else None
    mine = _join(tx, key, way, n, eager=eager) if ahead is None else not (ahead and _overtakes(tx, key))
    state = FLYING if mine else WAITING
    ids = [tx.number(LETTER, lane=key, slot=p.slot, state=state, at=tx.at, body=json(p)) for p in parcels]
    if not mine:
        return None
    by, behind = tx.at + BEGIN, bool(ahead)
    return [
        Letter(id=i, lane=key, to=way.to, parcel=addressed(tx, key, p), by=by, behind=behind or p is not parcels[0])
        for i, p in zip(ids, parcels, strict=True)
    ]


def _eager(way: Way, parcels: list[Parcel]) -> bool:
    """Whether they may leave at once, if the lane is idle: answers only, and whispers. What has to wait for a bucket,
    for a room or for files goes through the claim (`lanes.py`).
    """
    if way.pace == "none":
        return True
    return way.hot and way.pace == "chat" and len(parcels) <= CHAT.burst and not any(p.files for p in parcels)


def _seize(tx: Tx, key: str, way: Way, parcels: list[Parcel]) -> int | None:
    """How many letters of the lane are on their way before these; None: it cannot be claimed now.

    What writes over its slot waits until it is known which message that is.
    """
    n = len(parcels)
    claim: dict[str, Value] = {
        "in_lane": key,
        "me": tx.rules.me,
        "letters": n,
        "at": tx.at,
        "lease": tx.at + LEASE,
        "calm": tx.at + (CHAT.burst - n) / CHAT.rate,
        "spent": _spent(way, n),
    }
    if tx.do(SEIZE, **claim):
        return 0
    row = None if any(p.slot for p in parcels) else tx.one(BEHIND, **claim)
    return row[0] - n if row else None


def _overtakes(tx: Tx, key: str) -> bool:
    """Whether something was put in front while we waited for the lane: then it is not ours to send."""
    return tx.beside and tx.one(WAITS, in_lane=key) is not None


def _spent(way: Way, n: int) -> float:
    return n / CHAT.rate if way.pace == "chat" else 0.0


def _join(tx: Tx, key: str, way: Way, n: int, *, eager: bool) -> bool:
    """Puts so many into the lane; whether it was a new one and is ours now."""
    row = tx.one(
        JOIN,
        key=key,
        channel=way.to.channel,
        chat=way.to.chat,
        thread=way.to.thread,
        ticket=way.ticket,
        title=way.title,
        pace=way.pace,
        rank=0 if way.hot or way.pace == "none" else 1,
        pending=n,
        owner=tx.rules.me if eager else "",
        next_at=tx.at + LEASE if eager else tx.at,
        tat=tx.at + _spent(way, n) if eager else 0.0,
        now=tx.at,
    )
    return eager and row is not None and row[0] == n and row[1] == tx.rules.me


def _withdraw(tx: Tx, key: str, way: Way) -> list[Parcel]:
    """Takes back what stands in the slots, with all its pieces."""
    shown = [slot for (slot,) in tx.all(SLOTS, in_lane=key)] if way.withdrawn else []
    gone = sorted(slot for slot in shown if any(is_piece(slot, of) for of in way.withdrawn))
    return [parcel for slot in gone for parcel in _emptied(tx, key, way, slot)]


def _surplus(tx: Tx, key: str, way: Way) -> list[Parcel]:
    """Takes back the last pieces of words that are shorter now."""
    gone: list[Parcel] = []
    for slot, pieces in way.pieces.items():
        number = max(pieces, 1)
        while tx.one(HOLDS, in_lane=key, in_slot=piece_of(slot, number)):
            gone += _emptied(tx, key, way, piece_of(slot, number))
            number += 1
    return gone


def _emptied(tx: Tx, key: str, way: Way, slot: str) -> list[Parcel]:
    """Takes a waiting letter away; what is sent or on its way needs a letter of its own to delete it."""
    if less := tx.do(WITHDRAW, in_lane=key, in_slot=slot):
        tx.do(FEWER, in_lane=key, less=less)
    kept = tx.one(SLOT, in_lane=key, in_slot=slot) or tx.one(FLIES, in_lane=key, in_slot=slot)
    return [Parcel(unsay=True, slot=slot)] if kept and not any(p.slot == slot for p in way.parcels) else []


def _coalesced(tx: Tx, key: str, parcel: Parcel) -> bool:
    """Whether a waiting letter of the same slot took these words instead of its own."""
    return bool(parcel.slot) and tx.do(REPLACE, in_lane=key, in_slot=parcel.slot, new=json(parcel)) > 0


def _said(tx: Tx, key: str, parcel: Parcel) -> bool:
    """Whether the slot shows these very words already, with nothing on its way to change them."""
    if not parcel.slot or parcel.receipt or parcel.unsay or parcel.over:
        return False
    row = tx.one(SHOWS, in_lane=key, in_slot=parcel.slot)
    return row is not None and row[0] == json(parcel) and not tx.one(FLIES, in_lane=key, in_slot=parcel.slot)


def addressed(tx: Tx, key: str, parcel: Parcel) -> Parcel:
    """The parcel with the message it writes over, if something was said in its slot before. Files are sent anew."""
    if not parcel.slot or parcel.over or parcel.files:
        return parcel
    row = tx.one(SLOT, in_lane=key, in_slot=parcel.slot)
    return replace(parcel, over=row[0]) if row and row[0] else parcel
