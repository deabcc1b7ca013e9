"""All that is somebody's: to hand it to them, and to erase it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, delete, insert, or_, select, update

from bot.desk.access import told
from bot.desk.known import Issue
from bot.desk.people import Person
from bot.desk.ticket import Entry, Ticket
from bot.effects import Admit, Erase, Invite, Join, Unjoin
from bot.store import joining, known
from bot.store import tables as t
from bot.store.look import PERSON_COLUMNS, person_of
from bot.store.prepared import Prepared
from bot.store.rows import json, read_entry, read_ticket
from bot.store.tx import Tx

Door = tuple[str, str]
"""Channel and user; a user is also the chat in which they are alone with us."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What we keep of somebody, as far as it is theirs to see: no notes of the team."""

    person: Person
    doors: tuple[Door, ...]
    tickets: tuple[Ticket, ...]
    entries: Mapping[int, tuple[Entry, ...]]
    """By ticket."""
    files: tuple[str, ...]
    """The ids of those we keep."""
    issues: tuple[Issue, ...] = ()
    """The known ones of which they said that they have them too."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What is gone: codes and counts, and nothing personal."""

    codes: tuple[str, ...]
    files: tuple[str, ...]
    letters: int


def _of(table: Any, *names: str) -> ColumnElement[bool]:
    return or_(*(table.c[name] == bindparam("ticket") for name in names))


PERSON = Prepared(select(*PERSON_COLUMNS).where(t.person.c.id == bindparam("person")))
DOORS = Prepared(select(t.door.c.channel, t.door.c.user).where(t.door.c.person == bindparam("person")))
TICKETS = Prepared(select(t.ticket.c.body).where(t.ticket.c.person == bindparam("person")).order_by(t.ticket.c.id))
ENTRIES = Prepared(select(t.entry.c.body).where(_of(t.entry, "ticket")).order_by(t.entry.c.at))
FILES = Prepared(select(t.file.c.id, t.file.c.state, t.file.c.entry).where(_of(t.file, "ticket")))
LOOSE = Prepared(select(t.file.c.id).where(t.file.c.channel == bindparam("of"), t.file.c.who == bindparam("who")))
BY_DOOR = Prepared(
    select(t.door.c.person).where(t.door.c.channel == bindparam("of"), t.door.c.user == bindparam("who"))
)
BY_CODE = Prepared(select(t.ticket.c.person).where(t.ticket.c.code == bindparam("code")))

_OF_TICKET = tuple(Prepared(delete(table).where(_of(table, "ticket"))) for table in (t.entry, t.post, t.thread, t.file))
TICKET = Prepared(delete(t.ticket).where(t.ticket.c.id == bindparam("ticket")))
FILE = Prepared(delete(t.file).where(t.file.c.id == bindparam("file")))
_OF_PERSON = tuple(
    Prepared(delete(table).where(table.c.person == bindparam("person")))
    for table in (t.login, t.knock, t.invite, t.follower, t.door)
)
NOBODY = Prepared(delete(t.person).where(t.person.c.id == bindparam("person")))
DIALOGUES = Prepared(
    delete(t.dialogue).where(t.dialogue.c.channel == bindparam("of"), t.dialogue.c.who == bindparam("whom"))
)
ALARMS = Prepared(delete(t.alarm).where(t.alarm.c.about.like(bindparam("about"), escape="!")))
LANES = Prepared(
    select(t.lane.c.key).where(
        or_(
            t.lane.c.ticket == bindparam("ticket"),
            (t.lane.c.channel == bindparam("of")) & (t.lane.c.chat == bindparam("at")),
        )
    )
)
LANE = Prepared(delete(t.lane).where(t.lane.c.key == bindparam("key")))
SLOTS = Prepared(delete(t.slot).where(t.slot.c.lane == bindparam("key")))
# Their numbers stay, so that none is ever given to another letter; what stood in them goes.
LETTERS = Prepared(
    update(t.outbox)
    .where(t.outbox.c.lane == bindparam("key"))
    .values(body="{}", slot="", error="", receipt="", news=0, state=2)
)
# Lists for the team name the ticket: sent long ago, or shown until they are written anew.
NAMED = Prepared(
    update(t.outbox)
    .where(t.outbox.c.body.like(bindparam("named"), escape="!"), t.outbox.c.state >= 2)
    .values(body="{}", error="")
)
SHOWN = Prepared(update(t.slot).where(t.slot.c.body.like(bindparam("named"), escape="!")).values(body=""))
BUCKET = Prepared(delete(t.bucket).where(t.bucket.c.key == bindparam("key")))
ASIDE = Prepared(select(t.dead_letter.c.id, t.dead_letter.c.key, t.dead_letter.c.body))
LET_GO = Prepared(delete(t.dead_letter).where(t.dead_letter.c.id == bindparam("aside")))
FAILURE = Prepared(delete(t.failure).where(t.failure.c.key == bindparam("key")))
CHORES = Prepared(select(t.chore.c.id, t.chore.c.body))
CHORE_GONE = Prepared(delete(t.chore).where(t.chore.c.id == bindparam("chore")))
CHORE = Prepared(insert(t.chore).values({n: bindparam(n) for n in ("kind", "body", "next_at")}))
THREADS = Prepared(select(t.thread.c.channel, t.thread.c.chat, t.thread.c.thread).where(_of(t.thread, "ticket")))


def find(tx: Tx, named: str) -> int:
    """The person behind a door (`telegram:77`) or a ticket's number (`SUP-1001`); 0: nobody."""
    channel, colon, user = named.partition(":")
    row = tx.one(BY_DOOR, of=channel, who=user) if colon else tx.one(BY_CODE, code=named.upper())
    return int(row[0]) if row else 0


