"""What people do at the page of a ticket: asking to be let in, writing, saying that it is solved or is not."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.ticket import Ticket
from bot.dialogue.words import Chose, Command, Prompt, Said, _
from bot.effects import Admit, Count, Effect, Effects, Erase, Say, Seen
from bot.events import Address, Caller, Knocked, Message, Posted, key_of
from bot.i18n import languages
from bot.queries import Standing
from handlers import blocking, doors, mails, rating, sending, talk, tickets
from handlers.saying import to_team, whereabouts

DOOR = "web"
"""What stands before a person's number where a platform's name stands for others (`Entry.by_id`)."""
HOLDS = timedelta(minutes=10)
"""A code."""
AT_ONCE, A_DAY = 3, 10
"""Codes for one person, within the time that a code holds and within a day: nobody is flooded by strangers, and nobody
guesses for long."""


def needs(_seen: Seen, event: Posted) -> Standing | None:
    """Where the language they choose is spoken from now on."""
    match event.answer:
        case Command("language"):
            return Standing()
    return None


def knocked(seen: Seen, event: Knocked) -> Effects:
    """A code, to the chat of whoever opened the ticket, and to their address: that chat may be shut. Whoever asked learns
    nothing of it.
    """
    ticket = seen.ticket
    fresh = [at for at in seen.admitted if seen.now - at < HOLDS]
    if ticket is None or len(fresh) >= AT_ONCE or len(seen.admitted) >= A_DAY:
        return
    code = mails.digits(seen.fresh)
    yield Admit(seen.person.id, event.knock, code, seen.now + HOLDS)
    words = _(
        "Your code for the page of {ticket}: `{code}`. It is good for 10 minutes, in the browser that asked for it. "
        "If that wasn't you, do nothing: without it nobody gets in.",
        ticket=ticket.code,
        code=code,
    )
    for where in (whereabouts(seen, ticket), *mails.at(seen)):
        yield Say(to=where, language=seen.person.language, words=Prompt(words), until=seen.now + HOLDS)


def posted(seen: Seen, event: Posted) -> Effects:
    """The same as if they had said or pressed it in their chat; the words that a chat would answer, the page has itself."""
    match event.answer:
        case Command("language", code) if code in languages():
            yield from talk.speak_everywhere(seen, code)
        case Command("join" | "unjoin" as what, rest) if not blocking.is_blocked(seen):  # else one is let in
            yield from doors.at_the_page(seen, event, what, rest)
        case Command("email", rest):
            yield from mails.at_the_page(seen, event, rest)
        case Command("erase"):
            yield from _erased(seen, event)
    if seen.ticket is None:
        return
    if blocking.is_blocked(seen):
        yield Count("block.met")
        return
    person = seen.person
    here = Address(DOOR, str(person.id))
    message = Message(
        id=event.id,
        at=event.at,
        where=here,
        who=Caller(str(person.id), person.name),
        answer=event.answer,
        asked=key_of(event.ticket),
    )
    yield from (effect for effect in _done(seen, message, seen.ticket) if not _here(effect, here))


def _done(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """What they said or pressed there."""
    match event.answer:
        case Said() as said if tickets.needs_another(seen, ticket) and not _rates_or_thanks(ticket, said):
            yield from sending.followed(seen, event, ticket, said)
        case Said() as said:
            yield from tickets.add(seen, event, ticket, said)
        case Chose("reopen") if tickets.long_over(seen, ticket):
            return  # the page says what to do instead
        case Chose(choice):
            yield from tickets.press(seen, event, choice)
        case Command("rate", given):
            yield from rating.at_the_page(seen, event, ticket, given)


def _rates_or_thanks(ticket: Ticket, said: Said) -> bool:
    """That is heard however long ago it was solved."""
    return tickets.leaves_it(ticket, said) or bool(rating.typed(ticket, said))


def _erased(seen: Seen, event: Posted) -> Effects:
    """They want us to forget them. The team hears which open requests are gone, and nothing of whose they were."""
    yield Erase(event.person)
    teams: dict[Address, list[str]] = {}
    for ticket in seen.open_tickets:
        teams.setdefault(ticket.agents, []).append(ticket.code)
    for team, codes in teams.items():
        words = _(
            "Erased at the customer's request: {codes}. Please delete what stands of it in this chat, too.",
            codes=", ".join(codes),
        )
        yield to_team(seen, team, words)


def _here(effect: Effect, here: Address) -> bool:
    return isinstance(effect, Say) and effect.to == here
