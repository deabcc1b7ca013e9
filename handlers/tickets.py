"""A customer's tickets: the list, adding to one, solving and reopening."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from msgspec import Struct

from bot.desk import courtesy
from bot.desk.answers import adds_nothing, calls_only
from bot.desk.insults import hurts
from bot.desk.likeness import fold
from bot.desk.people import Agent
from bot.desk.promises import reopens_until, turned
from bot.desk.ticket import Entry, State, Ticket
from bot.dialogue.flow import Dialogue, Flow, Gathered, Step
from bot.dialogue.words import (
    CALL,
    Again,
    Answer,
    Choice,
    Chose,
    File,
    Heard,
    Lines,
    Next,
    Prompt,
    Quote,
    Said,
    Speech,
    Text,
    _,
    lines,
    p_,
)
from bot.dialogue.writing import both
from bot.effects import Asked, Count, Effects, Know, MyTickets, Page, Record, Say, Seen, These, Wake
from bot.events import Event, Message
from bot.values import replace
from handlers import cards, gathering, rating
from handlers.draft import Mine, Word, mine_of
from handlers.labels import pressed
from handlers.pieces import SETTLE
from handlers.saving import saved
from handlers.start import reply

MOST_DIGITS = 17
"""Of a request's number: more do not fit where the databases keep it."""

PAGE = MyTickets().most
"""Tickets on one page of the list."""

PATIENCE = timedelta(days=1)
"""So long "which one?" waits for its answer."""

ELSE = _("For something else: {call}new", call=CALL)

RUDE = _(
    "A person reads this, and some of your words may hurt them. If you edit your message, they see it as you leave it."
)
"""It has gone already: nothing that is added waits for an answer, and nobody writes twice for us."""

STATES: Mapping[State, Text] = {
    "ours": p_("status", "Waiting for us"),
    "yours": p_("status", "Waiting for you"),
    "solved": p_("status", "Solved"),
    "merged": p_("status", "Merged"),
}


def mine(seen: Seen, event: Message) -> Effects:
    """The list, newest promise first."""
    found = seen.found
    if found is None or not found.total:
        yield reply(seen, event, Prompt(_("You have no requests yet. Tell us what is wrong and we open one.")))
        return
    rows = tuple(row(ticket, seen.now) for ticket in found.tickets)
    yield reply(seen, event, Prompt(lines(_("*Your requests*"), *rows), ways(found, PAGE, "from"), "tickets"))


def ways(found: Page, most: int, name: str) -> tuple[Choice, ...]:
    """The pages before and after."""
    near = Choice(f"{name}.{max(0, found.start - most)}", _("Newer") if name == "from" else _("Sooner"))
    far = Choice(f"{name}.{found.start + most}", _("Older") if name == "from" else _("Later"))
    more = found.start + len(found.tickets) < found.total
    return (*((near,) if found.start else ()), *((far,) if more else ()))


def row(ticket: Ticket, now: datetime) -> Speech:
    """A request of a list: what it is, whose turn, by when, when something was new, its page."""
    state = STATES[ticket.state]
    if ticket.over:
        status = over(ticket)
    elif ticket.state == "ours" and ticket.due < now:
        status = _("{state}: we promised an answer by {due} and are late, sorry", state=state, due=ticket.due)
    elif ticket.state == "ours":
        status = _("{state}: answer by {due}", state=state, due=ticket.due)
    else:
        status = _("{state} since {when}", state=state, when=ticket.touched)
    head = _("*{code}* {title}", code=ticket.code, title=ticket.title)
    return Lines((head, lines(status, news(ticket), between=" · "), cards.link(ticket)), "\n")


def news(ticket: Ticket) -> Speech | None:
    """Since when nothing was new, where a list tells another date: that of the promise."""
    moved = ticket.state == "ours" and ticket.touched > ticket.opened
    return _("last news on {when}", when=ticket.touched) if moved else None


def over(ticket: Ticket) -> Speech:
    """What became of one that is, and when."""
    return _("{state} on {when}", state=STATES[ticket.state], when=ticket.solved or ticket.touched)


# -- which one? --------------------------------------------------------------------------------------


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
        case Message(answer=Chose(choice)) if seen.dialogue and isinstance(seen.dialogue.draft, Loose):
            chosen = next((m for m in seen.dialogue.draft.mine if choice == f"t.{m.id}"), None)
            return These((chosen.id,)) if chosen and not still_open(seen, (chosen,), chosen.id) else None
    return None


def _number(text: str, prefix: str) -> int | None:
    """Of the first request they call by its code."""
    rests = (word.removeprefix(prefix) for word in _words(text) if word.startswith(prefix))
    return next((int(rest) for rest in rests if rest.isdecimal() and len(rest) <= MOST_DIGITS), None)


