"""Opening a ticket: the questions, in the order a customer hears them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.desk.answers import says_nothing, sends
from bot.desk.config import Desk
from bot.dialogue.flow import Flow, Gathered, Step
from bot.dialogue.words import (
    Again,
    Answer,
    Choice,
    Chose,
    Go,
    Heard,
    Next,
    Prompt,
    Said,
    Speech,
    Stay,
    _,
    lines,
    n_,
)
from bot.links import links_in, without_links
from bot.values import replace
from handlers.asking import FEW_WORDS, KEPT, DeskStep, cut_short, with_words
from handlers.asking.known import Known
from handlers.asking.remarks import Code, Insult, Many, Shouting, Subjects
from handlers.asking.story import Details, Screenshots, Urls, take_files
from handlers.asking.subject import Same, Title
from handlers.asking.topic import Articles, Category, SubCategory
from handlers.draft import Draft, called, house_rules, longer, summary
from handlers.questions import Extra

SEND_OR_EDIT = _("Press *Send*, or the answer you want to change.")
EDIT = "edit."

_FLOWS: dict[int, Flow[Draft]] = {}
"""By the identity of the desk, which the steps hold: it cannot be taken by another."""


def intake(desk: Desk) -> Flow[Draft]:
    """The conversation of a desk; its extra questions come after the details."""
    if id(desk) not in _FLOWS:
        extras = {q.name: q for c in desk.categories for q in c.questions}
        before = (Many, Category, SubCategory, Known, Articles, Title, Shouting, Same, Details, Subjects, Code, Insult)
        steps: tuple[Step[Draft], ...] = (
            *(step(desk) for step in before),
            *(Extra(desk, question) for question in extras.values()),
            Urls(desk),
            Screenshots(desk),
        )
        steps = (*steps, Review(desk, steps))
        _FLOWS[id(desk)] = Flow("intake", steps, _gather(desk, {step.name: step for step in steps}))
    return _FLOWS[id(desk)]


@dataclass(frozen=True)
class Review(DeskStep):
    """Everything once more, before it is sent."""

    steps: tuple[Step[Draft], ...]
    name = "review"

    def ask(self, draft: Draft) -> Prompt:
        joined = next((m for m in draft.mine if m.id == draft.joins), None)
        head = _("*Is everything right?*") if joined is None else _("*This goes to {code}.*", code=joined.code)
        rules = house_rules(self.desk, draft)
        edits = tuple(
            Choice(f"{EDIT}{s.name}", _("Edit: {what}", what=called(self.desk, s.name)))
            for s in self.steps
            if (s.name in EDITABLE or isinstance(s, Extra)) and s.needed(draft)
        )
        return Prompt(lines(head, summary(self.desk, draft), rules), (Choice("send", _("Send"), "send"), *edits))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("send"):
                return Next(draft)
            case Chose(name) if any(name == f"{EDIT}{step.name}" for step in self.steps):
                return Go(draft, name.removeprefix(EDIT))
            case Said(text) if sends(text) and not draft.joins:
                return Next(draft)
            case _:
                return with_words(self.desk, draft, answer, SEND_OR_EDIT)

    def filled(self, _draft: Draft) -> bool:
        return False

    def field(self, _draft: Draft) -> None:
        """A form is its own review."""


EDITABLE = ("category", "subcategory", "title", "details", "links", "screenshots")

WORTH_IT = 500
"""Fewer letters of a long text are not kept without the rest."""

LOOSE = (
    "many",
    "category",
    "subcategory",
    "known",
    "articles",
    "title",
    "shouting",
    "same",
    "subjects",
    "code",
    "insult",
    "screenshots",
    "review",
)
"""Where a link in what somebody writes is not an answer by itself."""


def _gather(desk: Desk, steps: Mapping[str, Step[Draft]]) -> Callable[[Draft, Said, str], Gathered[Draft]]:
    """Media and links are welcome at any question and land in their slot."""

    def gather(draft: Draft, said: Said, step: str) -> Gathered[Draft]:
        draft, word = take_files(desk, draft, said.files, quiet=step == "screenshots")
        text = said.text.strip()
        if short := _cut(desk, steps[step], draft, text):
            text, word = short, lines(word, cut_short(desk), between="\n")
        under = step == "links" and bool(said.files)
        takes = step in LOOSE or step == "details" or under
        found = links_in(said.text) if desk.bounds.urls and takes else ()
        urls = tuple(dict.fromkeys(draft.urls + found))
        draft = replace(draft, urls=urls[: desk.bounds.urls]) if found else draft
        if found and step in LOOSE:
            bare = without_links(text).strip()
            text = text if _joins(steps[step], draft, bare) else bare
            kept = n_("I keep the link.", "I keep the {n} links.", len(found))
            few = n_(
                "Only one link fits in a request; I keep the first.",
                "Only {n} links fit in a request; I keep the first ones.",
                desk.bounds.urls,
            )
            word = lines(word, kept if len(urls) <= desk.bounds.urls else few, between="\n")
        if found and under and not re.search(r"\w", without_links(text)):
            text = ""
        if text and said.files and (step in ("links", "screenshots") or _refuses(steps[step], draft, text)):
            draft, text, word = _captioned(desk, draft, said, text, word)
        elif _tells(text) and text not in draft.details and _refuses(steps[step], draft, text):
            draft, _rest, word = _captioned(desk, draft, said, text, word)  # the question tells what it does take
        used_up = not text and bool(said.files or found)
        whole = Said(text, marked=said.marked.strip() if text == said.text.strip() else "")
        return Gathered(draft, None if used_up else whole, word)

    return gather


def _tells(text: str) -> bool:
    return len(text.split()) >= FEW_WORDS and not says_nothing(text)


def _cut(desk: Desk, step: Step[Draft], draft: Draft, text: str) -> str:
    """As much as fits of what is longer than the details may be; empty: all of it does, or nothing worth it."""
    room = desk.bounds.details_most - len(draft.details) - 1
    if not WORTH_IT <= room < len(text) or isinstance(step.hear(draft, Said(text)), Next):
        return ""
    return text[:room].rsplit(None, 1)[0]


def _joins(step: Step[Draft], draft: Draft, bare: str) -> bool:
    """Whether these words are no answer but join the details. They do so with their links: "{} works, {} does not" says
    nothing without them.
    """
    return bool(bare) and isinstance(step.hear(draft, Said(bare)), Stay)


def _refuses(step: Step[Draft], draft: Draft, text: str) -> bool:
    return isinstance(step.hear(draft, Said(text)), Again)


def _captioned(
    desk: Desk, draft: Draft, said: Said, text: str, word: Speech | None
) -> tuple[Draft, str, Speech | None]:
    """What stands under a picture, or answers no question, joins the details; what is left of it, and what to tell."""
    caption = said if text == said.text.strip() else Said(text)
    kept = longer(draft, caption)
    if len(kept.details) > desk.bounds.details_most:
        return draft, text, word
    return kept, "", lines(word, KEPT, between="\n")
