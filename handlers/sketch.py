"""A request that an agent means to open for a customer: the title in its first line, what is wrong below. Shown first."""

from __future__ import annotations

from bot.desk.config import Bounds
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Choice, In, Prompt, Speech, _, lines
from handlers.draft import Draft, told

OPEN = "open"


def draft(ticket: Ticket, entry: Entry) -> Draft:
    """About the same as the request in whose room it was written: who has that one has this one."""
    first, _newline, details = entry.text.partition("\n")
    marked = entry.marked.partition("\n")[2].strip()
    return Draft(
        category=ticket.category,
        subcategory=ticket.subcategory,
        title=" ".join(first.split()),
        details=details.strip(),
        marked=marked,
        files=entry.files,
    )


def trouble(made: Draft, bounds: Bounds) -> Speech | None:
    """Why it cannot be opened as it stands."""
    if not bounds.title_least <= len(made.title) <= bounds.title_most:
        least, most = bounds.title_least, bounds.title_most
        return _("The first line is its title: use between {least} and {most} letters.", least=least, most=most)
    if len(made.details) > bounds.details_most:
        return _("That is too long: at most {most} letters.", most=bounds.details_most)
    return None


def face(made: Draft) -> Speech:
    """What its customer reads of it."""
    details = told(made.details, made.marked) if made.details else None
    return lines(_("*{title}*", title=made.title), details, between="\n")


def preview(ticket: Ticket, entry: Entry, language: str) -> Prompt:
    head = _("*{name} will have another request:*", name=ticket.name)
    ways = (Choice(OPEN, _("Open it")), Choice("keep", _("Keep as note")))
    return Prompt(lines(head, In(language, face(draft(ticket, entry)))), ways, entry.key)
