"""Who else is at the same request: a kind word on a preview, never a wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Speech, _, lines, n_
from bot.effects import Seen
from bot.values import replace

AT_IT = timedelta(minutes=15)
"""So long we think of somebody who wrote an answer and did not send it that they are about to."""
HOUR = 60
"""Minutes: what is longer ago is told by its date."""
JUST = timedelta(minutes=5)
"""What a colleague sent so shortly before one began to write, one may not have seen."""


def drafting(seen: Seen, entry: Entry) -> Iterator[Entry]:
    """What colleagues have written and not sent yet."""
    for other in _lines(seen):
        if other.kind == "draft" and _of_another(other, entry) and seen.now - other.at < AT_IT:
            yield other


def word(seen: Seen, entry: Entry) -> Speech | None:
    """What whoever wrote this may like to know before it goes: of what was said, all that `news` no longer asks about."""
    names = dict.fromkeys(other.by for other in drafting(seen, entry))
    too = (_("{agent} is answering too.", agent=name) for name in names)
    said = tuple(_said(seen, other) for other in _newest(seen, entry) if _when(other) <= (entry.drawn or entry.at))
    anyway = _("Send yours anyway?") if said else None
    told = (*too, *said, anyway)
    return lines(*told, between=" ") if any(told) else None


def news(seen: Seen, entry: Entry) -> bool:
    """Whether somebody has answered, or the customer has written, since the preview was drawn last."""
    return any(_when(other) > (entry.drawn or entry.at) for other in _newest(seen, entry))


def looked(seen: Seen, entry: Entry) -> Entry:
    """Whoever wrote it has its preview before their eyes, as things are now."""
    return replace(entry, drawn=seen.now, reads=seen.person.language)


def closed(ticket: Ticket, entry: Entry) -> bool:
    """Whether it was solved since the preview was drawn last, which did not say what an answer does then."""
    return ticket.state == "solved" and ticket.solved is not None and ticket.solved > (entry.drawn or entry.at)


def first(seen: Seen, entry: Entry) -> bool:
    """Whether its author had nothing else on the way here: colleagues are told once that they are at it."""
    mine = (other for other in _lines(seen) if other.by_id == entry.by_id and other.id != entry.id)
    return not any(other.kind == "draft" and seen.now - other.at < AT_IT for other in mine)


def _newest(seen: Seen, entry: Entry) -> Iterator[Entry]:
    """The last answer of a colleague, and the last words of the customer, that they may not have seen."""
    mine = (_when(o) for o in _lines(seen) if o.kind == "answer" and not _of_another(o, entry))
    since = max((entry.at - JUST, *mine, *_taken_up(seen, entry)))  # what one saw when one acted last is no news
    answers = (o for o in _lines(seen) if o.kind == "answer" and _of_another(o, entry) and _when(o) > since)
    asked = (o for o in _lines(seen) if o.kind == "asked" and o.at > entry.at)
    for some in (answers, asked):
        if found := max(some, key=_when, default=None):
            yield found


def _taken_up(seen: Seen, entry: Entry) -> Iterator[datetime]:
    """When its author took the request, if they have it."""
    ticket = seen.ticket
    if ticket and ticket.held and ticket.agent and ticket.agent.id == entry.by_id:
        yield ticket.held


def _said(seen: Seen, other: Entry) -> Speech:
    minutes, when = max(0, int((seen.now - _when(other)).total_seconds() // 60)), _when(other)
    if minutes >= HOUR:
        again = _("{name} wrote again on {when}.", name=other.by, when=when)
        return again if other.kind == "asked" else _("{agent} sent an answer on {when}.", agent=other.by, when=when)
    if other.kind == "asked":
        if not minutes:
            return _("{name} has just written again.", name=other.by)
        return n_("{name} wrote again one minute ago.", "{name} wrote again {n} minutes ago.", minutes, name=other.by)
    if not minutes:
        return _("{agent} has just sent an answer.", agent=other.by)
    return n_(
        "{agent} sent an answer one minute ago.", "{agent} sent an answer {n} minutes ago.", minutes, agent=other.by
    )


def _of_another(other: Entry, entry: Entry) -> bool:
    return other.by_id != entry.by_id


def _when(entry: Entry) -> datetime:
    """When others could see it."""
    return entry.sent or entry.at


def _lines(seen: Seen) -> Iterator[Entry]:
    return (entry for entry in seen.found.entries if not entry.gone)
