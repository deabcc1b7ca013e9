"""The page a platform keeps for one person alone: their requests, or for the team what waits; and the team's `/queue`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Choice, Chose, Lines, Prompt, Speech, _, lines, n_
from bot.effects import Effects, MyTickets, Page, Query, Queue, Say, Seen
from bot.events import Address, Message, Visited
from handlers import cards, tickets

PAGE = "home"
"""What its buttons ask, and the slot of its words."""
NEW = Choice("form", _("New request"))
"""A platform that has such a page opens the form at this press."""
WAITING = Queue().most
"""Tickets on one page of the queue."""


def needs(event: Visited | Message) -> Query:
    """Only whom the platform, asked at this moment, calls one of the team may see what waits."""
    choice = event.answer.choice if isinstance(event, Message) and isinstance(event.answer, Chose) else ""
    if event.agent and not choice.startswith("from."):
        found = re.fullmatch(r"queue\.([0-9]{1,6})", choice)
        return Queue(_agent(event), int(found[1]) if found else 0)
    return MyTickets(tickets.page_at(choice))


def visited(seen: Seen, event: Visited) -> Effects:
    """Written at every visit, and at every press in it."""
    yield _written(seen, event)


def pressed(seen: Seen, event: Message) -> Effects:
    yield _written(seen, event)


def _written(seen: Seen, event: Visited | Message) -> Say:
    found = seen.found or Page((), 0, 0)
    queue = isinstance(needs(event), Queue)
    language = seen.desk.agents_language if queue else seen.person.language
    prompt = _for_the_team(found, _agent(event)) if queue else _for_a_customer(seen, found)
    return Say(to=event.where, language=language, words=prompt, slot=PAGE)


def _for_a_customer(seen: Seen, found: Page) -> Prompt:
    head = _("*Your requests*") if found.total else None
    rows = (tickets.row(ticket) for ticket in found.tickets)
    nothing = None if found.total else _("Hello! This is {desk}. You have no requests yet.", desk=seen.desk.name)
    ways = tickets.ways(found, tickets.PAGE, "from")
    return Prompt(lines(nothing, head, *rows), (NEW, *ways), PAGE)


def _for_the_team(found: Page, agent: str) -> Prompt:
    return Prompt(_queue(found, agent), tickets.ways(found, WAITING, "queue"), PAGE)


# -- what waits ------------------------------------------------------------------------------------------


def queue(seen: Seen, event: Message) -> Effects:
    """An agent asked in the team's chat: they get it alone, in their own chat with us."""
    found = seen.found or Page((), 0, 0)
    after = found.start + len(found.tickets)
    more = None
    if after < found.total:
        page = after // WAITING + 1
        more = _("{n} more: {call}queue {page} in the team's chat.", n=found.total - after, call=CALL, page=page)
    alone = Address(event.where.channel, event.who.id)
    words = Prompt(lines(_queue(found, _agent(event)), more))
    yield Say(to=alone, language=seen.desk.agents_language, words=words, receipt=told_at(event))


def queue_page(event: Message, rest: str) -> Queue:
    """`/queue`, `/queue 2`."""
    page = int(rest) if re.fullmatch(r"[1-9][0-9]{0,4}", rest.strip()) else 1
    return Queue(_agent(event), (page - 1) * WAITING)


def unreached(seen: Seen, about: str) -> Effects:
    """Some platforms let us write to nobody who has not written first."""
    channel, chat, thread = about.removeprefix("queue.").split("|")
    words = _("I couldn't write to you alone. Open a chat with me first, say hello there, and ask again.")
    yield Say(to=Address(channel, chat, thread), language=seen.desk.agents_language, words=Prompt(words))


def told_at(event: Message) -> str:
    where = event.where
    return f"queue.{where.channel}|{where.chat}|{where.thread}"


def _queue(found: Page, agent: str) -> Speech:
    """Mine first, then all the others; both by promise."""
    mine = tuple(t for t in found.tickets if t.agent and t.agent.id == agent)
    others = tuple(t for t in found.tickets if t not in mine)
    if not found.total:
        return _("Nothing waits for us. Well done!")
    head = n_("*One request waits for us.*", "*{n} requests wait for us.*", found.total)
    if not mine:
        return lines(head, *map(_row, others))
    return lines(head, *_part(_("*Yours*"), mine), *_part(_("*All the others*"), others))


def _part(head: Speech, some: Sequence[Ticket]) -> tuple[Speech, ...]:
    return (head, *(_row(ticket) for ticket in some)) if some else ()


def _row(ticket: Ticket) -> Speech:
    due = _("Answer by *{due}*.", due=ticket.due)
    holder = _("{agent} has it.", agent=ticket.agent.name) if ticket.agent else _("Nobody has it yet.")
    head = _("*{code}* {title}", code=ticket.code, title=ticket.title)
    return Lines((head, lines(due, holder, between=" "), cards.link(ticket)), "\n")


def _agent(event: Visited | Message) -> str:
    return f"{event.where.channel}:{event.who.id}"
