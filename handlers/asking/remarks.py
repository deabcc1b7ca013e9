"""Remarks on what somebody is about to send, each at the step where it helps. None is a wall: theirs may always stay."""

from __future__ import annotations

from bot.desk import manners
from bot.desk.insults import hurts
from bot.dialogue.flow import NEEDED
from bot.dialogue.form import Field
from bot.dialogue.words import (
    Again,
    Answer,
    Choice,
    Chose,
    Go,
    Heard,
    Leave,
    Next,
    Prompt,
    Quote,
    Said,
    Speech,
    _,
    lines,
    n_,
)
from bot.values import replace
from handlers.asking import PRESS, DeskStep, with_words
from handlers.asking.subject import Title
from handlers.draft import Draft, adds_only, chosen

MINE, REPHRASE = Choice("mine", _("Keep mine")), Choice("rephrase", _("Write it again"))


class Remark(DeskStep):
    """What to see, what to offer; the rest is the same for all."""

    passing = True
    counts = True

    def sees(self, draft: Draft) -> bool:
        raise NotImplementedError

    def offer(self, draft: Draft) -> tuple[Speech, Choice]:
        """What we say, and what may be pressed instead of *Keep mine*."""
        raise NotImplementedError

    def take(self, draft: Draft) -> Heard[Draft]:
        """They follow it."""
        raise NotImplementedError

    def ask(self, draft: Draft) -> Prompt:
        words, way = self.offer(draft)
        return Prompt(words, (way, MINE))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("mine"):
                return Next(replace(draft, kept=(*draft.kept, self.name)))
            case Chose(choice) if choice == self.offer(draft)[1].name:
                return self.take(replace(draft, heeded=(*draft.heeded, self.name)))
            case _:
                return with_words(self.desk, draft, answer)

    def needed(self, draft: Draft) -> bool:
        return self.name not in draft.kept and self.sees(draft)

    def filled(self, draft: Draft) -> bool:
        return not self.needed(draft)

    def field(self, draft: Draft) -> Field | None:
        if not self.needed(draft):
            return None
        prompt = self.ask(draft)
        return Field(self.name, prompt.text, "choice", choices=prompt.choices)


class Shouting(Remark):
    """A TITLE LIKE THIS."""

    name = "shouting"

    def sees(self, draft: Draft) -> bool:
        return self.desk.manners.shouting and manners.shouts(draft.title, self.desk.manners.names)

    def offer(self, draft: Draft) -> tuple[Speech, Choice]:
        words = _("In capitals it sounds like shouting. Shall we write it like this?")
        return lines(words, Quote(self._calm(draft)), between="\n"), Choice("calm", _("Yes, like this"))

    def _calm(self, draft: Draft) -> str:
        return manners.calm(draft.title, self.desk.manners.names)

    def take(self, draft: Draft) -> Heard[Draft]:
        return Next(replace(draft, title=self._calm(draft)))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        """Another title that is written instead is as good."""
        return Title(self.desk).hear(draft, answer) if isinstance(answer, Said) else super().hear(draft, answer)


class Insult(Remark):
    """Words that hurt whoever reads them."""

    name = "insult"

    def sees(self, draft: Draft) -> bool:
        return hurts(self.desk.manners, draft.title) or hurts(self.desk.manners, draft.details)

    def offer(self, _draft: Draft) -> tuple[Speech, Choice]:
        words = _("A person reads this, and some of your words may hurt them. Shall we rephrase?")
        return words, REPHRASE

    def take(self, draft: Draft) -> Heard[Draft]:
        if hurts(self.desk.manners, draft.title):
            return Go(draft, "title")
        return Go(replace(draft, details="", marked=""), "details")


class Subjects(Remark):
    """Two subjects in one."""

    name = "subjects"

    def sees(self, draft: Draft) -> bool:
        return self.desk.manners.subjects and manners.subjects(draft.details) is not None

    def offer(self, draft: Draft) -> tuple[Speech, Choice]:
        _first, second = manners.subjects(draft.details) or ("", "")
        words = _("This looks like a subject of its own, and another person may know more about it. Two requests?")
        return lines(words, Quote(second), between="\n"), Choice("split", _("Yes, two"))

    def take(self, draft: Draft) -> Heard[Draft]:
        first, second = manners.subjects(draft.details) or (draft.details, "")
        return Next(replace(draft, details=first, marked="", second=second))


class Code(Remark):
    """Code that is not ours."""

    name = "code"

    def sees(self, draft: Draft) -> bool:
        return self.desk.manners.code is not None and manners.holds_code(draft.details)

    def offer(self, _draft: Draft) -> tuple[Speech, Choice]:
        return self.desk.manners.code or PRESS, Choice("bare", _("Leave the code out"))

    def take(self, draft: Draft) -> Heard[Draft]:
        bare = manners.without_code(draft.details)
        draft = replace(draft, details=bare, marked="")
        return Next(draft) if bare else Go(draft, "details")


class Many(DeskStep):
    """They have many open: is it about one of those?"""

    name = "many"
    counts = True
    passing = True

    def ask(self, draft: Draft) -> Prompt:
        mine = tuple(mine.choice for mine in draft.mine)
        words = n_(
            "You have one open request. Is it about this one?",
            "You have {n} open requests. Is it about one of these?",
            len(mine),
        )
        return Prompt(words, (*mine, Choice("anew", _("A new one all the same"))))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        found = chosen(draft.mine, answer)
        match answer:
            case Chose("anew"):
                return Next(replace(draft, kept=(*draft.kept, self.name)))
            case _ if found and (draft.details or draft.files or draft.urls):
                return Next(replace(draft, joins=found.id, apart=True, heeded=(*draft.heeded, self.name)))
            case _ if found:
                words = _("Then write it here with its number, {code}, and it goes straight there.", code=found.code)
                return Leave(words)
            case _:
                return with_words(self.desk, draft, answer)

    def needed(self, draft: Draft) -> bool:
        return len(draft.mine) >= self.desk.manners.open and not self._told(draft)

    def _told(self, draft: Draft) -> bool:
        return self.name in (*draft.kept, *draft.heeded, *draft.unasked)

    def filled(self, draft: Draft) -> bool:
        return not self.needed(draft)

    def field(self, draft: Draft) -> Field | None:
        """It stays in the form once it is there, so that the answer can be changed."""
        if len(draft.mine) < self.desk.manners.open:
            return None
        prompt, value = self.ask(draft), ""
        if self._told(draft):
            value = f"t.{draft.joins}" if adds_only(draft) else "anew"
        return Field(self.name, prompt.text, "choice", choices=prompt.choices, value=value, turns=True)

    def empty(self, draft: Draft) -> Draft:
        kept, heeded = (tuple(n for n in names if n != self.name) for names in (draft.kept, draft.heeded))
        return replace(draft, kept=kept, heeded=heeded, joins=0 if adds_only(draft) else draft.joins)

    def fill(self, draft: Draft, answer: Answer | None) -> Draft | Again:
        """In a form they have said nothing yet, so there it is no way out."""
        bare = self.empty(draft)
        if found := chosen(draft.mine, answer):
            heeded = (*bare.heeded, self.name)
            return replace(bare, joins=found.id, apart=True, heeded=heeded, category="", subcategory="")
        return replace(bare, kept=(*bare.kept, self.name)) if answer == Chose("anew") else Again(NEEDED)
