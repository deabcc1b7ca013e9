"""Whose the files are: the database and the folder of its files hold the same random number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from secrets import randbits

from sqlalchemy import bindparam, inspect, select

from bot.store import tables as t
from bot.store.engines import opened
from bot.store.prepared import Prepared
from bot.store.tx import Tx
from bot.store.upsert import upsert

MARK = "desk-"
"""Begins what is no file, but tells whose the files are."""
_MARK = re.compile("desk-[0-9]{1,16}")
_mine = select(t.counter.c.value).where(t.counter.c.name == "files")
MINE = Prepared(_mine)
_asked = select(t.ticket.c.id).where(t.ticket.c.id > 0).limit(1)
ASKED = Prepared(_asked)
MADE = Prepared(
    upsert(t.counter)
    .values(name="files", value=bindparam("number"))
    .on_conflict_do_nothing(index_elements=[t.counter.c.name])
)


def mark(tx: Tx, stones: Iterable[str]) -> str:
    """That of this database, made when it is asked for first; copies of the database have the same."""
    if tx.one(MINE) is None:
        tx.do(MADE, number=_left(tx, stones) or randbits(53))
    return f"{MARK}{tx.value(MINE)}"


def _left(tx: Tx, stones: Iterable[str]) -> int:
    """The number that lies beside the files, for a database that has requests and no number: it is a copy from before there
    were any. 0: there is none to take.
    """
    there = [int(stone.removeprefix(MARK)) for stone in stones if _MARK.fullmatch(stone)]
    return there[0] if len(there) == 1 and tx.one(ASKED) else 0


def of_others(mine: str, stones: Iterable[str]) -> tuple[str, ...]:
    """The marks beside the files, when ours is not among them."""
    there = tuple(stone for stone in stones if stone.startswith(MARK))
    return () if mine in there else there


def strangers(url: str, stones: Iterable[str]) -> tuple[str, ...]:
    """The same for a database on which no desk is at work; it is not marked now."""
    with opened(url, reading=True) as connection:
        there = inspect(connection).has_table(t.ticket.name)
        mine = connection.execute(_mine).scalar() if there else None
        if there and mine is None and connection.execute(_asked).first():
            return ()
    return of_others(f"{MARK}{mine}", stones)
