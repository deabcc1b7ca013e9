"""Which of their requests is it about: what tells it, and the question when nothing does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

from msgspec import Struct

from bot.desk import courtesy
from bot.desk.answers import calls_only
from bot.desk.likeness import fold
from bot.desk.ticket import Ticket
from bot.dialogue.flow import Dialogue, Flow, Gathered, Step
from bot.dialogue.words import Again, Answer, Choice, Chose, File, Heard, Next, Prompt, Said, _
from bot.dialogue.writing import both
from bot.effects import Effects, Say, Seen
from bot.events import Event, Message
from bot.queries import Asked, These
from bot.values import replace
from handlers import gathering, tickets
from handlers.draft import Mine, Word, chosen, mine_of

MOST_DIGITS = 17
"""Of a request's number: more do not fit where the databases keep it."""

PATIENCE = timedelta(days=1)
"""So long "which one?" waits for its answer."""


class Loose(Struct, frozen=True):
    """Something said that could belong to several tickets."""

    text: str = ""
    files: tuple[File, ...] = ()
    mine: tuple[Mine, ...] = ()
    ticket: int = 0
    """The one it is; 0: a new one."""
    marked: str = ""
    """The text in small markup, when it carries styles."""
    words: tuple[Word, ...] = ()
    """The messages it is made of, so that an edit finds them."""
    quoted: str = ""
    """The part of a message that they answered with it."""

    @property
    def said(self) -> Said:
        return Said(self.text, self.files, self.marked)

    @property
    def ref(self) -> str:
        """The message it is; of several none."""
        return self.words[0].ref if len(self.words) == 1 else ""

    @property
    def several(self) -> tuple[Word, ...]:
        """The messages it is, if it is more than one."""
        return self.words if len(self.words) > 1 else ()


class Coded(Protocol):
    """Whatever has a ticket's code."""

    @property
    def codes(self) -> tuple[str, ...]: ...


C = TypeVar("C", bound=Coded)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.casefold())


def named(known: Sequence[C], text: str) -> C | None:
    """The one whose number somebody writes: "sup-1002 is fine now"."""
    words = set(_words(text))
    return next((t for t in known if any(code.casefold() in words for code in t.codes)), None)


def needs(event: Event, seen: Seen) -> These | Asked | None:
    """Whoever writes the number of a request that is not open may mean that one; a thank-you may be for what was solved."""
    match event:
        case Message(private=True, answer=Said(text, files=())) if (
            seen.ticket is None and (seen.open_tickets or seen.dialogue) and courtesy.may_thank(text)
        ):
            return Asked(event.where)
        case Message(private=True, answer=Said(text)) if seen.ticket is None and seen.dialogue is None:
            number = _number(text, f"{seen.desk.prefix}-".casefold())
            return These((number,)) if number and not named(seen.open_tickets, text) else None
        case Message(answer=Chose() as answer) if seen.dialogue and isinstance(seen.dialogue.draft, Loose):
            one = chosen(seen.dialogue.draft.mine, answer)
            return These((one.id,)) if one and not still_open(seen, (one,), one.id) else None
    return None


def _number(text: str, prefix: str) -> int | None:
    """Of the first request they call by its code."""
    rests = (word.removeprefix(prefix) for word in _words(text) if word.startswith(prefix))
    return next((int(rest) for rest in rests if rest.isdecimal() and len(rest) <= MOST_DIGITS), None)


def solved(seen: Seen, text: str) -> Ticket | None:
    """The one of theirs that is solved and whose number they write."""
    found = seen.found.tickets
    return named([t for t in found if t.person == seen.person.id and t.state == "solved"], text)