def solved(seen: Seen, text: str) -> Ticket | None:
    """The one of theirs that is solved and whose number they write."""
    found = seen.found.tickets if seen.found else ()
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


def invited(seen: Seen) -> Speech:
    """How they add to one that was opened just now."""
    if seen.open_tickets:
        return _("To add something, answer this message.")
    return _("To add something, just write it.")


TOGETHER = _("I keep it with the rest.")


class _Which(Step[Loose]):
    """Which ticket is it about?"""

    name = "which"
    counts = True

    def ask(self, draft: Loose) -> Prompt:
        tickets = tuple(Choice(f"t.{m.id}", _("{code} {title}", code=m.code, title=m.title)) for m in draft.mine)
        return Prompt(_("Which request is this about?"), (*tickets, Choice("new", _("A new one"))))

    def hear(self, draft: Loose, answer: Answer) -> Heard[Loose]:
        match answer:
            case Chose("new"):
                return Next(replace(draft, ticket=0))
            case Chose(name) if found := next((m for m in draft.mine if name == f"t.{m.id}"), None):
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


WHICH = Flow("which", Loose, (_Which(),), _hold)


def which(seen: Seen, event: Message, said: Said) -> Dialogue[Loose]:
    """Several are open and nothing says which one is meant."""
    known = mine_of(seen.open_tickets)
    words = (Word(event.ref, "which", said.text.strip(), event.at),) if event.ref else ()
    loose = Loose(said.text.strip(), said.files, known, marked=said.marked.strip(), words=words)
    return Dialogue("which", "which", loose)


def still_open(seen: Seen, mine: Sequence[Mine], number: int) -> Ticket | None:
    """The one they mean, or that which it has been merged into meanwhile."""
    code = next((m.code for m in mine if m.id == number), "")
    return next((t for t in seen.open_tickets if t.id == number or code in t.codes), None)


def just_solved(seen: Seen, number: int) -> Ticket | None:
    """The one they mean, when that was solved meanwhile: what they write opens it again."""
    found = seen.found.tickets if seen.found else ()
    mine = (t for t in found if t.id == number and t.person == seen.person.id and t.state == "solved")
    return next((t for t in mine if not long_over(seen, t)), None)


def placed(seen: Seen, event: Message, ticket: Ticket, loose: Loose) -> Effects:
    """It is about that one, where an edit of its messages is heard."""
    ticket = replace(ticket, wrote=(*ticket.wrote, *(word.ref for word in loose.several)))
    yield from add(seen, event, ticket, loose.said)


def unsaid(seen: Seen, event: Message, loose: Loose) -> Effects:
    """A day without an answer: nothing that was said to us is left lying. It goes where we last spoke."""
    last = max(seen.open_tickets, key=lambda ticket: ticket.touched)
    words = _("You didn't say which request it was about, so I put it with the one we spoke of last.")
    yield Say(to=event.where, language=seen.person.language, words=Prompt(words))
    yield from placed(seen, event, last, loose)


def long_over(seen: Seen, ticket: Ticket) -> bool:
    """Solved so long ago that it is not opened again."""
    return ticket.state == "solved" and seen.now > reopens_until(seen.desk, ticket)


# -- adding --------------------------------------------------------------------------------------------


