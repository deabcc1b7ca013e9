"""The agents' job, done where they are: claim, release, note, solve, reopen; and what their other buttons lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.desk.promises import turned
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Choice, Chose, Command, Prompt, Speech, _
from bot.effects import Again, Effects, Know, Record, Seen
from bot.events import ASSIGN, COLLEAGUE, ENTRY, Caller, Edited, Message, Reacted
from bot.queries import Around
from bot.values import replace
from handlers import (
    answers,
    assigning,
    behalf,
    beside,
    blocking,
    canned,
    cards,
    delivery,
    merging,
    moving,
    noting,
    priority,
    sketch,
    snooze,
)
from handlers.answers import about, looking
from handlers.saving import saved
from handlers.saying import OUT_OF_DATE, to_customer, whisper
from handlers.start import as_message

LEAVES_AT_ONCE = _(
    "Write your answer here, as a reply to this message. It leaves at once; for a minute you can press *Undo*."
)


def needs(event: Message | Edited | Reacted) -> Around | None:
    """What goes on around the ticket, where it shows: on previews, and in what is handed on."""
    match event:
        case Message(answer=Chose(choice), asked=asked):
            people = choice.startswith((ASSIGN, COLLEAGUE))
            stocked = choice == "canned" or choice.startswith(("can.", "cans."))
            handed = choice.startswith(("move.", "team."))
            return Around(people, stocked) if people or stocked or handed or asked.startswith(ENTRY) else None
        case Message(answer=Command("canned" | "respuestas")):
            return Around(canned=True)
        case Message(answer=Command()):
            return None
    return Around()


def press(seen: Seen, event: Message, choice: str) -> Effects:
    """A button under something of a ticket."""
    ticket = seen.ticket
    if not event.who.member:
        yield from refused(seen, event)
    elif ticket is None:
        yield whisper(seen, event, _("I no longer know that request."))
    elif cards.was_here(ticket, event.where) and choice != "apart":  # what was merged into it is at home here
        yield whisper(seen, event, _("*{code}* goes on with another team now.", code=ticket.code))
    elif seen.entry and seen.entry.gone:
        yield whisper(seen, event, _("Whoever wrote it has deleted it."))
    elif seen.entry and event.asked.startswith(ENTRY) and choice in ON_ENTRY:
        yield from ON_ENTRY[choice](seen, event, ticket, seen.entry)
    elif ticket.over and (choice in WHILE_OPEN or choice.startswith(CHOICES_WHILE_OPEN)):
        yield whisper(seen, event, _("It is already solved."))
    elif then := next((on for begins, on in ON_CHOICE.items() if choice.startswith(begins)), None):
        yield from then(seen, event, ticket, choice)
    elif choice in ON_TICKET:
        yield from ON_TICKET[choice](seen, event, ticket)
    else:
        yield whisper(seen, event, OUT_OF_DATE)


def not_a_member(who: Caller) -> Speech:
    match who.unsure:
        case "yet":
            return _(
                "I'm still finding out whether you belong to this group. "
                "I've noted what you want and do it as soon as I know."
            )
        case "still":
            return _("I couldn't find out whether you belong to this group. Please try again in a moment.")
    return _("Only members of this group can do that.")


def refused(seen: Seen, event: Message) -> Effects:
    """The press of somebody who is not known to belong to the team."""
    yield whisper(seen, event, not_a_member(event.who))
    yield from later(event)


def later(event: Message) -> Effects:
    """A press and a command come only once: what cannot be decided yet is kept until it can."""
    if event.who.unsure == "yet":
        yield Again(event)


# -- the ticket's buttons ------------------------------------------------------------------------------


def claim(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """The first press wins."""
    agent = cards.agent_of(event)
    if ticket.agent:
        mine = ticket.agent.id == agent.id
        words = _("You have it already.") if mine else _("{agent} was faster.", agent=ticket.agent.name)
        yield whisper(seen, event, words)
        return
    claimed = ticket.claim(agent, seen.now)
    yield from _changed(seen, event, claimed, "claimed")
    yield to_customer(seen, claimed, Prompt(looking(claimed)))


SIGNS: Mapping[str, str] = {"👀": "claim", "✅": "solve"}
"""What a sign on the card, or on anything in the ticket's room, is short for."""


def reacted(seen: Seen, event: Reacted) -> Effects:
    """A shortcut: what it would do a second time it does not even mention."""
    ticket, entry = seen.ticket, seen.entry
    if not seen.at_desk or ticket is None or not event.who.member or cards.was_here(ticket, event.where):
        return
    what = SIGNS.get(event.sign)
    as_press = as_message(event, Chose(what or ""), ticket.key)
    if what == "claim" and entry and entry.kind == "draft" and entry.by_id == cards.agent_of(as_press).id:
        yield from _shown_again(seen, ticket, entry)
    elif ticket.over:
        return
    elif what == "claim" and ticket.agent is None:
        yield from claim(seen, as_press, ticket)
    elif what == "solve":
        yield from solve(seen, as_press, ticket)


def _shown_again(seen: Seen, ticket: Ticket, entry: Entry) -> Effects:
    """What they wrote and have not sent yet: what one alone sees, a platform may forget."""
    if not entry.gone:
        entry = beside.looked(seen, entry)
        yield Record(entry)
        yield answers.preview(seen, ticket, entry)


