"""All that is somebody's, to erase it: every row, what waits, what was set aside; and whoever was erased and is there again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select, text, update

from bot.desk.people import HOOK, MAIL
from bot.desk.ticket import Ticket
from bot.events import DRAFT
from bot.store import hooks, joining, known
from bot.store import tables as t
from bot.store.belongings import FILES, TICKETS, Door, doors_of, entries
from bot.store.chores import add
from bot.store.facts import PERSON
from bot.store.failures import FORGET, LET_GO
from bot.store.letters import NO_WORDS, SENT, whole_chat
from bot.store.logins import PROVED
from bot.store.people import person_of
from bot.store.prepared import Prepared, for_like
from bot.store.rows import Row, json, read_ticket
from bot.store.slots import CLEAR_ALL
from bot.store.tx import Tx


class Erased(Struct, frozen=True):
    """What is gone: codes and counts, and nothing personal."""

    codes: tuple[str, ...]
    files: tuple[str, ...]
    letters: int
    stone: str
    """What tells them in a copy of the database that was made before (`Keep.bury`)."""


def _of(table: Table) -> ColumnElement[bool]:
    return table.c.ticket == bindparam("ticket")


STONE = "gone-"
"""Begins what is no file, but tells of somebody who was erased."""
_STONE = re.compile("gone-[0-9]{1,15}-[0-9]{1,16}")
MET = Prepared(select(t.person.c.id, t.person.c.met).where(t.person.c.id == bindparam("person")))
KNOWN = Prepared(select(t.file.c.id).where(t.file.c.id == bindparam("file")))
# SQLite, as many build it, leaves what was deleted where it stood until something else needs the place: meanwhile it is
# written over.
OVERWRITES = Prepared(text("PRAGMA secure_delete"))
OVERWRITTEN, LEFT = (Prepared(text(f"PRAGMA secure_delete = {way}")) for way in ("ON", "OFF"))
LOOSE = Prepared(select(t.file.c.id).where(t.file.c.channel == bindparam("of"), t.file.c.who == bindparam("who")))
# Of a draft that was dropped: nothing refers to them, and nobody is in the middle of something who brought them.
_drafted = select(t.dialogue.c.who).where(t.dialogue.c.channel == t.file.c.channel, t.dialogue.c.who == t.file.c.who)
LOST = Prepared(
    select(t.file.c.id)
    .where(
        t.file.c.ticket == 0,
        t.file.c.entry == "",
        t.file.c.channel != "",
        t.file.c.state != "waiting",
        t.file.c.at < bindparam("before"),
        ~_drafted.exists(),
    )
    .limit(bindparam("most"))
)
CODES = Prepared(select(t.proof.c.address).where(t.proof.c.person == bindparam("person")))
MAILS = whole_chat(MAIL, "")
"""Begins the lines of mails."""
ABOUT = re.compile('"about":([0-9]+)[,}]')
MAILED = Prepared(select(t.outbox.c.lane, t.outbox.c.body).where(t.outbox.c.lane.like(f"{MAILS}%")))
ANOTHERS = Prepared(
    select(t.person.c.id).where(t.person.c.mail == bindparam("address"), t.person.c.id != bindparam("of"))
)

_OF_TICKET = tuple(Prepared(delete(table).where(_of(table))) for table in (t.entry, t.file))
# Which place of the team's was its room, and what stood there, as numbers: whoever writes there is to hear that it is gone.
_in_room = (
    select(t.thread.c.ticket)
    .where(*(t.thread.c[name] == t.post.c[name] for name in ("ticket", "channel", "chat")))
    .exists()
)
POSTS = Prepared(delete(t.post).where(_of(t.post), ~_in_room))
STAY = Prepared(update(t.post).where(_of(t.post)).values(entry=""))
TICKET = Prepared(delete(t.ticket).where(t.ticket.c.id == bindparam("ticket")))
FILE = Prepared(delete(t.file).where(t.file.c.id == bindparam("file")))
NO_DOOR = Prepared(delete(t.door).where(t.door.c.person == bindparam("of")))
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
LETTERS = Prepared(update(t.outbox).where(t.outbox.c.lane == bindparam("key")).values(NO_WORDS))
# Lists for the team name the ticket: sent long ago, or shown until they are written anew.
NAMED = Prepared(
    select(t.outbox.c.id, t.outbox.c.body)
    .where(
        t.outbox.c.body.like(bindparam("named"), escape="!"),
        t.outbox.c.state >= SENT,
        t.outbox.c.id > bindparam("after"),
    )
    .order_by(t.outbox.c.id)
    .limit(bindparam("most"))
)
CODE = re.compile("[A-Z][A-Z0-9]{0,7}-[0-9]+")
AT_ONCE = 1_000
"""Letters that are read at once."""
EMPTIED = Prepared(update(t.outbox).where(t.outbox.c.id == bindparam("letter")).values(body="{}", error=""))
SHOWN = Prepared(
    select(t.slot.c.lane, t.slot.c.slot, t.slot.c.body).where(t.slot.c.body.like(bindparam("named"), escape="!"))
)
BLANK = Prepared(
    update(t.slot).where(t.slot.c.lane == bindparam("key"), t.slot.c.slot == bindparam("in_slot")).values(body="")
)
BUCKET = Prepared(delete(t.bucket).where(t.bucket.c.key == bindparam("key")))
ASIDE = Prepared(select(t.dead_letter.c.id, t.dead_letter.c.key, t.dead_letter.c.body))
CHORES = Prepared(select(t.chore.c.id, t.chore.c.body))
CHORE_GONE = Prepared(delete(t.chore).where(t.chore.c.id == bindparam("chore")))
THREADS = Prepared(select(t.thread.c.channel, t.thread.c.chat, t.thread.c.thread).where(_of(t.thread)))


def _addresses(tx: Tx, person: int, tickets: Iterable[Ticket]) -> Iterator[Door]:
    """The addresses to which we sent them mails or codes. One that they have changed since is found in the mails alone."""
    row = tx.one(PERSON, person=person)
    known = {person_of(row).mail} if row else set()
    known.update(tx.values(CODES, person=person))
    before = {key.removeprefix(MAILS).rpartition("|")[0] for key in _mailed(tx, {ticket.id for ticket in tickets})}
    known |= {address for address in before if not tx.one(ANOTHERS, address=address, of=person)}
    yield from ((MAIL, address) for address in sorted(known - {""}))


def _mailed(tx: Tx, tickets: Collection[int]) -> set[str]:
    """The lines of the mails that told of these."""
    if not tickets:
        return set()
    each = ((key, ABOUT.search(body)) for key, body in tx.all(MAILED))
    return {key for key, about in each if about and int(about[1]) in tickets}


def erase(tx: Tx, person: int, *, for_good: bool = True) -> Erased:
    """Everything, in every table. The files themselves are a chore: they go when this is certain. `for_good`: from a copy
    of the database that is restored, too.
    """
    with written_over(tx):
        return _erased(tx, person, tx.all(MET, person=person) if for_good else [])


@contextmanager
def written_over(tx: Tx) -> Iterator[None]:
    """What is deleted inside is overwritten in the database's file as well."""
    careless = not tx.concurrent and tx.one(OVERWRITES) == (0,)
    if careless:
        tx.one(OVERWRITTEN)
    yield
    if careless:
        tx.one(LEFT)


