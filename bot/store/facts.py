"""The statements by which a turn looks at the facts, and the few that other reads share with it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, bindparam, or_, select

from bot.store import tables as t
from bot.store.letters import FLYING, SENT
from bot.store.people import PERSON_COLUMNS
from bot.store.prepared import Prepared

_OPEN = or_(t.ticket.c.state == "ours", t.ticket.c.state == "yours")

FLOW, BODY, ANY_OPEN = (1 + len(PERSON_COLUMNS) + n for n in range(3))
"""Where what `FIRST` reads goes on, after the counter and the person."""


def _here(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.channel == bindparam("channel"), table.c.chat == bindparam("chat")


# One statement for the three things every message needs; the counter has exactly one row to hang the others on.
FIRST = Prepared(
    select(
        t.counter.c.value,
        *PERSON_COLUMNS,
        t.dialogue.c.flow,
        t.dialogue.c.body,
        select(t.ticket.c.id).where(t.ticket.c.person == t.door.c.person, _OPEN).limit(1).scalar_subquery(),
    )
    .select_from(
        t.counter.outerjoin(t.door, and_(t.door.c.channel == bindparam("channel"), t.door.c.user == bindparam("who")))
        .outerjoin(t.person, t.person.c.id == t.door.c.person)
        .outerjoin(
            t.dialogue,
            and_(
                *_here(t.dialogue),
                t.dialogue.c.thread == bindparam("thread"),
                t.dialogue.c.who == bindparam("who"),
            ),
        )
    )
    .where(t.counter.c.name == "ticket")
)
NUMBER = Prepared(select(t.counter.c.value).where(t.counter.c.name == "ticket").with_for_update())
PERSON = Prepared(select(*PERSON_COLUMNS).where(t.person.c.id == bindparam("person")))
TICKET = Prepared(select(t.ticket.c.body).where(t.ticket.c.id == bindparam("ticket")))
LATELY = Prepared(
    select(t.ticket.c.body)
    .where(t.ticket.c.person == bindparam("person"), t.ticket.c.state == "solved")
    .order_by(t.ticket.c.touched.desc())
    .limit(1)
)
OPEN_TICKETS = Prepared(
    select(t.ticket.c.body)
    .where(t.ticket.c.person == bindparam("person"), _OPEN)
    .order_by(t.ticket.c.id.desc())
    .limit(20)
)
# Lines of a history are read to be changed: two turns about one line wait for each other, where several can write.
ENTRY = Prepared(select(t.entry.c.body).where(t.entry.c.id == bindparam("entry")).with_for_update())


def _newest(column: ColumnElement[str], name: str) -> Prepared:
    """The newest line of a chat with that in a column which most leave empty."""
    return Prepared(
        select(t.entry.c.body)
        .where(*_here(t.entry), column == bindparam(name), column != "")
        .order_by(t.entry.c.at.desc())
        .limit(1)
        .with_for_update()
    )


BY_REF, BY_ALBUM = _newest(t.entry.c.ref, "ref"), _newest(t.entry.c.album, "album")
BY_POST = Prepared(
    select(t.post.c.ticket, t.post.c.entry).where(*_here(t.post), t.post.c.message == bindparam("message"))
)
# A room's letter that is on its way: what stands in the room by now, nobody has told us yet.
ON_ITS_WAY = Prepared(
    select(t.outbox.c.id)
    .join_from(t.outbox, t.lane, t.lane.c.key == t.outbox.c.lane)
    .where(*_here(t.lane), t.lane.c.ticket > 0, t.outbox.c.state < SENT, t.outbox.c.state == FLYING)
    .limit(1)
)
FILE = Prepared(select(t.file.c.who, t.file.c.ticket, t.file.c.entry).where(t.file.c.id == bindparam("file")))
BY_CODE = Prepared(select(t.ticket.c.body).where(t.ticket.c.code == bindparam("code")))
BY_PUBLIC = Prepared(select(t.ticket.c.body).where(t.ticket.c.public == bindparam("public")))
OWNER = Prepared(select(t.door.c.person).where(t.door.c.channel == bindparam("of"), t.door.c.user == bindparam("who")))
DOORS = Prepared(select(t.door.c.channel, t.door.c.user).where(t.door.c.person == bindparam("person")))
