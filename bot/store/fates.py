"""What became of a letter, and what follows from it for its lane. Written down in one transaction for many."""

from __future__ import annotations

from collections.abc import Sequence
from random import random

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, bindparam, case, delete, literal, or_, select, update

from bot.events import ENTRY, GONE, STAYS, Address, Receipt, key_of
from bot.outbox.packing import is_piece
from bot.outbox.retry import TRIES, wait
from bot.store import tables as t
from bot.store.lanes import AGAIN, LAND, own_lane, stop
from bot.store.letters import DEAD, FLYING, LOCK, SENT, WAITING, Letter, receipt_of, unsent, whole_chat
from bot.store.prepared import Prepared, for_like
from bot.store.rehousing import follow
from bot.store.rows import Row, json, moment, read_parcel
from bot.store.slots import CARD, CLEAR_ALL, FILL, SHOWS
from bot.store.tx import Tx
from bot.store.upsert import put
from bot.values import replace

TOO_FAST = "too fast"
HASTE = 3
"""So many times a room is opened again at once; after that each time waits as after a failure."""


class Sent(Struct, frozen=True):
    letter: Letter
    to: Address
    ids: tuple[str, ...]
    back: bool = False
    """It is the first since the team's chat could not be reached."""


class Failed(Struct, frozen=True):
    """Something went wrong that may be right next time."""

    letter: Letter
    error: str
    unread: bool = False
    """Its files could not be read: that is no platform's fault."""


class Dead(Struct, frozen=True):
    """It will never arrive."""

    letter: Letter
    trouble: str
    """See `Receipt.trouble`."""


class Deserted(Struct, frozen=True):
    """The team's chat cannot be reached: archived, or we were put out. What is for the team waits until somebody mends
    it; a customer's words are never given up because of that.
    """

    letter: Letter


class Held(Struct, frozen=True):
    """Too fast: this lane waits, or the whole bot. Or the platform is away, which is no fault of the letter's."""

    letter: Letter
    seconds: float
    everywhere: bool = False
    why: str = TOO_FAST


class Homeless(Struct, frozen=True):
    """The room is gone."""

    letter: Letter


Fate = Sent | Failed | Dead | Deserted | Held | Homeless

DESERTED = "the team's chat cannot be reached"
REHOUSED = "the team's chat has a new id"

_row, _lane = t.outbox.c, t.lane.c
_open = and_(_row.id == bindparam("letter"), _row.state < SENT)
ARRIVED = Prepared(
    update(t.outbox).where(_open).values(state=SENT, receipt=bindparam("ids"), news=bindparam("tell"), error="")
)
DIED = Prepared(
    update(t.outbox).where(_open).values(state=bindparam("ends"), error=bindparam("why"), news=bindparam("tell"))
)
TRY = Prepared(update(t.outbox).where(_open).values(attempts=bindparam("tries"), error=bindparam("why"), state=WAITING))


def _pieces(slot: ColumnElement[str]) -> ColumnElement[bool]:
    """Of what was packed for one slot (`_names`)."""
    return or_(*(slot.like(bindparam(name), escape="!") for name in ("whole", "piece", "files")))


def _names(slot: str) -> dict[str, str]:
    whole = for_like(slot)
    return {"whole": whole, "piece": f"{whole}/%", "files": f"{whole}+%"}