def _erased(tx: Tx, person: int, met: Iterable[Row]) -> Erased:
    doors, stone = doors_of(tx, person), [_stone(*row) for row in met]
    tickets = tuple(map(read_ticket, tx.values(TICKETS, person=person)))
    rooms = {row for ticket in tickets for row in tx.all(THREADS, ticket=ticket.id) if row[2]}
    files = [file for ticket in tickets for file in tx.values(FILES, ticket=ticket.id)]
    files += [file for channel, user in doors for file in tx.values(LOOSE, of=channel, who=user)]
    let_go(tx, Traces(person, frozenset(doors), frozenset(t.id for t in tickets), frozenset(rooms), frozenset(files)))
    letters = sum(_letters(tx, ticket.id, HOOK, str(ticket.id)) for ticket in tickets)
    letters += sum(_letters(tx, -1, channel, user) for channel, user in (*doors, *_addresses(tx, person, tickets)))
    letters += _named(tx, [ticket.code for ticket in tickets])
    for ticket in tickets:
        _ticket(tx, ticket)
    for channel, user in doors:
        tx.do(DIALOGUES, of=channel, whom=user)
        tx.do(ALARMS, about=f"{DRAFT}{for_like(channel)}|%|{for_like(user)}")
    for file in files:
        tx.do(FILE, file=file)
    known.leave(tx, person)
    for statement in (*PROVED, NO_DOOR, joining.NOBODY):
        tx.do(statement, of=person)
    add(tx, "unkeep", json([*files, *stone]))
    hooks.erased(tx, tickets)
    return Erased(tuple(t.code for t in tickets), tuple(files), letters, "".join(stone))


