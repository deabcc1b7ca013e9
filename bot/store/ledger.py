"""Writing: the effects of a turn, gathered first and then written down in one fixed order.

Gathered, because two words in one slot become one, two versions of a ticket one row, and because lanes must be taken in
the same order by everybody (two transactions that take them crosswise would deadlock).
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, update

from bot.channels import Blank, Sheet
from bot.desk.people import Person
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.form import Field
from bot.dialogue.words import File, Speech
from bot.effects import (
    Admit,
    Again,
    Count,
    Declare,
    Drop,
    Effect,
    Erase,
    Follow,
    Hand,
    Hush,
    Invite,
    Join,
    Know,
    Prove,
    Record,
    Save,
    Say,
    Search,
    Seen,
    Stand,
    Stock,
    Told,
    Tried,
    Unjoin,
    Unsay,
    Unstock,
    Wake,
)
from bot.events import Event, TicketId
from bot.store import erasing, hooks, joining, known, mails, team, trail
from bot.store import tables as t
from bot.store.alarms import NEVER_MIND
from bot.store.chores import add
from bot.store.fates import drop
from bot.store.lanes import claim_of
from bot.store.letters import Letter
from bot.store.outgoing import Outgoing
from bot.store.people import know
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Value, json, stamp
from bot.store.tx import Conflict, Tx
from bot.store.upsert import put, upsert
from bot.store.written import written
from bot.values import replace

_TICKET = [column.name for column in t.ticket.c if column is not t.ticket.c.id]
TICKET_NEW = Prepared(insert(t.ticket).values(parameters("id", *_TICKET)))
TICKET_NEXT = Prepared(
    update(t.ticket)
    .where(t.ticket.c.id == bindparam("ticket"), t.ticket.c.version == bindparam("read"))
    .values(parameters(*_TICKET))
)
COUNT = Prepared(
    update(t.counter)
    .where(t.counter.c.name == "ticket", t.counter.c.value <= bindparam("number"))
    .values(value=bindparam("number") + 1)
)
ENTRY = Prepared(put(t.entry, "ticket", "kind", "by_id", "at", "channel", "chat", "ref", "album", "body", "changed"))
FILE = Prepared(
    update(t.file).where(t.file.c.id == bindparam("file")).values(ticket=bindparam("of"), entry=bindparam("line"))
)
STAND = Prepared(put(t.dialogue, "flow", "step", "body", "touched"))
LEAVE = Prepared(
    delete(t.dialogue).where(*(t.dialogue.c[n] == bindparam(n) for n in ("channel", "chat", "thread", "who")))
)
# Most alarms are postponed with every message and never ring. Postponing leaves `next_at`, by which they are found,
# where it is: the clock looks then, finds that `at` is later, and waits on (`alarms.py`).
POSTPONE = Prepared(
    update(t.alarm)
    .where(
        t.alarm.c.name == bindparam("named"), t.alarm.c.about == bindparam("on"), t.alarm.c.next_at <= bindparam("to")
    )
    .values(at=bindparam("to"))
)
WAKE = Prepared(put(t.alarm, "at", "next_at"))
TALLY = Prepared(
    upsert(t.tally)
    .values(name=bindparam("name"), number=1)
    .on_conflict_do_update(index_elements=["name"], set_={"number": t.tally.c.number + 1})
)


Rare = (
    Drop | Again | Search | Admit | Invite | Join | Unjoin | Prove | Tried | Erase
    | Declare | Follow | Told | Stock | Unstock
)  # fmt: skip


class Ledger:
    """The effects of one turn."""

    __slots__ = (
        "_counts",
        "_entries",
        "_event",
        "_fresh",
        "_outgoing",
        "_people",
        "_person",
        "_standing",
        "_stands",
        "_tickets",
        "_tx",
        "sheet",
        "whispered",
    )

    def __init__(self, tx: Tx, event: Event, seen: Seen | None = None) -> None:
        self._tx, self._event = tx, event
        self._fresh = seen.next_id if seen else 0
        self._tickets: dict[TicketId, Ticket] = {}
        self._entries: dict[str, Entry] = {}
        self._people: dict[int, Person] = {}
        self._person = seen.person if seen else None
        self._counts: list[str] = []
        self._stands: list[Stand] = []
        self._standing = seen.dialogue.asked if seen and seen.dialogue else 0
        self._outgoing = Outgoing(tx, event)
        self.whispered = False
        """Somebody gets a whisper."""
        self.sheet: Sheet | None = None
        """Somebody gets a form."""

    def write(self, effect: Effect) -> None:
        match effect:
            case Say():
                self._outgoing.say(effect)
                self.whispered |= bool(effect.whisper)
            case Unsay():
                self._outgoing.unsay(effect)
            case Stand():
                self._stands.append(effect)
            case Save(ticket):
                self._tickets[ticket.id] = ticket
            case Record(entry):
                self._entries[entry.id] = entry
            case Know(person):
                self._people[person.id] = person
            case Wake():
                _wake(self._tx, effect)
            case Count(name):
                self._counts.append(name)
            case Hand():
                self.sheet = _sheet(self._tx, effect)
            case _:
                self._write_rare(effect)

    def _write_rare(self, effect: Hush | Rare) -> None:
        match effect:
            case Hush(where):
                self._outgoing.hush(where, self._standing)
            case _:
                trail.note(self._tx, self._event, effect)
                _rarely(self._tx, effect)

    def seal(self, *, notices: bool = False) -> tuple[Letter, ...]:
        """Writes what was gathered; returns the letters this process is to send after the commit: answers, and `notices`
        too. Raises `Conflict`.
        """
        for person in self._people.values():
            know(self._tx, person, self._person)
        for number in sorted(self._tickets):
            self._tickets[number] = _save(self._tx, self._tickets[number], self._fresh)
        for entry in self._entries.values():
            _record(self._tx, entry)
        for at, parcel in hooks.notices(self._tx, self._tickets, self._entries.values()):
            self._outgoing.post(at, parcel)
        for name in sorted(self._counts):
            self._tx.do(TALLY, name=name)
        answers, waiting = self._outgoing.seal(), self._outgoing.waiting
        for stand in self._stands:
            _stand(self._tx, stand, self._outgoing.newest(stand.where) or self._standing)
        claimed = claim_of(self._tx, waiting) if notices and waiting else ()
        if len(claimed) < len(waiting):
            self._tx.stirred.add("outbox")
        return answers + claimed


def _rarely(tx: Tx, effect: Rare) -> None:
    match effect:
        case Again(event):
            add(tx, "again", written(event))
        case Drop(slot):
            drop(tx, slot)
        case Search():
            add(tx, "search", json(effect))
        case Declare() | Follow() | Told():
            known.write(tx, effect)
        case Stock() | Unstock():
            team.write(tx, effect)
        case Prove() | Tried():
            mails.write(tx, effect)
        case Erase(person):
            erasing.erase(tx, person)
        case _:
            joining.write(tx, effect)


def _save(tx: Tx, ticket: Ticket, fresh: TicketId) -> Ticket:
    """As it is stored."""
    read, counted = ticket.version, replace(ticket, version=ticket.version + 1)
    values: dict[str, Value] = {
        "code": ticket.code,
        "public": ticket.public,
        "person": ticket.person,
        "state": ticket.state,
        "category": ticket.category,
        "agent": ticket.agent.id if ticket.agent else "",
        "title": ticket.title,
        "opened": stamp(ticket.opened),
        "due": stamp(ticket.due),
        "touched": stamp(ticket.touched),
        "version": counted.version,
        "answered": stamp(ticket.answered),
        "late": int(ticket.late),
        "language": ticket.language,
        "rating": ticket.stars,
        "reopened": ticket.reopened,
        "asleep": stamp(ticket.asleep),
        "body": json(counted),
    }
    if read == 0:
        if ticket.id == fresh and not tx.do(COUNT, number=ticket.id):
            raise Conflict(f"ticket {ticket.id} was opened by another turn")
        tx.do(TICKET_NEW, id=ticket.id, **values)
        _bind_files(tx, ticket.files, ticket.id, "")
    elif not tx.do(TICKET_NEXT, ticket=ticket.id, read=read, **values):
        raise Conflict(f"ticket {ticket.id} is no longer at version {read}")
    return counted


def _record(tx: Tx, entry: Entry) -> None:
    origin = entry.origin
    tx.do(
        ENTRY,
        id=entry.id,
        ticket=entry.ticket,
        kind=entry.kind,
        by_id=entry.by_id,
        at=stamp(entry.at),
        channel=origin.channel if origin else "",
        chat=origin.chat if origin else "",
        ref=entry.ref,
        album=entry.album,
        body=json(entry),
        changed=tx.at,
    )
    _bind_files(tx, entry.files, entry.ticket, entry.id)


def _bind_files(tx: Tx, files: tuple[File, ...], ticket: TicketId, entry: str) -> None:
    for file in files:
        tx.do(FILE, file=file.id, of=ticket, line=entry)


def _stand(tx: Tx, stand: Stand, asked: int) -> None:
    where, now = stand.where, stand.dialogue
    if now is None:
        tx.do(LEAVE, channel=where.channel, chat=where.chat, thread=where.thread, who=stand.who)
        return
    tx.do(
        STAND,
        channel=where.channel,
        chat=where.chat,
        thread=where.thread,
        who=stand.who,
        flow=now.flow,
        step=now.step,
        body=json(replace(now, asked=asked)),
        touched=tx.at,
    )


def _wake(tx: Tx, wake: Wake) -> None:
    if wake.at is None:
        tx.do(NEVER_MIND, named=wake.alarm, on=wake.about)
        return
    at = max(stamp(wake.at), tx.at)  # one that is late is a new one: it may have rung for the same moment before
    if not tx.do(POSTPONE, named=wake.alarm, on=wake.about, to=at):
        tx.do(WAKE, at=at, name=wake.alarm, about=wake.about, next_at=at)


def _sheet(tx: Tx, hand: Hand) -> Sheet:
    """Its final words."""
    form, words = hand.form, tx.rules.words

    def said(speech: Speech | None) -> str:
        return words.plain(speech, hand.language) if speech else ""

    def blank(field: Field) -> Blank:
        return Blank(
            name=field.name,
            label=said(field.label),
            kind=field.kind,
            hint=said(field.hint),
            choices=tuple((choice.name, said(choice.label)) for choice in field.choices),
            value=field.value,
            files=field.files,
            optional=field.optional,
            most=field.most,
            turns=field.turns,
            trouble=said(field.trouble),
        )

    return Sheet(
        name=form.name,
        title=said(form.title),
        blanks=tuple(blank(field) for field in form.fields),
        send=said(form.send),
        close=said(form.close),
        head=words.say(form.head, hand.language) if form.head else "",
    )
