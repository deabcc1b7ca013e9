"""Who has a request and is silent for too long in opening hours has it no longer: the baton is free."""

from __future__ import annotations

from datetime import datetime

from bot.desk.hours import is_open, opening
from bot.desk.promises import baton
from bot.desk.ticket import Ticket
from bot.dialogue.words import Choice, Prompt, _
from bot.effects import Effects, Record, Save, Seen, Wake
from bot.events import Alarm
from handlers import cards


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
