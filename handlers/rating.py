"""One question after solving: 1 to 5, and a sentence if they like."""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec import Struct

from bot.desk.answers import starred
from bot.desk.courtesy import on_help, thanks
from bot.desk.ticket import Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow, Step
from bot.dialogue.words import Again, Answer, Choice, Heard, Next, Prompt, Quote, Said, Speech, Spoken, _, lines
from bot.effects import Effects, Record, Room, Save, Say, Seen, Stand, Wake
from bot.events import Address, Alarm, Message
from bot.values import replace
from handlers import cards
from handlers.labels import below
from handlers.saying import reply, to_customer
from handlers.start import place

LONGEST = 1000
NUMERALS = frozenset("12345⭐★")
PATIENCE = timedelta(days=1)
"""So long *Say why* waits for its words; what they write later is no longer about our help."""
NOWHERE = Address("", "")


class Why(Struct, frozen=True):
    """The sentence that goes with a rating."""

    ticket: int = 0
    code: str = ""
    title: str = ""
    """Of its room."""
    agents: Address = NOWHERE
    text: str = ""


class _Sentence(Step[Why]):
    name = "why"

    def ask(self, draft: Why) -> Prompt:
        return Prompt(_("What shall we know about *{code}*? One message.", code=draft.code))

    def hear(self, draft: Why, answer: Answer) -> Heard[Why]:
        match answer:
            case Said(text) if 0 < len(text.strip()) <= LONGEST:
                return Next(replace(draft, text=text.strip()))
            case _:
                return Again(_("In words, please; at most {most} letters.", most=LONGEST))

    def filled(self, _draft: Why) -> bool:
        return False


WHY = Flow("why", (_Sentence(),))


def rate(seen: Seen, _event: Alarm) -> Effects:
    """Asked once for each time it is solved, some minutes later; of whoever is blocked nothing is asked."""
    ticket = seen.ticket
    if ticket is None or ticket.state != "solved" or ticket.rating is not None or seen.person.is_blocked(seen.now):
        return
    yield Save(replace(ticket, rating=0))
    stars = tuple(Choice(f"rate.{n}", Spoken({"en": str(n)})) for n in range(1, 6))
    words = _("How was our help with *{code} · {title}*? 1: bad, 5: very good.", code=ticket.code, title=ticket.title)
    yield to_customer(seen, ticket, Prompt(words, stars, ticket.key))


SAY_WHY = Choice("rate.why", _("Say why"))


def _why(ticket: Ticket) -> Why:
    return Why(ticket.id, ticket.code, cards.title(ticket), ticket.agents)


