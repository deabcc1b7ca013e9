"""A customer's tickets: the list, adding to one, solving and reopening."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.desk import courtesy
from bot.desk.answers import adds_nothing
from bot.desk.insults import hurts
from bot.desk.promises import stays_solved, turned
from bot.desk.ticket import Entry, State, Ticket
from bot.dialogue.words import (
    CALL,
    Choice,
    Chose,
    Lines,
    Prompt,
    Quote,
    Said,
    Speech,
    Text,
    _,
    lines,
    p_,
)
from bot.effects import Count, Effects, Know, Record, Save, Say, Seen, Wake
from bot.events import Message
from bot.queries import Found, MyTickets
from bot.values import replace
from handlers import cards, gathering, rating
from handlers.labels import pressed
from handlers.pieces import SETTLE
from handlers.saving import saved
from handlers.saying import reply

PAGE = MyTickets().most
"""Tickets on one page of the list."""

ELSE = _("For something else: {call}new", call=CALL)

RUDE = _(
    "A person reads this, and some of your words may hurt them. If you edit your message, they see it as you leave it."
)
"""It has gone already: nothing that is added waits for an answer, and nobody writes twice for us."""

STATES: Mapping[State, Text] = {
    "ours": p_("status", "Waiting for us"),
    "yours": p_("status", "Waiting for you"),
    "solved": p_("status", "Solved"),
    "merged": p_("status", "Merged"),
}


def mine(seen: Seen, event: Message) -> Effects:
    """The list, newest promise first."""
    found = seen.found
    if not found.total:
        yield reply(seen, event, Prompt(_("You have no requests yet. Tell us what is wrong and we open one.")))
        return
    rows = tuple(row(ticket, seen.now) for ticket in found.tickets)
    yield reply(seen, event, Prompt(lines(_("*Your requests*"), *rows), ways(found, PAGE, "from"), "tickets"))


def ways(found: Found, most: int, name: str) -> tuple[Choice, ...]:
    """The pages before and after."""
    near = Choice(f"{name}.{max(0, found.start - most)}", _("Newer") if name == "from" else _("Sooner"))
    far = Choice(f"{name}.{found.start + most}", _("Older") if name == "from" else _("Later"))
    more = found.start + len(found.tickets) < found.total
    return (*((near,) if found.start else ()), *((far,) if more else ()))


def row(ticket: Ticket, now: datetime) -> Speech:
    """A request of a list: what it is, whose turn, by when, when something was new, its page."""
    state = STATES[ticket.state]
    if ticket.over:
        status = over(ticket)
    elif ticket.state == "ours" and ticket.due < now:
        status = _("{state}: we promised an answer by {due} and are late, sorry", state=state, due=ticket.due)
    elif ticket.state == "ours":
        status = _("{state}: answer by {due}", state=state, due=ticket.due)
    else:
        status = _("{state} since {when}", state=state, when=ticket.touched)
    head = _("*{code}* {title}", code=ticket.code, title=ticket.title)
    return Lines((head, lines(status, news(ticket), between=" · "), cards.link(ticket)), "\n")


def news(ticket: Ticket) -> Speech | None:
    """Since when nothing was new, where a list tells another date: that of the promise."""
    moved = ticket.state == "ours" and ticket.touched > ticket.opened
    return _("last news on {when}", when=ticket.touched) if moved else None


def over(ticket: Ticket) -> Speech:
    """What became of one that is, and when."""
    if ticket.state == "merged":
        return _("Merged into {code} on {when}", code=ticket.within, when=ticket.solved or ticket.touched)
    return _("{state} on {when}", state=STATES[ticket.state], when=ticket.solved or ticket.touched)


def invited(seen: Seen) -> Speech:
    """How they add to one that was opened just now."""
    if seen.open_tickets:
        return _("To add something, answer this message.")
    return _("To add something, just write it.")


def long_over(seen: Seen, ticket: Ticket) -> bool:
    """Solved so long ago that it is not opened again."""
    return stays_solved(seen.desk, ticket, seen.now)


def needs_another(seen: Seen, ticket: Ticket) -> bool:
    """It is, and no open one goes on from it yet."""
    return long_over(seen, ticket) and _following(seen, ticket) is None


def _following(seen: Seen, ticket: Ticket) -> Ticket | None:
    """The open one that goes on from it."""
    return next((t for t in seen.open_tickets if t.follows in ticket.codes), None)


# -- adding --------------------------------------------------------------------------------------------


def add(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """The customer adds something: kept, shown to the team, and acknowledged once. A rush of it is gathered. What they say
    of one that was solved too long ago is for the open one that goes on from it.
    """
    if seen.entry and event.album and seen.entry.album == event.album:
        yield from _joined(seen, ticket, seen.entry, said)
        return
    if not event.passed_on and (decided := _decided(seen, event, ticket, said)):
        yield from decided
        return
    calm = ticket.over and leaves_it(ticket, said)
    if not calm and long_over(seen, ticket) and (going_on := _following(seen, ticket)):
        yield from add(seen, event, going_on, said)
        return
    heard = replace(ticket, touched=seen.now) if calm else turned(seen.desk, ticket, ticket.hear(seen.now), seen.now)
    heard = gathering.counted(heard, seen.now, waits=ticket.state == "ours" and not event.album)
    if gathering.rushing(heard, over=seen.desk.bounds.at_once):
        yield from gathering.too_many(seen, replace(ticket, burst=heard.burst))
        return
    yield from _kept(seen, event, ticket, heard, said)


def _decided(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects | None:
    """They write what a button says: how our help was, or that it works."""
    if stars := rating.typed(ticket, said):
        return rating.pressed(seen, event, ticket, stars)
    if not ticket.over and isinstance(pressed((cards.SOLVED,), said, seen.person.language), Chose):
        return solve(replace(seen, ticket=ticket), event, ticket)
    return None


def _kept(seen: Seen, event: Message, ticket: Ticket, heard: Ticket, said: Said) -> Effects:
    """What they said of a ticket, and the ticket as it is after it."""
    rush = gathering.rushing(heard)
    heard, files = heard.number(said.files)
    entry = replace(cards.written(seen, event, ticket.id, said, "asked"), quoted=event.quoted, files=files)
    below = gathering.follows_album(ticket, seen.now) and not event.album
    yield from saved(seen, replace(heard, album=seen.now) if event.album else heard, ticket)
    yield Record(entry if rush or below or event.album else replace(entry, sent=seen.now))
    if rush or below:
        yield from gathering.held(seen, heard)
        return
    if event.album:
        yield Wake(seen.now + SETTLE, "album", entry.key)
        if gathering.rushing(ticket):
            return  # it comes with what is gathered, and so does the word about it
    else:
        yield cards.added(seen, heard, entry)
    yield from _thanked(seen, event, ticket, heard, said)


def _thanked(seen: Seen, event: Message, ticket: Ticket, heard: Ticket, said: Said) -> Effects:
    words = _("You are welcome! *{code}* stays solved.", code=ticket.code) if heard.over else _added(ticket, heard)
    if hurts(seen.desk.manners, said.text):
        yield Count("insult.told")
        words = lines(words, RUDE)
    yield Say(to=event.where, language=seen.person.language, words=Prompt(words), over=event.on, about=ticket.id)
    if not heard.over:
        yield cards.card(seen, heard)


def leaves_it(ticket: Ticket, said: Said) -> bool:
    """Whether they leave it solved. A yes to a question is an answer."""
    asked = ticket.spoke is not None and ticket.spoke[2]
    calm = courtesy.thanks(said.text, ticket.holder) or (adds_nothing(said.text) and not asked)
    return calm and not said.files


def _added(before: Ticket, ticket: Ticket) -> Speech:
    """What has become of the ticket by it."""
    code, due = ticket.code, ticket.due
    if before.over:
        again = _("*{code}* is open again, with what you wrote. We answer by *{due}*.", code=code, due=due)
        return lines(again, ELSE, between=" ")
    if before.state == "yours":
        return _("Added to *{code}*. It is our turn now: we answer by *{due}*.", code=code, due=due)
    if gathering.keeps_adding(before, ticket):
        return _("Added to *{code}* too, thank you.", code=code)
    return _("Added to *{code}*. For something else: {call}new", code=code, call=CALL)


def _joined(seen: Seen, ticket: Ticket, entry: Entry, said: Said) -> Effects:
    """One more of an album. The team gets it with the others, or by itself when those have gone."""
    more, files = ticket.number(said.files)
    yield Record(cards.joined(entry, replace(said, files=files)))
    if more is not ticket:
        yield Save(more)
    if entry.sent:
        words = Quote(said.text, said.marked) if said.text.strip() else Lines(())
        yield replace(cards.tell(seen, more, Prompt(words)), files=files)


def press(seen: Seen, event: Message, choice: str) -> Effects:
    """A customer's button under words about a ticket."""
    if seen.ticket is None:
        yield reply(
            seen, event, Prompt(_("I can't find that request among yours. {call}tickets shows them.", call=CALL))
        )
    elif choice == "solve":
        yield from solve(seen, event, seen.ticket)
    elif choice == "reopen":
        yield from reopen(seen, event, seen.ticket)
    elif choice.startswith("rate."):
        yield from rating.pressed(seen, event, seen.ticket, choice)


