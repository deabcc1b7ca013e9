"""Looking: the facts of a turn, read from the rows into `Seen`."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from msgspec import Struct

from bot.channels import Early
from bot.desk.access import Viewer, sees
from bot.desk.people import MAIL, Person
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Command, Said
from bot.effects import Seen
from bot.events import (
    DRAFT,
    ENTRY,
    Address,
    Alarm,
    Called,
    Deleted,
    Edited,
    Event,
    Fetched,
    Filled,
    Knocked,
    Message,
    Posted,
    Reacted,
    Receipt,
    Visited,
    Weekly,
    draft_of,
    ticket_in,
)
from bot.store import facts, joining, mails, meeting, team
from bot.store.circles import viewer
from bot.store.logins import lately
from bot.store.people import person_of
from bot.store.rooms import at_the_desk, left, of_its_room, room_of
from bot.store.rows import Row, read_entry, read_ticket
from bot.store.tx import Tx

NOWHERE = Address("", "")


def look(tx: Tx, event: Event) -> Seen:
    """All facts for one event. Also does what the shell itself learns of it: a new person, files, a moved chat."""
    if tx.again:
        tx.one(facts.NUMBER)  # the number of the next ticket was taken from under us: this time hold it
    where, who, private = _place(tx, event)
    row = tx.one(facts.FIRST, channel=where.channel, chat=where.chat, thread=where.thread, who=who)
    if row is None:
        raise LookupError("the tables are empty: run `conserje migrate`")
    known = person_of(row[1 : facts.FLOW]) if row[1] is not None else None
    writer = _writer(tx, event, known, private=private)
    about = _about(tx, event, where, writer, private=private)
    ticket, at_desk = about.ticket, about.at_desk
    meeting.note(tx, event, for_us=private or ticket is not None)
    if at_desk:
        team.note(tx, event)
    theirs = _customer(tx, ticket.person) if ticket else known if isinstance(event, Receipt) else None
    person = writer or theirs or meeting.stranger(tx, event)
    dialogue, lost = _dialogue(tx, row)
    loose = ticket is None and row[facts.FLOW] is None and not row[facts.ANY_OPEN]  # nothing tells yet what it is about
    several = row[facts.ANY_OPEN] or ((ticket or isinstance(event, Posted)) and person.id)
    return Seen(
        now=tx.now,
        desk=tx.rules.desk,
        agents=tx.rules.team(where.channel),
        at_desk=at_desk,
        person=person,
        dialogue=dialogue,
        ticket=ticket,
        entry=about.entry,
        erased=about.erased,
        lost=about.lost,
        old_room=about.old_room,
        open_tickets=_open(tx, person.id) if several else (),
        next_id=int(row[0]),
        fresh=fresh(),
        who=who,
        lost_draft=lost,
        lately=_lately(tx, event, writer) if loose and writer and writer.solved else None,
        figures=tx.rules.board.figures,
        invited=_invited(tx, event),
        doors=joining.doors(tx, person.id) if _parts(event) else 1,
        admitted=lately(tx, person.id) if isinstance(event, Knocked) and ticket else (),
        elsewhere=joining.elsewhere(tx, person.id, where) if _unreached(event) and not at_desk else (),
        missed=_missed(tx, person, about) if _back(event, about) else (),
        by_mail=MAIL in tx.rules.limits,
        mailing=mails.mailing(tx, event, person.id),
        teams=tx.rules.own_teams() if at_desk or isinstance(event, Alarm | Weekly) else (),
        plain=tx.rules.words.plain,
        refuge=tx.rules.refuge(where) if of_its_room(tx, event, ticket, now=True) else None,
    )


class _About(Struct, frozen=True):
    """What an event is about; the fields as in `Seen`."""

    at_desk: bool
    ticket: Ticket | None = None
    entry: Entry | None = None
    erased: int = 0
    lost: bool = False
    old_room: bool = False


def _about(tx: Tx, event: Event, where: Address, writer: Person | None, *, private: bool) -> _About:
    ticket, entry = _subject(tx, event)
    at_desk = at_the_desk(tx, event, where, private=private) or of_its_room(tx, event, ticket)
    if ticket is None:
        return _of_nothing(tx, event, where) if at_desk else _About(at_desk)
    if _hidden(tx, event, ticket, writer, at_desk=at_desk):
        return _About(at_desk)
    old_room = bool(at_desk and isinstance(event, Message) and where.thread and not room_of(tx, where))
    return _About(at_desk, ticket, entry, old_room=old_room)


def _of_nothing(tx: Tx, event: Event, where: Address) -> _About:
    """Said in a chat of the team, of no ticket that we know: of one that was erased, of one that is newer than the copy of the
    database that was put back, or of one whose first message is on its way.
    """
    if _refers(event) and tx.one(facts.ON_ITS_WAY, channel=where.channel, chat=where.chat):
        raise Early("it may be about a ticket whose message is just being sent")
    erased = _where_it_hangs(tx, event)[0] if isinstance(event, Message) else 0
    return _About(at_desk=True, erased=erased, lost=not erased and _is_lost(tx, event))


def fresh() -> str:
    """For something new, as it stands in addresses too: programs that make links of words leave out a sign at the end."""
    while not (drawn := token_urlsafe(12))[-1].isalnum():
        pass
    return drawn


def _unreached(event: Event) -> bool:
    return isinstance(event, Receipt) and bool(event.trouble)


def _refers(event: Event) -> bool:
    """Whether it was said in a thread, or of a message."""
    match event:
        case Message(asked=""):
            return bool(event.where.thread or event.reply_to)
        case _:
            return isinstance(event, Reacted)


def _writer(tx: Tx, event: Event, known: Person | None, *, private: bool) -> Person | None:
    """Whose doing it is, if it is a customer's."""
    match event:
        case Posted():
            return _customer(tx, event.person)
        case Alarm():
            return known
        case Fetched(where=where):
            return None if tx.rules.of_team(where.channel, where.chat) else known
        case _:
            return meeting.writer(tx, event, known) if private else None


