"""Events whose turns fail: counted, and in the end set aside with all they said."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert

from bot.store import tables as t
from bot.store.prepared import Prepared, parameters
from bot.store.tx import Tx
from bot.store.upsert import upsert

FAILED = Prepared(
    upsert(t.failure)
    .values(key=bindparam("key"), runs=1, error=bindparam("error"), at=bindparam("at"))
    .on_conflict_do_update(
        index_elements=["key"],
        set_={"runs": t.failure.c.runs + 1, "error": bindparam("error"), "at": bindparam("at")},
    )
    .returning(t.failure.c.runs)
)
FORGET = Prepared(delete(t.failure).where(t.failure.c.key == bindparam("key")))
BURY = Prepared(insert(t.dead_letter).values(parameters("key", "body", "error", "at")))
LET_GO = Prepared(delete(t.dead_letter).where(t.dead_letter.c.id == bindparam("aside")))


def count(tx: Tx, key: str, error: str) -> int:
    """One more failed run of the event with that id; returns how many there were."""
    return int(tx.value(FAILED, key=key, error=error[:2000], at=tx.at))


def bury(tx: Tx, key: str, body: str, error: str) -> None:
    """Sets it aside, so that it can be run again after the mend."""
    tx.do(BURY, key=key, body=body, error=error[:2000], at=tx.at)
    tx.do(FORGET, key=key)
