"""A ticket as its page tells it: line by line, who said what and when, and what happens next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from markupsafe import Markup
from msgspec import Struct

from bot.desk.access import HAPPENED
from bot.desk.pictures import circled, is_picture
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import File, Said, Speech, _
from bot.dialogue.writing import below
from bot.store.pages import State, Talk
from bot.values import replace
from bot.web.prose import prose
from handlers.cards import name_of

NOTHING = Markup()


class Shown(Struct, frozen=True):
    """A file of the conversation."""

    id: str
    name: str | Speech
    state: State
    number: str = ""
    """① for the first picture, by which one can speak of it; empty: it is no picture."""


class Line(Struct, frozen=True):
    """Something said or done."""

    of: Literal["customer", "team", "event"]
    """By the record alone, never by a name: only what an agent sent is the team's."""
    by: str
    at: datetime
    words: Markup = NOTHING
    happened: Speech | None = None
    files: tuple[Shown, ...] = ()
    gone: bool = False


class Numbers:
    """Those that pictures have. What an earlier release gave none is counted where it stands."""

    def __init__(self) -> None:
        self._last = 0

    def show(self, files: Iterable[File], states: Mapping[str, State]) -> tuple[Shown, ...]:
        return tuple(self._one(file, states.get(file.id, "kept")) for file in files)

    def _one(self, file: File, state: State) -> Shown:
        name = name_of(file)
        if not is_picture(file) or state == "refused":
            return Shown(file.id, name, state)
        self._last = file.number or self._last + 1
        return Shown(file.id, name, state, circled(self._last))


def lines_of(talk: Talk, extras: Iterable[str]) -> tuple[Line, ...]:
    """`extras`: the answers to the category's own questions, in small markup, in the reader's language."""
    numbers, ticket = Numbers(), talk.ticket
    words, files = _asked(ticket, extras), numbers.show(ticket.files, talk.files)
    first = (
        Line("team", ticket.opener.name, ticket.opened, words, files=files)
        if ticket.opener
        else Line("customer", ticket.name, ticket.opened, words, files=files)
    )
    rest = (_line(entry, numbers, talk.files) for entry in talk.entries)
    return (first, *(line for line in rest if line))


def _asked(ticket: Ticket, extras: Iterable[str]) -> Markup:
    parts = (
        prose(ticket.details, ticket.marked),
        *(prose("", words) for words in extras),
        *(prose(url) for url in ticket.urls),
    )
    return Markup("\n").join(part for part in parts if part)


def _line(entry: Entry, numbers: Numbers, states: Mapping[str, State]) -> Line | None:
    if entry.kind == "event":
        told = HAPPENED.get(entry.text)
        return Line("event", entry.by, entry.at, happened=replace(told, facts={"who": entry.by})) if told else None
    of: Literal["customer", "team"] = "team" if entry.kind == "answer" else "customer"
    if entry.gone:
        return Line(of, entry.by, entry.at, gone=True)
    whole = below(entry.quoted, Said(entry.text, marked=entry.marked))
    words = prose(whole.text, whole.marked)
    lost = tuple(Shown(file.id, name_of(file), "refused") for file in entry.lost)
    return Line(of, entry.by, entry.said, words, files=(*numbers.show(entry.files, states), *lost))


def next_step(ticket: Ticket, now: datetime, *, stays: bool = False) -> Speech:
    """What happens next, and by when. `stays`: it was solved too long ago to be opened again."""
    match ticket.state:
        case "ours" if ticket.due >= now:
            return _("You will hear from us by *{due}*.", due=ticket.due)
        case "ours" if ticket.answered:
            return _("It is our turn: you will hear from us.")
        case "ours":
            return _(
                "We promised you an answer by {due} and we are late. We are sorry: we have not forgotten you.",
                due=ticket.due,
            )
        case "yours":
            return _("It is your turn: answer us below and we go on.")
        case "solved" if stays:
            return _(
                "It was solved on {when}, too long ago to open it again. What you write below goes on in another request.",
                when=ticket.solved or ticket.touched,
            )
        case "solved":
            return _("If it still happens, write to us below and it is open again.")
        case _:
            return _("It goes on together with another request about the same.")
