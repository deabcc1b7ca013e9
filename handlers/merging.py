"""Two requests about the same subject become one; both numbers lead to it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.desk.pictures import bare
from bot.desk.promises import parted
from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Prompt, Speech, _, lines
from bot.effects import Effects, Record, Save, Seen
from bot.events import Message, ticket_in
from bot.queries import These
from bot.values import replace
from handlers import cards
from handlers.saving import saved
from handlers.saying import to_customer, whisper

REGRET = timedelta(days=1)
"""So long a merge can be undone."""
MOST = 8
"""Requests that are offered: the newest."""


def merge(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """Which of this person's other open requests is it part of?"""
    others = tuple(t for t in seen.open_tickets if t.id != ticket.id)[:MOST]
    if not others:
        yield whisper(seen, event, _("This person has no other open request."))
        return
    choices = tuple(Choice(f"into.{t.id}", _("{code} {title}", code=t.code, title=t.title)) for t in others)
    words = _("Which request is *{code}* part of? Both numbers lead there from then on.", code=ticket.code)
    yield from cards.question(seen, ticket, Prompt(words, choices, ticket.key), "merge")


def into(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    found = re.fullmatch(r"into\.([0-9]{1,18})", choice)
    target = next((t for t in seen.open_tickets if found and t.id == int(found[1]) != ticket.id), None)
    if target is None:
        yield whisper(seen, event, _("That request is not open any more."))
        return
    part, whole = ticket.merge(target, seen.now)
    yield Save(part)
    yield from saved(seen, whole, target)
    yield Record(cards.happened(seen, part, event, f"merged into {whole.code}"))
    yield Record(replace(cards.happened(seen, whole, event, f"merged with {part.code}"), id=f"{seen.fresh}-2"))
    words = _("*{code}* goes on in *{whole}*.", code=part.code, whole=whole.code)
    undo = (Choice("apart", _("Undo the merge")),)
    yield cards.decided(seen, event, part, Prompt(words, undo, part.key))
    yield cards.card(seen, part)
    yield from _brought(seen, part, whole)
    yield cards.card(seen, whole)
    words = _(
        "*{code}* and *{whole}* are about the same, so we have joined them: both numbers lead to the same place.",
        code=part.code, whole=whole.code,
    )  # fmt: skip
    yield to_customer(seen, whole, Prompt(cards.linked(words, whole)))


def needs(event: Message) -> These:
    """The number itself: everywhere else it stands for the one it was merged into."""
    return These((ticket_in(event.asked),))


def apart(seen: Seen, event: Message, whole: Ticket) -> Effects:
    """They were not about the same. What was said meanwhile stays where it was said."""
    part = next(iter(seen.found.tickets), None)
    if part is None or not part.into:
        yield whisper(seen, event, _("It is a request of its own already."))
        return
    if part.into != whole.id:
        words = _("What it was merged into is part of *{whole}* by now: undo that merge first.", whole=whole.code)
        yield whisper(seen, event, words)
        return
    if part.before is None or part.solved is None or seen.now > part.solved + REGRET:
        yield whisper(seen, event, _("That was too long ago to be undone. The customer can open a new one."))
        return
    due, before, (part, whole) = part.due, whole, part.part(whole, seen.now)
    part = parted(seen.desk, part, before, seen.now)
    yield from saved(seen, part)
    yield from saved(seen, whole, before)
    yield Record(cards.happened(seen, part, event, f"parted from {whole.code}"))
    yield Record(replace(cards.happened(seen, whole, event, f"parted with {part.code}"), id=f"{seen.fresh}-2"))
    words = _("*{code}* is a request of its own again, says {agent}.", code=part.code, agent=event.who.name)
    yield cards.decided(seen, event, part, Prompt(words))
    yield cards.card(seen, part)
    yield cards.tell(seen, whole, Prompt(words))
    yield cards.card(seen, whole)
    words = _(
        "*{code}* and *{whole}* are two requests again: they are not about the same, and each gets its own answer.",
        code=part.code, whole=whole.code,
    )  # fmt: skip
    yield to_customer(seen, part, Prompt(lines(words, _what_next(part, due), cards.link(part), between="\n")))


def _what_next(part: Ticket, due: datetime) -> Speech | None:
    """What the customer would not think of: that its date is another one, or that we wait for them."""
    if part.state == "yours":
        return _("*{code}* is waiting for you: write here what we asked for.", code=part.code)
    date = _("*{code}* has another date: you will hear from us by *{due}*.", code=part.code, due=part.due)
    return date if part.due != due else None


def _brought(seen: Seen, part: Ticket, whole: Ticket) -> Effects:
    """What it said, for whoever has the other one."""
    head = _("*{code} · {title}* is part of this one now.", code=part.code, title=part.title)
    words = lines(head, *cards.answers(seen.desk, part), between="\n")
    yield replace(cards.tell(seen, whole, Prompt(words)), files=bare(part.files))
