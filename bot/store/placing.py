"""Letters into their lanes: where a lane is idle they are claimed in the same breath, and leave as soon as it is committed."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, insert, select, update

from bot.channels import Parcel
from bot.outbox.pace import CHAT
from bot.store import tables as t
from bot.store.letters import BEGIN, FLYING, LEASE, LOCK, WAITING, Letter, Way, unsent
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Value, json
from bot.store.slots import addressed, coalesced, said, surplus, withdraw
from bot.store.tx import Tx
from bot.store.upsert import upsert

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
WAITS = Prepared(select(t.outbox.c.id).where(*unsent, t.outbox.c.state == WAITING).limit(1))
_JOIN = ("key", "channel", "chat", "thread", "ticket", "title", "pace", "rank", "pending", "next_at", "tat", "owner")
_late = and_(_lane.pending == 0, _lane.next_at < bindparam("now"))
_ahead = and_(_lane.pending > 0, _lane.rank < bindparam("rank"))
# Puts letters into a lane. A new one may be claimed in the same breath: it is idle by nature.
JOIN = Prepared(
    upsert(t.lane)
    .values(parameters(*_JOIN))
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
LETTER = Prepared(insert(t.outbox).values(parameters("lane", "slot", "state", "at", "body")), number=t.outbox.c.id)


def place(tx: Tx, key: str, way: Way) -> list[Letter] | None:
    """What is claimed of it; None: it waits in its lane."""
    slots = bool(way.withdrawn) or any(p.slot for p in way.parcels)
    if slots and tx.concurrent:
        tx.one(LOCK, in_lane=key)  # else somebody may claim a letter with the very words that are replaced here
    parcels = [*withdraw(tx, key, way), *way.parcels, *surplus(tx, key, way)]
    if slots:
        parcels = [p for p in parcels if not coalesced(tx, key, p) and not said(tx, key, p)]
    if not parcels:
        return []
    n = len(parcels)
    eager = _eager(way, parcels)
    ahead = _seize(tx, key, way, parcels) if eager else None
    mine = _join(tx, key, way, n, eager=eager) if ahead is None else not (ahead and _overtakes(tx, key))
    state = FLYING if mine else WAITING
    ids = [tx.number(LETTER, lane=key, slot=p.slot, state=state, at=tx.at, body=json(p)) for p in parcels]
    way.newest = ids[-1]
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
    return tx.concurrent and tx.one(WAITS, in_lane=key) is not None


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
