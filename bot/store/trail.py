"""The trail: who did what and when, to a request (its history) or besides (known issues, chats joined, what was handed out
or erased). Of customers it knows a number alone: when they are gone, it is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from textwrap import shorten

from msgspec import Struct
from sqlalchemy import Connection, bindparam, insert, select

from bot.desk.ticket import Entry, Ticket
from bot.effects import Declare, Effect, Erase, Invite, Join, Stock, Unjoin, Unstock
from bot.events import Event, Message, Posted
from bot.store import belongings, erasing, naming
from bot.store import tables as t
from bot.store.facts import BY_CODE
from bot.store.prepared import Prepared, parameters
from bot.store.rows import moment, read_ticket
from bot.store.tx import Tx

LETTERS = 90
"""Of what somebody said."""

_act = t.act.c
WRITE = Prepared(insert(t.act).values(parameters("at", "by", "what", "about")))
LATEST = select(_act.at, _act.by, _act.what, _act.about).order_by(_act.id.desc())
ABOUT = Prepared(
    select(_act.at, _act.by, _act.what, _act.about)
    .where(_act.about == bindparam("whom"), _act.at >= bindparam("since"))
    .order_by(_act.id)
)


class Line(Struct, frozen=True, order=True):
    """Something that was done."""

    at: datetime
    by: str
    """Empty: it happened by itself."""
    what: str
    about: str


def of_person(person: int) -> str:
    return f"person {person}"


def write(tx: Tx, by: str, what: str, about: str = "") -> None:
    tx.do(WRITE, at=tx.at, by=by, what=what, about=about)


def note(tx: Tx, event: Event, effect: Effect) -> None:
    """What a turn does that no request's history tells of."""
    match effect:
        case Declare(issue):
            write(tx, _by(event), f"known issue, {issue.state}: {issue.titles[next(iter(issue.titles))]}")
        case Stock(canned):
            write(tx, _by(event), f"kept the canned answer {canned.name}")
        case Unstock(name):
            write(tx, _by(event), f"dropped the canned answer {name}")
        case Invite(person=0):
            write(tx, _by(event), "asked for the numbers")
        case Join(person=person):
            write(tx, of_person(person), "joined another chat", of_person(person))
        case Unjoin(person=person):
            write(tx, of_person(person), "parted a chat", of_person(person))
        case Erase(person):
            write(tx, of_person(person), "erased themselves", of_person(person))


def _by(event: Event) -> str:
    match event:
        case Message(where=where, who=who, private=False):
            return f"{who.name} ({where.channel}:{who.id})"
        case Posted(person=person):
            return of_person(person)
    return ""


# -- read by whoever runs the desk ---------------------------------------------------------------------


def latest(connection: Connection, most: int) -> tuple[Line, ...]:
    """What was done besides, the oldest of the latest first."""
    rows = connection.execute(LATEST.limit(most)).all()
    return tuple(Line(moment(at), by, what, about) for at, by, what, about in reversed(rows))


def trail(tx: Tx, named: str) -> tuple[Line, ...] | None:
    """Of a request (`SUP-1001`), or of somebody (`telegram:77`) and all of theirs; None: there is no such."""
    if ":" not in named:
        ticket = tx.read(read_ticket, BY_CODE, code=named.upper())
        return tuple(_history(tx, ticket)) if ticket else None
    person = naming.find(tx, named)
    met = tx.one(erasing.MET, person=person)
    if met is None:
        return None
    acts = tx.all(ABOUT, whom=of_person(person), since=met[1])  # its number may have been somebody else's before
    tickets = map(read_ticket, tx.values(belongings.TICKETS, person=person))
    lines = [line for ticket in tickets for line in _history(tx, ticket)]
    return tuple(sorted([*lines, *(Line(moment(at), by, what, about) for at, by, what, about in acts)]))


def _history(tx: Tx, ticket: Ticket) -> Iterator[Line]:
    for entry in belongings.entries(tx, ticket.id):
        by = f"{entry.by} ({entry.by_id})" if entry.by_id else entry.by
        yield Line(entry.at, by, DID[entry.kind](entry), ticket.code)


def _answered(entry: Entry) -> str:
    arrived = f", by {entry.arrived}" if entry.arrived else ""
    return f"answered{arrived or _trouble(entry)}{_without(entry)}{_gone(entry)}: {_words(entry)}"


def _trouble(entry: Entry) -> str:
    return f", not delivered ({entry.trouble})" if entry.trouble else ""


def _without(entry: Entry) -> str:
    """Files that the customer's platform did not take."""
    return "".join(
        f", without {file.name or 'a file'} ({entry.unshown[file.id]})"
        for file in entry.files
        if file.id in entry.unshown
    )


def _gone(entry: Entry) -> str:
    return ", and took it back" if entry.gone else ""


def _words(entry: Entry) -> str:
    text, number = shorten(entry.text, LETTERS, placeholder=" …"), len(entry.files)
    files = f"({number} {'file' if number == 1 else 'files'})" if number else ""
    lost = "".join(f"({file.name or 'a file'} could not be kept)" for file in entry.lost)
    return " ".join(part for part in (text, files, lost) if part)


DID: dict[str, Callable[[Entry], str]] = {
    "asked": lambda entry: f"wrote{_gone(entry)}: {_words(entry)}",
    "answer": _answered,
    "note": lambda entry: f"noted: {_words(entry)}",
    "draft": lambda entry: f"began an answer: {_words(entry)}",
    "event": lambda entry: entry.text,
}
