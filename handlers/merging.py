"""Two requests about the same subject become one; both numbers lead to it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Prompt, _, lines
from bot.effects import Effects, Record, Save, Seen
from bot.events import Message
from handlers import cards
from handlers.answers import to_customer, whisper
from handlers.draft import told
from handlers.saving import saved

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
    yield cards.tell(seen, ticket, Prompt(words, choices, f"ticket.{ticket.id}"), slot="merge")


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
    yield cards.tell(
        seen, part, Prompt(_("*{code}* goes on in *{whole}*.", code=part.code, whole=whole.code)), slot="merge"
    )
    yield cards.card(seen, part)
    yield from _brought(seen, part, whole)
    yield cards.card(seen, whole)
    words = _(
        "*{code}* and *{whole}* are about the same, so we have joined them: both numbers lead to the same place.",
        code=part.code, whole=whole.code,
    )  # fmt: skip
    yield to_customer(seen, whole, Prompt(lines(words, cards.link(whole), between="\n")))


def _brought(seen: Seen, part: Ticket, whole: Ticket) -> Effects:
    """What it said, for whoever has the other one."""
    head = _("*{code} · {title}* is part of this one now.", code=part.code, title=part.title)
    details = told(part.details, part.marked) if part.details else None
    links = _("{link}", link=" ".join(part.urls)) if part.urls else None
    words = lines(head, details, links, between="\n")
    yield replace(cards.tell(seen, whole, Prompt(words)), files=part.files)
