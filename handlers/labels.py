"""What somebody writes instead of pressing: a label, a yes, a no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bot.desk import answers as nods
from bot.desk.likeness import fold
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow
from bot.dialogue.words import Answer, Choice, Chose, Said, Spoken
from bot.effects import Seen
from bot.i18n import languages, typed
from handlers.asking.known import OTHER, SAME_FOR_ME
from handlers.asking.remarks import MINE, REPHRASE

SHORT = 40
"""Letters of what may be a yes, a no, or a label without its accents."""
YES, NO = (REPHRASE,), (MINE, OTHER)
"""What some questions call it; elsewhere a label begins with the word: "Yes, add to it"."""


OTHERS = ("new", OTHER.name)
"""What stands behind a list, and is none of it."""
GOES: Mapping[str, tuple[str, ...]] = {"on": ("use", "on", "done", "mine", "keep", "skip"), "back": ("back",)}
"""The choices of whoever only wants to go on, or back."""


def below(seen: Seen) -> Sequence[tuple[str, str]]:
    """What may be pressed under the last thing we said there, if that was looked up (`Asked`): what each asks, its name."""
    return seen.found.buttons


def heard(flow: Flow[Any], dialogue: Dialogue[Any], answer: Answer, language: str) -> Answer:
    """The press that it stands for at the question where one is; else as it was said."""
    found = pressed(offered(flow, dialogue), answer, language)
    counts = engine.standing(flow, dialogue).counts
    return _numbered(engine.ask(flow, dialogue).choices, found, language) if counts else found


def offered(flow: Flow[Any], dialogue: Dialogue[Any]) -> Iterator[Choice]:
    """What may be pressed, for whoever wants to know: to ask a question costs something."""
    yield from engine.ask(flow, dialogue).choices
    yield from engine.WAYS


def pressed(choices: Iterable[Choice], answer: Answer, language: str) -> Answer:
    """A typed label counts as a press, that of *Skip* or *Back* in whichever language, and so does a yes or a no where one is offered."""
    if not isinstance(answer, Said) or answer.files:
        return answer
    words, known = _folded(answer.text), tuple(choices)
    found = next((c for c in known if _labelled(c, language) == words), None)
    if found is None and len(words) <= SHORT:
        found = _nodded(known, words, language) or _elsewhere(known, words)
    return Chose(found.name) if found and words else answer


def _elsewhere(choices: Sequence[Choice], words: str) -> Choice | None:
    """One of the ways that all questions have, in another language than theirs."""
    ways = (choice for choice in choices if choice in engine.WAYS)
    return next((way for way in ways for code in languages() if _labelled(way, code) == words), None)


def _numbered(choices: Sequence[Choice], answer: Answer, language: str) -> Answer:
    """One of a list may be named by a part of its label, or by its number; where labels have numbers of their own, by a
    word: "la segunda".
    """
    if not isinstance(answer, Said) or answer.files or len(answer.text) > SHORT:
        return answer
    own = [choice for choice in choices if choice not in engine.WAYS]
    if found := nods.meant(own, answer.text, lambda choice: Spoken({language: typed(choice.label, language)})):
        return Chose(found.name)
    listed = [choice for choice in own if choice.name not in OTHERS]
    number = nods.counted(answer.text, len(listed))
    theirs = answer.text.strip().isdigit() and any(_has_digit(typed(c.label, language)) for c in listed)
    return answer if theirs or not number else Chose(listed[number - 1].name)


def _has_digit(label: str) -> bool:
    return any(sign.isdigit() for sign in label)


def _labelled(choice: Choice, language: str) -> str:
    return _folded_label(typed(choice.label, language))


def _nodded(choices: Sequence[Choice], words: str, language: str) -> Choice | None:
    """The only one that is a yes, when they write one; or a no; or the one whose label it is but for accents."""
    bare = words if words.isascii() and words.replace(" ", "").isalnum() else fold(words)
    nod = nods.nod(bare)
    if nod:
        found = [c for c in choices if _is(nod, c) or nods.nod(_first_words(typed(c.label, language))) == nod]
        return found[0] if len(found) == 1 else None
    named = next((c for c in choices if bare and _bare(typed(c.label, language)) == bare), None)
    return named or next((c for c in choices if c.name in GOES.get(nods.way(bare), ())), None)


def _is(nod: str, choice: Choice) -> bool:
    return choice in (YES if nod == "yes" else NO) or (nod == "yes" and choice.label == SAME_FOR_ME)


def _first_words(label: str) -> str:
    """Of "Yes, add to it" the yes."""
    return fold(label.partition(",")[0])


def _folded(text: str) -> str:
    return " ".join(text.casefold().strip(" .!¡¿?").split())


_bare = lru_cache(maxsize=1024)(fold)
_folded_label = lru_cache(maxsize=1024)(_folded)  # of labels there are few, and all are compared at every answer
