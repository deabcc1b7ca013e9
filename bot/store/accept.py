"""The beginning of a turn: each event is taken once, and one person's events one after another."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import bindparam, delete, select, update

from bot.dialogue.words import Chose
from bot.events import DRAFT, Alarm, Deleted, Edited, Event, Fetched, Filled, Message, Receipt, draft_of
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import stamp
from bot.store.tx import Tx
from bot.store.upsert import upsert
from bot.values import replace

TAKE = Prepared(upsert(t.taken).values(key=bindparam("key"), at=bindparam("at")).on_conflict_do_nothing())
RUNG = Prepared(
    delete(t.alarm).where(
        t.alarm.c.name == bindparam("name"), t.alarm.c.about == bindparam("about"), t.alarm.c.at <= bindparam("until")
    )
)
OWNER = Prepared(select(t.file.c.who).where(t.file.c.id == bindparam("file")))
HEARD = Prepared(update(t.outbox).where(t.outbox.c.id == bindparam("outbox")).values(news=0))


def accept(tx: Tx, event: Event) -> bool:
    """False: this event has been taken before.

    What brought the event (an alarm, the fate of a message) is crossed off here, so that it goes together with what
    the event does, or not at all.
    """
    if tx.concurrent and (line := _line(tx, event)):
        tx.line_up(line)
    fresh = tx.do(TAKE, key=_known_by(event), at=tx.at) == 1
    match event:
        case Alarm():
            tx.do(RUNG, name=event.name, about=event.about, until=stamp(event.at))
        case Receipt():
            tx.do(HEARD, outbox=int(event.id.removeprefix("receipt:").partition(":")[0]))
    return fresh


def _known_by(event: Event) -> str:
    """By what we remember for some days that it was taken. That outlives the erasure of a person, so it must not say who
    they were: the id of an alarm about a draft does, and is hashed.
    """
    return sha256(event.id.encode()).hexdigest() if isinstance(event, Alarm) else event.id.partition("#")[0]


def instead(tx: Tx, event: Event) -> Event:
    """What to take instead of an accepted event: of a change whose message we have not heard of, that message, where
    platforms promise no order; of a button in a chat that has a new number since, the press as if it were there.
    """
    match event:
        case Edited(whole=Message() as whole) if tx.do(TAKE, key=_known_by(whole), at=tx.at):
            return whole
        case Deleted(message=message) if message:
            tx.do(TAKE, key=message, at=tx.at)
        case Message(answer=Chose(), private=False) if (home := tx.rules.home(event.where)) != event.where:
            return replace(event, where=home, on="")  # its message is not there
    return event


def _line(tx: Tx, event: Event) -> str:
    match event:
        case Message() | Edited() | Deleted() | Filled():
            return f"{event.where.channel}|{event.where.chat}|{event.who.id}"
        case Alarm(about=about) if about.startswith(DRAFT):
            where, who = draft_of(about)
            return f"{where.channel}|{where.chat}|{who}"
        case Fetched(where=where, file=file) if owner := tx.one(OWNER, file=file):
            return f"{where.channel}|{where.chat}|{owner[0]}"
        case _:
            return ""