def solve(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """The customer says that it works."""
    if ticket.over:
        words = _("*{code}* is already solved.", code=ticket.code)
        yield _word(seen, event, Prompt(words, _reopen(), ticket.key))
        return
    yield from _changed(seen, event, ticket.solve(seen.now), "solved")
    words = _("Glad to hear it! *{code}* is solved.", code=ticket.code)
    yield _word(seen, event, Prompt(words, _reopen(), ticket.key))


def reopen(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """The customer says that it does not."""
    if ticket.over:
        ticket = turned(seen.desk, ticket, ticket.reopen(seen.now), seen.now)
        ticket = replace(ticket, spoke=(event.where, seen.now, True))
        yield from _changed(seen, event, ticket, "reopened")
    yield _word(seen, event, Prompt(_open(ticket, seen.now)))


def _open(ticket: Ticket, now: datetime) -> Speech:
    """That it is, whose turn, and by when we answer: it may have been open all along, and we late."""
    code, due = ticket.code, ticket.due
    if ticket.state == "yours":
        return _("*{code}* is open, and it is your turn: write here what is missing.", code=code)
    if due < now:
        return _(
            "*{code}* is open: tell us here what is missing. We promised an answer by {due} and are late, sorry.",
            code=code, due=due,
        )  # fmt: skip
    return _("*{code}* is open again. Tell us here what is missing: we answer by *{due}*.", code=code, due=due)


def _word(seen: Seen, event: Message, prompt: Prompt) -> Say:
    """A message of its own: the one with the button holds an answer, which is not written over."""
    return replace(reply(seen, event, prompt), over="")


def _reopen() -> tuple[Choice, ...]:
    return (Choice("reopen", _("Reopen")),)


def _changed(seen: Seen, event: Message, ticket: Ticket, what: str) -> Effects:
    yield from saved(seen, ticket, seen.ticket)
    yield Record(cards.happened(seen, ticket, event, what))
    done = {"solved": _("{name} marked it as solved.", name=seen.person.name)}
    yield cards.tell(seen, ticket, Prompt(done.get(what, _("{name} opened it again.", name=seen.person.name))))
    if ticket.solved == seen.now:
        yield Know(replace(seen.person, solved=seen.now))
    yield cards.card(seen, ticket)
