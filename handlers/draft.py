"""A request in the making, and its answers under their names, as the review and the card show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct, field

from bot.desk.config import Desk, Question
from bot.desk.known import Issue
from bot.desk.promises import holds
from bot.desk.ticket import Ticket
from bot.dialogue.words import Answer, Choice, Chose, File, Lines, Quote, Said, Speech, Spoken, Text, _, lines
from bot.dialogue.writing import below, both, current
from bot.values import replace
from handlers.questions import shown


class Mine(Struct, frozen=True):
    """An open ticket of the person, as far as the questions need it."""

    id: int
    code: str
    title: str
    also: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.also)

    @property
    def choice(self) -> Choice:
        return Choice(f"t.{self.id}", _("{code} {title}", code=self.code, title=self.title))


def chosen(mine: Sequence[Mine], answer: Answer | None) -> Mine | None:
    """The one whose button they press."""
    return next((one for one in mine if answer == Chose(one.choice.name)), None)


def mine_of(tickets: Sequence[Ticket]) -> tuple[Mine, ...]:
    return tuple(Mine(t.id, t.code, t.title, t.also) for t in tickets)


class Word(Struct, frozen=True):
    """A message that answered a question, so that an edit of it finds the answer."""

    ref: str
    step: str
    text: str
    at: datetime | None = None


class Draft(Struct, frozen=True):
    """A ticket in the making. Every field has a default, so an old draft always loads."""

    category: str = ""
    subcategory: str = ""
    title: str = ""
    details: str = ""
    urls: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[tuple[str, Question], ...] = ()
    """What those answer, and for which category it was asked: read where the desk has that no more."""
    read: bool = False
    """The help pages were offered."""
    mine: tuple[Mine, ...] = ()
    apart: bool = False
    """It looks like an open ticket, and the person said that it is a new one."""
    joins: int = 0
    """The open ticket it is to be added to; 0: none."""
    loose: Mapping[str, str] = field(default_factory=dict)
    """What stands in a form although it will not do, by its question: shown there again, and nowhere else."""
    follows: str = ""
    """The number of the solved ticket it goes on from."""
    kept: tuple[str, ...] = ()
    """The remarks to which they said that theirs stays."""
    heeded: tuple[str, ...] = ()
    """The remarks they followed."""
    unasked: tuple[str, ...] = ()
    """Those that are not made to it."""
    second: str = ""
    """What is to become a request of its own after this one."""
    fresh: Draft | None = None
    """What another one would begin with, while we ask whether to go on with this one."""
    words: tuple[Word, ...] = ()
    missed: Word | None = None
    """What was said last that would not do: an edit of it is an answer."""
    marked: str = ""
    """The details in small markup, when they carry styles."""
    known: tuple[Issue, ...] = ()
    """What we know to be wrong for many, as it was when they last chose what it is about."""
    aside: tuple[str, ...] = ()
    """Those of which they said that theirs is different."""
    same: str = ""
    """The one of which a form says that it is theirs too."""
    quoted: str = ""
    """The part of a message that they answered with it."""
    whole: bool = False
    """They wrote it all at once: what is there is not asked again."""
    handed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What forms have shown in their fields lately; a field that is not here was shown empty."""


def refs(draft: Draft) -> tuple[str, ...]:
    """The messages in which they wrote to it."""
    return tuple(word.ref for word in (*draft.words, draft.missed) if word)


def adds_only(draft: Draft) -> bool:
    """They said at the beginning that it is about one of their many open tickets: what that says is not asked again."""
    return draft.joins > 0 and "many" in draft.heeded


NAMES: Mapping[str, Text] = {
    "category": _("Category"),
    "subcategory": _("Sub-category"),
    "title": _("Title"),
    "details": _("Details"),
    "links": _("Links"),
    "screenshots": _("Screenshots"),
}


ENDS = ("?", "!", ".", "…", ":")
"""Behind these no colon stands: a question that has no short name is one of its own."""