def meant(seen: Seen, event: Message) -> Ticket | None:
    """The only open one; or the one that they are just adding to, or are asked about here, when nothing has happened in
    any other since.
    """
    if not seen.open_tickets:
        return None
    newest, *others = sorted(seen.open_tickets, key=lambda ticket: ticket.touched, reverse=True)
    match newest.spoke:
        case _ if not others or gathering.goes_on(newest, event.at, others):
            return newest
        case (event.where, asked, True) if all(ticket.touched < asked for ticket in others):
            return newest
    return None


TOGETHER = _("I keep it with the rest.")


class _Which(Step[Loose]):
    """Which ticket is it about?"""

    name = "which"
    counts = True

    def ask(self, draft: Loose) -> Prompt:
        those = (mine.choice for mine in draft.mine)
        return Prompt(_("Which request is this about?"), (*those, Choice("new", _("A new one"))))

    def hear(self, draft: Loose, answer: Answer) -> Heard[Loose]:
        match answer:
            case Chose("new"):
                return Next(replace(draft, ticket=0))
            case _ if found := chosen(draft.mine, answer):
                return Next(replace(draft, ticket=found.id))
            case Said(text) if found := _one_of(draft, text):
                return Next(replace(draft, ticket=found.id))
            case _:
                return Again(_("Which request is this about? Press it, or write its number."))

    def filled(self, _draft: Loose) -> bool:
        return False


def _one_of(draft: Loose, text: str) -> Mine | None:
    """The one whose number or title they write."""
    return named(draft.mine, text) or next((m for m in draft.mine if fold(m.title) == fold(text)), None)


def _hold(draft: Loose, said: Said, _step: str) -> Gathered[Loose]:
    """What is said while the question stands belongs to the same request, unless it names one."""
    one = _one_of(draft, said.text) if not said.files else None
    if one and calls_only(said.text, (*one.codes, one.title)):
        return Gathered(draft, said)
    whole = both(draft.said, said)
    draft = replace(draft, text=whole.text, marked=whole.marked, files=whole.files)
    return Gathered(draft, said) if one else Gathered(draft, None, TOGETHER)


WHICH = Flow("which", (_Which(),), _hold)


def begun(seen: Seen, event: Message, said: Said) -> Dialogue[Loose]:
    """Several are open and nothing says which one is meant."""
    known = mine_of(seen.open_tickets)
    words = (Word(event.ref, "which", said.text.strip(), event.at),) if event.ref else ()
    loose = Loose(said.text.strip(), said.files, known, marked=said.marked.strip(), words=words, quoted=event.quoted)
    return Dialogue("which", "which", loose)


def still_open(seen: Seen, mine: Sequence[Mine], number: int) -> Ticket | None:
    """The one they mean, or that which it has been merged into meanwhile."""
    code = next((m.code for m in mine if m.id == number), "")
    return next((t for t in seen.open_tickets if t.id == number or code in t.codes), None)


def just_solved(seen: Seen, number: int) -> Ticket | None:
    """The one they mean, when that was solved meanwhile: what they write opens it again."""
    found = seen.found.tickets
    mine = (t for t in found if t.id == number and t.person == seen.person.id and t.state == "solved")
    return next((t for t in mine if not tickets.long_over(seen, t)), None)


def placed(seen: Seen, event: Message, ticket: Ticket, loose: Loose) -> Effects:
    """It is about that one, where an edit of its messages is heard."""
    ticket = gathering.with_room(ticket, seen.desk.bounds.at_once)
    ticket = replace(ticket, wrote=(*ticket.wrote, *(word.ref for word in loose.several)))
    yield from tickets.add(seen, replace(event, quoted=loose.quoted), ticket, loose.said)


def unsaid(seen: Seen, event: Message, loose: Loose) -> Effects:
    """A day without an answer: nothing that was said to us is left lying. It goes where we last spoke."""
    last = max(seen.open_tickets, key=lambda ticket: ticket.touched)
    words = _("You didn't say which request it was about, so I put it with the one we spoke of last.")
    yield Say(to=event.where, language=seen.person.language, words=Prompt(words))
    yield from placed(seen, event, last, loose)
