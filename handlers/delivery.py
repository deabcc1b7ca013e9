"""What becomes of an answer after *Send*: it arrives or never will, it is undone, corrected, taken back."""

from __future__ import annotations

from bot.desk.people import MAIL
from bot.desk.promises import turned
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Lines, Prompt, Speech, _, lines
from bot.effects import Drop, Effects, Know, Record, Save, Say, Seen, Unsay, Wake
from bot.events import BARRED, GONE, LATE, NOBODY, OUT, STAYS, Address, Alarm, Edited, EntryId, Message, Receipt
from bot.queries import Around, Queue
from bot.values import replace
from handlers import beside, cards, deeds, doors, home, mails, moving, searching
from handlers.answers import UNDO, about, answered, its_room, noted, preview, settled
from handlers.fates import fate
from handlers.saving import saved
from handlers.saying import DONE_ALREADY, to_customer, whereabouts, whisper


def needs(seen: Seen, event: Receipt) -> Around | Queue | None:
    """What was said, for another team that may have to take it in; or a list that is told to all instead of one."""
    if event.about.startswith(home.TOLD) and event.trouble:
        return home.queue_of(event)
    return Around() if event.trouble == GONE and seen.refuge else None


def arrived(seen: Seen, event: Receipt) -> Effects:
    """It has reached the customer, or never will: the agent sees which."""
    ticket, entry = seen.ticket, seen.entry
    if event.about.startswith(home.TOLD) and event.trouble not in ("", LATE):
        yield from home.unreached(seen, event)
    elif event.about.startswith(searching.TOLD) and event.trouble not in ("", LATE):
        yield from searching.unreached(seen, event)
    elif event.about.startswith(mails.CODE) and event.trouble:
        yield from mails.unsent(seen, event)
    elif ticket and entry and event.trouble == STAYS:
        yield _kept_by_them(seen, ticket, entry)
    elif ticket and entry and entry.kind == "answer" and not entry.gone:
        yield from _answered(seen, event, ticket, entry)
    elif event.trouble and event.where.channel == MAIL and ticket:
        yield from _unmailed(seen, event, ticket)
    elif ticket and event.files and event.trouble and seen.at_desk:
        yield _unseen(seen, event, ticket)
    elif ticket and not entry and event.trouble and not seen.at_desk:
        yield _unreached(seen, event, ticket)
    elif ticket and not entry and event.trouble == GONE:
        yield from _taken_in(seen, ticket)


def _answered(seen: Seen, event: Receipt, ticket: Ticket, entry: Entry) -> Effects:
    if event.files and event.trouble and event.trouble not in NOBODY:
        yield from _unshown(seen, event, ticket, entry)
        return
    if event.trouble and not entry.arrived:
        entry = replace(entry, shut=tuple(dict.fromkeys((*entry.shut, cards.chat_of(event.where)))))
        if following := doors.following(seen, event, entry.shut):
            yield from _sent_on(seen, ticket, entry, following)
            return
    there = event.trouble not in NOBODY and bool(event.there or entry.arrived)
    door = event.where.channel if there or not event.trouble else ""
    if _stands(entry, event):
        return
    shut = tuple(at for at in entry.shut if event.trouble or at != cards.chat_of(event.where))  # it has opened again
    trouble = event.trouble or (entry.trouble if entry.partly else "")
    partly = bool(trouble) and not event.last and trouble not in NOBODY
    entry = replace(entry, arrived=door, trouble=trouble, partly=partly, shut=shut)
    if (missed := _missed(seen, entry)) != seen.person.missed:
        seen = replace(seen, person=replace(seen.person, missed=missed))
        yield Know(seen.person)
    if event.trouble == GONE:
        yield from mails.bounced(seen, event.where.chat)
    if shown := {file.id for file in event.files} & entry.unshown.keys():  # by `conserje outbox retry`
        entry = replace(entry, unshown={file: why for file, why in entry.unshown.items() if file not in shown})
        yield _said_again(seen, ticket, entry)
    yield Record(entry)
    if event.trouble and not door:
        yield Wake(None, "undo-over", event.about)
    yield settled(seen, ticket, entry, fate(ticket, entry), undo=bool(door) and _fresh(seen, entry))


def _stands(entry: Entry, event: Receipt) -> bool:
    """It had arrived before, and so has its correction, which is told already."""
    return entry.arrived == event.where.channel and not (event.trouble or entry.trouble or entry.shut or entry.unshown)


def _unshown(seen: Seen, event: Receipt, ticket: Ticket, entry: Entry) -> Effects:
    """The platform did not take some of its files, which says nothing of its words."""
    unshown = {**entry.unshown, **{file.id: event.trouble for file in event.files}}
    there = event.last and not entry.trouble  # its words came before
    entry = replace(entry, unshown=unshown, arrived=event.where.channel if there else entry.arrived)
    yield Record(entry)
    yield _said_again(seen, ticket, entry)
    yield settled(seen, ticket, entry, fate(ticket, entry), undo=bool(entry.arrived) and _fresh(seen, entry))


