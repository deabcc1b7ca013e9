"""A person as their row has them."""

from __future__ import annotations

from bot.desk.people import Person
from bot.events import Address
from bot.store import tables as t
from bot.store.rows import Row, moment

_NAMES = ("id", "name", "language", "chosen", "sure", "requests", "solved", "channel", "chat", "thread")
_MORE = ("day", "today", "blocked", "reason", "mail", "mails", "off", "missed")
PERSON_COLUMNS = [t.person.c[n] for n in (*_NAMES, *_MORE)]


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
