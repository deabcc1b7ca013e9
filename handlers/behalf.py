"""An agent opens a request for a customer, in the room of another one of theirs: by a button or by `/new`."""

from __future__ import annotations

from bot.desk.promises import promised
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Prompt, Said, _, lines
from bot.effects import Effects, Know, Record, Seen, Stand, Wake
from bot.events import Message
from bot.values import replace
from handlers import cards, sending, sketch, tickets
from handlers.answers import drafted, settled
from handlers.noting import Noting, how, stands, will_write
from handlers.saving import saved
from handlers.saying import DONE_ALREADY, to_customer, to_team, whereabouts, whisper
from handlers.start import place


def ask(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """Says how: it is simply written here."""
    words = _(
        "{agent}, write here, as a reply to this message, what {name} needs: a title in the first line, the rest below. "
        "You see it before it is opened.",
        agent=event.who.name,
        name=ticket.name,
    )
    yield from will_write(seen, event, Noting(ticket.id, opens=True))
    yield from cards.question(seen, ticket, Prompt(words), how(event.who.id))


def command(seen: Seen, event: Message, rest: str) -> Effects:
    """`/new`, and at once what is wrong."""
    ticket = seen.ticket
    if ticket is None or ticket.state == "merged" or cards.was_here(ticket, event.where):
        words = _("To open a request for a customer, write that in the room of another request of theirs.")
        yield to_team(seen, event.where, words)
    elif rest.strip():
        unmarked = replace(event, ref="", album="")  # an edit of a command says nothing
        yield from wrote(seen, unmarked, ticket, Said(rest))
    else:
        yield from ask(seen, event, ticket)


def wrote(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """Shown back first, as everything that leaves. Pictures may come before the words."""
    noting = _noting(seen, ticket)
    said = replace(said, files=(*noting.files, *said.files))
    entry = cards.written(seen, event, ticket.id, said, "draft")
    if trouble := sketch.trouble(sketch.draft(ticket, entry), seen.desk.bounds):
        if said.files != noting.files:
            yield Stand(event.where, event.who.id, stands(replace(noting, files=said.files)))
        yield cards.tell(seen, ticket, Prompt(trouble), f"album.{event.album}" if event.album else "")
        return
    yield Stand(event.where, event.who.id, None)
    yield Wake(None, "note-over", place(event))
    yield cards.unasked(ticket, how(event.who.id))
    yield from drafted(seen, ticket, replace(entry, opens=True))


def _noting(seen: Seen, ticket: Ticket) -> Noting:
    match seen.dialogue:
        case Dialogue(draft=Noting(opens=True) as noting) if noting.ticket == ticket.id:
            return noting
    return Noting(ticket.id, opens=True)


def opened(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """It is the customer's, as if they had sent it; they read of it where they last were."""
    draft = sketch.draft(ticket, entry)
    if entry.kind != "draft" or not entry.opens:
        yield whisper(seen, event, DONE_ALREADY)
        return
    if trouble := sketch.trouble(draft, seen.desk.bounds):
        yield whisper(seen, event, trouble)
        return
    fresh = sending.made(seen, draft, ticket.agents, whereabouts(seen, ticket), ticket)
    fresh = promised(seen.desk, replace(fresh, opener=cards.agent_of(event)), seen.now)
    yield from saved(seen, fresh)
    yield Know(replace(seen.person, requests=fresh.nth))
    yield Record(cards.happened(seen, fresh, event, "opened"))
    # Its files are the new one's alone; an edit of what was opened changes nothing any more.
    yield Record(replace(entry, kind="note", files=(), ref=""))
    yield settled(seen, ticket, entry, _("Opened as *{code}*.", code=fresh.code))
    words = lines(
        _("We have opened *{code}* for you. You will hear from us by *{due}*.", code=fresh.code, due=fresh.due),
        sketch.face(draft),
        None if seen.person.is_blocked(seen.now) else tickets.invited(seen),
        cards.link(fresh),
    )
    yield to_customer(seen, fresh, Prompt(words))
    yield from cards.shown(seen, fresh)