def _hidden(tx: Tx, event: Event, ticket: Ticket, writer: Person | None, *, at_desk: bool) -> bool:
    """Whether for whoever acts here that ticket does not exist: somebody else's, or seen from a strange group."""
    if isinstance(event, Posted):
        return not sees(viewer(tx, event.person), ticket)
    if not isinstance(event, Message | Edited | Deleted | Reacted):
        return False
    if event.private:
        return not sees(Viewer(writer.id) if writer else None, ticket)
    return not at_desk and not (isinstance(event, Message) and left(ticket, event.where))


def _invited(tx: Tx, event: Event) -> Person | None:
    word = joining.word_of(event)
    return _customer(tx, joining.inviting(tx, word)) if word else None


def _parts(event: Event) -> bool:
    """Whether somebody wants a chat by itself again."""
    match event:
        case Message(answer=Command("unjoin" | "separar")) | Message(asked="part"):
            return True
    return False


def _place(tx: Tx, event: Event) -> tuple[Address, str, bool]:
    """Where the conversation stands, whose it is, and whether we are alone with them."""
    match event:
        case Message() | Edited() | Deleted() | Reacted():
            return event.where, event.who.id, event.private
        case Filled() | Visited():
            return event.where, event.who.id, True
        case Alarm(about=about) if about.startswith(DRAFT):
            return *draft_of(about), False
        case Alarm() | Knocked() | Posted() | Called() | Weekly():
            return NOWHERE, "", False
        case Fetched():
            row = tx.one(facts.FILE, file=event.file)
            return event.where, row[0] if row else "", False
        case Receipt():
            return event.where, event.where.chat, False
        case _:
            return event.where, "", False


def _dialogue(tx: Tx, row: Row) -> tuple[Dialogue[Any] | None, bool]:
    flow, body = row[facts.FLOW], row[facts.BODY]
    if flow is None:
        return None, False
    found = tx.rules.drafts.read(flow, body)
    return found, found is None


def _subject(tx: Tx, event: Event) -> tuple[Ticket | None, Entry | None]:
    match event:
        case Message():
            return _of_message(tx, event)
        case Edited() | Deleted():
            return _with_ticket(tx, _by_ref(tx, event.where, event.ref))
        case Reacted():
            number, entry = _at_message(tx, event.where, event.on)
            return (ticket_of(tx, number), entry) if number else (None, None)
        case Knocked(public=public):
            return tx.read(read_ticket, facts.BY_PUBLIC, public=public), None
        case Posted() | Called():
            return ticket_of(tx, event.ticket), None
        case Receipt(about=about) | Alarm(about=about):
            return _named(tx, about)
        case Fetched():
            row = tx.one(facts.FILE, file=event.file)
            return (ticket_of(tx, row[1]), entry_of(tx, row[2])) if row and row[1] else (None, None)
        case _:
            return None, None


