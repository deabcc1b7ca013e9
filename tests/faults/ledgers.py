"""Three ledgers side by side: what people said, what the database holds, what people got."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, text

from bot.store.engines import connected
from tests.faults.crowd import PICTURES, Arrival, Customer, Side, answer, details, link, thanks, title

SENT = 2
"""What `outbox.state` says of a letter that has left."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox."""

    number: int
    lane: str
    state: int
    over: bool
    """It changes a message that somebody has pressed a button of."""
    places: tuple[str, ...]
    """The messages that came of it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds, as far as people can tell."""

    taken: frozenset[str]
    """The events it knows."""
    tickets: Mapping[str, Sequence[Mapping[str, Any]]]
    """By the user they belong to: what they hold, and with `said` what was said since."""
    letters: Sequence[Letter]
    """In the order they were written."""
    rooms: frozenset[str]
    buried: int
    """Events that were set aside."""


def kept(engine: Engine) -> Kept:
    with engine.connect() as db:
        taken = frozenset(key for (key,) in db.execute(text("SELECT key FROM taken")))
        said = defaultdict(list)
        for ticket, kind, body in db.execute(text("SELECT ticket, kind, body FROM entry ORDER BY at, id")):
            said[ticket].append((kind, json.loads(body).get("text", "")))
        tickets = defaultdict(list)
        rows = 'SELECT t.id, d."user", t.body FROM ticket t JOIN door d ON d.person = t.person ORDER BY t.id'
        for number, user, body in db.execute(text(rows)):
            tickets[user].append(json.loads(body) | {"said": said[number]})
        rows = "SELECT id, lane, state, body, receipt FROM outbox ORDER BY id"
        letters = [_letter(*row) for row in db.execute(text(rows))]
        rooms = frozenset(room for (room,) in db.execute(text("SELECT thread FROM thread")) if room)
        buried = db.execute(text("SELECT count(*) FROM dead_letter")).scalar_one()
    return Kept(taken, dict(tickets), letters, rooms, buried)


def _letter(number: int, lane: str, state: int, body: str, receipt: str) -> Letter:
    channel, chat, _ = lane.split("|", 2)
    ids = json.loads(receipt or "[]")
    places = tuple(f"{chat}/{one}" if channel == "telegram" else one for one in ids)
    return Letter(number, lane, state, bool(json.loads(body).get("over")), places)


def waiting(engine: Engine) -> int:
    """What the program still has to do."""
    with engine.connect() as db:
        row = db.execute(
            text("SELECT (SELECT count(*) FROM outbox WHERE state < 2 OR news = 1) + (SELECT count(*) FROM chore)")
        )
        return int(row.scalar_one())


@dataclass(slots=True)
class Wire:
    """What was on the wire at each kill: messages the platform had taken, and a program that is gone had not noted."""

    url: str
    met: int = 0
    """How many arrivals have been looked at."""
    since: int = 0
    """Letters up to this one are settled."""
    noted: set[str] = field(default_factory=set)
    rooms: set[str] = field(default_factory=set)

    def caught(self, side: Side) -> Counter[str]:
        """Since the last kill, by chat."""
        side.settle()
        self._read()
        fresh = [a for a in side.arrivals[self.met :] if a.new]
        self.met = len(side.arrivals)
        rooms = [room for room in side.rooms() if room not in self.rooms]
        self.rooms.update(rooms)
        return Counter([a.chat for a in fresh if a.place not in self.noted]) + Counter({side.team: len(rooms)})

    def _read(self) -> None:
        engine = connected(self.url, reading=True)
        with engine.connect() as db:
            first = text("SELECT coalesce(min(id), 0) FROM outbox WHERE state < 2")
            fresh = text("SELECT id, lane, state, body, receipt FROM outbox WHERE id > :since AND state = 2")
            open_ = int(db.execute(first).scalar_one())
            letters = [_letter(*row) for row in db.execute(fresh, {"since": self.since})]
            self.rooms |= {room for (room,) in db.execute(text("SELECT thread FROM thread")) if room}
        engine.dispose()
        self.noted |= {place for letter in letters for place in letter.places}
        self.since = open_ - 1 if open_ else max((letter.number for letter in letters), default=self.since)


