"""What it is about: the category, more closely, and the help pages that may spare somebody a ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from bot.desk.answers import meant, says_nothing
from bot.desk.config import Article
from bot.desk.config import Category as Kind
from bot.desk.config import SubCategory as SubKind
from bot.dialogue.form import Field
from bot.dialogue.words import (
    Answer,
    Choice,
    Chose,
    Heard,
    Leave,
    Lines,
    Next,
    Prompt,
    Said,
    Speech,
    Stay,
    _,
    lines,
)
from bot.values import replace
from handlers.asking import FEW_WORDS, DeskStep, joined, with_words
from handlers.draft import Draft, adds_only, called, longer, orphans

K = TypeVar("K", Kind, SubKind)

GONE_BY = _("What you had chosen is no longer on our list.")
_NUMBER = re.compile(r"[0-9]")
"""Words with one are told to somebody, however few they are."""


def _named(kinds: Sequence[K], text: str) -> K | None:
    """The one that somebody calls by a part of its name."""
    return meant(kinds, text, lambda kind: kind.label)


class Category(DeskStep):
    """What it is about."""

    name = "category"
    counts = True

    def ask(self, draft: Draft) -> Prompt:
        choices = tuple(Choice(c.name, c.label) for c in self.desk.categories)
        question = _("What is it about? Pick the closest one: another person handles each.")
        gone = bool(draft.category) and not self.filled(draft)
        return Prompt(lines(GONE_BY, question) if gone else question, choices)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose(name) if found := self.desk.category(name):
                return Next(draft if name == draft.category else self._moved(draft, found))
            case Said(text) if found := _named(self.desk.categories, text):
                return self.hear(draft, Chose(found.name))
            case _:
                return with_words(self.desk, draft, answer)

    def filled(self, draft: Draft) -> bool:
        return self.desk.category(draft.category) is not None

    def field(self, draft: Draft) -> Field | None:
        if adds_only(draft):
            return None
        hint = _("Pick the closest one: another person handles each.")
        choices = self.ask(draft).choices
        return Field(self.name, called(self.desk, self.name), "choice", hint, choices, draft.category, turns=True)

    def _moved(self, draft: Draft, to: Kind) -> Draft:
        only = to.subcategories[0].name if len(to.subcategories) == 1 else ""
        there = (*to.questions, *orphans(self.desk, draft))
        kept = {q.name: draft.extras[q.name] for q in there if q.name in draft.extras}
        if draft.category and not self.filled(draft):
            lost = (value for name, value in draft.extras.items() if value and name not in kept)
            draft = longer(draft, Said("\n".join(lost)))  # of a draft that does not say what was asked
        return replace(draft, category=to.name, subcategory=only, extras=kept, read=False)


class SubCategory(DeskStep):
    """What it is about, more closely; without a category, since a release has removed it, first what it is about."""

    name = "subcategory"
    counts = True

    def ask(self, draft: Draft) -> Prompt:
        category = self.desk.category(draft.category)
        if category is None:
            return Category(self.desk).ask(draft)
        choices = tuple(Choice(s.name, s.label) for s in category.subcategories)
        question = _("*{category}*: what exactly?", category=category.label)
        gone = GONE_BY if draft.subcategory and not self.filled(draft) else None
        return Prompt(lines(gone, question, category.note), choices)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose(name) if self.desk.subcategory(draft.category, name):
                return Next(replace(draft, subcategory=name, read=draft.read and name == draft.subcategory))
            case _ if (category := self.desk.category(draft.category)) is None:
                heard = Category(self.desk).hear(draft, answer)
                return Stay(heard.draft) if isinstance(heard, Next) else heard
            case Said(text) if found := _named(category.subcategories, text):
                return self.hear(draft, Chose(found.name))
            case _:
                return with_words(self.desk, draft, answer)

    def filled(self, draft: Draft) -> bool:
        return self.desk.subcategory(draft.category, draft.subcategory) is not None

    def needed(self, draft: Draft) -> bool:
        """Also when a release has left one only, and they had chosen another."""
        category = self.desk.category(draft.category)
        return category is None or any(s.name != draft.subcategory for s in category.subcategories)

    def field(self, draft: Draft) -> Field | None:
        category = self.desk.category(draft.category)
        if category is None or adds_only(draft) or not self.needed(draft):
            return None
        choices = tuple(Choice(s.name, s.label) for s in category.subcategories)
        turns = any(s.note or s.articles for s in category.subcategories) or any(
            issue.category == category.name for issue in draft.known
        )
        label = called(self.desk, self.name)
        return Field(self.name, label, "choice", None, choices, draft.subcategory, turns=turns)


class Articles(DeskStep):
    """Help pages that may spare somebody a ticket."""

    name = "articles"
    counts = True

    def ask(self, draft: Draft) -> Prompt:
        articles = self._sub(draft).articles
        ways = (Choice("on", _("Go on with my request")), Choice("helped", _("That solved it")))
        return Prompt(pages(articles), ways)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("helped"):
                return Leave(_("Glad it helped! Write whenever you need us."))
            case Said(text) if not says_nothing(text) and (len(text.split()) >= FEW_WORDS or _NUMBER.search(text)):
                kept = joined(self.desk, draft, answer)
                return Stay(replace(kept.draft, read=True), kept.say) if isinstance(kept, Stay) else kept
            case _:
                return Next(replace(draft, read=True))

    def needed(self, draft: Draft) -> bool:
        found = self.desk.subcategory(draft.category, draft.subcategory)
        return found is not None and bool(found.articles) and not draft.read

    def filled(self, draft: Draft) -> bool:
        return draft.read

    def field(self, _draft: Draft) -> None:
        """A form shows them above its fields."""

    def _sub(self, draft: Draft) -> SubKind:
        found = self.desk.subcategory(draft.category, draft.subcategory)
        return found or self.desk.categories[0].subcategories[0]


def pages(articles: Sequence[Article]) -> Speech:
    """Help pages with their addresses."""
    found = Lines(tuple(_("{page}: {url}", page=a.label, url=a.url) for a in articles), "\n")
    return lines(_("This may already help you:"), found, between="\n")