DROP = Prepared(update(t.outbox).where(_row.state == DEAD, _pieces(_row.slot)).values(state=SENT, error=""))
THERE = Prepared(select(t.slot.c.slot).where(t.slot.c.lane == bindparam("in_lane"), _pieces(t.slot.c.slot)).limit(1))
# The last one left: nothing waits behind it.
LEAST = Prepared(
    update(t.lane)
    .where(_lane.key == bindparam("in_lane"), _lane.pending == 1, _lane.owner == bindparam("me"))
    .values(pending=0, owner="", next_at=bindparam("now"))
)
# One less waits, and whoever holds the lane lets go of it, unless they have another letter of it in hand.
_in_hand = select(_row.id).where(*unsent, _row.state == FLYING).exists()
_over = and_(_lane.owner == bindparam("me"), ~_in_hand)
LESS = Prepared(
    update(t.lane)
    .where(_lane.key == bindparam("in_lane"))
    .values(
        pending=_lane.pending - 1,
        owner=case((_over, ""), else_=_lane.owner),
        next_at=case((_over, bindparam("now")), else_=_lane.next_at),
    )
    .returning(_lane.pending, _lane.owner)
)
HOLD = Prepared(
    update(t.lane)
    .where(_lane.key == bindparam("in_lane"), _lane.owner == bindparam("me"))
    .values(next_at=bindparam("until"), owner="")
)
# What waits because the team's chat could not be reached, when it can be again. A lane that somebody has is left alone.
_of_chat = (_lane.channel == bindparam("in_channel"), _lane.chat == bindparam("in_chat"))
_was_deserted = select(_row.id).where(_row.lane == _lane.key, _row.state < SENT, _row.error == DESERTED).exists()
_stranded = (
    select(_lane.key)
    .where(*_of_chat, _lane.pending > 0, _lane.rank <= 1, _lane.owner == "", _was_deserted)
    .with_for_update(skip_locked=True)
)
REUNITE = Prepared(update(t.lane).where(_lane.key.in_(_stranded)).values(next_at=bindparam("now")))
MORE = Prepared(update(t.lane).where(_lane.key == bindparam("in_lane")).values(pending=_lane.pending + 1))
POST = Prepared(put(t.post, "ticket", "entry"))
CLEAR = Prepared(delete(t.slot).where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot")))
_room = [t.thread.c[n] == bindparam(f"in_{n}") for n in ("ticket", "channel", "chat")]
ROOT = Prepared(
    update(t.thread).where(*_room, t.thread.c.thread == "", t.thread.c.root == "").values(root=bindparam("message"))
)
# Not another one that was opened meanwhile. Where a room is no thread of its own, what is written over tells none.
_found_gone = (
    t.thread.c.thread == bindparam("in_thread"),
    or_(t.thread.c.root == bindparam("in_root"), literal("") == bindparam("in_root")),
)
UNROOM = Prepared(delete(t.thread).where(*_room, *_found_gone))
ROOM = Prepared(put(t.thread, "thread", "root"))
TICKET_OF = Prepared(
    select(_lane.ticket, _lane.channel, _lane.chat, _lane.thread)
    .join_from(t.lane, t.ticket, t.ticket.c.id == _lane.ticket)
    .where(_lane.key == bindparam("in_lane"))
)
NEWS = Prepared(
    select(_row.id, _row.lane, _row.body, _row.error, _lane.channel, _lane.chat, _lane.thread)
    .select_from(t.outbox.join(t.lane, _lane.key == _row.lane))
    .where(_row.news == 1)
    .order_by(_row.id)
    .limit(50)
)


def finish(tx: Tx, fates: Sequence[Fate]) -> tuple[Receipt, ...]:
    """Writes down what became of letters; returns the receipts somebody wants. Safe to run again."""
    receipts: list[Receipt] = []
    for fate in sorted(fates, key=_in_order):  # everybody takes lanes in this order: no deadlocks
        match fate:
            case Sent():
                receipts += _sent(tx, fate)
            case Dead(letter, trouble):
                receipts += _dead(tx, letter, trouble)
            case Deserted(letter):
                receipts += _deserted(tx, letter)
            case Failed(letter, error):
                receipts += _failed(tx, letter, error)
            case Held(letter, seconds, _everywhere, why):
                # An earlier try may have arrived: that is not to be forgotten.
                _back(tx, letter, max(letter.attempts, int(letter.again)), why, seconds)
            case Homeless(letter):
                receipts += _homeless(tx, letter)
    for held in sorted((f for f in fates if isinstance(f, Held)), key=_bucket):  # and buckets after lanes, by theirs
        _stop(tx, held)
    return tuple(receipts)


def _in_order(fate: Fate) -> tuple[str, str]:
    """By the lanes they write to. A letter of late files whose room is gone writes to the ticket's own lane first."""
    return own_lane(fate.letter.lane), fate.letter.lane


def opened(tx: Tx, at: Address, ticket: int, thread: str) -> None:
    """A ticket's room is open; an empty thread: the chat has none, messages hang under the first one."""
    tx.do(ROOM, ticket=ticket, channel=at.channel, chat=at.chat, thread=thread, root="")


def drop(tx: Tx, slot: str) -> None:
    """What never left of a slot is settled. Its row stays for a while, so that its number is given to no other."""
    tx.do(DROP, **_names(slot))


def news(tx: Tx) -> tuple[Receipt, ...]:
    """Receipts whose event has not been taken yet: those of a process that died in between."""
    return tuple(_told(tx, row) for row in tx.all(NEWS))


def _sent(tx: Tx, fate: Sent) -> list[Receipt]:
    letter, parcel = fate.letter, fate.letter.parcel
    told = bool(parcel.receipt) and not parcel.more and not parcel.unsay
    if not tx.do(ARRIVED, letter=letter.id, ids=json(fate.ids) if fate.ids else "", tell=int(told)):
        return []  # another process finished it: our lease had run out
    _less(tx, letter)
    if fate.back or _shows_the_way(tx, letter):
        reunite(tx, fate.to)
    if parcel.about or tx.rules.of_team(fate.to.channel, fate.to.chat):
        _remember(tx, fate)
    if parcel.slot:
        _fill(tx, fate)
    return [_receipt(tx, letter, fate.to, "")] if told else []


def _shows_the_way(tx: Tx, letter: Letter) -> bool:
    """Into the team's chat: tried before, or a greeting to all, as where we are invited again."""
    if "#" in letter.lane:
        return letter.attempts > 0
    return not letter.parcel.whisper and tx.rules.of_team(letter.to.channel, letter.to.chat)


def reunite(tx: Tx, team: Address) -> None:
    """Something has arrived there, or may: what else waits for this chat need not sit out its pause."""
    if tx.do(REUNITE, in_channel=team.channel, in_chat=team.chat, now=tx.at):
        tx.stirred.add("outbox")


def _less(tx: Tx, letter: Letter) -> None:
    """One letter fewer waits in its lane, which is free if that was all of it that we had in hand."""
    if tx.do(LEAST, in_lane=letter.lane, me=tx.rules.me, now=tx.at):
        return
    if tx.concurrent:
        tx.one(LOCK, in_lane=letter.lane)  # so that what was claimed behind it meanwhile is seen
    row = tx.one(LESS, in_lane=letter.lane, me=tx.rules.me, now=tx.at)
    if row and row[0] > 0 and row[1] != tx.rules.me:
        tx.stirred.add("outbox")


def _remember(tx: Tx, fate: Sent) -> None:
    """Notes of which ticket each message is, so that an answer to it is an answer to the ticket. Those of none are noted in
    the team's chats: what answers them is for the team alone.
    """
    to, parcel = fate.to, fate.letter.parcel
    for message in fate.ids:
        tx.do(POST, channel=to.channel, chat=to.chat, message=message, ticket=parcel.about or 0, entry=parcel.entry)
    if fate.ids and not to.thread and not parcel.over and "#" in fate.letter.lane:
        tx.do(ROOT, in_ticket=parcel.about, in_channel=to.channel, in_chat=to.chat, message=fate.ids[0])


def _fill(tx: Tx, fate: Sent) -> None:
    letter, parcel = fate.letter, fate.letter.parcel
    if parcel.unsay or ((parcel.only or parcel.amends) and not fate.ids):  # nothing stands there that could be changed
        tx.do(CLEAR, in_lane=letter.lane, in_slot=parcel.slot)
    elif message := " ".join(fate.ids) or parcel.over:
        body = json(replace(parcel, over="", reply_to="", receipt="", amends=False))
        tx.do(FILL, lane=letter.lane, slot=parcel.slot, message=message, body=body)


def _dead(tx: Tx, letter: Letter, trouble: str) -> list[Receipt]:
    """One that is of use for a while only (`Say.until`) is not kept as undelivered: whoever waits for it asks for another.
    Nor is what could not be taken back (`STAYS`), nor what was for a chat that was the team's once.
    """
    told = not letter.parcel.whisper and (not letter.parcel.unsay or bool(letter.parcel.receipt))
    settled = letter.parcel.until or trouble == STAYS or (trouble == GONE and _is_left(tx, letter))
    ends = SENT if settled else DEAD
    if not tx.do(DIED, letter=letter.id, ends=ends, why=trouble[:2000], tell=int(told)):
        return []
    _less(tx, letter)
    return [_receipt(tx, letter, letter.to, trouble)] if told else []


def _is_left(tx: Tx, letter: Letter) -> bool:
    """For the room of a request, in a chat that is no team's any more: it goes on in another."""
    return "#" in letter.lane and not tx.rules.of_team(letter.to.channel, letter.to.chat)


def _failed(tx: Tx, letter: Letter, error: str) -> list[Receipt]:
    tries = letter.attempts + 1
    if tries >= TRIES and not tx.rules.limit(letter.to.channel).stale:
        tx.do(LAND, in_lane=letter.lane)  # so that nothing of it is in hand
        return _dead(tx, letter, error)
    _back(tx, letter, tries, error, wait(tries, random()))  # noqa: S311 - spreads retries, hides nothing
    return []


def _deserted(tx: Tx, letter: Letter) -> list[Receipt]:
    """Said once, at the first try of a card: somebody else may take the ticket (`handlers/delivery.py`). Unless it has only a
    new id, of which another process alone has heard.
    """
    if follow(tx, letter.to):
        _back(tx, letter, letter.attempts, REHOUSED, 0.0)
        return []
    _back(tx, letter, letter.attempts + 1, DESERTED, wait(letter.attempts + 1, random()))  # noqa: S311 - spreads retries
    first = letter.attempts == 0 and letter.parcel.slot == CARD
    return [_receipt(tx, letter, letter.to, GONE)] if first else []


def _back(tx: Tx, letter: Letter, tries: int, error: str, seconds: float) -> None:
    """Back into its lane, with whatever was claimed behind it. When somebody else has it by now, that is theirs to say."""
    # First: what comes from now on waits.
    if not tx.do(HOLD, in_lane=letter.lane, me=tx.rules.me, until=tx.at + seconds):
        return
    tx.do(TRY, letter=letter.id, tries=tries, why=error[:2000])
    tx.do(LAND, in_lane=letter.lane)
    tx.stirred.add("outbox")


def _bucket(held: Held) -> str:
    """Of the whole bot, or of a group, whose tickets have lanes of their own."""
    to = held.letter.to
    return to.channel if held.everywhere else whole_chat(to.channel, to.chat)


def _stop(tx: Tx, held: Held) -> None:
    """What comes from the same bucket waits too."""
    to = held.letter.to
    limits = tx.rules.limit(to.channel)
    if held.everywhere:
        stop(tx, _bucket(held), limits.everywhere, held.seconds)
    elif held.seconds and held.why == TOO_FAST and tx.rules.of_team(to.channel, to.chat):
        stop(tx, _bucket(held), limits.group, held.seconds)


def _homeless(tx: Tx, letter: Letter) -> list[Receipt]:
    """Forgets the room; its card goes first into the next one. That of a request that was erased is not opened again.

    Where people closed a topic they may open it again: what they write in it is still about its ticket.
    """
    tries = letter.attempts + 1
    row = tx.one(TICKET_OF, in_lane=letter.lane)
    if row is None or not row[0] or tries >= TRIES:
        return _dead(tx, letter, "no such thread")
    ticket, channel, chat, _thread = row
    gone, root = letter.to.thread, letter.parcel.reply_to
    if tx.do(UNROOM, in_ticket=ticket, in_channel=channel, in_chat=chat, in_thread=gone, in_root=root):
        _card_first(tx, letter)
        if gone:  # the topic's number is that of its first message
            tx.do(POST, channel=channel, chat=chat, message=gone, ticket=ticket, entry="")
    _back(tx, letter, tries, "no such thread", 0.0 if tries <= HASTE else wait(tries, random()))  # noqa: S311
    return []


def _card_first(tx: Tx, letter: Letter) -> None:
    """Nothing stands in the next room yet, and its card goes first into it, by the ticket's own lane."""
    own = own_lane(letter.lane)
    card = tx.one(SHOWS, in_lane=own, in_slot=CARD)
    tx.do(CLEAR_ALL, key=own)
    if card and card[0] and letter.parcel.slot != CARD:  # without words: it named whoever was erased
        tx.do(AGAIN, lane=own, slot=CARD, first=1, at=tx.at, body=card[0])
        tx.do(MORE, in_lane=own)


def _receipt(tx: Tx, letter: Letter, where: Address, trouble: str) -> Receipt:
    return Receipt(
        id=receipt_of(letter.id),
        at=tx.now,
        where=where,
        about=letter.parcel.receipt or (key_of(letter.parcel.about) if letter.parcel.about else ""),
        trouble=STAYS if trouble and letter.parcel.unsay else trouble,
        files=letter.parcel.files,
        last=not letter.parcel.more,
        there=bool(trouble) and _is_partly_there(tx, letter),
    )


def _is_partly_there(tx: Tx, letter: Letter) -> bool:
    slot = f"{ENTRY}{letter.parcel.entry}"
    told = letter.parcel.entry and is_piece(letter.parcel.slot, slot) and not letter.parcel.unsay
    return bool(told) and tx.one(THERE, in_lane=letter.lane, **_names(slot)) is not None


def _told(tx: Tx, row: Row) -> Receipt:
    number, lane, body, error, channel, chat, thread = row
    letter = Letter(id=number, lane=lane, to=Address(channel, chat, thread), parcel=read_parcel(body))
    return replace(_receipt(tx, letter, letter.to, error), at=moment(tx.at))
