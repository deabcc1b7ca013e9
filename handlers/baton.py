"""Who has a request and is silent for too long in opening hours has it no longer: the baton is free. So it is at once
when they are in the team's chat no more.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.hours import is_open, opening
from bot.desk.promises import baton
from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Choice, Prompt, Speech, _, lines, n_
from bot.effects import Effects, Record, Save, Seen, Wake
from bot.events import Address, Alarm, Left
from bot.queries import Queue
from bot.values import replace
from handlers import cards
from handlers.saying import to_team

SHOWN = 10
"""Of what is free all at once: the first, by their promises."""
MOST = 100
"""So many are free at once; an alarm that rings at once frees the next ones."""


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
    return Queue(_agent(event.where, event.who.id), 0, MOST, "mine")


def more(event: Alarm, _seen: Seen) -> Queue:
    where, user, passed = _read(event.about)
    return Queue(_agent(where, user), passed, MOST, "mine")


def _agent(where: Address, user: str) -> str:
    return f"{where.channel}:{user}"


def _about(where: Address, user: str, passed: int) -> str:
    """`passed`: what they have in other chats stays with them, and is not looked at twice."""
    return f"{where.channel}|{where.chat}|{user}|{passed}"


def _read(about: str) -> tuple[Address, str, int]:
    channel, chat, user, passed = about.split("|")
    return Address(channel, chat), user, int(passed)


def left(seen: Seen, event: Left) -> Effects:
    """What they had there is free."""
    yield from _freed(seen, event.where, event.who.id, 0, event.who.name)


def left_more(seen: Seen, event: Alarm) -> Effects:
    yield from _freed(seen, *_read(event.about))


def _freed(seen: Seen, where: Address, user: str, passed: int, name: str = "") -> Effects:
    """All read so in the chat itself: in its room nobody else may follow a request."""
    agent, there, found = _agent(where, user), cards.chat_of(where), seen.found.tickets
    theirs = [t for t in found if t.agent and t.agent.id == agent and cards.chat_of(t.agents) == there]
    if seen.found.start + len(found) < seen.found.total:
        yield Wake(seen.now, "left", _about(where, user, passed + len(found) - len(theirs)))
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
            agent=theirs[0].holder or name,
        )
        rest = _("{n} more: {call}queue", n=len(theirs) - SHOWN, call=CALL) if len(theirs) > SHOWN else None
        words = lines(head, *map(_row, theirs[:SHOWN]), rest, between="\n")
        yield to_team(seen, where, words)


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
