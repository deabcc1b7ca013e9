"""The customer says nothing: after some business days a reminder, after some more we close it; both announced."""

from __future__ import annotations

from bot.desk.hours import is_open, opening
from bot.desk.promises import patience
from bot.desk.ticket import Ticket
from bot.dialogue.words import Prompt, _
from bot.effects import Effects, Know, Record, Save, Seen, Wake
from bot.events import Alarm
from bot.values import replace
from handlers import cards
from handlers.answers import about, asked
from handlers.blocking import is_blocked
from handlers.saying import to_customer


def silence(seen: Seen, event: Alarm) -> Effects:
    ticket = seen.ticket
    if ticket is None or ticket.state != "yours":
        return
    over = patience(seen.desk, ticket)
    if seen.now < over:
        yield Wake(over, event.name, event.about)  # they have been asked again since
    elif not is_open(seen.desk.hours, seen.now):
        yield Wake(opening(seen.desk.hours, seen.now), event.name, event.about)
    elif is_blocked(seen):
        yield from _begun_anew(seen, event, replace(ticket, waits=seen.now, reminded=None))
    elif ticket.reminded is None:
        yield from _reminder(seen, event, asked(seen, replace(ticket, reminded=seen.now)))
    else:
        yield from _closed(seen, ticket)


def _begun_anew(seen: Seen, event: Alarm, ticket: Ticket) -> Effects:
    """They cannot answer: what they did not say meanwhile is no silence."""
    yield Save(ticket)
    yield Wake(patience(seen.desk, ticket), event.name, event.about)


def _reminder(seen: Seen, event: Alarm, ticket: Ticket) -> Effects:
    end = patience(seen.desk, ticket)
    yield Save(ticket)
    yield Wake(end, event.name, event.about)
    yield Record(cards.by_itself(seen, ticket, "reminded"))
    words = _(
        "*{code} · {title}* is still waiting for you. If we hear nothing, we close it on *{end}*.",
        code=ticket.code, title=ticket.title, end=end,
    )  # fmt: skip
    yield to_customer(seen, ticket, about(ticket, cards.linked(words, ticket), "yours"))
    told = _("We have reminded {name}. Without an answer it is closed on *{end}*.", name=ticket.name, end=end)
    yield cards.tell(seen, ticket, Prompt(told))


def _closed(seen: Seen, ticket: Ticket) -> Effects:
    """Not asked how it was: nobody knows yet."""
    ticket = ticket.solve(seen.now)
    yield Save(ticket)
    yield Know(replace(seen.person, solved=seen.now))
    yield Record(cards.by_itself(seen, ticket, "closed"))
    words = _("We have closed *{code}*, since we heard nothing more. To open it again, just write.", code=ticket.code)
    yield to_customer(seen, ticket, about(ticket, cards.linked(words, ticket), "solved"))
    yield cards.tell(seen, ticket, Prompt(_("Closed by itself: {name} said nothing more.", name=ticket.name)))
    yield cards.card(seen, ticket)