def belongings(tx: Tx, person: int) -> Belongings | None:
    row = tx.one(PERSON, person=person)
    if row is None:
        return None
    tickets = tuple(read_ticket(body) for (body,) in tx.all(TICKETS, person=person))
    entries = {t.id: tuple(read_entry(body) for (body,) in tx.all(ENTRIES, ticket=t.id)) for t in tickets}
    theirs = {number: tuple(filter(told, lines)) for number, lines in entries.items()}
    shown = {line.id for lines in theirs.values() for line in lines} | {""}
    files = [row for ticket in tickets for row in tx.all(FILES, ticket=ticket.id)]
    kept = tuple(file for file, state, entry in files if state == "kept" and entry in shown)
    return Belongings(person_of(row), _doors(tx, person), tickets, theirs, kept, known.followed(tx, person))


def _doors(tx: Tx, person: int) -> tuple[Door, ...]:
    return tuple((channel, user) for channel, user in tx.all(DOORS, person=person))


# -- erasing ---------------------------------------------------------------------------------------


def write(tx: Tx, effect: Admit | Invite | Join | Unjoin | Erase) -> None:
    """What opens or shuts a way to what is somebody's, or takes all of it away."""
    match effect:
        case Erase(person):
            erase(tx, person)
        case _:
            joining.write(tx, effect)


def erase(tx: Tx, person: int) -> Erased:
    """Everything, in every table. The files themselves are a chore: they go when this is certain."""
    doors = _doors(tx, person)
    tickets = tuple(read_ticket(body) for (body,) in tx.all(TICKETS, person=person))
    rooms = {(row[0], row[1], row[2]) for ticket in tickets for row in tx.all(THREADS, ticket=ticket.id) if row[2]}
    files = [row[0] for ticket in tickets for row in tx.all(FILES, ticket=ticket.id)]
    files += [row[0] for channel, user in doors for row in tx.all(LOOSE, of=channel, who=user)]
    _events(tx, Traces(person, frozenset(doors), frozenset(t.id for t in tickets), frozenset(rooms), frozenset(files)))
    letters = sum(_letters(tx, ticket.id, "", "") for ticket in tickets)
    letters += sum(_letters(tx, -1, channel, user) for channel, user in doors)
    for ticket in tickets:
        letters += _ticket(tx, ticket)
    for channel, user in doors:
        tx.do(DIALOGUES, of=channel, whom=user)
        tx.do(ALARMS, about=f"draft.{_plain(channel)}|%|{_plain(user)}")
    for file in files:
        tx.do(FILE, file=file)
    for statement in (*_OF_PERSON, NOBODY):
        tx.do(statement, person=person)
    if files:
        tx.do(CHORE, kind="unkeep", body=json(files), next_at=tx.at)
        tx.stirred.add("chore")
    return Erased(tuple(t.code for t in tickets), tuple(files), letters)


def _ticket(tx: Tx, ticket: Ticket) -> int:
    for (body,) in tx.all(ENTRIES, ticket=ticket.id):
        tx.do(ALARMS, about=f"entry.{_plain(read_entry(body).id)}")
    tx.do(ALARMS, about=f"ticket.{ticket.id}")
    named = f"%{_plain(ticket.code)}%"
    letters = tx.do(NAMED, named=named)
    tx.do(SHOWN, named=named)
    for statement in (*_OF_TICKET, TICKET):
        tx.do(statement, ticket=ticket.id)
    return letters


def _letters(tx: Tx, ticket: int, channel: str, chat: str) -> int:
    """All words in the lines of a chat, or of a ticket's room."""
    gone = 0
    for (key,) in tx.all(LANES, ticket=ticket, of=channel, at=chat):
        gone += tx.do(LETTERS, key=key)
        tx.do(SLOTS, key=key)
        tx.do(LANE, key=key)
    tx.do(BUCKET, key=f"{channel}|{chat}")
    return gone


def _plain(text: str) -> str:
    """For LIKE."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


# -- what was set aside ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Traces:
    """By what one sees in an event that it is about somebody."""

    person: int
    doors: frozenset[Door]
    tickets: frozenset[int]
    rooms: frozenset[tuple[str, str, str]]
    files: frozenset[str]

    def about(self, said: Mapping[str, Any]) -> bool:
        where, who, file = said.get("where") or {}, said.get("who") or {}, said.get("file")
        channel, chat = where.get("channel", ""), where.get("chat", "")
        return (
            (channel, who.get("id")) in self.doors
            or (channel, chat) in self.doors
            or (channel, chat, where.get("thread", "")) in self.rooms
            or said.get("person") == self.person
            or said.get("ticket") in self.tickets
            or (file.get("id") if isinstance(file, dict) else file) in self.files
        )


def _events(tx: Tx, traces: Traces) -> None:
    """Raw words of theirs lie in what was set aside, and in work that waits."""
    for number, key, body in tx.all(ASIDE):
        if any(map(traces.about, _said(body))):
            tx.do(LET_GO, aside=number)
            tx.do(FAILURE, key=key)
    for number, body in tx.all(CHORES):
        if any(map(traces.about, _said(body))):
            tx.do(CHORE_GONE, chore=number)


def _said(body: str) -> Iterator[dict[str, Any]]:
    """An event as it was written down, or the work about it, or what lies in that."""
    found = msgspec.json.decode(body)
    while isinstance(found, dict):
        yield found
        inner = found.get("body")
        found = msgspec.json.decode(inner) if isinstance(inner, str) else inner
