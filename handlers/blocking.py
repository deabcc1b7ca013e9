"""A customer is blocked, with a reason and an end, the same at every door; and let in again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.desk.people import Person
from bot.desk.ticket import Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Choice, Prompt, Quote, Said, Speech, _, lines
from bot.effects import Count, Effects, Know, Record, Say, Seen, Stand, Unsay, Wake
from bot.events import Filled, Message
from bot.values import replace
from handlers import cards
from handlers.answers import keep, one_more
from handlers.noting import BLOCK, Noting, given_up, stands, will_write
from handlers.saying import OUT_OF_DATE, to_customer, whisper
from handlers.start import place

FOR_GOOD = datetime(3000, 1, 1, tzinfo=UTC)
LONGEST = 500

TERMS = (
    Choice("block.1", _("One day")),
    Choice("block.7", _("One week")),
    Choice("block.30", _("30 days")),
    Choice("block.0", _("For good")),
)
CANCEL = Choice("block.not", _("Cancel"))


def is_blocked(seen: Seen) -> bool:
    return seen.person.is_blocked(seen.now)


def block(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """For how long?"""
    if is_blocked(seen):
        yield whisper(seen, event, _("They are blocked already."))
        return
    words = _("For how long shall *{name}* not be able to write to us?", name=ticket.name)
    yield from cards.question(seen, ticket, Prompt(words, TERMS, ticket.key), BLOCK)


def chosen(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    """The end is clear; the reason is what this agent writes next, unless they think better of it."""
    if choice == CANCEL.name:
        yield from _cancelled(seen, event)
        return
    if is_blocked(seen):
        yield whisper(seen, event, _("They are blocked already."))
        return
    found = re.fullmatch(r"block\.(0|1|7|30)", choice)
    if found is None:
        yield whisper(seen, event, OUT_OF_DATE)
        return
    yield from will_write(seen, event, Noting(ticket.id, block=int(found[1])))
    words = _(
        "{agent}, write the reason here, as a reply to this message: {name} reads it.",
        agent=event.who.name,
        name=ticket.name,
    )
    yield cards.unasked(ticket, BLOCK)
    yield cards.tell(seen, ticket, Prompt(words, (CANCEL,), ticket.key), slot=BLOCK)


def _cancelled(seen: Seen, event: Message) -> Effects:
    """What they write from now on is no reason. What a colleague is about to write stays one."""
    if intended(seen) is None:
        yield whisper(seen, event, _("Only whoever is to write the reason can cancel it."))
        return
    yield from given_up(seen, event)


def intended(seen: Seen) -> int | None:
    """The days for which this agent is about to block somebody, if they are."""
    match seen.dialogue:
        case Dialogue(draft=Noting(block=int() as days) as noting) if seen.ticket and noting.ticket == seen.ticket.id:
            return days
    return None


def blocked(seen: Seen, event: Message, ticket: Ticket, said: Said, days: int) -> Effects:
    """Here is the reason: from now on nothing they write is taken. What is more than they will read of it is a note, and so
    are the pieces that follow at once, and pictures: a reason has words.
    """
    note = cards.written(seen, event, ticket.id, said, "draft")
    note = replace(note, id=f"{seen.fresh}-2")
    text = said.text.strip()
    kept = one_more(seen, event, ticket, said) or keep(seen, event, ticket, note)
    if is_blocked(seen):
        yield from _blocked_meanwhile(seen, event, ticket, kept)
        return
    if not text:
        yield from kept if said.files else ()
        return
    end = seen.now + timedelta(days=days) if days else FOR_GOOD
    reason = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    more = reason != text or bool(said.files)
    pieces = stands(Noting(ticket.id, begun=event.at)) if more else None
    yield Stand(event.where, event.who.id, pieces)
    if not more:
        yield Wake(None, "note-over", place(event))
    yield Unsay(cards.room(ticket), BLOCK)
    yield Know(replace(seen.person, blocked=end, reason=reason))
    yield Count("block.set")
    yield Record(cards.happened(seen, ticket, event, f"blocked until {end.isoformat()}: {reason}"))
    words = lines(_ended(ticket.name, end), Quote(reason), between="\n")
    yield cards.tell(seen, ticket, Prompt(words, (Choice("unblock", _("Unblock")),), ticket.key))
    if more:
        yield from kept
    yield to_customer(seen, ticket, Prompt(_told(end, reason)))


def _blocked_meanwhile(seen: Seen, event: Message, ticket: Ticket, kept: Effects) -> Effects:
    """By a colleague: their end and their reason stay as they were told."""
    yield from given_up(seen, event)
    yield from kept
    words = _("*{name}* was blocked meanwhile: what {agent} wrote is a note.", name=ticket.name, agent=event.who.name)
    yield cards.tell(seen, ticket, Prompt(words))


def unblock(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    if not is_blocked(seen):
        yield whisper(seen, event, _("They are not blocked."))
        return
    yield Know(replace(seen.person, blocked=None, reason=""))
    yield Count("block.lifted")
    yield Record(cards.happened(seen, ticket, event, "unblocked"))
    words = _("*{name}* can write to us again, says {agent}.", name=ticket.name, agent=event.who.name)
    yield cards.tell(seen, ticket, Prompt(words))
    yield to_customer(seen, ticket, Prompt(_("You can write to us again.")))


def turned_away(seen: Seen, event: Message | Filled) -> Effects:
    """Said at every door, in one place that is written over: nothing that was written is taken."""
    yield Count("block.met")
    yield Say(to=event.where, language=seen.person.language, words=Prompt(said(seen.person)), slot="blocked")


def said(person: Person) -> Speech:
    """What somebody who is blocked reads wherever they come."""
    return _told(person.blocked or FOR_GOOD, person.reason)


def read_by(person: Person, now: datetime) -> Speech | None:
    """What they read at a page instead of a place to write; None: they are not blocked."""
    return said(person) if person.is_blocked(now) else None


def _told(end: datetime, reason: str) -> Speech:
    if end >= FOR_GOOD:
        head = _("You can no longer write to us. The team gives this reason:")
    else:
        head = _("You can write to us again from *{end}* on. The team gives this reason:", end=end)
    return lines(head, Quote(reason), between="\n")


def _ended(name: str, end: datetime) -> Speech:
    if end >= FOR_GOOD:
        return _("*{name}* is blocked for good:", name=name)
    return _("*{name}* is blocked until *{end}*:", name=name, end=end)
