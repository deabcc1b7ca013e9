"""What the team looks for: words in requests, beside the turns, however many requests there are.

The database passes over what cannot hold the words: as they were typed, then with any letter for those that may carry an
accent. What is left is read as people read it (`folded`), the newest first, until there is enough of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, or_, select

from bot.desk.ticket import Ticket
from bot.effects import Search
from bot.events import Searched
from bot.store import tables as t
from bot.store.chores import Chore
from bot.store.pages import MOST_WORDS, asked, folded
from bot.store.prepared import for_like
from bot.store.rows import json, read_entry, read_ticket
from bot.store.store import Store

MOST = 10
PAGE = 200
"""Requests that are read at once."""
MOST_READ = 2_500
"""Requests that are read for each of the two; words of few letters pass for many in the database."""

NUMBER = re.compile(r"(?:#|[A-Za-z0-9]{1,8}-)?([0-9]{1,17})")
LINK = re.compile(r"\S{1,300}/t/([A-Za-z0-9_-]{16})")
"""A request's page, as a customer or a colleague hands it on."""

_ticket, _entry = t.ticket.c, t.entry.c
_spoken = _entry.kind.in_(("asked", "answer", "note"))


read_search = msgspec.json.Decoder(Search).decode


async def searched(store: Store, chore: Chore) -> Searched:
    """What was found, for whoever wanted it."""
    wanted = read_search(chore.body)
    found, more = await store.read(search, words=wanted.words)
    return Searched(
        id=f"searched:{wanted.id}",
        at=store.rules.now(),
        where=wanted.where,
        who=wanted.who,
        words=wanted.words,
        tickets=found,
        more=more,
    )


def search(connection: Connection, words: str) -> tuple[tuple[int, ...], bool]:
    """The numbers of the newest requests in which all these words stand, that of such a number first; and whether there
    may be more.
    """
    first, read = _numbered(connection, words), 0
    found: set[int] = set()
    for ticket, whole in _candidates(connection, words.split()[:MOST_WORDS]):
        read += 1
        if ticket.id not in first and all(word in whole for word in folded(words).split()[:MOST_WORDS]):
            found.add(ticket.id)
            if len(found) > MOST:
                break
    told = (*first, *sorted(found, reverse=True))
    return told[:MOST], len(told) > MOST or read >= MOST_READ


def _numbered(connection: Connection, words: str) -> tuple[int, ...]:
    match NUMBER.fullmatch(words.strip()), LINK.fullmatch(words.strip()):
        case re.Match() as number, _:
            named = _ticket.id == int(number[1])
        case _, re.Match() as link:
            named = _ticket.public == link[1]
        case _:
            return ()
    return tuple(connection.scalars(select(_ticket.id).where(named)))


def _candidates(connection: Connection, words: Sequence[str]) -> Iterator[tuple[Ticket, str]]:
    """First those that hold the words as they were typed: of these the database knows most."""
    for like in (_typed, _loosely) if words else ():
        held = [_holds(like(word)) for word in words]
        yield from islice(_holding(connection, held), MOST_READ)


def _holding(connection: Connection, held: Sequence[ColumnElement[bool]]) -> Iterator[tuple[Ticket, str]]:
    """Each with all that is looked through, folded."""
    last = 1 << 62
    while True:
        rows = connection.execute(
            select(_ticket.id, _ticket.body).where(_ticket.id < last, *held).order_by(_ticket.id.desc()).limit(PAGE)
        ).all()
        lines = _lines(connection, [number for number, _body in rows])
        for number, body in rows:
            ticket = read_ticket(body)
            yield ticket, folded("\n".join((asked(ticket), ticket.name, *ticket.tags, *lines[number])))
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def _lines(connection: Connection, numbers: list[int]) -> dict[int, list[str]]:
    """What somebody took back is not found."""
    lines: dict[int, list[str]] = defaultdict(list)
    for (body,) in connection.execute(select(_entry.body).where(_entry.ticket.in_(numbers), _spoken)):
        entry = read_entry(body)
        if not entry.gone:
            lines[entry.ticket] += [entry.text, *(file.name for file in entry.files)]
    return lines


def _typed(word: str) -> str:
    """As JSON has it."""
    return for_like(json(word)[1:-1])


def _loosely(word: str) -> str:
    """ß is two letters when it is folded."""
    return re.sub(r"[aceinouy]|[^ -~]", "_", _typed(folded(word))).replace("ss", "%")


def _holds(pattern: str) -> ColumnElement[bool]:
    """Whether it may stand in a request or in what was said about it."""
    like = f"%{pattern}%"
    line = exists().where(_entry.ticket == _ticket.id, _spoken, _entry.body.ilike(like, escape="!"))
    return or_(_ticket.body.ilike(like, escape="!"), line)
