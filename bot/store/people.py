"""A person as their row has them."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.desk.people import Person
from bot.events import Address
from bot.store import tables as t
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Row, moment, stamp
from bot.store.tx import Conflict, Tx
from bot.values import replace

_NAMES = ("name", "language", "chosen", "sure", "requests", "solved", "channel", "chat", "thread")
_MORE = ("day", "today", "blocked", "reason", "mail", "mails", "off", "missed")
_FACTS = (*_NAMES, *_MORE)
PERSON_COLUMNS = [t.person.c[n] for n in ("id", *_FACTS)]
HOLD = Prepared(select(*PERSON_COLUMNS).where(t.person.c.id == bindparam("person")).with_for_update())
KNOW = Prepared(update(t.person).where(t.person.c.id == bindparam("person")).values(parameters(*_FACTS)))


def person_of(row: Row) -> Person:
    number, name, language, chosen, sure, requests, solved, channel, chat, thread, *more = row
    day, today, blocked, reason, mail, mails, off, missed = more
    return Person(
        number,
        name,
        language,
        chosen=bool(chosen),
        where=Address(channel, chat, thread) if channel else None,
        sure=bool(sure),
        requests=requests,
        solved=moment(solved) if solved else None,
        day=day,
        today=today,
        blocked=moment(blocked) if blocked > 0 else None,
        reason=reason,
        mail=mail,
        mails=bool(mails),
        off=off,
        missed=tuple(missed.split()),
    )


def know(tx: Tx, person: Person, read: Person | None) -> None:
    """Raises `Conflict` when another turn has learned something of them since they were read."""
    if tx.concurrent and read and read.id == person.id:
        row = tx.one(HOLD, person=person.id)
        if row and person_of(row) != replace(read, new=False):
            raise Conflict(f"person {person.id} is no longer who they were")
    where = person.where
    tx.do(
        KNOW,
        person=person.id,
        name=person.name,
        language=person.language,
        chosen=int(person.chosen),
        sure=int(person.sure),
        requests=person.requests,
        solved=stamp(person.solved),
        channel=where.channel if where else "",
        chat=where.chat if where else "",
        thread=where.thread if where else "",
        day=person.day,
        today=person.today,
        blocked=stamp(person.blocked),
        reason=person.reason,
        mail=person.mail,
        mails=int(person.mails),
        off=person.off,
        missed=" ".join(person.missed),
    )