def _of_message(tx: Tx, event: Message) -> tuple[Ticket | None, Entry | None]:
    """The button, the album, the thread, the answered message: the first that knows the ticket."""
    where = event.where
    if event.asked:
        ticket, entry = _named(tx, event.asked)
        if ticket:
            return ticket, entry
    here = {"channel": where.channel, "chat": where.chat}
    if event.album and (entry := tx.read(read_entry, facts.BY_ALBUM, **here, album=event.album)):
        return _with_ticket(tx, entry)
    number, entry = _where_it_hangs(tx, event)
    return (ticket_of(tx, number), entry) if number else _named(tx, event.reply_asks or "")


def _where_it_hangs(tx: Tx, event: Message) -> tuple[int, Entry | None]:
    """The number of the ticket in whose room it was said, or whose message it answers, and the line that shows."""
    where = event.where
    number, entry = _at_message(tx, where, event.reply_to) if event.reply_to else (0, None)
    if where.thread and (room := room_of(tx, where)):
        return room, entry if entry and entry.ticket == room else None
    if where.thread and not number:
        number, _none = _at_message(tx, where, where.thread)  # a room that was closed, and is open again
    return number, entry


def _at_message(tx: Tx, where: Address, message: str) -> tuple[int, Entry | None]:
    """The ticket and the line of a message: one of ours, or one that somebody wrote."""
    if row := tx.one(facts.BY_POST, channel=where.channel, chat=where.chat, message=message):
        return int(row[0]), entry_of(tx, row[1]) if row[1] else None
    entry = _by_ref(tx, where, message)
    return (entry.ticket, entry) if entry else (0, None)


def _named(tx: Tx, about: str) -> tuple[Ticket | None, Entry | None]:
    if about.startswith(ENTRY):
        return _with_ticket(tx, entry_of(tx, about.removeprefix(ENTRY)))
    number = ticket_in(about)
    return (ticket_of(tx, number) if number else None), None


def _is_lost(tx: Tx, event: Event) -> bool:
    """Whether it answers something of ours that is not in our rows: a copy that is older was put back."""
    if not isinstance(event, Message) or event.reply_asks is None:
        return False
    where, on = event.where, event.reply_to or event.where.thread
    return tx.one(facts.BY_POST, channel=where.channel, chat=where.chat, message=on) is None


def _with_ticket(tx: Tx, entry: Entry | None) -> tuple[Ticket | None, Entry | None]:
    return (ticket_of(tx, entry.ticket), entry) if entry else (None, None)


def _by_ref(tx: Tx, where: Address, ref: str) -> Entry | None:
    return tx.read(read_entry, facts.BY_REF, channel=where.channel, chat=where.chat, ref=ref)


def ticket_of(tx: Tx, number: int) -> Ticket | None:
    """A number that was merged into another is that one's."""
    found = tx.read(read_ticket, facts.TICKET, ticket=number)
    if found and found.into:
        return ticket_of(tx, found.into)
    return tx.rules.housed(found) if found else None


def entry_of(tx: Tx, name: str) -> Entry | None:
    return tx.read(read_entry, facts.ENTRY, entry=name)


def _customer(tx: Tx, number: int) -> Person | None:
    row = tx.one(facts.PERSON, person=number)
    return person_of(row) if row else None


def _lately(tx: Tx, event: Event, person: Person) -> Ticket | None:
    if not isinstance(event, Message) or not isinstance(event.answer, Said):
        return None
    return tx.read(read_ticket, facts.LATELY, person=person.id)


def _back(event: Event, about: _About) -> bool:
    """Whether a customer writes to us, or has got something in a chat of theirs."""
    match event:
        case Message(private=private):
            return private
        case Receipt(trouble="", where=where):
            return not about.at_desk and where.channel != MAIL
    return isinstance(event, Filled)


def _missed(tx: Tx, person: Person, about: _About) -> tuple[tuple[Ticket, Entry], ...]:
    """Not what it is about itself, nor what has gone to somebody else with the door it was asked at, nor what is kept no
    longer.
    """
    others = (name for name in person.missed if about.entry is None or name != about.entry.id)
    each = (_with_ticket(tx, entry_of(tx, name)) for name in others)
    return tuple((ticket, entry) for ticket, entry in each if ticket and entry and ticket.person == person.id)


def _open(tx: Tx, person: int) -> tuple[Ticket, ...]:
    return tuple(tx.rules.housed(read_ticket(body)) for (body,) in tx.all(facts.OPEN_TICKETS, person=person))