def pressed(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    """A number, or *Say why*; which waits for what they are in the middle of."""
    asks = ticket.key
    if choice == "rate.why" and seen.dialogue and seen.dialogue.flow != WHY.name:
        words = _("One thing at a time: when what you are writing here is done, press *Say why* again.")
        yield reply(seen, event, Prompt(words, (SAY_WHY,), asks))
    elif choice == "rate.why":
        here: Dialogue[Why] = Dialogue("why", "why", _why(ticket), heard=seen.now)
        yield Stand(event.where, event.who.id, here)
        yield Wake(seen.now + PATIENCE, "why-over", place(event))
        yield reply(seen, event, engine.ask(WHY, here))
    elif ticket.rating:
        yield reply(seen, event, Prompt(told_already(ticket.rating), (SAY_WHY,), asks))
    elif ticket.state != "solved":  # opened again since we asked: its buttons stay for later
        words = _("{code} is open: tell us how it was when it is solved.", code=ticket.code)
        yield Say(to=event.where, language=seen.person.language, words=Prompt(words), whisper=event.id)
    elif found := re.fullmatch(r"rate\.([1-5])", choice):
        stars = int(found[1])
        yield from _rated(seen, event, ticket, stars)
        yield reply(seen, event, Prompt(_("Thank you! {n} of 5.", n=stars), (SAY_WHY,), asks))


def typed(ticket: Ticket, said: Said) -> str:
    """The number that somebody writes instead of pressing it, as its button has it; empty: it is something else."""
    given = starred(said.text) if not said.files and ticket.state == "solved" and ticket.rating is not None else 0
    return f"rate.{given}" if given else ""


def may_answer(seen: Seen, text: str) -> bool:
    """Who writes a number where we asked for one last means that, whatever else is open or half written; and who has given
    one may say why without being asked.
    """
    return bool(starred(text)) or (seen.lately is not None and seen.lately.stars > 0 and on_help(text))


def in_stars(seen: Seen, text: str) -> bool:
    """Whether it is a number or stars, where nothing else stands open in the chat: our question may lie above some notices."""
    return bool(starred(text)) and any(sign in NUMERALS for sign in text) and seen.dialogue is None


def _undisturbed(seen: Seen, ticket: Ticket) -> bool:
    """Whether nothing but notices has come since it was solved: nobody wrote of another request, and it opened none."""
    since = ticket.solved or seen.now
    spoken = (at for t in seen.open_tickets for at in (t.opened, t.burst and t.burst[0], t.spoke and t.spoke[1]) if at)
    return not seen.found.noticed or all(at < since for at in spoken)


def written(seen: Seen, event: Message) -> Effects | None:
    """What comes of it."""
    free = not seen.open_tickets and seen.dialogue is None
    for ticket in seen.found.tickets:
        if ticket.person != seen.person.id or not isinstance(event.answer, Said):
            continue
        asks, stars = ticket.key, typed(ticket, event.answer)
        if stars and (asks, stars) in below(seen) and _undisturbed(seen, ticket):
            return pressed(replace(seen, ticket=ticket), event, ticket, stars)
        thanked = free and (asks, SAY_WHY.name) in below(seen)
        if thanked and stars and stars != f"rate.{ticket.rating}":
            return _changed(seen, event, ticket, int(stars.removeprefix("rate.")))
        if thanked and not stars and _says_why(event.answer.text):
            return _reason(seen, event, ticket, event.answer.text)
    return None


def _says_why(text: str) -> bool:
    return on_help(text) and not thanks(text)


def _reason(seen: Seen, event: Message, ticket: Ticket, text: str) -> Effects:
    """Right under the thanks for the number, without *Say why*. Were it about what is wrong, a button is there for that."""
    yield from _sentence(seen, event, replace(_why(ticket), text=text.strip()), seen.fresh)
    words = _("Thank you, the team reads it. If something is still wrong, press the button.")
    yield reply(seen, event, Prompt(words, (Choice("reopen", _("Reopen")),), ticket.key))


def _changed(seen: Seen, event: Message, ticket: Ticket, stars: int) -> Effects:
    """Another number, right under the thanks for the first, where it can mean nothing else: that was a slip."""
    yield from _rated(seen, event, ticket, stars)
    words = _("Changed: {n} of 5. Thank you!", n=stars)
    yield reply(seen, event, Prompt(words, (SAY_WHY,), ticket.key))


def told_already(stars: int) -> Speech:
    return _("You have told us already: {n} of 5. Thank you!", n=stars)


def _rated(seen: Seen, event: Message, ticket: Ticket, stars: int) -> Effects:
    yield Save(replace(ticket, rating=stars))
    yield Record(cards.happened(seen, ticket, event, f"rated {stars}"))
    words = _("*{name}* rates our help: {n} of 5.", name=seen.person.name, n=stars)
    if ticket.stars:
        words = _("*{name}* rates our help anew: {n} of 5.", name=seen.person.name, n=stars)
    yield cards.tell(seen, ticket, Prompt(words))


def told(seen: Seen, event: Message, why: Why) -> Effects:
    """The sentence goes to the team, and opens nothing again."""
    yield Stand(event.where, event.who.id, None)
    yield from _sentence(seen, event, why, seen.fresh)
    yield reply(seen, event, Prompt(_("Thank you, the team reads it.")))


def is_rateable(ticket: Ticket) -> bool:
    return ticket.state == "solved" and not ticket.rating


def at_the_page(seen: Seen, event: Message, ticket: Ticket, given: str) -> Effects:
    """Both at once: `4 It works again`. Only what is solved is rated, and only once."""
    stars, _blank, text = given.partition(" ")
    if is_rateable(ticket) and re.fullmatch("[1-5]", stars):
        yield from _rated(seen, event, ticket, int(stars))
        if text.strip():
            yield from _sentence(seen, event, replace(_why(ticket), text=text.strip()[:LONGEST]), f"{seen.fresh}w")


def _sentence(seen: Seen, event: Message, why: Why, line: str) -> Effects:
    said = cards.written(seen, event, why.ticket, Said(why.text), "asked")
    yield Record(replace(said, id=line, sent=seen.now))
    words = lines(_("*{name}* on our help:", name=seen.person.name), Quote(why.text), between="\n")
    room = Room(why.agents, why.ticket, why.title)
    yield Say(to=room, language=seen.desk.agents_language, words=Prompt(words), about=why.ticket)
