"""All that is somebody's, to hand it to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, field
from sqlalchemy import bindparam, or_, select

from bot.desk.access import told
from bot.desk.known import Issue
from bot.desk.people import Person
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import File
from bot.store import known
from bot.store import tables as t
from bot.store.facts import DOORS, PERSON
from bot.store.people import person_of
from bot.store.prepared import Prepared
from bot.store.rows import read_entry, read_ticket
from bot.store.tx import Tx

Door = tuple[str, str]
"""Channel and user; a user is also the chat in which they are alone with us."""

TICKETS = Prepared(select(t.ticket.c.body).where(t.ticket.c.person == bindparam("person")).order_by(t.ticket.c.id))
ENTRIES = Prepared(select(t.entry.c.body).where(t.entry.c.ticket == bindparam("ticket")).order_by(t.entry.c.at))
FILES = Prepared(select(t.file.c.id, t.file.c.state, t.file.c.entry).where(t.file.c.ticket == bindparam("ticket")))


BEGUN = Prepared(
    select(t.dialogue.c.body).where(
        t.dialogue.c.channel == bindparam("of"),
        t.dialogue.c.chat == bindparam("whom"),
        t.dialogue.c.who == bindparam("whom"),
        or_(t.dialogue.c.flow == "intake", t.dialogue.c.flow == "which"),
    )
)
KEPT = Prepared(
    select(t.file.c.id).where(
        t.file.c.id == bindparam("file"),
        t.file.c.channel == bindparam("of"),
        t.file.c.who == bindparam("whom"),
        t.file.c.state == "kept",
    )
)


class Begun(Struct, frozen=True):
    """What they have not sent, as far as they have written it."""

    title: str = ""
    details: str = ""
    urls: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)


class _Draft(Begun, frozen=True):
    text: str = ""
    """What waits until they say which request it is about."""
    second: str = ""
    fresh: Begun | None = None


class _Standing(Struct, frozen=True):
    draft: _Draft = _Draft()


class Belongings(Struct, frozen=True):
    """What we keep of somebody, as far as it is theirs to see: no notes of the team, and nothing that it took back."""

    person: Person
    doors: tuple[Door, ...]
    tickets: tuple[Ticket, ...]
    entries: Mapping[int, tuple[Entry, ...]]
    """By ticket."""
    files: tuple[str, ...]
    """The ids of those we keep."""
    issues: tuple[Issue, ...] = ()
    """The known ones of which they said that they have them too."""
    begun: tuple[Begun, ...] = ()


def belongings(tx: Tx, person: int) -> Belongings | None:
    row = tx.one(PERSON, person=person)
    if row is None:
        return None
    tickets = tuple(map(read_ticket, tx.values(TICKETS, person=person)))
    histories = {ticket.id: entries(tx, ticket.id) for ticket in tickets}
    theirs = {number: tuple(filter(_handed, lines)) for number, lines in histories.items()}
    shown = {line.id for lines in theirs.values() for line in lines} | {""}
    files = [row for ticket in tickets for row in tx.all(FILES, ticket=ticket.id)]
    kept = tuple(file for file, state, entry in files if state == "kept" and entry in shown)
    doors = doors_of(tx, person)
    begun = tuple(one for of, whom in doors for body in tx.values(BEGUN, of=of, whom=whom) for one in _begun(body))
    brought = [file.id for one in begun for file in one.files]
    kept += tuple(id_ for of, whom in doors for file in brought for id_ in tx.values(KEPT, file=file, of=of, whom=whom))
    return Belongings(person_of(row), doors, tickets, theirs, kept, known.followed(tx, person), begun)


def _begun(body: str) -> Iterator[Begun]:
    """With what is to become another one after it, or would, if they do not go on with it."""
    draft = msgspec.json.decode(body, type=_Standing).draft
    yield Begun(details=draft.text, files=draft.files) if draft.text else draft
    if draft.second:
        yield Begun(details=draft.second)
    if draft.fresh:
        yield draft.fresh


def _handed(entry: Entry) -> bool:
    """What the team took back was never meant for them, and might be somebody else's."""
    return told(entry) and not (entry.gone and entry.kind == "answer")


def entries(tx: Tx, ticket: int) -> tuple[Entry, ...]:
    """All lines of its history, in order."""
    return tuple(map(read_entry, tx.values(ENTRIES, ticket=ticket)))


def doors_of(tx: Tx, person: int) -> tuple[Door, ...]:
    return tuple((channel, user) for channel, user in tx.all(DOORS, person=person))