def called(desk: Desk, step: str) -> Speech:
    """What an answer is called in the review and on the card."""
    if step in NAMES:
        return NAMES[step]
    questions = (q for c in desk.categories for q in c.questions)
    return next((q.short or q.label for q in questions if q.name == step.removeprefix("x-")), NAMES["details"])


def summary(desk: Desk, draft: Draft) -> Speech:
    """Every answer under its name."""
    category, sub = desk.category(draft.category), desk.subcategory(draft.category, draft.subcategory)
    whole = details(draft)
    rows: list[Speech | None] = [
        _row("category", category.label) if category else None,
        _row("subcategory", sub.label) if sub else None,
        _row("title", draft.title),
        lines(_("*{name}*:", name=NAMES["details"]), told(whole.text, whole.marked), between="\n")
        if whole.text
        else None,
        *(
            extra_row(desk, draft.category, name, value, orphans(desk, draft))
            for name, value in extras(desk, draft).items()
        ),
        _row("links", " ".join(draft.urls)) if draft.urls else None,
        _row("screenshots", str(len(draft.files))) if draft.files else None,
    ]
    return lines(*rows, between="\n")


def house_rules(desk: Desk, draft: Draft) -> Speech:
    """As far as they are true of it."""
    true = (rule.words for rule in desk.rules if holds(desk, rule.promise, draft.category))
    return Lines(tuple(_("· {rule}", rule=rule) for rule in true), "\n")


def details(draft: Draft) -> Said:
    """As they are sent: under what they answer."""
    return below(draft.quoted, Said(draft.details, marked=draft.marked))


def told(details: str, marked: str) -> Quote:
    """The details as they were written."""
    return Quote(details, current(marked, details))


def longer(draft: Draft, said: Said) -> Draft:
    """With more in the details."""
    kept = Said(draft.details, marked=current(draft.marked, draft.details))
    whole = both(kept, Said(said.text.strip(), marked=said.marked.strip()))
    return replace(draft, details=whole.text, marked=whole.marked)


def extras(desk: Desk, draft: Draft) -> Mapping[str, str]:
    """The answers to what its category asks, or a category asked that is gone: who had chosen that has to choose another,
    and writes nothing twice. A single question that a release has taken away is neither shown nor sent.
    """
    category = desk.category(draft.category)
    names = {q.name for q in (*(category.questions if category else ()), *orphans(desk, draft))}
    return {name: value for name, value in draft.extras.items() if value and name in names}


def orphans(desk: Desk, draft: Draft) -> tuple[Question, ...]:
    """What was asked for a category that the desk has no more."""
    return tuple(question for name, question in draft.asked if desk.category(name) is None)


def kinds(desk: Desk, ticket: Ticket) -> tuple[Spoken, ...]:
    """Its category and sub-category, as the desk calls them, or did when it was sent."""
    now, then = desk.named(ticket.category, ticket.subcategory), ticket.named
    gone = len(now) < (2 if ticket.subcategory else 1)
    return (now + then[len(now) :]) if gone else now


def extra_rows(desk: Desk, ticket: Ticket) -> Iterator[Speech]:
    """What a request answers to the questions of its category."""
    for name, value in ticket.extras.items():
        if value:
            yield extra_row(desk, ticket.category, name, value, ticket.asked)


def extra_row(desk: Desk, category: str, name: str, value: str, asked: Iterable[Question] = ()) -> Speech:
    """The answer to an extra question, as its reader would write it; of another category, when it was moved from there.
    `asked`: the questions of its time, for one that the desk asks no more.
    """
    own_first = sorted(desk.categories, key=lambda other: other.name != category)
    questions = chain(*(other.questions for other in own_first), asked)
    question = next((q for q in questions if q.name == name), None)
    if question is None:
        return _("*{name}*: {value}", name=name, value=value)
    label = question.short or question.label
    if all(words.endswith(ENDS) for words in label.words.values()):
        return _("*{name}* {value}", name=label, value=shown(question, value))
    return _("*{name}*: {value}", name=label, value=shown(question, value))


def _row(name: str, value: str | Speech) -> Speech:
    return _("*{name}*: {value}", name=NAMES[name], value=value)
