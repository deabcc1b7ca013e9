"""Words that stand in a slot: what takes their place, what is taken back, and what is shown already."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, delete, select, update

from bot.channels import Parcel
from bot.outbox.packing import is_piece, piece_of
from bot.store import tables as t
from bot.store.letters import SENT, WAITING, Way, unsent
from bot.store.prepared import Prepared
from bot.store.rows import json, read_parcel
from bot.store.tx import Tx
from bot.store.upsert import put
from bot.values import replace

CARD = "card"
"""The slot of a ticket's card in its room: what is sent first when the room has to be opened again."""

_in_slot = (*unsent, t.outbox.c.slot == bindparam("in_slot"))
# Not of those that may have arrived: who finds them there would think that it shows the new words.
_untried = and_(t.outbox.c.state == WAITING, t.outbox.c.attempts == 0)
REPLACE = Prepared(update(t.outbox).where(*_in_slot, _untried).values(body=bindparam("new")))
WITHDRAW = Prepared(delete(t.outbox).where(*_in_slot, t.outbox.c.state == WAITING))
COMES = Prepared(select(t.outbox.c.body).where(*_in_slot).order_by(t.outbox.c.id.desc()).limit(1))
# The slots of a lane that show something, or soon will.
SLOTS = Prepared(
    select(t.slot.c.slot)
    .where(t.slot.c.lane == bindparam("in_lane"))
    .union(select(t.outbox.c.slot).where(t.outbox.c.lane == bindparam("in_lane"), t.outbox.c.state < SENT))
)
FEWER = Prepared(
    update(t.lane).where(t.lane.c.key == bindparam("in_lane")).values(pending=t.lane.c.pending - bindparam("less"))
)
HOLDS = Prepared(
    select(t.slot.c.slot)
    .where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot"))
    .union(select(t.outbox.c.slot).where(*_in_slot))
)
SLOT = Prepared(
    select(t.slot.c.message).where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot"))
)
FILL = Prepared(put(t.slot, "message", "body"))
CLEAR_ALL = Prepared(delete(t.slot).where(t.slot.c.lane == bindparam("key")))
SHOWS = Prepared(
    select(t.slot.c.body).where(t.slot.c.lane == bindparam("in_lane"), t.slot.c.slot == bindparam("in_slot"))
)


def withdraw(tx: Tx, key: str, way: Way) -> list[Parcel]:
    """Takes back what stands in the slots, with all its pieces."""
    shown = tx.values(SLOTS, in_lane=key) if way.withdrawn else []
    gone = {slot: receipt for of, receipt in way.withdrawn.items() for slot in shown if is_piece(slot, of)}
    return [parcel for slot in sorted(gone) for parcel in _emptied(tx, key, way, slot, gone[slot])]


def surplus(tx: Tx, key: str, way: Way) -> list[Parcel]:
    """Takes back the last pieces of words that are shorter now."""
    gone: list[Parcel] = []
    for slot, pieces in way.pieces.items():
        number = max(pieces, 1)
        while tx.one(HOLDS, in_lane=key, in_slot=piece_of(slot, number)):
            gone += _emptied(tx, key, way, piece_of(slot, number))
            number += 1
    return gone


def _emptied(tx: Tx, key: str, way: Way, slot: str, receipt: str = "") -> list[Parcel]:
    """Takes a waiting letter away; what is sent or on its way needs a letter of its own to delete it."""
    if less := tx.do(WITHDRAW, in_lane=key, in_slot=slot):
        tx.do(FEWER, in_lane=key, less=less)
    kept = tx.one(SLOT, in_lane=key, in_slot=slot) or tx.one(COMES, in_lane=key, in_slot=slot)
    stands = kept and not any(p.slot == slot for p in way.parcels)
    return [Parcel(unsay=True, slot=slot, receipt=receipt)] if stands else []


def coalesced(tx: Tx, key: str, parcel: Parcel) -> bool:
    """Whether a waiting letter of the same slot took these words instead of its own."""
    if parcel.amends and (coming := tx.one(COMES, in_lane=key, in_slot=parcel.slot)):
        parcel = replace(parcel, amends=read_parcel(coming[0]).amends)  # what was never shown is still to be
    return bool(parcel.slot) and tx.do(REPLACE, in_lane=key, in_slot=parcel.slot, new=json(parcel)) > 0


def said(tx: Tx, key: str, parcel: Parcel) -> bool:
    """Whether the slot shows these very words already, or will when all that is on its way has come."""
    if not parcel.slot or parcel.receipt or parcel.unsay or parcel.over:
        return False
    parcel = replace(parcel, amends=False) if parcel.amends else parcel
    if coming := tx.one(COMES, in_lane=key, in_slot=parcel.slot):
        return replace(read_parcel(coming[0]), over="", amends=False) == parcel
    row = tx.one(SHOWS, in_lane=key, in_slot=parcel.slot)
    return row is not None and bool(row[0] == json(parcel))


def addressed(tx: Tx, key: str, parcel: Parcel) -> Parcel:
    """The parcel with the message it writes over, if something was said in its slot before. Files are sent anew."""
    if not parcel.slot or parcel.over or parcel.files:
        return parcel
    row = tx.one(SLOT, in_lane=key, in_slot=parcel.slot)
    return replace(parcel, over=row[0]) if row and row[0] else parcel
