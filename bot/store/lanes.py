"""Claiming: which lanes may send now, and their next letter.

A lane belongs to whoever claimed it until its letter is finished or the lease runs out; `lane.next_at` alone carries
lease, pace, a platform's "too fast" and the wait after a failure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec import Struct, field
from sqlalchemy import bindparam, case, func, insert, select, update

from bot.channels import Limits, Parcel
from bot.effects import Room
from bot.events import GONE, LATE, Address
from bot.outbox.pace import CHAT, Pace
from bot.store import tables as t
from bot.store.letters import BEGIN, FLYING, LEASE, SENT, WAITING, Letter, lane_key, unsent, whole_chat
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Row, json, read_parcel
from bot.store.slots import CARD, CLEAR_ALL, SHOWS, addressed
from bot.store.tx import Tx
from bot.store.upsert import put, upsert
from bot.values import replace

AHEAD = 2.0
"""Seconds a claimed letter may wait for the bot's bucket in this process; longer, and it goes back into its lane."""
FILES_LATE = 60.0
"""Seconds after which a letter no longer waits for its files; those that come later follow in a lane of their own."""
ROOM_LATE = 5.0
"""The same in a request's room, where others are at work meanwhile: what they are shown is not held up by one slow file."""
TOO_LATE = "it could not be sent for a whole day"
LATER = "+"
"""Ends the key of such a lane."""
FEW = 4
"""Lanes that a turn may claim for its own notices; of more, which is a fan-out, all are left to the postman's rounds."""