def _said_again(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    """The words of an answer as they are by now. Its files are there already, or on their way."""
    said = replace(to_customer(seen, ticket, answered(seen, ticket, entry, ticket.state), entry), files=())
    return replace(said, receipt="") if entry.arrived else said


def _unseen(seen: Seen, event: Receipt, ticket: Ticket) -> Say:
    """The team's platform did not take files of the customer's."""
    rows = (
        _(
            "*{file}* of {name} cannot be shown here until whoever runs the desk lets the bot send files.",
            file=cards.name_of(file),
            name=ticket.name,
        )
        if event.trouble == BARRED
        else _(
            "*{file}* of {name} cannot be shown here: {trouble}. Ask them for it in another form, please.",
            file=cards.name_of(file),
            name=ticket.name,
            trouble=event.trouble,
        )
        for file in event.files
    )
    return cards.tell(seen, ticket, Prompt(Lines(tuple(rows), "\n")))


def _missed(seen: Seen, entry: Entry) -> tuple[EntryId, ...]:
    """What nobody of theirs has got: what a platform refuses for its words would be refused again."""
    others = tuple(name for name in seen.person.missed if name != entry.id)
    return (*others, entry.id) if entry.trouble in NOBODY else others


def returned(seen: Seen) -> Effects:
    """They write to us again, or something has reached them: what had not comes, in its order, and the team is told."""
    yield Know(replace(seen.person, missed=()))
    for ticket, entry in seen.missed:
        if entry.kind == "answer" and entry.trouble and not entry.gone:
            when = entry.said
            words = _(
                "*{name}* is back: the answer of {when}, which had not reached them, is on its way now.",
                name=ticket.name,
                when=when,
            )
            yield cards.tell(seen, ticket, Prompt(words))
            yield from _once_more(
                seen, ticket, entry, _("We wrote this on {when}, and it could not reach you:", when=when)
            )


def _once_more(seen: Seen, ticket: Ticket, entry: Entry, head: Speech | None = None) -> Effects:
    """It never arrived, neither its words nor its files: another try, wherever they are now."""
    entry = replace(_untried(entry), door=whereabouts(seen, ticket))
    words = answered(seen, ticket, entry, ticket.state)
    yield Record(entry)
    yield Drop(entry.key)
    yield to_customer(seen, ticket, replace(words, text=lines(head, words.text)), entry)
    yield settled(seen, ticket, entry, fate(ticket, entry))


def _untried(entry: Entry) -> Entry:
    return replace(entry, trouble="", partly=False, shut=(), unshown={})


def _fresh(seen: Seen, entry: Entry) -> bool:
    """Its minute lasts; what was mailed is not taken back."""
    return entry.arrived != MAIL and entry.sent is not None and seen.now - entry.sent < UNDO


def _sent_on(seen: Seen, ticket: Ticket, entry: Entry, door: Address) -> Effects:
    """By the next door. A chat is where they are from now on, until they write from another."""
    mailed = door in mails.at(seen)
    entry = entry if mailed else replace(entry, unshown={}, door=door)
    yield Record(entry)
    yield Drop(entry.key)
    yield settled(seen, ticket, entry, fate(ticket, entry))
    if mailed:
        yield Wake(None, "undo-over", entry.key)
        yield mails.told(seen, ticket, receipt=entry.key)
        return
    yield Know(replace(seen.person, where=door))
    words = answered(seen, ticket, entry, ticket.state)
    yield to_customer(seen, ticket, words, entry)


def _unreached(seen: Seen, event: Receipt, ticket: Ticket) -> Say:
    """Something else than an answer did not arrive: that somebody is looking at it, that it is solved. Told once."""
    if event.trouble == GONE:
        words = _("*{name} hears nothing from us:* they blocked us, left, or closed their account.", name=ticket.name)
    elif event.trouble == OUT:
        words = _("*{name} hears nothing from us:* their workspace has taken our app out.", name=ticket.name)
    else:
        words = _("*A notice did not reach {name}:* {trouble}.", name=ticket.name, trouble=event.trouble)
    return cards.tell(seen, ticket, Prompt(words), slot="unreached")


def _unmailed(seen: Seen, event: Receipt, ticket: Ticket) -> Effects:
    """A mail that only told of an answer which stands in their chat. Of an address that is theirs no more nothing is said."""
    if event.trouble == GONE and event.where in mails.at(seen):
        yield from mails.bounced(seen, event.where.chat)
        words = _("Nobody is at {address} any more, so we have forgotten it.", address=event.where.chat)
        yield Say(to=whereabouts(seen, ticket), language=seen.person.language, words=Prompt(words))


def _taken_in(seen: Seen, ticket: Ticket) -> Effects:
    """The chat of its team cannot be reached: another team gets it, with all that was said: what has not arrived, too.
    Without another it waits there until it can.
    """
    if seen.refuge is None:
        return
    yield Unsay(cards.room(ticket), "card")
    ticket = moving.gone_from(ticket, replace(ticket, agents=seen.refuge, touched=seen.now))
    yield Save(ticket)
    yield Unsay(cards.room(ticket), "left")
    yield from cards.shown(seen, ticket)
    words = _(
        "*{code}* belongs elsewhere, but that chat cannot be reached just now: please take it here.", code=ticket.code
    )
    yield from moving.brought(seen, ticket, words, "refuge")


def undo(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """Takes an answer back while its minute lasts. What the customer called solved meanwhile stays so, and what a colleague's
    answer has led to since.
    """
    if entry.kind != "answer" or entry.sent is None:
        yield whisper(seen, event, DONE_ALREADY)
    elif seen.now - entry.sent > UNDO:
        yield whisper(seen, event, _("Too late to take it back: it has been more than a minute."))
    else:
        yield from _undone(seen, event, ticket, entry)


def _undone(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    solved_by_them = ticket.over and entry.led != "solved"
    before, ticket = ticket, deeds.undone(ticket, entry)
    yield from deeds.told(seen, event, before, ticket)
    if below := _below(seen, entry):
        ticket, below = _handed_on(seen, ticket, entry, below)
        yield Record(below)
    else:
        ticket = replace(ticket, touched=seen.now) if solved_by_them else _unanswered(seen, ticket, entry)
    yield _gone_from(seen, ticket, entry)
    entry = _untried(beside.looked(seen, entry))
    entry = replace(entry, kind="draft", sent=None, door=None, arrived="", kept=None, was=None)
    yield from saved(seen, ticket, before)
    yield Record(entry)
    yield preview(seen, ticket, entry)
    if cards.agent_of(event).id != entry.by_id:  # to whom their preview may not be shown
        yield whisper(seen, event, _("Taken back: {name} no longer has it.", name=ticket.name))
    yield cards.card(seen, ticket)
    yield Wake(None, "undo-over", entry.key)


def _below(seen: Seen, entry: Entry) -> Entry | None:
    """The answer that came next and stands."""
    since = entry.sent or seen.now
    answers = (e for e in seen.found.entries if e.kind == "answer" and e.ticket == entry.ticket and not e.gone)
    return min((e for e in answers if e.sent and e.sent > since), key=lambda e: e.said, default=None)


def _handed_on(seen: Seen, ticket: Ticket, entry: Entry, below: Entry) -> tuple[Ticket, Entry]:
    """Without the one, the other is what was answered: undone as well, it gives back what the one would have."""
    ticket = replace(ticket, touched=seen.now)
    if ticket.answered == entry.sent:
        due = entry.sorry or (entry.kept or (ticket.opened, ticket.due))[1]
        ticket = replace(ticket, answered=below.sent, late=below.said > due)
    return ticket, replace(below, came=entry.came, kept=entry.kept, sorry=entry.sorry)


def _unanswered(seen: Seen, ticket: Ticket, entry: Entry) -> Ticket:
    """As before this answer: the same turn, and the promise it kept stands again. Where it was not our turn, none did:
    then what somebody has done or said since stays.
    """
    answered = None if ticket.answered == entry.sent else ticket.answered
    ticket = replace(ticket, answered=answered, spoke=None, late=ticket.late and answered is not None)
    if entry.came == "ours":
        since, due = entry.kept or (ticket.since, ticket.due)
        heard = ticket.hear(seen.now)
        return replace(heard, since=since, due=due, sorry=entry.sorry, left=None, reopened=ticket.reopened)
    if ticket.touched != entry.sent:
        return replace(ticket, touched=seen.now)
    if entry.came == "solved":
        again = replace(ticket.solve(seen.now), rating=ticket.rating, rated=ticket.rated)
        return replace(again, reopened=ticket.reopened - (entry.led != "solved"))
    return replace(ticket, state="yours", touched=seen.now)


def undo_over(seen: Seen, _event: Alarm) -> Effects:
    """The minute is over: the button goes, and whoever wants a mail for every answer gets it now that it stands."""
    ticket, entry = seen.ticket, seen.entry
    if ticket and entry and entry.kind == "answer" and not entry.gone:
        yield replace(settled(seen, ticket, entry, fate(ticket, entry)), amends=True)
        if mails.wanted(seen):
            yield mails.told(seen, ticket)


def corrected(seen: Seen, event: Edited, ticket: Ticket, entry: Entry) -> Effects:
    """An agent changed what they wrote: the draft follows, and so does what was already sent."""
    entry = cards.rewritten(entry, event)
    if entry.kind == "answer" and entry.trouble:
        yield from _once_more(seen, ticket, entry)
        again = _("This answer had not reached *{name}*: it is sent again, as you have left it.", name=ticket.name)
        yield cards.tell(seen, ticket, Prompt(again))
        return
    if entry.kind == "draft":
        entry = beside.looked(seen, entry)
    yield Record(entry)
    if entry.kind == "draft":
        yield preview(seen, ticket, entry)
    elif entry.kind == "note":
        yield noted(seen, ticket, entry)
    elif entry.arrived == MAIL:  # it tells of the answer, which is read at the page
        yield settled(seen, ticket, entry, fate(ticket, entry))
    elif entry.kind == "answer":
        yield replace(_said_again(seen, ticket, entry), receipt=entry.key)  # they may have shut us out since
        word = _("Corrected for {name} too.", name=ticket.name) if entry.arrived else fate(ticket, entry)
        yield settled(seen, ticket, entry, word, undo=_fresh(seen, entry))


def taken_back(seen: Seen, ticket: Ticket, entry: Entry) -> Effects:
    """An agent deleted what they wrote: so do we, wherever it went. The words stay in the record."""
    entry = replace(entry, gone=seen.now)
    slot = entry.key
    yield Record(entry)
    if entry.kind == "draft":
        yield Unsay(its_room(ticket, entry), slot)
    elif entry.kind == "note":
        yield settled(
            seen, ticket, replace(entry, text="", marked="", quoted=""), _("{agent} deleted this note.", agent=entry.by)
        )
    elif entry.kind == "answer":
        yield _gone_from(seen, ticket, entry)
        if entry.trouble or entry.shut:
            yield Drop(slot)
        yield Wake(None, "undo-over", slot)
        yield settled(seen, ticket, entry, _("Taken back: {name} no longer has it.", name=ticket.name))
        yield from _left_over(seen, ticket, entry)


def _gone_from(seen: Seen, ticket: Ticket, entry: Entry) -> Unsay:
    """Out of the customer's chat; should that fail, we hear of it."""
    return Unsay(entry.door or whereabouts(seen, ticket), entry.key, receipt=entry.key)


def _kept_by_them(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    """It should have gone, and has not: they can read it still."""
    words = _("*Not taken back:* we could not delete it in that chat, so {name} can still read it.", name=ticket.name)
    if entry.gone:
        return settled(seen, ticket, entry, words)
    return cards.tell(seen, ticket, Prompt(words), slot=f"stays.{entry.id}")


def _left_over(seen: Seen, ticket: Ticket, entry: Entry) -> Effects:
    """What it led to, if nothing was said since: nobody can answer a question that is gone, nor know what is solved."""
    if ticket.spoke is None or ticket.spoke[1] != entry.sent:
        return
    before, ticket = ticket, replace(ticket, spoke=None)
    if ticket.state == "yours":
        ticket = turned(seen.desk, before, replace(ticket, state="ours", touched=seen.now), seen.now)
        yield Record(cards.by_itself(seen, ticket, "ours"))
        yield back(seen, ticket)
        yield cards.card(seen, ticket)
    elif ticket.state == "solved" == entry.led:
        yield solved(seen, ticket)
    yield from saved(seen, ticket, before)


def back(seen: Seen, ticket: Ticket) -> Say:
    """The customer hears that it is our turn."""
    words = _("*{code}* is back with us: our answer comes by *{due}*.", code=ticket.code, due=ticket.due)
    return to_customer(seen, ticket, Prompt(cards.linked(words, ticket)))


def solved(seen: Seen, ticket: Ticket) -> Say:
    """The customer hears that we call it solved; who is blocked is offered nothing that would not be taken."""
    if seen.person.is_blocked(seen.now):
        words = cards.linked(_("*{code}* is solved.", code=ticket.code), ticket)
        return to_customer(seen, ticket, Prompt(words))
    words = _("*{code}* is solved. If it isn't, press the button or just answer this message.", code=ticket.code)
    return to_customer(seen, ticket, about(ticket, cards.linked(words, ticket), "solved"))


def without(seen: Seen, ticket: Ticket, entry: Entry, file: str) -> Effects:
    """A file of it could not be kept: nobody is told of it any more, not even whoever has the answer already. What a
    customer sent, the team knows at least by name.
    """
    lost = tuple(f for f in entry.files if f.id == file)
    entry = replace(entry, files=tuple(f for f in entry.files if f.id != file), lost=(*entry.lost, *lost))
    yield Record(entry)
    if entry.gone:
        return
    if entry.kind == "answer" and entry.arrived != MAIL:
        yield replace(_said_again(seen, ticket, entry), receipt="")
    elif entry.kind == "asked" and entry.sent:
        yield replace(cards.added(seen, ticket, entry), files=())
