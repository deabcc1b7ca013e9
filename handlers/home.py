"""The page a platform keeps for one person alone: their requests, or for the team what waits; and the team's `/queue`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Choice, Chose, Command, Lines, Prompt, Speech, Text, _, lines, n_
from bot.effects import Effects, Say, Seen
from bot.events import Address, Message, Receipt, Searched, Visited
from bot.queries import Found, MyTickets, Query, Queue
from handlers import cards, tickets
from handlers.saying import to_alone, to_team

PAGE = "home"
"""What its buttons ask, and the slot of its words."""
NEW = Choice("form", _("New request"))
"""A platform that has such a page opens the form at this press."""
WAITING = Queue().most
"""Tickets on one page of the queue."""
Of = Literal["queue", "mine", "all"]
TOLD = "queue."
"""Begins the receipt of what somebody asked for in the team's chat and reads alone, before that chat."""
LISTS: Mapping[Of, Text] = {"queue": _("What waits"), "mine": _("My queue"), "all": _("All open")}
WORDS: Mapping[str, Of] = {"mine": "mine", "mía": "mine", "mia": "mine", "all": "all", "todo": "all", "toda": "all"}
"""What may follow the command."""


def needs(event: Visited | Message) -> Query:
    """Only whom the platform, asked at this moment, calls one of the team may see what waits."""
    choice = event.answer.choice if isinstance(event, Message) and isinstance(event.answer, Chose) else ""
    if event.agent and not choice.startswith("from."):
        found = re.fullmatch(r"(queue|mine|all)\.([0-9]{1,6})", choice)
        start, of = (int(found[2]), found[1]) if found else (0, "queue")
        return Queue(_agent(event), start, of=of)  # type: ignore[arg-type]  # one of three, by the regular expression
    return MyTickets(cards.page_at(choice, "from"))


def written(seen: Seen, event: Visited | Message) -> Effects:
    """At every visit, and at every press in it."""
    found, query = seen.found, needs(event)
    language = seen.desk.agents_language if isinstance(query, Queue) else seen.person.language
    prompt = _for_the_team(found, query) if isinstance(query, Queue) else _for_a_customer(seen, found)
    yield Say(to=event.where, language=language, words=prompt, slot=PAGE)


def _for_a_customer(seen: Seen, found: Found) -> Prompt:
    head = _("*Your requests*") if found.total else None
    rows = (tickets.row(ticket, seen.now) for ticket in found.tickets)
    nothing = None if found.total else _("Hello! This is {desk}. You have no requests yet.", desk=seen.desk.name)
    ways = tickets.ways(found, tickets.PAGE, "from")
    return Prompt(lines(nothing, head, *rows), (NEW, *ways), PAGE)


def _for_the_team(found: Found, query: Queue) -> Prompt:
    others = tuple(Choice(f"{of}.0", label, "lists") for of, label in LISTS.items() if of != query.of)
    return Prompt(_listed(found, query), (*tickets.ways(found, WAITING, query.of), *others), PAGE)


# -- what waits ------------------------------------------------------------------------------------------


def queue(seen: Seen, event: Message) -> Effects:
    """An agent asked in the team's chat: they get it alone, in their own chat with us."""
    found = seen.found
    rest = event.answer.rest if isinstance(event.answer, Command) else ""
    yield to_alone(seen, event, _page(found, queue_page(event, rest)), f"{told_at(event)}|{rest}")


def _page(found: Found, query: Queue) -> Speech:
    after = found.start + len(found.tickets)
    more = None
    if after < found.total:
        page = f"{'' if query.of == 'queue' else f'{query.of} '}{after // WAITING + 1}"
        more = _("{n} more: {call}queue {page} in the team's chat.", n=found.total - after, call=CALL, page=page)
    return lines(_listed(found, query), more)


def queue_page(event: Message | Receipt, rest: str) -> Queue:
    """`/queue`, `/queue 2`, `/queue mine`, `/queue all 3`."""
    word, number = re.fullmatch(r"\s*([^\W\d]*)\s*([1-9][0-9]{0,4})?.*", rest.lower(), re.DOTALL).groups()  # type: ignore[union-attr]
    start = (int(number or 1) - 1) * WAITING
    return Queue(_agent(event), start, of=WORDS.get(word, "queue"))


HERE = _("I can't write to you alone before you have said hello to me in a chat of our own, so here it is.")


def unreached(seen: Seen, event: Receipt) -> Effects:
    """Some platforms let us write to nobody who has not written first. What the whole team may know stands in its chat then;
    what is for one alone waits until they can be told.
    """
    where, rest = asked_at(event)
    words: Speech = _("I couldn't write to you alone. Open a chat with me first, say hello there, and ask again.")
    if rest:
        words = lines(HERE, _page(seen.found, queue_page(event, rest[0])))
    yield to_team(seen, where, words)


def queue_of(event: Receipt) -> Queue | None:
    """The list that somebody could not be told alone."""
    _where, rest = asked_at(event)
    return queue_page(event, rest[0]) if rest else None


def told_at(event: Message | Searched, begins: str = TOLD) -> str:
    where = event.where
    return f"{begins}{where.channel}|{where.chat}|{where.thread}"


def asked_at(event: Receipt) -> tuple[Address, list[str]]:
    """Where they had asked, and what stands behind that, if anything does."""
    channel, chat, thread, *rest = event.about.partition(".")[2].split("|", 3)
    return Address(channel, chat, thread), rest


def _listed(found: Found, query: Queue) -> Speech:
    if query.of == "queue":
        return _queue(found, query.agent)
    if not found.total:
        return _("Nothing that is open is yours.") if query.of == "mine" else _("Nothing is open. Well done!")
    if query.of == "mine":
        head = n_("*One open request is yours.*", "*{n} open requests are yours.*", found.total)
    else:
        head = n_("*One request is open.*", "*{n} requests are open.*", found.total)
    return lines(head, *(row(ticket) for ticket in found.tickets))


def _queue(found: Found, agent: str) -> Speech:
    """Mine first, then all the others; both by promise."""
    mine = tuple(t for t in found.tickets if t.agent and t.agent.id == agent)
    others = tuple(t for t in found.tickets if t not in mine)
    if not found.total:
        return _("Nothing waits for us. Well done!")
    head = n_("*One request waits for us.*", "*{n} requests wait for us.*", found.total)
    if not mine:
        return lines(head, *map(row, others))
    return lines(head, *_part(_("*Yours*"), mine), *_part(_("*All the others*"), others))


def _part(head: Speech, some: Sequence[Ticket]) -> tuple[Speech, ...]:
    return (head, *(row(ticket) for ticket in some)) if some else ()


def row(ticket: Ticket) -> Speech:
    """An open request of a list of the team's."""
    head = _("*{code}* {title}", code=ticket.code, title=ticket.title)
    return Lines((head, status(ticket), cards.way(ticket)), "\n")


def status(ticket: Ticket) -> Speech:
    """By when, and who has it."""
    ours = ticket.state == "ours"
    due = _("Answer by *{due}*.", due=ticket.due) if ours else _("Waiting for the customer.")
    asleep = _("It sleeps until *{when}*.", when=ticket.asleep) if ticket.asleep else None
    return lines(due, cards.holder(ticket), asleep, between=" ")


def _agent(event: Visited | Message | Receipt) -> str:
    """Whose list it is; of a receipt, whoever should have had it."""
    return f"{event.where.channel}:{event.where.chat if isinstance(event, Receipt) else event.who.id}"
