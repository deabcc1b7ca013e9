"""What the team looks for: words in requests, beside the turns, however many requests there are.

The database passes over what cannot hold the words: letters that may carry an accent count as any letter there. What is
left is read as people read it (`folded`), the newest first, until there is enough of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, or_, select

from bot.desk.ticket import Entry, Ticket
from bot.effects import Search
from bot.events import Searched
from bot.store import tables as t
from bot.store.chores import Chore
from bot.store.pages import MOST_WORDS, asked, folded
from bot.store.rows import json, read_entry, read_ticket
from bot.store.store import Store

MOST = 10
PAGE = 200
"""Requests that are read at once."""
MOST_READ = 5_000
"""Requests that are read for one search; words of few letters pass for many in the database."""

NUMBER = re.compile(r"(?:[A-Za-z0-9]{1,8}-)?([0-9]{1,17})")

_ticket, _entry = t.ticket.c, t.entry.c
_spoken = _entry.kind.in_(("asked", "answer", "note"))


read = msgspec.json.Decoder(Search).decode


async def searched(store: Store, chore: Chore) -> Searched:
    """What was found, for whoever wanted it."""
    wanted = read(chore.body)
    found, more = await store.read(partial(search, words=wanted.words))
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
    wanted = folded(words).split()[:MOST_WORDS]
    found, looked_at = _numbered(connection, words), 0
    for ticket, said in _candidates(connection, wanted) if wanted else ():
        looked_at += 1
        whole = folded("\n".join((_asked(ticket), *map(_said, said))))
        if ticket.id not in found and all(word in whole for word in wanted):
            found.append(ticket.id)
            if len(found) > MOST:
                break
    return tuple(found[:MOST]), len(found) > MOST or looked_at >= MOST_READ


def _numbered(connection: Connection, words: str) -> list[int]:
    number = NUMBER.fullmatch(words.strip())
    return list(connection.scalars(select(_ticket.id).where(_ticket.id == int(number[1])))) if number else []


def _candidates(connection: Connection, wanted: Sequence[str]) -> Iterator[tuple[Ticket, list[Entry]]]:
    held, last = [_holds(word) for word in wanted], 1 << 62
    for _page in range(MOST_READ // PAGE):
        rows = connection.execute(
            select(_ticket.id, _ticket.body).where(_ticket.id < last, *held).order_by(_ticket.id.desc()).limit(PAGE)
        ).all()
        lines = _lines(connection, [number for number, _body in rows])
        yield from ((read_ticket(body), lines[number]) for number, body in rows)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def _lines(connection: Connection, numbers: list[int]) -> dict[int, list[Entry]]:
    lines = defaultdict(list)
    for (body,) in connection.execute(select(_entry.body).where(_entry.ticket.in_(numbers), _spoken)):
        entry = read_entry(body)
        lines[entry.ticket].append(entry)
    return lines


def _holds(word: str) -> ColumnElement[bool]:
    """Whether it may stand in a request or in what was said about it."""
    plain = re.sub(r"([!%_])", r"!\1", json(word)[1:-1])
    like = f"%{re.sub(r'[aceinouy]|[^ -~]', '_', plain).replace('ss', '%')}%"  # ß is two letters when it is folded
    line = exists().where(_entry.ticket == _ticket.id, _spoken, _entry.body.ilike(like, escape="!"))
    return or_(_ticket.body.ilike(like, escape="!"), line)


def _asked(ticket: Ticket) -> str:
    """And whose it is."""
    return f"{asked(ticket)}\n{ticket.name}"


def _said(entry: Entry) -> str:
    """What somebody took back is not found."""
    return "" if entry.gone else "\n".join((entry.text, *(file.name for file in entry.files)))
