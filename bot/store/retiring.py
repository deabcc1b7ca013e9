"""What is kept no longer (`[life] keep`): requests that have been over for so long, then people of whom nothing is left.

Of a request there stays what the numbers count, rounded, and nothing by which anybody could be known. Who is due is
looked up beside the turns; each transaction then looks again, and takes what is one person's.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, bindparam, exists, insert, or_, select, update

from bot.desk.ticket import Ticket
from bot.events import Address
from bot.store import belongings, erasing
from bot.store import tables as t
from bot.store.chores import add
from bot.store.lanes import LATER
from bot.store.letters import NO_WORDS, SENT, lane_key
from bot.store.numbers import HOUR, LONG, MINUTE
from bot.store.prepared import Prepared, parameters
from bot.store.rows import json, read_ticket, stamp
from bot.store.slots import CLEAR_ALL
from bot.store.tx import Tx
from bot.store.wall import QUARTER

_ticket, _person, _door, _lane, _slot, _outbox = t.ticket.c, t.person.c, t.door.c, t.lane.c, t.slot.c, t.outbox.c
_over = (_ticket.state == "solved", _ticket.touched < bindparam("before"))
_of_one = select(_ticket.body).where(*_over, _ticket.person == bindparam("person")).order_by(_ticket.id).limit(20)
DUE = Prepared(_of_one.with_for_update())  # of two who do this at once, one waits, and finds nothing
PART = Prepared(select(_ticket.body).where(_ticket.code == bindparam("code"), _ticket.state == "merged"))
COUNTED = Prepared(
    insert(t.past).values(parameters("opened", "category", "language", "answered", "late", "rating", "reopened"))
)
UNSENT = Prepared(update(t.outbox).where(_outbox.lane == bindparam("key"), _outbox.state < SENT).values(NO_WORDS))
BLANK = Prepared(update(t.slot).where(_slot.lane == bindparam("key")).values(body=""))


class Retired(Struct, frozen=True):
    """How much is gone."""

    requests: int = 0
    files: int = 0


def due(connection: Connection, before: float, most: int) -> tuple[int, ...]:
    """People with requests that are kept no longer."""
    whose = select(_ticket.person).where(*_over).distinct().order_by(_ticket.person).limit(most)
    return tuple(connection.scalars(whose, {"before": before}))


def retire(tx: Tx, person: int, before: float) -> Retired:
    """Some of what is due of one person, with all that was merged into it."""
    wholes = tuple(map(read_ticket, tx.values(DUE, person=person, before=before)))
    parts = [read_ticket(body) for whole in wholes for code in whole.also for body in tx.values(PART, code=code)]
    with erasing.written_over(tx):
        files = tuple(file for ticket in (*wholes, *parts) for file in _gone(tx, ticket))
        for whole in wholes:
            tx.do(COUNTED, **_counted(whole))
        if wholes:
            for key in erasing.lanes(tx, person):
                tx.do(BLANK, key=key)
            add(tx, "unkeep", json(files))
    return Retired(len(wholes), len(files))


def _gone(tx: Tx, ticket: Ticket) -> Iterator[str]:
    """All rows of it. What was sent of it has been swept long ago; what never was goes now."""
    entries = belongings.entries(tx, ticket.id)
    rooms = set(tx.all(erasing.THREADS, ticket=ticket.id))
    files = frozenset(file.id for file in (*ticket.files, *(file for entry in entries for file in entry.files)))
    erasing.let_go(tx, erasing.Traces(0, frozenset(), frozenset({ticket.id}), frozenset(rooms), files))
    chats = {(row[0], row[1]) for row in rooms} | {(ticket.agents.channel, ticket.agents.chat)}
    chats |= {(channel, chat) for channel, _colon, chat in (left.partition(":") for left in ticket.left_chats)}
    named = {Address(*chat) for chat in chats}
    named |= {tx.rules.home(at) for at in named}
    own = [lane_key(at, ticket.id) for at in sorted(named, key=lambda at: (at.channel, at.chat))]
    for key in (lane for room in own for lane in (room, room + LATER)):
        for statement in (UNSENT, CLEAR_ALL, erasing.LANE):
            tx.do(statement, key=key)
    for file in files:
        tx.do(erasing.FILE, file=file)
    erasing.drop(tx, ticket.id)
    yield from sorted(files)


def _counted(ticket: Ticket) -> dict[str, float | int | str]:
    opened = stamp(ticket.opened) // QUARTER * QUARTER  # its week is the same by the clock of any country
    took = stamp(ticket.answered) - stamp(ticket.opened) if ticket.answered else 0.0
    exact = MINUTE if took < LONG else HOUR
    waited = (took + exact / 2) // exact * exact
    return {
        "opened": opened,
        "category": ticket.category,
        "language": ticket.language,
        "answered": opened + waited if ticket.answered else 0.0,
        "late": int(ticket.late),
        "rating": ticket.stars,
        "reopened": ticket.reopened,
    }


# -- people ----------------------------------------------------------------------------------------

_their_doors = exists().where(_door.person == _person.id)
_chat = _door.channel + "|" + _door.user + "|"
_nobody_spoke: tuple[ColumnElement[bool], ...] = (
    _person.met < bindparam("before"),
    _person.solved < bindparam("before"),
    _person.blocked < bindparam("now"),
    ~exists().where(_ticket.person == _person.id),
    ~exists().where(t.login.c.person == _person.id, t.login.c.until > bindparam("now")),
    ~exists().where(
        t.follower.c.person == _person.id,
        t.follower.c.issue == t.known.c.id,
        or_(t.follower.c.at >= bindparam("before"), t.known.c.state == "open"),
    ),
    ~_their_doors.where(t.dialogue.c.channel == _door.channel, t.dialogue.c.who == _door.user),
    ~_their_doors.where(or_(_lane.key == _chat, _lane.key == _chat + "home"), _lane.next_at >= bindparam("before")),
)
STILL = Prepared(select(_person.id).where(_person.id == bindparam("person"), *_nobody_spoke).with_for_update())


def silent(connection: Connection, before: float, now: float, most: int) -> tuple[int, ...]:
    """People of whom nothing is left, and with whom nobody has spoken since."""
    who = select(_person.id).where(*_nobody_spoke).order_by(_person.id).limit(most)
    return tuple(connection.scalars(who, {"before": before, "now": now}))


def forget(tx: Tx, person: int, before: float) -> bool:
    """False: they have come back. In a copy of the database that is restored they are as due as they were."""
    if tx.one(STILL, person=person, before=before, now=tx.at) is None:
        return False
    erasing.erase(tx, person, for_good=False)
    return True
