"""How many files one person may send in a day: whoever sends thousands shall not fill the disk, nor make others wait."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import DAY, Fetch
from bot.store.tx import Tx

_file = t.file.c
_theirs = (_file.channel == bindparam("of"), _file.who == bindparam("somebody"), _file.state != "refused")
LATELY = Prepared(select(func.count()).select_from(t.file).where(*_theirs, _file.at > bindparam("since")))
SENT = Prepared(select(_file.channel, _file.who, _file.at).where(_file.id == bindparam("file")))
BEFORE = Prepared(
    select(func.count())
    .select_from(t.file)
    .where(
        *_theirs,
        _file.at > bindparam("since"),
        (_file.at < bindparam("till")) | ((_file.at == bindparam("till")) & (_file.id < bindparam("file"))),
    )
)


def past(tx: Tx, wanted: Fetch) -> bool:
    """Whether a file comes after as many as a day may bring. The team's own are not counted."""
    row = tx.one(SENT, file=wanted.file.id)
    if row is None or tx.rules.of_team(wanted.where.channel, wanted.where.chat):
        return False
    channel, who, at = row
    before = tx.value(BEFORE, of=channel, somebody=who, since=at - DAY, till=at, file=wanted.file.id)
    return bool(before >= tx.rules.desk.bounds.files_daily)


def left(tx: Tx, channel: str, who: str) -> int:
    """How many more somebody may send today."""
    sent = int(tx.value(LATELY, of=channel, somebody=who, since=tx.at - DAY))
    return max(0, tx.rules.desk.bounds.files_daily - sent)
