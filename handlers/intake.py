"""Opening a ticket: the questions, in the order a customer hears them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.desk.config import Category, Desk, SubCategory
from bot.desk.likeness import like
from bot.dialogue.flow import Flow, Gathered, Step
from bot.dialogue.words import (
    Again,
    Answer,
    Choice,
    Chose,
    File,
    Go,
    Heard,
    Leave,
    Lines,
    Next,
    Prompt,
    Quote,
    Said,
    Speech,
    Stay,
    _,
    lines,
    n_,
)
from bot.links import links_in, without_links
from handlers.draft import Draft, Mine, called, longer, summary
from handlers.questions import Extra

DONE = Choice("done", _("Done"))
PRESS = _("Press one of these, or write its name, please.")
SEND_OR_EDIT = _("Press *Send*, or the answer you want to change.")
FEW_WORDS = 3
"""Fewer than these are a greeting or a slip, not a description."""


@dataclass(frozen=True)
class _Category(Step[Draft]):
    """What it is about."""

    desk: Desk
    name: str = "category"

    def ask(self, _draft: Draft) -> Prompt:
        choices = tuple(Choice(c.name, c.label) for c in self.desk.categories)
        return Prompt(_("What is it about? Pick the closest one: another person handles each."), choices)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose(name) if found := self.desk.category(name):
                return Next(draft if name == draft.category else self._moved(draft, found))
            case Said(text):
                return _with_words(self.desk, draft, text, PRESS)
            case _:
                return Again(PRESS)

    def filled(self, draft: Draft) -> bool:
        return self.desk.category(draft.category) is not None

    @staticmethod
    def _moved(draft: Draft, to: Category) -> Draft:
        only = to.subcategories[0].name if len(to.subcategories) == 1 else ""
        kept = {q.name: draft.extras[q.name] for q in to.questions if q.name in draft.extras}
        return replace(draft, category=to.name, subcategory=only, extras=kept, read=False)


@dataclass(frozen=True)
class _SubCategory(Step[Draft]):
    """What it is about, more closely."""

    desk: Desk
    name: str = "subcategory"

    def ask(self, draft: Draft) -> Prompt:
        category = self.desk.category(draft.category) or self.desk.categories[0]
        choices = tuple(Choice(s.name, s.label) for s in category.subcategories)
        question = _("*{category}*: what exactly?", category=category.label)
        return Prompt(lines(question, category.note), choices)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose(name) if self.desk.subcategory(draft.category, name):
                return Next(replace(draft, subcategory=name, read=draft.read and name == draft.subcategory))
            case Said(text):
                return _with_words(self.desk, draft, text, PRESS)
            case _:
                return Again(PRESS)

    def filled(self, draft: Draft) -> bool:
        return self.desk.subcategory(draft.category, draft.subcategory) is not None

    def needed(self, draft: Draft) -> bool:
        category = self.desk.category(draft.category)
        return category is None or len(category.subcategories) > 1


@dataclass(frozen=True)
class _Articles(Step[Draft]):
    """Help pages that may spare somebody a ticket."""

    desk: Desk
    name: str = "articles"

    def ask(self, draft: Draft) -> Prompt:
        articles = self._sub(draft).articles
        pages = Lines(tuple(_("{page}: {url}", page=a.label, url=a.url) for a in articles), "\n")
        ways = (Choice("on", _("Go on with my request")), Choice("helped", _("That solved it")))
        return Prompt(lines(_("This may already help you:"), pages, between="\n"), ways)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("helped"):
                return Leave(_("Glad it helped! Write whenever you need us."))
            case _:
                return Next(replace(draft, read=True))

    def needed(self, draft: Draft) -> bool:
        found = self.desk.subcategory(draft.category, draft.subcategory)
        return found is not None and bool(found.articles) and not draft.read

    def _sub(self, draft: Draft) -> SubCategory:
        found = self.desk.subcategory(draft.category, draft.subcategory)
        return found or self.desk.categories[0].subcategories[0]


@dataclass(frozen=True)
class _Title(Step[Draft]):
    """One line that names the problem."""

    desk: Desk
    name: str = "title"

    def ask(self, draft: Draft) -> Prompt:
        found = self.desk.subcategory(draft.category, draft.subcategory)
        question = _("Give it a title that says what is wrong. One subject per request, please.")
        so_far = _("So far: {answer}", answer=draft.title) if draft.title else None
        return Prompt(lines(found.note if found else None, question, so_far))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        bounds = self.desk.bounds
        match answer:
            case Said(text) if bounds.title_least <= len(line := " ".join(text.split())) <= bounds.title_most:
                return Next(draft if line == draft.title else replace(draft, title=line, apart=False, joins=0))
            case Said(text) if len(text.strip()) > bounds.title_most:
                return _with_words(self.desk, draft, text, _("That is a bit long for a title."))
            case _:
                least, most = bounds.title_least, bounds.title_most
                return Again(_("Use between {least} and {most} letters for the title, please.", least=least, most=most))

    def filled(self, draft: Draft) -> bool:
        return bool(draft.title)


@dataclass(frozen=True)
class _Same(Step[Draft]):
    """Is it the subject of an open ticket?"""

    desk: Desk
    name: str = "same"

    def ask(self, draft: Draft) -> Prompt:
        mine = _twin(draft) or Mine(0, "", "")
        question = _("Is it your {code} *{title}*?", code=mine.code, title=mine.title)
        return Prompt(question, (Choice("add", _("Yes, add to it")), Choice("new", _("No, a new one"))))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("add") if twin := _twin(draft):
                return Next(replace(draft, joins=twin.id, apart=True))
            case Chose("new"):
                return Next(replace(draft, joins=0, apart=True))
            case _:
                return Again(PRESS)

    def needed(self, draft: Draft) -> bool:
        return not draft.apart and _twin(draft) is not None

    def filled(self, draft: Draft) -> bool:
        return draft.apart


def _twin(draft: Draft) -> Mine | None:
    return like(draft.title, draft.mine, lambda mine: mine.title) if draft.title else None


@dataclass(frozen=True)
class _Details(Step[Draft]):
    """What happens, at length."""

    desk: Desk
    name: str = "details"

    def ask(self, draft: Draft) -> Prompt:
        if draft.details:
            kept = lines(_("You told me:"), Quote(_short(draft.details)), between="\n")
            return Prompt(lines(kept, _("Anything to add?")), (Choice("done", _("That is all")),))
        return Prompt(_("Tell us more: what you did, what you expected, what happened instead."))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("done") if draft.details:
                return Next(draft)
            case Said(text) as said if text.strip():
                kept = longer(draft, said)
                if len(kept.details) > self.desk.bounds.details_most:
                    return Again(_too_long(self.desk))
                return Next(kept)
            case _:
                return Again(_("Tell us in a few words, please. A screenshot alone doesn't say what you expected."))

    def filled(self, draft: Draft) -> bool:
        return bool(draft.details)


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True)
class _Urls(Step[Draft]):
    """Links that help us see the problem: several, checked."""

    desk: Desk
    name: str = "links"
    optional = True

    def ask(self, draft: Draft) -> Prompt:
        if not draft.urls:
            return Prompt(_("Any link that helps us see it? Up to {most}.", most=self.desk.bounds.urls))
        ways = (DONE, Choice("clear", _("Remove them")))
        return Prompt(n_("One link so far. Another?", "{n} links so far. Another?", len(draft.urls)), ways)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        most = self.desk.bounds.urls
        match answer:
            case Chose("done") if draft.urls:
                return Next(draft)
            case Chose("clear"):
                return Stay(replace(draft, urls=()))
            case Said(text) if found := links_in(text):
                urls = tuple(dict.fromkeys(draft.urls + found))
                if len(urls) > most:
                    return Again(_("Keep the {most} most useful links, please.", most=most))
                return Stay(replace(draft, urls=urls))
            case _:
                return Again(_("I see no link there. It should look like https://example.com/page"))

    def filled(self, draft: Draft) -> bool:
        return bool(draft.urls)


@dataclass(frozen=True)
class _Screenshots(Step[Draft]):
    """Pictures and files: they are gathered whenever they come, and asked for here."""

    desk: Desk
    name: str = "screenshots"
    optional = True

    def ask(self, draft: Draft) -> Prompt:
        if not draft.files:
            return Prompt(_("Screenshots? A picture often says it all. Up to {most}.", most=self.desk.bounds.files))
        ways = (DONE, Choice("clear", _("Remove them")))
        return Prompt(n_("One file so far. Another?", "{n} files so far. Another?", len(draft.files)), ways)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("done") if draft.files:
                return Next(draft)
            case Chose("clear"):
                return Stay(replace(draft, files=()))
            case _:
                return Again(_("Send a picture or a file here, or go on without."))

    def filled(self, draft: Draft) -> bool:
        return bool(draft.files)


@dataclass(frozen=True)
class _Review(Step[Draft]):
    """Everything once more, before it is sent."""

    desk: Desk
    steps: tuple[Step[Draft], ...]
    name: str = "review"

    def ask(self, draft: Draft) -> Prompt:
        joined = next((m for m in draft.mine if m.id == draft.joins), None)
        head = _("*Is everything right?*") if joined is None else _("*This goes to {code}.*", code=joined.code)
        rules = Lines(tuple(_("· {rule}", rule=rule) for rule in self.desk.rules), "\n")
        edits = tuple(
            Choice(f"edit.{s.name}", _("Edit: {what}", what=called(self.desk, s.name)))
            for s in self.steps
            if s.name in EDITABLE or (isinstance(s, Extra) and s.needed(draft))
        )
        return Prompt(lines(head, summary(self.desk, draft), rules), (Choice("send", _("Send"), "send"), *edits))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("send"):
                return Next(draft)
            case Chose(name) if name.startswith("edit.") and any(s.name == name[5:] for s in self.steps):
                return Go(draft, name.removeprefix("edit."))
            case Said(text):
                return _with_words(self.desk, draft, text, SEND_OR_EDIT)
            case _:
                return Again(SEND_OR_EDIT)

    def filled(self, _draft: Draft) -> bool:
        return False


EDITABLE = ("category", "subcategory", "title", "details", "links", "screenshots")

LOOSE = ("category", "subcategory", "articles", "title", "same", "screenshots", "review")
"""Where a link in what somebody writes is not an answer by itself."""


def _gather(desk: Desk) -> Callable[[Draft, Said, str], Gathered[Draft]]:
    """Media and links are welcome at any question and land in their slot."""

    def gather(draft: Draft, said: Said, step: str) -> Gathered[Draft]:
        draft, word = take_files(desk, draft, said.files, quiet=step == "screenshots")
        text = said.text.strip()
        found = links_in(text) if step in LOOSE or step == "details" else ()
        urls = tuple(dict.fromkeys(draft.urls + found))
        draft = replace(draft, urls=urls[: desk.bounds.urls])
        if found and step in LOOSE:
            text = without_links(text).strip()
            kept = n_("I keep the link.", "I keep the {n} links.", len(found))
            few = _("Only {most} links fit in a request; I keep the first ones.", most=desk.bounds.urls)
            word = lines(word, kept if len(urls) <= desk.bounds.urls else few, between="\n")
        used_up = not text and bool(said.files or found)
        whole = Said(text, marked=said.marked.strip() if text == said.text.strip() else "")
        return Gathered(draft, None if used_up else whole, word)

    return gather


def _too_long(desk: Desk) -> Speech:
    return _("That is more than {most} letters. The essential first, please.", most=desk.bounds.details_most)


def _with_words(desk: Desk, draft: Draft, text: str, instead: Speech) -> Heard[Draft]:
    """Nobody has to write anything twice: a description that came too early, or too late, joins the details."""
    if len(text.split()) < FEW_WORDS:
        return Again(instead)
    kept = draft if text.strip() in draft.details else longer(draft, Said(text))
    if len(kept.details) > desk.bounds.details_most:
        return Again(_too_long(desk))
    return Stay(kept, _("I keep that for the details."))


def take_files(
    desk: Desk, draft: Draft, files: tuple[File, ...], *, quiet: bool = False
) -> tuple[Draft, Speech | None]:
    """Puts files in their slot; the word says what was kept and what was not, and why."""
    if not files:
        return draft, None
    fitting = tuple(f for f in files if f.size <= desk.bounds.file_bytes)
    known = {f.id for f in draft.files}
    fresh = tuple(f for f in fitting if f.id not in known)
    kept = (draft.files + fresh)[: desk.bounds.files]
    words: list[Speech] = []
    if len(fitting) < len(files):
        words.append(too_big(desk))
    if len(draft.files) + len(fresh) > desk.bounds.files:
        words.append(_("Only {most} files fit in a request; I keep the first ones.", most=desk.bounds.files))
    if not quiet and len(kept) > len(draft.files):
        words.append(n_("Got your file.", "Got your {n} files.", len(kept)))
    return replace(draft, files=kept), lines(*words, between="\n") if words else None


def too_big(desk: Desk) -> Speech:
    return _("That file is larger than {most} MB, so I can't take it.", most=desk.bounds.file_bytes // 1_000_000)


_FLOWS: dict[int, Flow[Draft]] = {}
"""By the identity of the desk, which the steps hold: it cannot be taken by another."""


def intake(desk: Desk) -> Flow[Draft]:
    """The conversation of a desk; its extra questions come after the details."""
    if id(desk) not in _FLOWS:
        extras = {q.name: q for c in desk.categories for q in c.questions}
        before = (_Category, _SubCategory, _Articles, _Title, _Same, _Details)
        steps: tuple[Step[Draft], ...] = (
            *(step(desk) for step in before),
            *(Extra(desk, question) for question in extras.values()),
            _Urls(desk),
            _Screenshots(desk),
        )
        _FLOWS[id(desk)] = Flow("intake", Draft, (*steps, _Review(desk, steps)), _gather(desk))
    return _FLOWS[id(desk)]
