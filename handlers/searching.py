"""The team looks for requests, by number, by words in them, or by whose they are: whoever asked reads it alone, if we may
write to them.
"""

from __future__ import annotations

from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Lines, Speech, _, lines, n_
from bot.effects import Effects, Say, Search, Seen
from bot.events import Caller, Message, Receipt, Searched
from bot.queries import These
from handlers import cards, home, tickets
from handlers.saying import to_alone, to_team

COMMANDS = ("find", "buscar")
LONGEST = 200
TOLD = "found."
"""Begins the receipt of what was found, before where it was asked for, and with what words."""
EVERYBODY = Caller("", "")
"""The team, in its chat."""


def asked(seen: Seen, event: Message, rest: str) -> Effects:
    """It is looked for beside the turns, and comes when it is found."""
    if words := rest.strip()[:LONGEST]:
        yield Search(seen.fresh, words, event.where, event.who)
        return
    how = _(
        "Whom or what shall I look for? {call}find {code}, {call}find invoice, {call}find Ana: "
        "I look in numbers, titles, what was written, and names.",
        call=CALL,
        code=f"{seen.desk.prefix}-1042",
    )
    yield _alone(seen, event, how)


def needs(_seen: Seen, event: Searched) -> These:
    return These(event.tickets)


def found(seen: Seen, event: Searched) -> Effects:
    some = seen.found.tickets
    if not some:
        yield _alone(seen, event, _nothing(event))
        return
    head = n_("*One request with “{words}”*", "*{n} requests with “{words}”*", len(some), words=event.words)
    more = _("These are the newest, and there may be more. Another word narrows it down.") if event.more else None
    yield _alone(seen, event, lines(head, *map(_row, some), more))


def unreached(seen: Seen, event: Receipt) -> Effects:
    """Some platforms let us write to nobody who has not written first: it stands in the team's chat, then."""
    where, (words,) = home.asked_at(event)
    yield Search(seen.fresh, words, where, EVERYBODY)


def _nothing(event: Searched) -> Speech:
    if event.more:
        return _("No new request has “{words}” in it. Longer words look further back.", words=event.words)
    return _("No request has “{words}” in it.", words=event.words)


def _row(ticket: Ticket) -> Speech:
    head = _("*{code}* {title} · {name}", code=ticket.code, title=ticket.title, name=ticket.name)
    status = tickets.over(ticket) if ticket.over else home.status(ticket)
    return Lines((head, status, cards.way(ticket)), "\n")


def _alone(seen: Seen, event: Message | Searched, words: Speech) -> Say:
    if not event.who.id:
        return to_team(seen, event.where, lines(home.HERE, words))
    told = f"{home.told_at(event, TOLD)}|{event.words}" if isinstance(event, Searched) else home.told_at(event)
    return to_alone(seen, event, words, told)