def add(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """The customer adds something: kept, shown to the team, and acknowledged once. A rush of it is gathered."""
    if seen.entry and event.album and seen.entry.album == event.album:
        yield from _joined(seen, ticket, seen.entry, said)
        return
    if not said.files and (stars := rating.typed(ticket, said.text)):
        yield from rating.pressed(seen, event, ticket, stars)
        return
    if not ticket.over and isinstance(pressed((cards.SOLVED,), said, seen.person.language), Chose):
        yield from solve(replace(seen, ticket=ticket), event, ticket)
        return
    calm = ticket.over and not said.files and _leaves_it(ticket, said.text)
    heard = replace(ticket, touched=seen.now) if calm else turned(seen.desk, ticket, ticket.hear(seen.now), seen.now)
    heard = gathering.counted(heard, seen.now, waits=ticket.state == "ours" and not event.album)
    if gathering.rushing(heard, over=seen.desk.bounds.at_once):
        yield from gathering.too_many(seen, replace(ticket, burst=heard.burst))
        return
    rush = gathering.rushing(heard)
    by = Agent(f"{event.where.channel}:{event.who.id}", seen.person.name)
    entry = cards.written(seen, event, ticket, said, kind="asked", by=by)
    yield from saved(seen, heard, ticket)
    yield Record(entry if rush or event.album else replace(entry, sent=seen.now))
    if rush:
        yield from gathering.held(seen, heard)
        return
    if event.album:
        yield Wake(seen.now + SETTLE, "album", f"entry.{entry.id}")
    else:
        yield from told(seen, heard, entry)
    words = _("You are welcome! *{code}* stays solved.", code=ticket.code) if calm else _added(ticket, heard)
    if hurts(seen.desk.manners, said.text):
        yield Count("insult.told")
        words = lines(words, RUDE)
    yield Say(to=event.where, language=seen.person.language, words=Prompt(words), over=event.on, about=ticket.id)
    if not calm:
        yield cards.card(seen, heard)


def _leaves_it(ticket: Ticket, text: str) -> bool:
    """Whether they leave it solved. A yes to a question is an answer."""
    asked = ticket.spoke is not None and ticket.spoke[2]
    return courtesy.thanks(text, ticket.holder) or (adds_nothing(text) and not asked)


def _added(before: Ticket, ticket: Ticket) -> Speech:
    """What has become of the ticket by it."""
    code, due = ticket.code, ticket.due
    if before.over:
        again = _("*{code}* is open again, with what you wrote. We answer by *{due}*.", code=code, due=due)
        return lines(again, ELSE, between=" ")
    if before.state == "yours":
        return _("Added to *{code}*. It is our turn now: we answer by *{due}*.", code=code, due=due)
    return _("Added to *{code}*. For something else: {call}new", code=code, call=CALL)


def _joined(seen: Seen, ticket: Ticket, entry: Entry, said: Said) -> Effects:
    """One more of an album. The team gets it with the others, or by itself when those have gone."""
    yield Record(cards.joined(entry, said))
    if entry.sent:
        words = Quote(said.text, said.marked) if said.text.strip() else Lines(())
        yield replace(cards.tell(seen, ticket, Prompt(words)), files=said.files)


def told(seen: Seen, ticket: Ticket, entry: Entry) -> Effects:
    """Shows the team what the customer added."""
    head = _("*{name}* has deleted this:", name=entry.by) if entry.gone else _("*{name}* adds:", name=entry.by)
    words = lines(head, cards.words(entry), between="\n")
    files = () if entry.gone else entry.files  # they are there already
    yield replace(cards.tell(seen, ticket, Prompt(words), f"entry.{entry.id}"), files=files)


def press(seen: Seen, event: Message, choice: str) -> Effects:
    """A customer's button under words about a ticket."""
    if seen.ticket is None:
        yield reply(
            seen, event, Prompt(_("I can't find that request among yours. {call}tickets shows them.", call=CALL))
        )
    elif choice == "solve":
        yield from solve(seen, event, seen.ticket)
    elif choice == "reopen":
        yield from reopen(seen, event, seen.ticket)
    elif choice.startswith("rate."):
        yield from rating.pressed(seen, event, seen.ticket, choice)


def solve(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """The customer says that it works."""
    if ticket.over:
        words = _("*{code}* is already solved.", code=ticket.code)
        yield _word(seen, event, Prompt(words, _reopen(), f"ticket.{ticket.id}"))
        return
    yield from _changed(seen, event, ticket.solve(seen.now), "solved")
    words = _("Glad to hear it! *{code}* is solved.", code=ticket.code)
    yield _word(seen, event, Prompt(words, _reopen(), f"ticket.{ticket.id}"))


def reopen(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """The customer says that it does not."""
    if ticket.over:
        ticket = turned(seen.desk, ticket, ticket.reopen(seen.now), seen.now)
        ticket = replace(ticket, spoke=(event.where, seen.now, True))
        yield from _changed(seen, event, ticket, "reopened")
    words = _(
        "*{code}* is open again. Tell us here what is missing: we answer by *{due}*.", code=ticket.code, due=ticket.due
    )
    theirs = _("*{code}* is open, and it is your turn: write here what is missing.", code=ticket.code)
    yield _word(seen, event, Prompt(theirs if ticket.state == "yours" else words))


def _word(seen: Seen, event: Message, prompt: Prompt) -> Say:
    """A message of its own: the one with the button holds an answer, which is not written over."""
    return replace(reply(seen, event, prompt), over="")


def _reopen() -> tuple[Choice, ...]:
    return (Choice("reopen", _("Reopen")),)


def _changed(seen: Seen, event: Message, ticket: Ticket, what: str) -> Effects:
    yield from saved(seen, ticket, seen.ticket)
    yield Record(cards.happened(seen, ticket, event, what))
    done = {"solved": _("{name} marked it as solved.", name=seen.person.name)}
    yield cards.tell(seen, ticket, Prompt(done.get(what, _("{name} opened it again.", name=seen.person.name))))
    if ticket.solved == seen.now:
        yield Know(replace(seen.person, solved=seen.now))
    yield cards.card(seen, ticket)
