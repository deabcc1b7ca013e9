"""A chat has a new id on its platform: what we know of the old one follows it."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, delete, func, select, update

from bot.events import Address, Moved
from bot.store import tables as t
from bot.store.letters import lane_key, whole_chat
from bot.store.prepared import Prepared
from bot.store.rows import Value
from bot.store.slots import CARD, FILL, SHOWS
from bot.store.tx import Tx
from bot.store.upsert import put
from bot.values import replace


def _at(table: Table, chat: str) -> ColumnElement[bool]:
    return and_(table.c.channel == bindparam("of"), table.c.chat == bindparam(chat))


log = logging.getLogger(__name__)

MOVE = Prepared(put(t.moved, "to", where=t.moved.c.to != bindparam("to")))
BACK = Prepared(delete(t.moved).where(_at(t.moved, "new")))
"""A chat may get the id back that it had: who follows its moves must not go round in a circle."""
HOMES = Prepared(select(t.moved.c.channel, t.moved.c.chat, t.moved.c.to))


def _renamed(column: ColumnElement[str]) -> Any:
    return func.replace(column, bindparam("before"), bindparam("after"))


def _begins(column: ColumnElement[str]) -> ColumnElement[bool]:
    return func.substr(column, 1, bindparam("length")) == bindparam("before")


def _follows(table: Table) -> Prepared:
    """But for what has a row of its own there already: whoever runs the desk may have named the new id before we heard."""
    keys, there = [column.name for column in table.primary_key], table.alias()
    same = (there.c[name] == (bindparam("new") if name == "chat" else table.c[name]) for name in keys)
    free = [~select(there.c.chat).where(*same).exists()] if "chat" in keys else []
    return Prepared(update(table).where(_at(table, "old"), *free).values(chat=bindparam("new")))


_lane, _row = t.lane.c, t.outbox.c
# What waited there until somebody mends it need not sit out its pause. A lane that somebody has is left alone.
_due = case((and_(_lane.owner == "", _lane.next_at > bindparam("now")), bindparam("now")), else_=_lane.next_at)
LANES = Prepared(update(t.lane).where(_at(t.lane, "old")).values(chat=bindparam("new"), next_at=_due))
FOLLOW = tuple(map(_follows, (t.thread, t.person, t.dialogue, t.file)))
# A process that had not heard of it was about to open a room there: a row that says nothing.
NO_ROOM = Prepared(delete(t.thread).where(_at(t.thread, "new"), t.thread.c.thread == "", t.thread.c.root == ""))

# Where the numbers of messages begin anew (a Telegram group that becomes a supergroup).
UPROOT = Prepared(update(t.thread).where(_at(t.thread, "old")).values(root=""))

_in_old = select(_lane.key).where(_at(t.lane, "old"))
CARDS = Prepared(
    select(_lane.ticket, t.slot.c.body)
    .join_from(t.lane, t.slot, t.slot.c.lane == _lane.key)
    .where(_lane.key.in_(_in_old), _lane.ticket > 0, t.slot.c.slot == CARD)
)
UNSHOW = Prepared(delete(t.slot).where(t.slot.c.lane.in_(_in_old)))

# Where the messages are the same: by the names they have now, they are found and written over as before.
FOLLOW_TOO = tuple(map(_follows, (t.post, t.entry)))
NAMES = tuple(
    Prepared(update(table).where(_at(table, "new")).values({column: _renamed(table.c[column])}))
    for table, column in ((t.thread, "root"), (t.post, "message"), (t.entry, "ref"))
)
WHOLE = Prepared(update(t.entry).where(_at(t.entry, "new")).values(body=_renamed(t.entry.c.body)))
_shown = t.slot.alias()
SHOWN = Prepared(
    update(t.slot)
    .where(_begins(t.slot.c.lane))
    .where(
        ~select(_shown.c.slot).where(_shown.c.lane == _renamed(t.slot.c.lane), _shown.c.slot == t.slot.c.slot).exists()
    )
    .values(lane=_renamed(t.slot.c.lane), message=func.replace(t.slot.c.message, bindparam("was"), bindparam("now")))
)
_named = t.lane.alias()
KEYS = Prepared(
    update(t.lane)
    .where(_begins(_lane.key), _lane.owner == "")
    .where(~select(_named.c.key).where(_named.c.key == _renamed(_lane.key)).exists())
    .values(key=_renamed(_lane.key))
)
# Those that are sent, too: whoever is erased is looked for in the lanes that there are.
LETTERS = Prepared(
    update(t.outbox)
    .where(_begins(_row.lane))
    .where(~select(_named.c.key).where(_named.c.key == _row.lane).exists())
    .values(lane=_renamed(_row.lane))
)


def move(tx: Tx, moved: Moved) -> None:
    """We may hear of it several times, and what a process has said that heard of it late stands in lanes of the old one."""
    old, to = moved.where, moved.to
    tx.do(BACK, of=old.channel, new=to)
    if tx.do(MOVE, channel=old.channel, chat=old.chat, to=to):
        if tx.rules.of_team(old.channel, old.chat):
            log.warning("the team's chat %s in %s has a new id: put %s into the settings", old.chat, old.channel, to)
        if not moved.messages:
            tx.do(UPROOT, of=old.channel, old=old.chat)
            _leave_behind(tx, old, to)
        tx.do(NO_ROOM, of=old.channel, new=to)
        for statement in FOLLOW:
            tx.do(statement, of=old.channel, old=old.chat, new=to)
        if moved.messages:
            _rename(tx, moved, *moved.messages)
    follow(tx, old)


def follow(tx: Tx, at: Address) -> bool:
    """Leads what waits for that chat to where it is now, if it has moved."""
    learn_homes(tx)
    home = tx.rules.home(at)
    if home == at:
        return False
    tx.do(LANES, of=at.channel, old=at.chat, new=home.chat, now=tx.at)
    tx.stirred.add("outbox")
    return True


def _leave_behind(tx: Tx, old: Address, to: str) -> None:
    """What stands in the old chat is nothing to write over. A card is kept: it goes first into its room in the new one."""
    cards = tx.all(CARDS, of=old.channel, old=old.chat)
    tx.do(UNSHOW, of=old.channel, old=old.chat)
    for ticket, body in cards:
        lane = lane_key(replace(old, chat=to), ticket)
        if tx.one(SHOWS, in_lane=lane, in_slot=CARD) is None:
            tx.do(FILL, lane=lane, slot=CARD, message="", body=body)


def _rename(tx: Tx, moved: Moved, was: str, now: str) -> None:
    of, old, new = moved.where.channel, moved.where.chat, moved.to
    for statement in FOLLOW_TOO:
        tx.do(statement, of=of, old=old, new=new)
    for statement in NAMES:
        tx.do(statement, of=of, new=new, before=was, after=now)
    # As they stand in JSON: what people write has a backslash before such a sign.
    tx.do(WHOLE, of=of, new=new, before=f'"ref":"{was}', after=f'"ref":"{now}')
    tx.do(WHOLE, of=of, new=new, before=f'"chat":"{old}"', after=f'"chat":"{new}"')
    before, after = f"{whole_chat(of, old)}|", f"{whole_chat(of, new)}|"
    keys: dict[str, Value] = {"before": before, "after": after, "length": len(before)}
    tx.do(SHOWN, **keys, was=was, now=now)
    tx.do(KEYS, **keys)
    tx.do(LETTERS, **keys)


def learn_homes(tx: Tx) -> None:
    """Reads again which chats have moved. Other processes learn it from their own refused deliveries, or from what is said
    there.
    """
    tx.rules.settle({(channel, chat): to for channel, chat, to in tx.all(HOMES)})
