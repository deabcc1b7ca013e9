"""Is it something we know of already? Asked before anybody writes what need not be written."""

from __future__ import annotations

from bot.desk.known import Issue
from bot.dialogue.form import Field
from bot.dialogue.words import Answer, Choice, Chose, Heard, Next, Prompt, _, lines
from bot.values import replace
from handlers.asking import DeskStep, with_words
from handlers.draft import Draft

STEP = "known"
OTHER = Choice("other", _("Mine is different"))
SAME = "same."
SAME_FOR_ME = _("Same for me")
MOST = 3


class Known(DeskStep):
    """Same for me, or is theirs different? Who says the same is followed at once (`handlers/known.py`)."""

    name = STEP
    counts = True

    def ask(self, draft: Draft) -> Prompt:
        return _prompt(about(draft))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("other"):
                said = tuple(issue.id for issue in about(draft))
                return Next(replace(draft, aside=(*draft.aside, *said), same=""))
            case Chose() if found := chosen(draft, answer):
                return Next(replace(draft, same=found.id))
            case _:
                return with_words(self.desk, draft, answer)

    def needed(self, draft: Draft) -> bool:
        return any(issue.id not in draft.aside for issue in about(draft))

    def filled(self, draft: Draft) -> bool:
        return bool(draft.same) or not self.needed(draft)

    def field(self, draft: Draft) -> Field | None:
        """It stays in the form once it is there, so that the answer can be changed."""
        issues = about(draft)
        if not issues:
            return None
        prompt = _prompt(issues)
        said = f"{SAME}{draft.same}" if draft.same else "" if self.needed(draft) else OTHER.name
        return Field(self.name, _("We know of this"), "choice", prompt.text, prompt.choices, said, turns=True)

    def empty(self, draft: Draft) -> Draft:
        shown = {issue.id for issue in about(draft)}
        return replace(draft, same="", aside=tuple(name for name in draft.aside if name not in shown))

    def ends(self, draft: Draft) -> bool:
        return bool(draft.same)


def about(draft: Draft) -> tuple[Issue, ...]:
    """What we know of that it may be."""
    return tuple(i for i in draft.known if i.about(draft.category, draft.subcategory))[:MOST]


def chosen(draft: Draft, answer: Answer) -> Issue | None:
    """The one they say is theirs too."""
    return next((i for i in about(draft) if answer == Chose(f"{SAME}{i.id}")), None)


def _prompt(issues: tuple[Issue, ...]) -> Prompt:
    if len(issues) == 1:
        (issue,) = issues
        words = _(
            "We know of this: *{issue}*, since {when}. Is it the same for you?", issue=issue.title, when=issue.since
        )
        return Prompt(words, (Choice(f"{SAME}{issue.id}", SAME_FOR_ME), OTHER))
    rows = (_("· *{issue}*, since {when}", issue=issue.title, when=issue.since) for issue in issues)
    several = lines(_("We know of these. Is one of them yours?"), *rows, between="\n")
    return Prompt(several, (*(Choice(f"{SAME}{i.id}", _("Same: {issue}", issue=i.title)) for i in issues), OTHER))
