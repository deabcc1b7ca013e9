"""What we know of the team: who belongs to its chats, and the canned answers it keeps."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, delete, or_, select

from bot.desk.config import Canned
from bot.desk.people import Agent
from bot.effects import Stock, Unstock
from bot.events import Address, Event, Left, Message, Reacted
from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.rows import json
from bot.store.tx import Tx
from bot.store.upsert import put

HOUR = 3600.0
SEASON = 90 * 24 * HOUR
"""Of whom nothing was seen for so long is no colleague any more."""
MOST = 100

_c = t.colleague.c
_stale = or_(_c.at < bindparam("stale"), _c.name != bindparam("name"))
SEEN = Prepared(put(t.colleague, "name", "at", where=_stale))
# Nothing was seen of them yet: they come after all those who acted lately.
THERE = Prepared(put(t.colleague, "name", "at", where=_c.at < bindparam("at")))
GONE = Prepared(delete(t.colleague).where(*(_c[n] == bindparam(n) for n in ("channel", "chat", "user"))))
COLLEAGUES = Prepared(
    select(_c.user, _c.name)
    .where(_c.channel == bindparam("channel"), _c.chat == bindparam("chat"), _c.at > bindparam("since"))
    .order_by(_c.at.desc(), _c.name, _c.user)
    .limit(MOST)
)
STOCK = Prepared(put(t.canned, "body", "at"))
UNSTOCK = Prepared(delete(t.canned).where(t.canned.c.name == bindparam("name")))
STOCKED = Prepared(select(t.canned.c.body).order_by(t.canned.c.name))

_read = msgspec.json.Decoder(Canned).decode


def note(tx: Tx, event: Event) -> None:
    """Somebody acted in a team's chat, and the platform may have named others. Written down once an hour, and in one order:
    two who do so at once would else wait for each other.
    """
    if isinstance(event, Left):
        tx.do(GONE, channel=event.where.channel, chat=event.where.chat, user=event.who.id)
    if isinstance(event, Message | Reacted) and event.who.member and event.who.name:
        where, who = event.where, event.who
        named = event.members if isinstance(event, Message) else ()
        for one in sorted((*named, who), key=lambda one: (one.id, one is who)):
            row = {"channel": where.channel, "chat": where.chat, "user": one.id, "name": one.name}
            if one is who:
                tx.do(SEEN, **row, at=tx.at, stale=tx.at - HOUR)
            else:
                tx.do(THERE, **row, at=tx.at - SEASON / 2)


def colleagues(tx: Tx, at: Address) -> tuple[Agent, ...]:
    rows = tx.all(COLLEAGUES, channel=at.channel, chat=at.chat, since=tx.at - SEASON)
    return tuple(Agent(f"{at.channel}:{user}", name) for user, name in rows)


def stocked(tx: Tx) -> tuple[Canned, ...]:
    return tuple(map(_read, tx.values(STOCKED)))


def write(tx: Tx, effect: Stock | Unstock) -> None:
    match effect:
        case Stock(canned):
            tx.do(STOCK, name=canned.name, body=json(canned), at=tx.at)
        case Unstock(name):
            tx.do(UNSTOCK, name=name)
