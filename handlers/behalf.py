"""An agent opens a request for a customer, out of one they have: a second subject, a promise made on the phone. It is shown
to the agent before the customer hears of it.
"""

from __future__ import annotations

from bot.desk.promises import promised
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import CALL, Choice, Prompt, Quote, Said, Speech, _, lines
from bot.effects import Effects, Know, Record, Say, Seen
from bot.events import Message
from bot.values import replace
from handlers import blocking, cards
from handlers.answers import to_customer, whereabouts, whisper
from handlers.draft import Draft
from handlers.saving import saved
from handlers.sending import made

COMMANDS = ("new", "nuevo")


def asked(seen: Seen, event: Message, rest: str) -> Effects:
    """`/new The invoice of March is missing`, in the room of a request of theirs."""
    ticket, title = seen.ticket, " ".join(rest.split())
    if ticket is None or cards.was_here(ticket, event.where):
        how = _(
            "To open a request for a customer, write {call}new and a title in the topic of one they have, "
            "or !new and a title in its thread.",
            call=CALL,
        )
        yield Say(to=event.where, language=seen.desk.agents_language, words=Prompt(how))
    elif blocking.is_blocked(seen):
        yield cards.tell(seen, ticket, Prompt(_("*{name}* is blocked, and would not hear of it.", name=ticket.name)))
    elif trouble := _trouble(seen, title):
        yield cards.tell(seen, ticket, Prompt(trouble))
    else:
        unmarked = replace(event, ref="", album="")
        draft = cards.written(seen, unmarked, ticket, Said(title), kind="draft", by=cards.agent_of(event))
        yield Record(draft)
        yield replace(cards.tell(seen, ticket, _preview(ticket, draft), f"entry.{draft.id}"), only=event.who.id)


def _trouble(seen: Seen, title: str) -> Speech | None:
    bounds = seen.desk.bounds
    if bounds.title_least <= len(title) <= bounds.title_most:
        return None
    return _(
        "A title of {least} to {most} letters behind it opens another request for this customer.",
        least=bounds.title_least,
        most=bounds.title_most,
    )


def _preview(ticket: Ticket, draft: Entry) -> Prompt:
    head = _("A new request for *{name}*, who is told of it:", name=ticket.name)
    ways = (Choice("open", _("Open it")), Choice("keep", _("Keep as note")))
    return Prompt(lines(head, Quote(draft.text), between="\n"), ways, f"entry.{draft.id}")


def opened(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """Of the same kind, with the same team; *Move* takes it where it belongs."""
    if entry.kind != "draft":
        yield whisper(seen, event, _("That is already done."))
        return
    draft = Draft(category=ticket.category, subcategory=ticket.subcategory, title=entry.text, follows=ticket.code)
    theirs = replace(event, where=whereabouts(seen, ticket))
    new = promised(seen.desk, made(seen, theirs, draft, ticket.agents), seen.now)
    yield from saved(seen, new)
    yield Know(replace(seen.person, requests=new.nth))
    yield Record(cards.happened(seen, new, event, f"opened out of {ticket.code}"))
    yield Record(replace(entry, kind="note", sent=seen.now))
    done = lines(_("*{code}* is open for *{name}*.", code=new.code, name=ticket.name), cards.words(entry), between="\n")
    yield cards.tell(seen, ticket, Prompt(done), f"entry.{entry.id}")
    yield to_customer(seen, new, Prompt(_told(event, new)))
    yield from cards.shown(seen, new)


def _told(event: Message, new: Ticket) -> Speech:
    head = _("{agent} has opened *{code}* for you:", agent=event.who.name, code=new.code)
    due = _("You will hear from us by *{due}*. To add something, just answer this message.", due=new.due)
    return lines(lines(head, Quote(new.title), between="\n"), due, cards.link(new))
