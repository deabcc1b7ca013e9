"""What the pages show, each in as few looks as it takes."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal
from unicodedata import combining, normalize

from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select, union_all

from bot.desk.access import Viewer, sees, told
from bot.desk.people import Person
from bot.desk.ticket import Entry, Ticket
from bot.desk.ticket import State as TicketState
from bot.store import tables as t
from bot.store.circles import by_doors
from bot.store.look import ticket_of
from bot.store.people import PERSON_COLUMNS, person_of
from bot.store.prepared import Prepared
from bot.store.rows import Row, Value, read_entry, read_ticket
from bot.store.tx import Tx

State = Literal["waiting", "kept", "refused"]

MOST = 10
"""Tickets on one page of the list."""
MOST_WORDS = 8
MOST_SINCE = 30
"""Newer ones among which the one is looked for that goes on from another."""
MOST_SEARCHED = 300
"""Tickets that are looked through, the newest first."""

_ticket, _entry, _file, _door, _login = t.ticket.c, t.entry.c, t.file.c, t.door.c, t.login.c


class Guest(Struct, frozen=True):
    """Somebody who is logged in."""

    viewer: Viewer
    person: Person
    doors: tuple[tuple[str, str], ...]
    """Channel and user."""


class Outside(Struct, frozen=True):
    """What anybody with the link may see of a ticket: it carries no power, so nothing more."""

    code: str
    state: TicketState


class Talk(Struct, frozen=True):
    """A ticket as its customer sees it."""

    ticket: Ticket
    entries: tuple[Entry, ...]
    """What is theirs to see, in order."""
    files: dict[str, State]
    """By id, what became of each file."""
    mark: str
    """Another one whenever anything of it has changed."""
    whole: Ticket | None = None
    """The one it was merged into: what is said here is said there."""
    following: Ticket | None = None
    """The newest of theirs that goes on from it, since it was solved too long ago."""

    @property
    def kept(self) -> frozenset[str]:
        """The files they may have: those of the request, and of what is theirs to see."""
        said = (entry.files for entry in self.entries if not entry.gone)
        return frozenset(f.id for files in (self.ticket.files, *said) for f in files if self.files.get(f.id) == "kept")


class Found(Struct, frozen=True):
    tickets: tuple[Ticket, ...]
    start: int
    more: bool


GUEST = Prepared(
    select(*PERSON_COLUMNS, _door.channel, _door.user)
    .select_from(
        t.login.join(t.person, t.person.c.id == _login.person).outerjoin(t.door, _door.person == t.person.c.id)
    )
    .where(_login.hash == bindparam("login"), _login.until > bindparam("now"))
)
# One look: the ticket, its history, and its files. The parts are told apart by the first column.
TALK = Prepared(
    union_all(
        select(literal("ticket"), _ticket.public, _ticket.body, _ticket.touched).where(
            _ticket.public == bindparam("public")
        ),
        select(literal("entry"), _entry.id, _entry.body, _entry.changed)
        .select_from(t.entry.join(t.ticket, _ticket.id == _entry.ticket))
        .where(_ticket.public == bindparam("public")),
        select(literal("file"), _file.id, _file.state, _file.at)
        .select_from(t.file.join(t.ticket, _ticket.id == _file.ticket))
        .where(_ticket.public == bindparam("public")),
    )
)
# In the bodies stands which one goes on from another, so the last ones are looked through.
SINCE = Prepared(
    select(_ticket.body)
    .where(or_(_ticket.person == bindparam("person"), _ticket.person == bindparam("guest")))
    .where(_ticket.id > bindparam("ticket"))
    .order_by(_ticket.id.desc())
    .limit(MOST_SINCE)
)
OUTSIDE = Prepared(select(_ticket.code, _ticket.state).where(_ticket.public == bindparam("public")))
MARK = Prepared(
    select(
        _ticket.version,
        select(func.max(_entry.changed)).where(_entry.ticket == _ticket.id).scalar_subquery(),
        select(func.count()).where(_file.ticket == _ticket.id, _file.state != "waiting").scalar_subquery(),
    ).where(_ticket.id == bindparam("ticket"))
)

TAKEN = Prepared(select(t.taken.c.at).where(t.taken.c.key == bindparam("key")))


def is_taken(tx: Tx, event: str) -> bool:
    """Whether what somebody did at a page has been carried out, within the last days."""
    return tx.one(TAKEN, key=event) is not None


def guest(tx: Tx, login: str) -> Guest | None:
    """Whose login that is, while it lasts."""
    rows = tx.all(GUEST, login=login, now=tx.at)
    if not rows:
        return None
    known = len(PERSON_COLUMNS)
    person = person_of(rows[0][:known])
    doors = tuple((row[known], row[known + 1]) for row in rows if row[known])
    return Guest(by_doors(tx, person.id, doors), person, doors)


def talk(tx: Tx, viewer: Viewer, public: str) -> Talk | Outside | None:
    """What they may see of it; None: there is no such ticket."""
    parts: dict[str, list[Row]] = {"ticket": [], "entry": [], "file": []}
    for part, *row in tx.all(TALK, public=public):
        parts[part].append(tuple(row))
    ticket = next((read_ticket(row[1]) for row in parts["ticket"]), None)
    if ticket is None:
        return None
    if not sees(viewer, ticket):
        return Outside(ticket.code, ticket.state)
    entries = sorted((read_entry(row[1]) for row in parts["entry"]), key=lambda entry: entry.said)
    files = {name: state for name, state, _at in parts["file"]}
    changed = max((row[2] for row in parts["entry"]), default=0.0)
    mark = _mark(ticket.version, changed, sum(state != "waiting" for state in files.values()))
    whole = ticket_of(tx, ticket.into) if ticket.into else None
    whole = whole if whole and sees(viewer, whole) else None
    following = _following(tx, viewer, ticket) if ticket.state == "solved" else None
    return Talk(ticket, tuple(filter(told, entries)), files, mark, whole, following)


def _following(tx: Tx, viewer: Viewer, ticket: Ticket) -> Ticket | None:
    newer = map(read_ticket, tx.values(SINCE, person=ticket.person, guest=viewer.person, ticket=ticket.id))
    return next((t for t in newer if t.follows in ticket.codes and sees(viewer, t)), None)


def marks(tx: Tx, tickets: tuple[int, ...]) -> dict[int, str]:
    """The marks of several tickets as they are now."""
    found = ((number, tx.one(MARK, ticket=number)) for number in tickets)
    return {number: _mark(*row) for number, row in found if row}


def _mark(version: int, changed: float | None, looked_at: int) -> str:
    return f"{version}-{changed or 0.0:.6f}-{looked_at}"


def outside(tx: Tx, public: str) -> Outside | None:
    """What anybody with the link may see."""
    row = tx.one(OUTSIDE, public=public)
    return Outside(row[0], row[1]) if row else None


def ticket_page(tx: Tx, login: str, public: str) -> tuple[Guest | None, Talk | Outside | None]:
    """Who asks, and what they may see."""
    known = guest(tx, login) if login else None
    return known, talk(tx, known.viewer, public) if known else outside(tx, public)


def mine_page(tx: Tx, login: str, words: str, start: int) -> tuple[Guest | None, Found | None]:
    """Who asks, and their tickets: all, or those that hold these words."""
    known = guest(tx, login) if login else None
    if known is None:
        return None, None
    return known, search(tx, known.viewer, words, start) if words.split() else mine(tx, known.viewer, start)


def mine(tx: Tx, viewer: Viewer, start: int) -> Found:
    """Their tickets, the newest promise first."""
    found = tuple(map(read_ticket, tx.values(_mine(len(viewer.circle)), start=start, most=MOST + 1, **_named(viewer))))
    return Found(found[:MOST], start, len(found) > MOST)


def search(tx: Tx, viewer: Viewer, words: str, start: int) -> Found:
    """Those of theirs in which all these words stand: in what was asked, or said in it since."""
    wanted = folded(words).split()[:MOST_WORDS]
    tickets: dict[int, Ticket] = {}
    said: dict[int, list[str]] = {}
    for part, body in tx.all(_search(len(viewer.circle)), most=MOST_SEARCHED, **_named(viewer)):
        if part == "ticket":
            ticket = read_ticket(body)
            tickets[ticket.id] = ticket
            said.setdefault(ticket.id, []).append(asked(ticket))
        elif told(entry := read_entry(body)) and entry.kind != "event" and not entry.gone:
            said.setdefault(entry.ticket, []).append(entry.text)
    known = sorted(tickets.values(), key=lambda ticket: (ticket.due, ticket.id), reverse=True)
    texts = {number: folded("\n".join(parts)) for number, parts in said.items()}
    found = [t for t in known if sees(viewer, t) and all(word in texts[t.id] for word in wanted)][start:]
    return Found(tuple(found[:MOST]), start, len(found) > MOST)


def asked(ticket: Ticket) -> str:
    """All that was asked in it, answers to a category's own questions too."""
    names = (file.name for file in ticket.files)
    return "\n".join((*ticket.codes, ticket.title, ticket.details, *ticket.urls, *ticket.extras.values(), *names))