_lane = t.lane.c
_due = (
    select(_lane.key)
    .where(_lane.pending > 0, _lane.next_at <= bindparam("now"), _lane.rank <= bindparam("worst"))
    .order_by(_lane.rank, _lane.next_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


class Lane(NamedTuple):
    """A lane that was just claimed, as its row has it."""

    key: str
    channel: str
    chat: str
    thread: str
    ticket: int
    """The request whose room it is; 0: it is a chat."""
    title: str
    pace: str
    rank: int
    tat: float

    @property
    def late(self) -> bool:
        """Whether it is the one for files that come late."""
        return self.key.endswith(LATER)

    @property
    def home(self) -> str:
        """The lane of the room: it is another one for files that come late, and where the chat had another id once."""
        return lane_key(Address(self.channel, self.chat), self.ticket) if self.ticket else self.key

    @property
    def counts(self) -> bool:
        """Whether it takes from what the whole bot may send: answers to somebody who waits do not."""
        return self.pace == "group" or (self.pace == "chat" and self.rank > 0)


_ours = update(t.lane).values(next_at=bindparam("lease"), owner=bindparam("me"))
_claimed = [_lane[name] for name in Lane._fields]
CLAIM = Prepared(_ours.where(_lane.key.in_(_due)).returning(*_claimed))
_idle = (_lane.key == bindparam("in_lane"), _lane.pending > 0, _lane.next_at <= bindparam("now"))
CLAIM_OF = Prepared(_ours.where(*_idle).returning(*_claimed))
SOONEST = Prepared(select(func.min(_lane.next_at)).where(_lane.pending > 0, _lane.rank <= bindparam("worst")))
HEAD = Prepared(
    select(t.outbox.c.id, t.outbox.c.body, t.outbox.c.attempts, t.outbox.c.at, t.outbox.c.state)
    .where(t.outbox.c.lane == bindparam("in_lane"), t.outbox.c.state < SENT)
    .order_by(t.outbox.c.first.desc(), t.outbox.c.id)
    .limit(1)
)
# What somebody had in hand who holds the lane no longer.
LAND = Prepared(update(t.outbox).where(*unsent, t.outbox.c.state == FLYING).values(state=WAITING))
FLY = Prepared(update(t.outbox).where(t.outbox.c.id == bindparam("letter")).values(state=FLYING))
CALM = Prepared(update(t.lane).where(_lane.key == bindparam("in_lane")).values(tat=bindparam("new_tat")))
PUT_BACK = Prepared(
    update(t.lane).where(_lane.key == bindparam("in_lane")).values(next_at=bindparam("until"), owner="")
)
KEEP = Prepared(
    update(t.lane)
    .where(_lane.key == bindparam("in_lane"), _lane.owner == bindparam("me"))
    .values(next_at=bindparam("lease"))
)
EMPTY = Prepared(update(t.lane).where(_lane.key == bindparam("in_lane")).values(pending=0, owner=""))
BUCKET = Prepared(select(t.bucket.c.tat).where(t.bucket.c.key == bindparam("in_bucket")).with_for_update())
POUR = Prepared(put(t.bucket, "tat"))
THREAD = Prepared(
    select(t.thread.c.thread, t.thread.c.root).where(
        t.thread.c.ticket == bindparam("ticket"),
        t.thread.c.channel == bindparam("channel"),
        t.thread.c.chat == bindparam("chat"),
    )
)
_FOLLOW = ("key", "channel", "chat", "thread", "ticket", "title", "pace")
FOLLOW = Prepared(
    upsert(t.lane)
    .values(**parameters(*_FOLLOW), rank=1, pending=1, next_at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["key"],
        set_={
            "pending": _lane.pending + 1,
            "next_at": case((_lane.pending == 0, bindparam("now")), else_=_lane.next_at),
        },
    )
)
AGAIN = Prepared(insert(t.outbox).values(parameters("lane", "slot", "first", "at", "body")))
REST = Prepared(insert(t.outbox).values(parameters("lane", "at", "body")))
LESS = Prepared(update(t.outbox).where(t.outbox.c.id == bindparam("letter")).values(body=bindparam("new")))
WAITS = Prepared(select(_lane.key).where(_lane.key == bindparam("in_lane"), _lane.pending > 0))
FILE_STATE = Prepared(select(t.file.c.state).where(t.file.c.id == bindparam("file")))
# Whoever a mail is for still has the word in it: they have not ended such mails meanwhile, nor changed their address.
WANTED = Prepared(
    select(t.person.c.id)
    .select_from(t.ticket.join(t.person, t.person.c.id == t.ticket.c.person))
    .where(t.ticket.c.id == bindparam("about"), t.person.c.off == bindparam("word"))
)
LET_GO = Prepared(
    update(t.lane).where(_lane.owner != "").values(next_at=bindparam("now"), owner="")
)  # fmt: skip


class Buckets(Struct):
    """The buckets touched by one claim: read once, written once."""

    tx: Tx
    tats: dict[str, float]
    changed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tx: Tx, lanes: Collection[Lane]) -> Buckets:
        """All that letters of these lanes take from, in the order in which everybody takes them: no deadlocks."""
        tats = {}
        for key in sorted({key for lane in lanes for key in _taken(lane)}):
            tats[key] = tx.value(BUCKET, in_bucket=key) or 0.0
        return cls(tx, tats)

    def opens(self, key: str, pace: Pace) -> float:
        return pace.opens(self.tats[key], self.tx.at)

    def take(self, key: str, pace: Pace) -> None:
        self.tats[key] = pace.after(self.tats[key], self.tx.at)
        self.changed.add(key)

    def close(self) -> None:
        for key in sorted(self.changed):
            self.tx.do(POUR, key=key, tat=self.tats[key])


class Claimed(Struct, frozen=True):
    """What one claim brought."""

    letters: tuple[Letter, ...] = ()
    full: bool = False
    """As many lanes as were asked for: there may be more."""
    soonest: float = 0
    """When the next of those lanes is due (seconds since 1970); 0: none waits."""


def claim(tx: Tx, most: int, *, notices: bool = True) -> Claimed:
    """The next letters of up to so many lanes. Without `notices`: only those somebody waits for."""
    worst = 1 if notices else 0
    rows = tx.all(CLAIM, now=tx.at, lease=tx.at + LEASE, me=tx.rules.me, most=most, worst=worst)
    letters = _first(tx, sorted((Lane(*row) for row in rows), key=lambda lane: (lane.rank, lane.key)))
    soonest = tx.value(SOONEST, worst=worst) if len(rows) < most else None
    return Claimed(letters, len(rows) == most, soonest or 0.0)


def claim_of(tx: Tx, lanes: Collection[str]) -> tuple[Letter, ...]:
    """The next letters of lanes that this transaction has just written to, as far as they may leave: it saves the postman
    a look, and whoever waits a commit.
    """
    if len(lanes) > FEW:
        return ()
    claimed = (tx.one(CLAIM_OF, in_lane=key, now=tx.at, lease=tx.at + LEASE, me=tx.rules.me) for key in lanes)
    return _first(tx, [Lane(*row) for row in claimed if row])


def _first(tx: Tx, lanes: Collection[Lane]) -> tuple[Letter, ...]:
    """The first letter of each that may leave now."""
    buckets = Buckets.of(tx, lanes)
    letters = tuple(letter for lane in lanes if (letter := _next(tx, buckets, lane)))
    buckets.close()
    return letters


def keep(tx: Tx, lanes: Collection[str]) -> None:
    """Claims for longer what this process has in hand: however long an upload takes, a dead process's is soon free."""
    for key in sorted(lanes):
        tx.do(KEEP, in_lane=key, me=tx.rules.me, lease=tx.at + LEASE)


def let_go(tx: Tx) -> int:
    """Frees every claim: for the only process of a desk, which at its start knows that nobody else is sending."""
    return tx.do(LET_GO, now=tx.at)


def stop(tx: Tx, key: str, pace: Pace, seconds: float) -> None:
    """Nothing is taken from that bucket for so many seconds."""
    before = tx.value(BUCKET, in_bucket=key) or 0.0
    tx.do(POUR, key=key, tat=max(tx.at + seconds + (pace.burst - 1) / pace.rate, before))


def _next(tx: Tx, buckets: Buckets, lane: Lane) -> Letter | None:
    head = tx.one(HEAD, in_lane=lane.key)
    if head is None:
        tx.do(EMPTY, in_lane=lane.key)  # nothing there after all
        return None
    number, body, attempts, since, state = head
    again = attempts > 0 or state == FLYING  # flying still: whoever had it went away in the middle
    parcel = read_parcel(body)
    limits = tx.rules.limit(lane.channel)
    room = _room(tx, lane) if lane.ticket else None
    if lane.ticket and not room and parcel.slot != CARD and _card_first(tx, lane):
        return None
    opens = max(_files_wait(tx, parcel, since, lane), _room_waits(tx, lane, room), _opens(buckets, lane, limits.group))
    bot = buckets.opens(lane.channel, limits.everywhere) if lane.counts else tx.at
    if opens > tx.at or bot > tx.at + AHEAD:
        tx.do(PUT_BACK, in_lane=lane.key, until=max(opens, bot))
        return None
    _spend(tx, buckets, lane)
    tx.do(LAND, in_lane=lane.key)
    tx.do(FLY, letter=number)
    if parcel.files:
        parcel = _without_late(tx, lane, number, parcel)
    to, parcel, opened = _way(lane, _filed(tx, addressed(tx, lane.key, parcel)), room)
    void = _void(tx, limits, parcel, since)
    return Letter(
        id=number,
        lane=lane.key,
        to=to,
        parcel=parcel,
        attempts=attempts,
        after=bot,
        room=opened,
        by=tx.at + BEGIN,
        again=again,
        void=void,
    )


def _void(tx: Tx, limits: Limits, parcel: Parcel, since: float) -> str:
    """Why it is of no use any more; empty: it is."""
    if 0 < parcel.until < tx.at:
        return LATE
    if 0 < limits.stale < tx.at - since:
        return TOO_LATE
    word = parcel.off.rpartition("/")[2]
    return GONE if word and parcel.about and not tx.one(WANTED, about=parcel.about, word=word) else ""


def _taken(lane: Lane) -> Iterator[str]:
    """The buckets that a letter of this lane is taken from."""
    if lane.pace == "group":
        yield whole_chat(lane.channel, lane.chat)
    if lane.counts:
        yield lane.channel


def _opens(buckets: Buckets, lane: Lane, group: Pace) -> float:
    match lane.pace:
        case "chat":
            return CHAT.opens(lane.tat, buckets.tx.at)
        case "group":
            return buckets.opens(whole_chat(lane.channel, lane.chat), group)
        case _:
            return buckets.tx.at


def _spend(tx: Tx, buckets: Buckets, lane: Lane) -> None:
    limits = tx.rules.limit(lane.channel)
    if lane.pace == "chat":
        tx.do(CALM, in_lane=lane.key, new_tat=CHAT.after(lane.tat, tx.at))
    if lane.pace == "group":
        buckets.take(whole_chat(lane.channel, lane.chat), limits.group)
    if lane.counts:
        buckets.take(lane.channel, limits.everywhere)


def _files_wait(tx: Tx, parcel: Parcel, since: float, lane: Lane) -> float:
    """A second from now while files are still being fetched. What has words does not wait for ever."""
    if not parcel.files or (tx.at - since > (ROOM_LATE if lane.ticket else FILES_LATE) and not lane.late):
        return tx.at
    return tx.at + (5 if lane.late else 1) if "waiting" in _states(tx, parcel) else tx.at


def _card_first(tx: Tx, lane: Lane) -> bool:
    """Whether the room's card goes before this: its chat has a new id, and nothing stands there yet. One that named whoever
    was erased has no words any more, until it is written anew.
    """
    card = tx.one(SHOWS, in_lane=lane.home, in_slot=CARD)
    if card is None or not card[0]:
        return False
    tx.do(CLEAR_ALL, key=lane.home)
    its_own = lane._replace(key=lane.home)._asdict()
    tx.do(FOLLOW, **{name: its_own[name] for name in _FOLLOW}, now=tx.at)
    tx.do(AGAIN, lane=lane.home, slot=CARD, first=1, at=tx.at, body=card[0])
    tx.do(PUT_BACK, in_lane=lane.key, until=tx.at)
    tx.stirred.add("outbox")
    return True


def _room_waits(tx: Tx, lane: Lane, room: Row | None) -> float:
    """A second from now while what is beside the room's own lane finds none, and that will open it: one of two."""
    if room or lane.key == lane.home:
        return tx.at
    return tx.at + 1 if tx.one(WAITS, in_lane=lane.home) else tx.at


def _room(tx: Tx, lane: Lane) -> Row | None:
    """Its thread, and the message everything hangs under where rooms are no threads; None: it is not open, or neither is
    there yet.
    """
    row = tx.one(THREAD, ticket=lane.ticket, channel=lane.channel, chat=lane.chat)
    return row if row and any(row) else None


def own_lane(key: str) -> str:
    """The lane beside which late files follow."""
    return key.removesuffix(LATER)


def _without_late(tx: Tx, lane: Lane, number: int, parcel: Parcel) -> Parcel:
    """Files that are still being fetched go into a letter of their own, which waits for them."""
    states = _states(tx, parcel)
    late = tuple(f for f, state in zip(parcel.files, states, strict=True) if state == "waiting")
    if not late:
        return parcel
    behind = lane._replace(key=lane.key + LATER)._asdict()
    tx.do(FOLLOW, **{name: behind[name] for name in _FOLLOW}, now=tx.at)
    # Whoever waits for a receipt hears of the words when these arrive, and of such files when they are refused.
    rest = Parcel(files=late, about=parcel.about, entry=parcel.entry, receipt=parcel.receipt, more=True)
    tx.do(REST, lane=behind["key"], at=tx.at, body=json(rest))
    parcel = replace(parcel, files=tuple(f for f in parcel.files if f not in late))
    tx.do(LESS, letter=number, new=json(parcel))
    return parcel


def _filed(tx: Tx, parcel: Parcel) -> Parcel:
    """Only with what was kept."""
    if not parcel.files:
        return parcel
    kept = tuple(f for f, state in zip(parcel.files, _states(tx, parcel), strict=True) if state == "kept")
    return replace(parcel, files=kept)


def _states(tx: Tx, parcel: Parcel) -> list[str]:
    rows = [tx.one(FILE_STATE, file=file.id) for file in parcel.files]
    return [row[0] if row else "refused" for row in rows]


def _way(lane: Lane, parcel: Parcel, room: Row | None) -> tuple[Address, Parcel, Room | None]:
    """Where it goes: into the chat, or into the ticket's room, which may have to be opened first."""
    at = Address(lane.channel, lane.chat, lane.thread)
    if not lane.ticket:
        return at, parcel, None
    if room is None:
        return at, parcel, Room(at, lane.ticket, lane.title)
    reply_to = "" if room[0] else room[1]
    return replace(at, thread=room[0]), replace(parcel, reply_to=reply_to), None
