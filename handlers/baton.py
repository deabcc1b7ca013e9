"""Who has a request and is silent for too long in opening hours has it no longer: the baton is free. So it is at once
when they are in the team's chat no more.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.hours import is_open, opening
from bot.desk.promises import baton
from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Choice, Prompt, Speech, _, lines, n_
from bot.effects import Effects, Record, Save, Say, Seen, Wake
from bot.events import Alarm, Left
from bot.queries import Queue
from bot.values import replace
from handlers import cards

SHOWN = 10
"""Of what is free all at once: the first, by their promises."""
MOST = 100
"""So many are free at once; what else somebody had, their silence frees."""


def silent(seen: Seen, event: Alarm) -> Effects:
    ticket = seen.ticket
    if ticket is None or ticket.agent is None:
        return
    over = baton(seen.desk, ticket, _heard(seen, ticket))
    if over is None:
        return  # it is not our turn, or it sleeps: what ends that sets the next alarm
    if seen.now < over:
        yield Wake(over, event.name, event.about)
    elif not is_open(seen.desk.hours, seen.now):
        yield Wake(opening(seen.desk.hours, seen.now), event.name, event.about)
    else:
        yield from _free(seen, ticket)


def needs(_seen: Seen, event: Left) -> Queue:
    return Queue(_agent(event), 0, MOST, "mine")


def _agent(event: Left) -> str:
    return f"{event.where.channel}:{event.who.id}"


def left(seen: Seen, event: Left) -> Effects:
    """What they had there is free. All read so in the chat itself: in its room nobody else may follow a request."""
    there = cards.chat_of(event.where)
    theirs = [
        t for t in seen.found.tickets if t.agent and t.agent.id == _agent(event) and cards.chat_of(t.agents) == there
    ]
    for n, ticket in enumerate(theirs):
        free = ticket.release(seen.now)
        yield Save(free)
        yield Record(replace(cards.by_itself(seen, free, "baton free"), id=f"{seen.fresh}-{n}"))
        yield cards.card(seen, free)
    if theirs:
        head = n_(
            "*{agent}* is no longer in this chat: one request is free again.",
            "*{agent}* is no longer in this chat: {n} requests are free again.",
            len(theirs),
            agent=theirs[0].holder or event.who.name,
        )
        rest = _("{n} more: {call}queue", n=len(theirs) - SHOWN, call=CALL) if len(theirs) > SHOWN else None
        words = lines(head, *map(_row, theirs[:SHOWN]), rest, between="\n")
        yield Say(to=event.where, language=seen.desk.agents_language, words=Prompt(words))


def _row(ticket: Ticket) -> Speech:
    return lines(_("*{code} · {title}*", code=ticket.code, title=ticket.title), cards.way(ticket), between=" ")


def _heard(seen: Seen, ticket: Ticket) -> datetime:
    """The last sign of its holder: what they wrote here counts, also a note, also what they have not sent yet."""
    found = seen.found.entries
    wrote = (entry.at for entry in found if ticket.agent and entry.by_id == ticket.agent.id)
    return max((*wrote, ticket.held or ticket.touched))


def _free(seen: Seen, ticket: Ticket) -> Effects:
    free = ticket.release(seen.now)
    yield Save(free)
    yield Record(cards.by_itself(seen, free, "baton free"))
    words = _(
        "We have heard nothing from *{agent}* about *{code}* since {when}: the baton is free.",
        agent=ticket.holder, code=ticket.code, when=_heard(seen, ticket),
    )  # fmt: skip
    yield cards.tell(seen, free, Prompt(words, (Choice("claim", _("Claim")),), ticket.key))
    yield cards.card(seen, free)
