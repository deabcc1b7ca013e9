"""Keeping a promise: a reminder to the team when its time runs out, one apology to the customer when it is over."""

from __future__ import annotations

from bot.desk.hours import is_open, opening
from bot.desk.promises import late, marks
from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Prompt, Speech, _, lines
from bot.effects import Effects, Record, Say, Seen, Wake
from bot.events import Alarm
from handlers import cards
from handlers.saving import saved
from handlers.saying import to_customer


def promise(seen: Seen, event: Alarm) -> Effects:
    """Three quarters of the time are over, or nine tenths. Nobody is reminded outside opening hours."""
    ticket, hours = seen.ticket, seen.desk.hours
    if ticket is None or ticket.state != "ours":
        return
    remind, apologise = marks(hours, ticket)
    if seen.now < remind:
        yield Wake(remind, event.name, event.about)  # another promise than the one it was set for
    elif ticket.asleep and seen.now < ticket.asleep:
        yield Wake(ticket.asleep, event.name, event.about)
    elif not is_open(hours, seen.now):
        yield Wake(opening(hours, seen.now), event.name, event.about)
    elif seen.now < apologise:
        if ticket.agent is None or ticket.sorry:
            yield _reminder(seen, ticket)
        yield Wake(apologise, event.name, event.about)
    elif ticket.sorry is None:
        yield from _apology(seen, ticket)


def _reminder(seen: Seen, ticket: Ticket) -> Say:
    holder = cards.holder(ticket)
    words = _("*{code} · {title}* has to be answered by *{due}*.", code=ticket.code, title=ticket.title, due=ticket.due)
    again = _("We have apologised for this one already.") if ticket.sorry else None
    return _to_the_team(seen, ticket, lines(words, lines(holder, again, between=" "), cards.way(ticket), between="\n"))


def _to_the_team(seen: Seen, ticket: Ticket, words: Speech) -> Say:
    """Where everybody sees it: not in the ticket's room, but in the chat itself."""
    ways = () if ticket.agent else (Choice("claim", _("Claim")),)
    return Say(
        to=ticket.agents,
        language=seen.desk.agents_language,
        words=Prompt(words, ways, ticket.key),
        about=ticket.id,
    )


def _apology(seen: Seen, ticket: Ticket) -> Effects:
    """One, with a new date; the team reads both dates."""
    was, ticket = ticket.due, late(seen.desk, ticket, seen.now)
    yield from saved(seen, ticket)
    yield Record(cards.by_itself(seen, ticket, "late"))
    yield to_customer(seen, ticket, Prompt(sorry(seen, ticket)))
    told = _(
        "*{code} · {title}* will be late. We have apologised to {name}: *{due}* instead of {was}.",
        code=ticket.code, title=ticket.title, name=ticket.name, was=was, due=ticket.due,
    )  # fmt: skip
    holder = cards.holder(ticket)
    yield _to_the_team(seen, ticket, lines(told, holder, cards.way(ticket), between="\n"))
    yield cards.card(seen, ticket)


def sorry(seen: Seen, ticket: Ticket) -> Speech:
    was = ticket.sorry or ticket.due
    if seen.now < was:
        words = _(
            "We are sorry: *{code}* takes us longer than we promised. You will hear from us by *{due}* instead of {was}.",
            code=ticket.code, was=was, due=ticket.due,
        )  # fmt: skip
    else:
        words = _(
            "We are sorry: we promised you an answer about *{code}* by {was}, and you have none. You will have it by *{due}*.",
            code=ticket.code, was=was, due=ticket.due,
        )  # fmt: skip
    return cards.linked(words, ticket)
