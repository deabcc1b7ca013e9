"""The subject in one line, and whether it is one we know already."""

from __future__ import annotations

from bot.desk.answers import says_nothing
from bot.desk.likeness import like
from bot.desk.titles import proposed
from bot.dialogue.flow import NEEDED
from bot.dialogue.form import Field
from bot.dialogue.words import Again, Answer, Choice, Chose, Heard, Next, Prompt, Quote, Said, Speech, _, lines
from bot.values import replace
from handlers.asking import DeskStep, with_words
from handlers.draft import Draft, Mine, adds_only, called

QUESTION = _("Give it a title that says what is wrong. One subject per request, please.")


class Title(DeskStep):
    """One line that names the problem."""

    name = "title"

    def ask(self, draft: Draft) -> Prompt:
        note = self._notes(draft)
        if draft.title:
            return Prompt(lines(note, QUESTION, _("So far: {answer}", answer=draft.title)))
        if not (title := self._proposed(draft)):
            return Prompt(lines(note, QUESTION))
        offer = lines(_("How about this title? Or write another one."), Quote(title), between="\n")
        return Prompt(lines(note, offer), (Choice("use", _("Yes, this one")),))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        bounds = self.desk.bounds
        match answer:
            case Said(text) if len(text.strip()) >= bounds.title_least and says_nothing(text):
                return Again(QUESTION)
            case Said(text) if bounds.title_least <= len(line := " ".join(text.split())) <= bounds.title_most:
                return Next(draft if line == draft.title else _entitled(draft, line))
            case Chose("use") if not draft.title and (title := self._proposed(draft)):
                return Next(_entitled(draft, title))
            case Said(text) if len(text.strip()) > bounds.title_most:
                return with_words(self.desk, draft, answer, _("That is a bit long for a title."))
            case _:
                return self._bounds()

    def filled(self, draft: Draft) -> bool:
        return bool(draft.title)

    def field(self, draft: Draft) -> Field | None:
        if adds_only(draft):
            return None
        hint = _("Say what is wrong. One subject per request, please.")
        most = self.desk.bounds.title_most
        return Field(self.name, called(self.desk, self.name), "line", hint, value=draft.title, most=most)

    def empty(self, draft: Draft) -> Draft:
        return replace(draft, title="")

    def fill(self, draft: Draft, answer: Answer | None) -> Draft | Again:
        """What is too long stays in its field: a form has another one for the details."""
        match answer:
            case Said(text) if len(text.strip()) > self.desk.bounds.title_most:
                return self._bounds()
            case None:
                return Again(NEEDED)
        heard = self.hear(draft, answer)
        return heard.draft if isinstance(heard, Next) else self._bounds()

    def _notes(self, draft: Draft) -> Speech | None:
        """That of the sub-category; where there is but one, which nobody is asked for, that of the category, too."""
        category = self.desk.category(draft.category)
        found = self.desk.subcategory(draft.category, draft.subcategory)
        if category is None or found is None:
            return None
        general = category.note if len(category.subcategories) == 1 else None
        return lines(general, found.note) if general or found.note else None

    def _proposed(self, draft: Draft) -> str:
        """Out of what they have written already."""
        return proposed(draft.details, self.desk.bounds.title_least, self.desk.bounds.title_most)

    def _bounds(self) -> Again:
        least, most = self.desk.bounds.title_least, self.desk.bounds.title_most
        return Again(_("Use between {least} and {most} letters for the title, please.", least=least, most=most))


class Same(DeskStep):
    """Is it the subject of an open ticket?"""

    name = "same"
    counts = True

    def ask(self, draft: Draft) -> Prompt:
        mine = twin(draft) or Mine(0, "", "")
        question = _("Is it your {code} *{title}*?", code=mine.code, title=mine.title)
        return Prompt(question, (Choice("add", _("Yes, add to it")), Choice("new", _("No, a new one"))))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("add") if known := twin(draft):
                return Next(replace(draft, joins=known.id, apart=True))
            case Chose("new"):
                return Next(replace(draft, joins=0, apart=True))
            case _:
                return with_words(self.desk, draft, answer)

    def needed(self, draft: Draft) -> bool:
        return not draft.apart and twin(draft) is not None

    def filled(self, draft: Draft) -> bool:
        return draft.apart

    def field(self, draft: Draft) -> Field | None:
        """It stays in the form once it is there, so that the answer can be changed."""
        if twin(draft) is None:
            return None
        prompt, said = self.ask(draft), "add" if draft.joins else "new"
        return Field(self.name, prompt.text, "choice", choices=prompt.choices, value=said if draft.apart else "")


def _entitled(draft: Draft, title: str) -> Draft:
    """What was said of the old title is not said of the new one."""
    kept = tuple(name for name in draft.kept if name not in ("shouting", "insult"))
    return replace(draft, title=title, apart=False, joins=0, kept=kept)


def twin(draft: Draft) -> Mine | None:
    return like(draft.title, draft.mine, lambda mine: mine.title) if draft.title else None