def _stone(person: int, met: float) -> str:
    """A number alone is not enough: SQLite gives one out again when its last bearer is gone."""
    return f"{STONE}{person}-{round(met * 1000)}"


def risen(tx: Tx, stones: Iterable[str]) -> tuple[int, ...]:
    """Who has been erased, and is there again: the database is a copy that was made before."""
    found = ((stone, tx.all(MET, person=int(stone.split("-")[1]))) for stone in stones if _STONE.fullmatch(stone))
    return tuple(row[0] for stone, rows in found for row in rows if _stone(*row) == stone)


def unknown(tx: Tx, files: Iterable[str]) -> tuple[str, ...]:
    """Of these files, those that nothing refers to."""
    return tuple(file for file in files if tx.one(KNOWN, file=file) is None)


def drop_left(tx: Tx, before: float, most: int) -> int:
    """Some of the files that were brought before then and led nowhere: how many."""
    files = tx.values(LOST, before=before, most=most)
    for file in files:
        tx.do(FILE, file=file)
    if files:
        add(tx, "unkeep", json(files))
    return len(files)


def _ticket(tx: Tx, ticket: Ticket) -> None:
    for entry in entries(tx, ticket.id):
        tx.do(ALARMS, about=for_like(entry.key))
    tx.do(ALARMS, about=ticket.key)
    drop(tx, ticket.id)


def _named(tx: Tx, codes: list[str]) -> int:
    """Out of what others were told, too. All letters are read once, however many requests they may name."""
    if not codes:
        return 0
    theirs = frozenset(codes)
    begins = (a for a, _b in takewhile(lambda pair: pair[0] == pair[1], zip(min(codes), max(codes), strict=False)))
    named, letters, after = f"%{for_like(''.join(begins))}%", 0, 0
    while rows := tx.all(NAMED, named=named, after=after, most=AT_ONCE):
        letters += sum(
            tx.do(EMPTIED, letter=letter) for letter, body in rows if not theirs.isdisjoint(CODE.findall(body))
        )
        after = rows[-1][0]
    for key, slot, body in tx.all(SHOWN, named=named):
        if not theirs.isdisjoint(CODE.findall(body)):
            tx.do(BLANK, key=key, in_slot=slot)
    return letters


def drop(tx: Tx, ticket: int) -> None:
    """Its own rows."""
    for statement in (*_OF_TICKET, POSTS, STAY, TICKET):
        tx.do(statement, ticket=ticket)


def lanes(tx: Tx, person: int) -> tuple[str, ...]:
    """The lines of all chats that are theirs alone."""
    doors = doors_of(tx, person)
    return tuple(key for channel, user in doors for key in tx.values(LANES, ticket=-1, of=channel, at=user))


def _letters(tx: Tx, ticket: int, channel: str, chat: str) -> int:
    """All words in the lines of a chat, or of a ticket's room."""
    gone = 0
    for key in tx.values(LANES, ticket=ticket, of=channel, at=chat):
        gone += tx.do(LETTERS, key=key)
        tx.do(CLEAR_ALL, key=key)
        tx.do(LANE, key=key)
    tx.do(BUCKET, key=whole_chat(channel, chat))
    return gone


# -- what was set aside ----------------------------------------------------------------------------


class Traces(Struct, frozen=True):
    """What in an event, or in work that waits, shows that it is about somebody."""

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


def let_go(tx: Tx, traces: Traces) -> None:
    """Deletes the events that were set aside and the work that waits, where these are about them: both hold their words."""
    for number, key, body in tx.all(ASIDE):
        if any(map(traces.about, _said(body))):
            tx.do(LET_GO, aside=number)
            tx.do(FORGET, key=key)
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