def meant(customer: Customer) -> Mapping[str, Any]:
    """The ticket of somebody who has said all they had to say."""
    number = customer.number
    return {
        "category": "account",
        "subcategory": "team",
        "title": title(number),
        "details": details(number),
        "urls": [link(number)],
        "files": 0 if number % PICTURES else 1,
        "state": "solved",
        "said": [("answer", answer(number)), ("asked", thanks(number))],
    }


def holds(ticket: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same of a ticket in the database."""
    said = [(kind, words) for kind, words in ticket["said"] if kind != "event"]
    plain = {name: ticket.get(name) for name in ("category", "subcategory", "title", "details", "urls")}
    return plain | {"files": len(ticket.get("files", ())), "state": ticket.get("state", "ours"), "said": said}


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the ledgers differ; each line names one difference."""

    lost_updates: Sequence[str]
    lost_tickets: Sequence[str]
    double_tickets: Sequence[str]
    wrong_tickets: Sequence[str]
    lost_replies: Sequence[str]
    disorder: Sequence[str]
    twice: Sequence[str]
    """The chats of messages and topics that nobody noted: each is another's double."""


def balance(sides: Sequence[Side], db: Kept) -> Balance:
    for side in sides:
        side.settle()
    owners = {user: customer for side in sides for user, customer in side.owners().items()}
    arrivals = [arrival for side in sides for arrival in side.arrivals]
    return Balance(
        lost_updates=[update for side in sides for update in side.lost(db.taken)],
        lost_tickets=[f"of {c.number}" for user, c in owners.items() if not db.tickets.get(user)],
        double_tickets=[f"of {c.number}" for user, c in owners.items() if len(db.tickets.get(user, ())) > 1],
        wrong_tickets=[*_wrong(owners, db), *(f"{c.number} misses {w}" for c in owners.values() for w in c.missed)],
        lost_replies=[*_lost(arrivals, db)],
        disorder=[*_disorder(arrivals, db)],
        twice=[chat for side in sides for chat in _twice(side, db)],
    )


def _wrong(owners: Mapping[str, Customer], db: Kept) -> Iterator[str]:
    for user, customer in owners.items():
        for ticket in db.tickets.get(user, ())[:1]:
            if holds(ticket) != meant(customer):
                yield f"{holds(ticket)} instead of {meant(customer)}"


def _lost(arrivals: Iterable[Arrival], db: Kept) -> Iterator[str]:
    came = {arrival.place for arrival in arrivals}
    for letter in db.letters:
        if letter.state != SENT:
            yield f"{letter} has not left"
        elif any(place not in came for place in letter.places):
            yield f"{letter} never came"


def _made(db: Kept) -> set[str]:
    """The messages that are known to have come of a letter. Another copy of one may be changed, but nobody knows it."""
    return {place for letter in db.letters if not letter.over for place in letter.places}


def _disorder(arrivals: Iterable[Arrival], db: Kept) -> Iterator[str]:
    """Messages in the order they came against the letters in the order they were written, lane by lane.

    What was changed or sent several times in a row counts once.
    """
    made = _made(db)
    written: defaultdict[str, list[str]] = defaultdict(list)
    lanes: dict[str, str] = {}
    for letter in db.letters:
        written[letter.lane] += letter.places
        lanes |= dict.fromkeys(letter.places, letter.lane)
    came: defaultdict[str, list[str]] = defaultdict(list)
    for arrival in arrivals:
        if (lane := lanes.get(arrival.place)) and (arrival.place in made or not arrival.new):
            came[lane].append(arrival.place)
    for lane, order in written.items():
        if _once(came[lane]) != _once(order):
            yield f"{lane}: {_once(came[lane])} instead of {_once(order)}"


def _once(messages: Iterable[str]) -> list[str]:
    return [message for message, _ in groupby(messages)]


def _twice(side: Side, db: Kept) -> Iterator[str]:
    made = _made(db)
    yield from (arrival.chat for arrival in side.arrivals if arrival.new and arrival.place not in made)
    yield from (side.team for room in side.rooms() if room not in db.rooms)