def release(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    if ticket.agent is None:
        yield whisper(seen, event, _("Nobody has it."))
        return
    yield from _changed(seen, event, ticket.release(seen.now), "released")


def reply(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """Says how: the answer is simply written here."""
    shown_back = _(
        "Write your answer here, as a reply to this message. {name} sees it only after you press *Send*.",
        name=ticket.name,
    )
    words = LEAVES_AT_ONCE if seen.desk.answers == "at-once" else shown_back
    yield from noting.will_write(seen, event, noting.Noting(ticket.id, reply=True))
    ways = (Choice("canned", _("Canned answers")),)
    yield from cards.question(seen, ticket, Prompt(words, ways, ticket.key), noting.how(event.who.id))


def note(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """The next thing this agent writes here stays with the team."""
    yield from noting.will_write(seen, event, noting.Noting(ticket.id))
    words = _("{agent}, write your note here, as a reply to this message. It stays in the team.", agent=event.who.name)
    yield from cards.question(seen, ticket, Prompt(words), noting.how(event.who.id))


def solve(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    yield from _changed(seen, event, ticket.solve(seen.now), "solved")
    yield delivery.solved(seen, ticket)


def reopen(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    if not ticket.over:
        yield whisper(seen, event, _("It is already open."))
        return
    ticket = turned(seen.desk, ticket, ticket.reopen(seen.now), seen.now)
    yield from _changed(seen, event, ticket, "reopened")
    again = _("We have opened *{code}* again: our answer comes by *{due}*.", code=ticket.code, due=ticket.due)
    yield to_customer(seen, ticket, Prompt(cards.linked(again, ticket)))


def wait(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """From here on it is the customer's turn."""
    if ticket.state == "yours":
        yield whisper(seen, event, _("It is waiting for the customer already."))
        return
    waiting = turned(seen.desk, ticket, replace(ticket, state="yours", touched=seen.now), seen.now)
    if blocking.is_blocked(seen):  # nothing they write is taken, so nothing is asked
        yield from _changed(seen, event, waiting, "waiting")
        return
    yield from _changed(seen, event, answers.asked(seen, waiting), "waiting")
    words = _("*{code}* is waiting for you: write here what we asked for.", code=ticket.code)
    yield to_customer(seen, ticket, about(ticket, cards.linked(words, ticket), "yours"))


def ours(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    if ticket.state == "ours":
        yield whisper(seen, event, _("It is our turn already."))
        return
    ticket = turned(seen.desk, ticket, replace(ticket, state="ours", touched=seen.now), seen.now)
    yield from _changed(seen, event, ticket, "ours")
    yield delivery.back(seen, ticket)


def more(seen: Seen, _event: Message, ticket: Ticket) -> Effects:
    yield cards.card(seen, ticket, more=True)


def less(seen: Seen, _event: Message, ticket: Ticket) -> Effects:
    yield cards.card(seen, ticket)


def _changed(seen: Seen, event: Message, ticket: Ticket, what: str) -> Effects:
    yield from saved(seen, ticket, seen.ticket)
    yield Record(cards.happened(seen, ticket, event, what))
    if ticket.solved == seen.now:
        yield Know(replace(seen.person, solved=seen.now))
    yield cards.card(seen, ticket)


OnTicket = Callable[[Seen, Message, Ticket], Effects]
OnChoice = Callable[[Seen, Message, Ticket, str], Effects]
OnEntry = Callable[[Seen, Message, Ticket, Entry], Effects]

ON_TICKET: Mapping[str, OnTicket] = {
    "claim": claim,
    "release": release,
    "reply": reply,
    "note": note,
    "solve": solve,
    "reopen": reopen,
    "wait": wait,
    "ours": ours,
    "more": more,
    "less": less,
    "priority": priority.ask,
    "canned": canned.ask,
    ASSIGN: assigning.ask,
    "move": moving.ask,
    "snooze": snooze.ask,
    "wake": snooze.wake,
    "merge": merging.merge,
    "apart": merging.apart,
    "new": behalf.ask,
    "block": blocking.block,
    "unblock": blocking.unblock,
}

ON_CHOICE: Mapping[str, OnChoice] = {
    "prio.": priority.chosen,
    "block.": blocking.chosen,
    "into.": merging.into,
    "can.": canned.chosen,
    "cans.": canned.turned,
    COLLEAGUE: assigning.chosen,
    "assigns.": assigning.turned,
    "move.": moving.chosen,
    "moves.": moving.turned,
    "team.": moving.to_team,
    "sleep.": snooze.chosen,
}
"""By what the name of a choice begins with."""

WHILE_OPEN = (
    "claim", "release", "wait", "ours", "solve", "merge", "priority", ASSIGN, "move", "snooze", "wake"
)  # fmt: skip
CHOICES_WHILE_OPEN = ("into.", COLLEAGUE, "assigns.", "move.", "moves.", "team.", "sleep.")
"""Pressed on a card that a colleague's solving has overtaken, these would tell the customer something else."""

ON_ENTRY: Mapping[str, OnEntry] = {
    "send": answers.send,
    "send-wait": answers.send_wait,
    "send-solve": answers.send_solve,
    "send-all": answers.send_all,
    "edit": answers.edit,
    "keep": answers.keep,
    "undo": delivery.undo,
    sketch.OPEN: behalf.opened,
}
