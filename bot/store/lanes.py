"""Claiming: which lanes may send now, and their next letter.

A lane belongs to whoever claimed it until its letter is finished or the lease runs out; `lane.next_at` alone carries
lease, pace, a platform's "too fast" and the wait after a failure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct, field
from sqlalchemy import bindparam, case, func, insert, select, update

from bot.channels import Limits, Parcel
from bot.effects import Room
from bot.events import GONE, LATE, Address
from bot.outbox.pace import CHAT, Pace
from bot.store import tables as t
from bot.store.letters import BEGIN, FLYING, LEASE, SENT, WAITING, Letter, unsent, whole_chat
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Row, json, read_parcel
from bot.store.slots import addressed
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
_ours = update(t.lane).values(next_at=bindparam("lease"), owner=bindparam("me"))
_claimed = (
    _lane.key, _lane.channel, _lane.chat, _lane.thread, _lane.ticket, _lane.title, _lane.pace, _lane.rank, _lane.tat
)  # fmt: skip
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
    def of(cls, tx: Tx, rows: Collection[Row]) -> Buckets:
        """All that letters of these lanes take from, in the order in which everybody takes them: no deadlocks."""
        tats = {}
        for key in sorted({key for row in rows for key in _taken(row)}):
            row = tx.one(BUCKET, in_bucket=key)
            tats[key] = row[0] if row else 0.0
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
    letters = _first(tx, sorted(rows, key=_rank))
    soonest = tx.one(SOONEST, worst=worst) if len(rows) < most else None
    return Claimed(tuple(letters), len(rows) == most, soonest[0] or 0.0 if soonest else 0.0)


def claim_of(tx: Tx, lanes: Collection[str]) -> tuple[Letter, ...]:
    """The next letters of lanes that this transaction has just written to, as far as they may leave: it saves the postman
    a look, and whoever waits a commit.
    """
    rows: list[Row] = []
    if len(lanes) <= FEW:
        claimed = (tx.one(CLAIM_OF, in_lane=key, now=tx.at, lease=tx.at + LEASE, me=tx.rules.me) for key in lanes)
        rows = [row for row in claimed if row]
    return tuple(_first(tx, rows))


def _first(tx: Tx, rows: Collection[Row]) -> list[Letter]:
    buckets = Buckets.of(tx, rows)
    letters = [letter for row in rows if (letter := _next(tx, buckets, row))]
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
    """A bucket from which nothing comes for so long."""
    row = tx.one(BUCKET, in_bucket=key)
    tx.do(POUR, key=key, tat=max(tx.at + seconds + (pace.burst - 1) / pace.rate, row[0] if row else 0.0))


def _rank(row: Row) -> tuple[int, str]:
    return row[7], row[0]


def _next(tx: Tx, buckets: Buckets, row: Row) -> Letter | None:
    key, channel, _chat, _thread, _ticket, _title, pace, rank, _tat = row
    head = tx.one(HEAD, in_lane=key)
    if head is None:
        tx.do(EMPTY, in_lane=key)  # nothing there after all
        return None
    number, body, attempts, since, state = head
    again = attempts > 0 or state == FLYING  # flying still: whoever had it went away in the middle
    parcel = read_parcel(body)
    limits = tx.rules.limit(channel)
    opens = max(_files_wait(tx, parcel, since, row), _room_waits(tx, row), _opens(buckets, row, limits.group))
    bot = buckets.opens(channel, limits.everywhere) if _counts(pace, rank) else tx.at
    if opens > tx.at or bot > tx.at + AHEAD:
        tx.do(PUT_BACK, in_lane=key, until=max(opens, bot))
        return None
    _spend(tx, buckets, row)
    tx.do(LAND, in_lane=key)
    tx.do(FLY, letter=number)
    if parcel.files:
        parcel = _without_late(tx, row, number, parcel)
    to, parcel, room = _way(tx, row, _filed(tx, addressed(tx, key, parcel)))
    void = _void(tx, limits, parcel, since)
    return Letter(
        id=number,
        lane=key,
        to=to,
        parcel=parcel,
        attempts=attempts,
        after=bot,
        room=room,
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


def _taken(row: Row) -> Iterator[str]:
    """The buckets that a letter of this lane is taken from."""
    _key, channel, chat, _thread, _ticket, _title, pace, rank, _tat = row
    if pace == "group":
        yield whole_chat(channel, chat)
    if _counts(pace, rank):
        yield channel


def _counts(pace: str, rank: int) -> bool:
    """Whether it takes from what the whole bot may send: answers to somebody who waits do not."""
    return pace == "group" or (pace == "chat" and rank > 0)


def _opens(buckets: Buckets, row: Row, group: Pace) -> float:
    _key, channel, chat, _thread, _ticket, _title, pace, _rank, tat = row
    match pace:
        case "chat":
            return CHAT.opens(tat, buckets.tx.at)
        case "group":
            return buckets.opens(whole_chat(channel, chat), group)
        case _:
            return buckets.tx.at


def _spend(tx: Tx, buckets: Buckets, row: Row) -> None:
    key, channel, chat, _thread, _ticket, _title, pace, rank, tat = row
    limits = tx.rules.limit(channel)
    if pace == "chat":
        tx.do(CALM, in_lane=key, new_tat=CHAT.after(tat, tx.at))
    if pace == "group":
        buckets.take(whole_chat(channel, chat), limits.group)
    if _counts(pace, rank):
        buckets.take(channel, limits.everywhere)


def _files_wait(tx: Tx, parcel: Parcel, since: float, row: Row) -> float:
    """A second from now while files are still being fetched. What has words does not wait for ever."""
    patient, late = row[0].endswith(LATER), ROOM_LATE if row[4] else FILES_LATE
    if not parcel.files or (tx.at - since > late and not patient):
        return tx.at
    return tx.at + (5 if patient else 1) if "waiting" in _states(tx, parcel) else tx.at


def _room_waits(tx: Tx, row: Row) -> float:
    """A second from now while files that come late find no room, and what else waits for it will open it: one of two."""
    key, channel, chat, _thread, ticket, *_rest = row
    if not ticket or not key.endswith(LATER) or tx.one(THREAD, ticket=ticket, channel=channel, chat=chat):
        return tx.at
    return tx.at + 1 if tx.one(WAITS, in_lane=own_lane(key)) else tx.at


def own_lane(key: str) -> str:
    """The lane beside which late files follow."""
    return key.removesuffix(LATER)


def _without_late(tx: Tx, row: Row, number: int, parcel: Parcel) -> Parcel:
    """Files that are still being fetched go into a letter of their own, which waits for them."""
    states = _states(tx, parcel)
    late = tuple(f for f, state in zip(parcel.files, states, strict=True) if state == "waiting")
    if not late:
        return parcel
    key, channel, chat, thread, ticket, title, pace, _rank, _tat = row
    lane = key + LATER
    tx.do(FOLLOW, key=lane, channel=channel, chat=chat, thread=thread, ticket=ticket, title=title, pace=pace, now=tx.at)
    # Whoever waits for a receipt hears of the words when these arrive, and of such files when they are refused.
    rest = Parcel(files=late, about=parcel.about, entry=parcel.entry, receipt=parcel.receipt, more=True)
    tx.do(REST, lane=lane, at=tx.at, body=json(rest))
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


def _way(tx: Tx, row: Row, parcel: Parcel) -> tuple[Address, Parcel, Room | None]:
    """Where it goes: into the chat, or into the ticket's room, which may have to be opened first."""
    _key, channel, chat, thread, ticket, title, *_rest = row
    at = Address(channel, chat, thread)
    if not ticket:
        return at, parcel, None
    open_ = tx.one(THREAD, ticket=ticket, channel=channel, chat=chat)
    if open_ is None:
        return at, parcel, Room(at, ticket, title)
    edits = parcel.over and not parcel.only  # what one alone is to see is a message of its own
    reply_to = "" if open_[0] or edits else open_[1]
    return replace(at, thread=open_[0]), replace(parcel, reply_to=reply_to), None
