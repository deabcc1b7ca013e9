"""The extra questions a desk asks for some categories: text, number, choice, link or date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from bot.desk.answers import lacks, meant, passes, unsure
from bot.desk.config import Desk, Question
from bot.desk.hours import wall
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow, Step
from bot.dialogue.form import Field
from bot.dialogue.form import Kind as FieldKind
from bot.dialogue.words import (
    Again,
    Answer,
    Choice,
    Chose,
    Fact,
    Heard,
    Next,
    Number,
    Prompt,
    Said,
    Speech,
    Text,
    _,
    lines,
)
from bot.effects import Seen
from bot.links import links_in
from bot.values import replace
from handlers.days import day_of

LONGEST = 500
"""Letters of an answer."""
MOST_DIGITS = 15
PREFIX = "x-"
"""Of a step's name, so that no question has that of one of ours."""

_COUNTED = re.compile(
    r"(?:[€$£#]|[A-Z]{3}(?= ))?\s?(?P<sign>-?)(?P<number>[0-9](?:[0-9.,'\u2019\s]*[0-9])?)"
    r"\s?(?:(?P<times>(?i:k|mil|thousand|mill(?:ón|on|ion|ones|ions)))(?![^\W\d_])\s?(?:de\s)?)?(?:[€$£%]|[^\W\d_]{1,12}\.?)?"
)
_MILLION = "mill"
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?")
_THOUSANDS = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?:(?P<sign>[.,'\u2019\s])[0-9]{3})(?:(?P=sign)[0-9]{3})*)(?:[.,](?P<part>[0-9]+))?"
)
"""Three digits behind a sign are thousands, as in a price: "1.200" in Spanish, "1,200" in English."""


class HasExtras(Protocol):
    """A draft that keeps extra answers by the question's name."""

    @property
    def category(self) -> str: ...

    @property
    def extras(self) -> Mapping[str, str]: ...


HINTS: Mapping[str, Text] = {
    "text": _("A few words, please; at most {most} letters.", most=LONGEST),
    "number": _("A number, please, such as 12 or 3.5."),
    "choice": _("Press one of these, or write its name, please."),
    "link": _("I see no link there. It should look like https://example.com/page"),
    "date": _("A date, please, such as 24/11/2026."),
}


FIELDS: Mapping[str, FieldKind] = {
    "text": "line",
    "number": "line",
    "choice": "choice",
    "link": "line",
    "date": "date",
}
"""How each kind of question looks in a form."""


class Extra(Step[Any]):
    """One question of `desk.toml`."""

    def __init__(self, desk: Desk, question: Question) -> None:
        self.desk, self.question = desk, question
        self.name = PREFIX + question.name
        self.optional = question.optional
        self.counts = question.kind == "choice"

    def ask(self, draft: HasExtras) -> Prompt:
        kept = draft.extras.get(self.question.name)
        words: Speech = self.question.label
        if kept and self.question.kind != "choice":
            words = lines(words, _("So far: {answer}", answer=shown(self.question, kept)), between="\n")
        return Prompt(words, tuple(Choice(o.name, o.label) for o in self.question.options))

    def hear(self, draft: Any, answer: Answer) -> Heard[Any]:
        value = self._value(answer)
        if self.optional and isinstance(answer, Said) and self._is_skipped(draft, answer.text, value):
            return Next(draft)
        if value is None:
            return Again(lines(self.question.label, HINTS[self.question.kind], between="\n"))
        asked = (draft.category, answered(self.question, value))
        others = (one for one in draft.asked if one[1].name != self.question.name)
        return Next(replace(draft, extras={**draft.extras, self.question.name: value}, asked=(*others, asked)))

    def _is_skipped(self, draft: HasExtras, text: str, value: str | None) -> bool:
        """Where any words will do, only by whoever does not know: a "no" may be the answer."""
        if value is None:
            return passes(text) or lacks(text)
        return self.question.kind == "text" and unsure(text) and not self.filled(draft)

    def needed(self, draft: HasExtras) -> bool:
        found = self.desk.category(draft.category)
        return found is not None and any(q.name == self.question.name for q in found.questions)

    def filled(self, draft: HasExtras) -> bool:
        return bool(draft.extras.get(self.question.name))

    def field(self, draft: HasExtras) -> Field | None:
        if not self.needed(draft):
            return None
        question = self.question
        return Field(
            self.name,
            question.label,
            FIELDS[question.kind],
            choices=tuple(Choice(o.name, o.label) for o in question.options),
            value=draft.extras.get(question.name, ""),
            optional=self.optional,
            most=LONGEST if question.kind == "text" else 0,
        )

    def empty(self, draft: Any) -> Any:
        return replace(draft, extras={n: v for n, v in draft.extras.items() if n != self.question.name})

    def _value(self, answer: Answer) -> str | None:
        options = self.question.options
        match self.question.kind, answer:
            case "choice", Chose(name):
                return next((o.name for o in options if o.name == name), None)
            case "choice", Said(text) if found := meant(options, text, lambda option: option.label):
                return found.name
            case "text", Said(text) if 0 < len(text.strip()) <= LONGEST:
                return text.strip()
            case "number", Said(text):
                return number(text)
            case "link", Said(text):
                return next(iter(links_in(text)), None)
            case "date", Said(text):
                return day(text)
        return None


def gone(flow: Flow[Any], dialogue: Dialogue[Any]) -> bool:
    """Whether a release has taken away the question they have before their eyes: their words answer no other."""
    return dialogue.step.startswith(PREFIX) and engine.standing(flow, dialogue).name != dialogue.step


def dated(step: Step[Any], answer: Answer, seen: Seen) -> Answer:
    """Where a day is asked for, what one calls a day by its distance or its name is that day."""
    match step, answer:
        case Extra(question=question), Said(text) if question.kind == "date" and day(text) is None:
            found = day_of(text, wall(seen.desk.hours, seen.now).date())
            return Said(found.isoformat()) if found else answer
    return answer


def shown(question: Question, value: str) -> Fact:
    """A kept answer as its reader would write it. The question may have been of another kind when it was given."""
    match question.kind:
        case "choice":
            return next((o.label for o in question.options if o.name == value), value)
        case "number" if number(value) == value:
            return Number(value)
        case "date" if day(value) == value:
            return date.fromisoformat(value)
    return value


def answered(question: Question, value: str) -> Question:
    """As a request keeps it: without the options nobody picked."""
    return replace(question, options=tuple(option for option in question.options if option.name == value))


def number(text: str) -> str | None:
    """As people write it: a comma or a point for the decimals, either or a space between thousands, a unit beside it; "2 mil", "3k"."""
    counted = _COUNTED.fullmatch(text.strip())
    found = counted and (_THOUSANDS.fullmatch(counted["number"]) or _PLAIN.fullmatch(counted["number"]))
    if not counted or not found:
        return None
    whole, part = _times(counted["times"], re.sub(r"[^0-9]", "", found["whole"]), found["part"] or "")
    if len(whole) + len(part) > MOST_DIGITS:
        return None
    return f"{counted['sign']}{whole}.{part}" if part else f"{counted['sign']}{whole}"


def _times(word: str | None, whole: str, part: str) -> tuple[str, str]:
    """The digits before and behind the point, of so many thousands or millions."""
    if word is None:
        return whole, part
    places = 6 if word.casefold().startswith(_MILLION) else 3
    moved = whole + part[:places].ljust(places, "0")
    return moved.lstrip("0") or "0", part[places:].rstrip("0")


def day(text: str) -> str | None:
    """`24/11/2026`, `24.11.2026`, `24-11-26` or `2026-11-24`, as ISO. The day comes first, as people here write it, if it can."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    first, month, last = (int(p) for p in parts)
    year, number_of_day = (first, last) if len(parts[0]) == 4 else (last, first)
    if month > 12 and number_of_day <= 12 and len(parts[0]) < 4:
        month, number_of_day = number_of_day, month
    try:
        return date(year + 2000 if year < 100 else year, month, number_of_day).isoformat()
    except ValueError:
        return None