def folded(text: str) -> str:
    """As people look for words: whatever their case and accents."""
    small = text.casefold()
    return small if small.isascii() else "".join(sign for sign in normalize("NFD", small) if not combining(sign))


def _named(viewer: Viewer) -> dict[str, Value]:
    return {f"of{n}": person for n, person in enumerate(sorted(viewer.circle))}


def _theirs(people: int) -> ColumnElement[bool]:
    """As a list: SQLite takes no more than a thousand conditions in a row."""
    return _ticket.person.in_([bindparam(f"of{n}") for n in range(people)])


@lru_cache(64)
def _mine(people: int) -> Prepared:
    return Prepared(
        select(_ticket.body)
        .where(_theirs(people))
        .order_by(_ticket.due.desc(), _ticket.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("start"))
    )


@lru_cache(64)
def _search(people: int) -> Prepared:
    newest = (
        select(_ticket.id, _ticket.body).where(_theirs(people)).order_by(_ticket.id.desc()).limit(bindparam("most"))
    )
    some = newest.subquery()
    return Prepared(
        union_all(
            select(literal("ticket"), some.c.body),
            select(literal("entry"), _entry.body)
            .select_from(t.entry.join(some, some.c.id == _entry.ticket))
            .where(or_(_entry.kind == "asked", _entry.kind == "answer")),
        )
    )
