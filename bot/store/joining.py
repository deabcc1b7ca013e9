"""Doors of one person: another is joined to theirs by a word that is good once, or leads to somebody of its own again."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.desk.people import word_in
from bot.dialogue.words import Chose, Command, Said
from bot.effects import Admit, Invite, Join, Unjoin
from bot.events import Address, Event, Message
from bot.store import known, logins
from bot.store import tables as t
from bot.store.facts import OWNER
from bot.store.prepared import Prepared, parameters
from bot.store.rows import json, read_ticket, stamp
from bot.store.tx import Conflict, Tx
from bot.values import replace

_door, _ticket, _invite = t.door.c, t.ticket.c, t.invite.c
INVITE = Prepared(insert(t.invite).values(parameters("hash", "person", "until")))
INVITED = Prepared(select(_invite.person).where(_invite.hash == bindparam("hashed"), _invite.until > bindparam("now")))
SPENT = Prepared(delete(t.invite).where(_invite.hash == bindparam("hashed"), _invite.until > bindparam("now")))
DOORS = Prepared(select(func.count()).where(_door.person == bindparam("of")))
ALL_DOORS = Prepared(
    select(_door.channel, _door.user).where(_door.person == bindparam("of")).order_by(_door.channel, _door.user)
)
LEADS = Prepared(
    update(t.door)
    .where(_door.channel == bindparam("of"), _door.user == bindparam("who"))
    .values(person=bindparam("to"))
)
ALL_LEAD = Prepared(update(t.door).where(_door.person == bindparam("of")).values(person=bindparam("to")))
TICKETS = Prepared(select(_ticket.body).where(_ticket.person == bindparam("of")))
OPENED_BY = Prepared(
    select(_ticket.body)
    .select_from(t.ticket.join(t.entry, t.entry.c.ticket == _ticket.id))
    .where(_ticket.person == bindparam("of"), t.entry.c.kind == "event", t.entry.c.by_id == bindparam("door"))
    .distinct()
)
MOVED = Prepared(
    update(t.ticket)
    .where(_ticket.id == bindparam("ticket"), _ticket.version == bindparam("read"))
    .values(person=bindparam("to"), version=bindparam("read") + 1, body=bindparam("whole"))
)
ADDED = Prepared(
    update(t.person).where(t.person.c.id == bindparam("to")).values(requests=t.person.c.requests + bindparam("more"))
)
# An address goes along, unless they have one already: a word to end its mails belongs to one person.
BROUGHT = Prepared(
    select(*(t.person.c[n] for n in ("mail", "mails", "off", "missed"))).where(t.person.c.id == bindparam("of"))
)
MAILED = Prepared(
    update(t.person)
    .where(t.person.c.id == bindparam("to"), t.person.c.mail == "")
    .values(parameters("mail", "mails", "off"))
)
MISSED = Prepared(
    update(t.person).where(t.person.c.id == bindparam("to")).values(missed=t.person.c.missed + bindparam("more"))
)
NOBODY = Prepared(delete(t.person).where(t.person.c.id == bindparam("of")))
_COPIED = ("name", "language", "chosen", "sure", "met", "missed")
APART = Prepared(
    insert(t.person)
    .from_select(
        [*_COPIED, "channel", "chat"],
        select(*(t.person.c[n] for n in _COPIED), bindparam("of"), bindparam("who")).where(
            t.person.c.id == bindparam("person")
        ),
    )
    .returning(t.person.c.id)
)
BACK = Prepared(
    update(t.person)
    .where(t.person.c.id == bindparam("person"), t.person.c.channel == bindparam("of"))
    .values(channel=bindparam("on"), chat=bindparam("at"), thread="")
)
ANOTHER = Prepared(select(_door.channel, _door.user).where(_door.person == bindparam("of")).limit(1))


def word_of(event: Event) -> str:
    """The word somebody brings; empty: it is about something else."""
    match event:
        case Message(private=True, answer=Said(text=text) | Command("start", text)):
            return word_in(text)
        case Message(private=True, asked="join", answer=Chose(choice)):
            return choice
        case _:
            return ""


def write(tx: Tx, effect: Admit | Invite | Join | Unjoin) -> None:
    """Whatever opens or shuts a way to what is somebody's."""
    match effect:
        case Admit():
            logins.admit(tx, effect)
        case Invite():
            invite(tx, effect)
        case Join():
            join(tx, effect)
        case Unjoin():
            unjoin(tx, effect)


def invite(tx: Tx, made: Invite) -> None:
    tx.do(INVITE, hash=logins.hashed(made.word), person=made.person, until=stamp(made.until))


def inviting(tx: Tx, word: str) -> int:
    """Whose word it is; 0: nobody's, or no longer good."""
    return tx.value(INVITED, hashed=logins.hashed(word), now=tx.at) or 0


def elsewhere(tx: Tx, person: int, shut: Address) -> tuple[Address, ...]:
    """Their other chats, alone with us."""
    found = (Address(channel, user) for channel, user in tx.all(ALL_DOORS, of=person))
    return tuple(door for door in found if (door.channel, door.chat) != (shut.channel, shut.chat))


def doors(tx: Tx, person: int) -> int:
    return int(tx.value(DOORS, of=person))


def join(tx: Tx, joined: Join) -> None:
    """All that belonged to the door's own person belongs to the other one now. Raises `Conflict`."""
    before = tx.value(OWNER, of=joined.channel, who=joined.user)
    if before in (None, joined.person) or not tx.do(SPENT, hashed=logins.hashed(joined.word), now=tx.at):
        return
    tx.do(ALL_LEAD, of=before, to=joined.person)
    tx.do(ADDED, to=joined.person, more=_hand_over(tx, tx.values(TICKETS, of=before), joined.person))
    if (brought := tx.one(BROUGHT, of=before)) and brought[0]:
        tx.do(MAILED, to=joined.person, mail=brought[0], mails=brought[1], off=brought[2])
    if brought and brought[3]:
        tx.do(MISSED, to=joined.person, more=f" {brought[3]}")
    known.become(tx, before, joined.person)
    for statement in logins.PROVED:
        tx.do(statement, of=before)
    tx.do(NOBODY, of=before)


def unjoin(tx: Tx, parted: Unjoin) -> None:
    """The last door of somebody stays. Raises `Conflict`."""
    if tx.value(OWNER, of=parted.channel, who=parted.user) != parted.person or doors(tx, parted.person) < 2:
        return
    own = tx.value(APART, of=parted.channel, who=parted.user, person=parted.person)
    tx.do(LEADS, of=parted.channel, who=parted.user, to=own)
    bodies = tx.values(OPENED_BY, of=parted.person, door=f"{parted.channel}:{parted.user}")
    moved = _hand_over(tx, bodies, own)
    tx.do(ADDED, to=own, more=moved)
    tx.do(ADDED, to=parted.person, more=-moved)
    for statement in logins.PROVED:  # what was proved before says nothing of who is who now
        tx.do(statement, of=parted.person)
    if other := tx.one(ANOTHER, of=parted.person):
        tx.do(BACK, person=parted.person, of=parted.channel, on=other[0], at=other[1])


def _hand_over(tx: Tx, bodies: list[str], to: int) -> int:
    """Makes these tickets somebody else's; how many there were. Raises `Conflict`."""
    for ticket in map(read_ticket, bodies):
        moved = replace(ticket, person=to, version=ticket.version + 1)
        if not tx.do(MOVED, ticket=ticket.id, read=ticket.version, to=to, whole=json(moved)):
            raise Conflict(f"ticket {ticket.id} is no longer at version {ticket.version}")
    return len(bodies)
