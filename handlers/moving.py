"""A request goes to another category, and with it to that category's team.

The customer is not bothered, so their date stays: what was promised stays promised, and only what is promised from then on
goes by the new category. In another team's chat nobody has it yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.desk.config import Category
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Choice, Prompt, Speech, _, lines
from bot.effects import Effects, Record, Seen, Unsay
from bot.events import Address, Alarm, Message
from bot.values import replace
from handlers import cards
from handlers.answers import settled
from handlers.saving import saved
from handlers.saying import OUT_OF_DATE, whisper

PAGE = 24
"""Places that are offered at once."""
LINES = 10
"""Of what was said so far, the last ones."""


def ask(seen: Seen, event: Message, ticket: Ticket, start: int = 0) -> Effects:
    choices = cards.paged(tuple(_offered(seen, ticket)), start, PAGE, "moves")
    if not choices:
        yield whisper(seen, event, _("There is nowhere else to move it to."))
        return
    words = _("Where does *{code}* belong? {name} is not told, and the date stays.", code=ticket.code, name=ticket.name)
    yield from cards.question(seen, ticket, Prompt(words, choices, ticket.key), "move")


def turned(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    """The next page."""
    yield from ask(seen, event, ticket, cards.page_at(choice, "moves"))


def _offered(seen: Seen, ticket: Ticket) -> Iterator[Choice]:
    for category in seen.desk.categories:
        if category.name != ticket.category:
            yield Choice(f"move.{category.name}", category.label)
    for team in seen.teams:
        if cards.chat_of(team) != cards.chat_of(ticket.agents):
            yield Choice(f"team.{team.channel}", _("The team in {place}", place=team.channel.capitalize()), "teams")


def chosen(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    name = choice.removeprefix("move.")
    category = seen.desk.category(name)
    if category is None or name == ticket.category:
        yield whisper(seen, event, OUT_OF_DATE)
        return
    only = category.subcategories[0].name if len(category.subcategories) == 1 else ""
    moved = replace(ticket, category=name, subcategory=only, named=seen.desk.named(name, only))
    yield from _moved(seen, event, replace(moved, agents=_team(seen, ticket, category)), category.label)


def to_team(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    """To the desk's own chat on another platform; the category stays."""
    team = next((team for team in seen.teams if choice == f"team.{team.channel}"), None)
    if team is None or cards.chat_of(team) == cards.chat_of(ticket.agents):
        yield whisper(seen, event, OUT_OF_DATE)
        return
    moved = replace(ticket, agents=team)
    yield from _moved(seen, event, moved, _("The team in {place}", place=team.channel.capitalize()))


def astray(seen: Seen, _event: Alarm) -> Effects:
    """Its chat is no team's any more, since another was named: it goes on there. What is solved says so only when it is
    opened again.
    """
    ticket = seen.ticket
    if ticket is None or ticket.state == "merged":
        return
    team = _team(seen, ticket, seen.desk.category(ticket.category))
    if cards.chat_of(team) == cards.chat_of(ticket.agents):
        return
    moved = replace(ticket if team.channel == ticket.agents.channel else ticket.release(seen.now), agents=team)
    moved = gone_from(ticket, moved)
    yield from saved(seen, moved, ticket)
    yield Record(cards.by_itself(seen, moved, f"moved to {moved.category} {cards.chat_of(team)}"))
    gone = _("*{code} · {title}* goes on in another chat of the team.", code=ticket.code, title=ticket.title)
    yield cards.tell(seen, ticket, Prompt(gone), slot="card")
    yield Unsay(cards.room(moved), "left")
    if not moved.over:
        yield from _going_along(seen, ticket)
        yield from cards.shown(seen, moved)
        told = _("The chat in which *{code}* was is not the team's any more: it goes on here.", code=ticket.code)
        yield from brought(seen, moved, told)


def gone_from(ticket: Ticket, moved: Ticket) -> Ticket:
    """It remembers in which chat it was."""
    left = dict.fromkeys((*ticket.left_chats, cards.chat_of(ticket.agents)))
    return replace(moved, left_chats=tuple(left))


def _team(seen: Seen, ticket: Ticket, category: Category | None) -> Address:
    """The category's own; one that has none stays in a chat of the desk's own, and comes back to it."""
    if category and category.team:
        return category.team
    own = {cards.chat_of(team): team for team in seen.teams}
    near = next((team for team in seen.teams if team.channel == ticket.where.channel), None)
    return own.get(cards.chat_of(ticket.agents)) or near or next(iter(seen.teams), ticket.agents)


def _moved(seen: Seen, event: Message, moved: Ticket, place: Speech) -> Effects:
    ticket, moved = seen.ticket or moved, replace(moved, touched=seen.now)
    told = _("{agent} moved it to *{place}*.", agent=event.who.name, place=place)
    if cards.chat_of(moved.agents) == cards.chat_of(ticket.agents):
        yield from saved(seen, moved, ticket)
        yield Record(cards.happened(seen, moved, event, f"moved to {moved.category}"))
        yield cards.decided(seen, event, moved, Prompt(told))
        yield cards.card(seen, moved)
        return
    moved = gone_from(ticket, moved.release(seen.now))
    yield from saved(seen, moved, ticket)
    yield Record(cards.happened(seen, moved, event, f"moved to {moved.category} {cards.chat_of(moved.agents)}"))
    yield cards.unasked(ticket, "move")
    gone = _(
        "*{code} · {title}* went to *{place}*, says {agent}.",
        code=ticket.code,
        title=ticket.title,
        place=place,
        agent=event.who.name,
    )
    yield cards.tell(seen, ticket, Prompt(gone), slot="card")
    yield Unsay(cards.room(moved), "left")
    yield from _going_along(seen, ticket)
    yield from cards.shown(seen, moved)
    yield from brought(seen, moved, told)


def _going_along(seen: Seen, ticket: Ticket) -> Effects:
    """In the room it leaves, the previews of what was not sent: nothing leaves there any more."""
    for draft in _unsent(seen):
        yield settled(seen, ticket, draft, _("*Not sent:* it goes along as a note of {agent}.", agent=draft.by))


def _unsent(seen: Seen) -> tuple[Entry, ...]:
    return tuple(entry for entry in seen.found.entries if entry.kind == "draft" and not entry.gone)


def brought(seen: Seen, ticket: Ticket, told: Speech, slot: str = "") -> Effects:
    """What was said until now, for those who have it from now on; what was not sent yet, as notes of whoever wrote it."""
    notes = [replace(draft, kind="note", at=seen.now) for draft in _unsent(seen)]
    yield from map(Record, notes)
    said = [entry for entry in seen.found.entries if entry.kind != "draft" and not entry.gone]
    last = [*notes, *said][: max(LINES, len(notes))][::-1]
    head = _("What was said so far:") if last else None
    files = tuple(file for entry in last for file in entry.files)
    words = lines(told, head, *(_line(entry) for entry in last), between="\n")
    yield replace(cards.tell(seen, ticket, Prompt(words), slot), files=files)


def _line(entry: Entry) -> Speech:
    heads = {"note": _("*{agent}*, in a note:", agent=entry.by), "asked": _("*{name}*:", name=entry.by)}
    head = heads.get(entry.kind) or _("*{agent}*:", agent=entry.by)
    return lines(head, cards.words(entry), between="\n")
