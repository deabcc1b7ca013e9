"""What people write where they could have pressed: a yes, a no, a part of a label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Literal, TypeVar

from bot.desk import courtesy
from bot.desk.likeness import fold
from bot.desk.lists import word_lists
from bot.dialogue.words import Spoken

T = TypeVar("T")

Way = Literal["on", "back", "over"]
WAYS: tuple[Way, ...] = ("on", "back", "over")
LONGEST = 80
"""Letters of what says nothing."""
FEW = 5
"""Letters of a word of which there may be many."""
MOST = 6
"""Words of such an answer; whoever writes more tells us something."""


def nod(words: str) -> Literal["yes", "no", ""]:
    """Whether these, folded, are a yes or a no and nothing more: "si por favor", "no gracias"."""
    lists, (first, *more) = word_lists("answers"), words.split(" ", MOST)
    said: Literal["yes", "no", ""] = "yes" if first in lists["yes"] else "no" if first in lists["no"] else ""
    return said if said and all(word in lists[said] or word in lists["polite"] for word in more) else ""


def declines(text: str) -> bool:
    """Whether it is a no and nothing more."""
    return nod(fold(text)) == "no"


def lacks(text: str) -> bool:
    """Whether they say that they have none of what is asked for, and nothing more: "no tengo ninguno", "no links". Where
    something else is asked, "no hay imágenes" may be what is wrong.
    """
    lists, words = word_lists("answers"), fold(text).split()
    denied = lists["no"] | lists["without"]
    known = denied | lists["having"] | lists["polite"]
    return len(words) <= MOST and not denied.isdisjoint(words) and known.issuperset(words)


def agrees(text: str) -> bool:
    """Whether it is a yes and nothing more."""
    return nod(fold(text)) == "yes"


def finishes(text: str) -> bool:
    """Whether they say that they are done, and nothing more: "ya está, gracias"."""
    lists, said = word_lists("answers"), fold(text)
    phrases = (phrase for phrase in lists["phrases done"] if f"{said} ".startswith(f"{phrase} "))
    if phrase := max(phrases, key=len, default=""):
        return lists["polite"].issuperset(said[len(phrase) :].split())
    return _all_about(said, lists["done"], lists["around"] | lists["polite"])


def unsure(text: str) -> bool:
    """Whether they do not know, and say nothing more: "ni idea", "I don't know". A "sure" is something else."""
    lists = word_lists("answers")
    denied = lists["not"] | {"idk"}
    around = denied | lists["oneself"] | lists["beside"] | lists["polite"]
    return not denied.isdisjoint(fold(text).split(" ", MOST)) and _all_about(text, lists["unsure"], around)


def passes(text: str) -> bool:
    """Whether they have no answer, and say nothing more: "no", "listo", "ni idea"."""
    return unsure(text) or declines(text) or finishes(text)


def way(words: str) -> Way | Literal[""]:
    """Where these, folded, want to go, and nothing more: "siguiente", "go back", "empezar de nuevo"."""
    lists = word_lists("answers")
    return next((to for to in WAYS if words in lists[f"phrases {to}"]), "")


def sends(text: str) -> bool:
    """Whether whoever sees it all wants it to go: "sí", "todo bien", "envíalo ya"."""
    lists = word_lists("answers")
    return agrees(text) or _all_about(text, lists["send"], lists["polite"] | lists["yes"] | lists["all"])


def adds_nothing(text: str) -> bool:
    """Whether whoever was told that it is solved leaves it at that: "sí", "no, gracias", "eso es todo"; "no" does not."""
    thanked = not word_lists("courtesy")["thanks"].isdisjoint(fold(text).split())
    return agrees(text) or finishes(text) or (declines(text) and thanked)


def says_nothing(text: str) -> bool:
    """Whether it tells nothing of what is wrong: a yes, a no, a way, a greeting, a thank-you, a call for help."""
    return len(text) <= LONGEST and _is_bare(text)


def _is_bare(text: str) -> bool:
    bare = bool(nod(fold(text)) or way(fold(text))) or passes(text) or courtesy.greeting(text) or courtesy.thanks(text)
    return bare or _calls(text)


def _calls(text: str) -> bool:
    """Whether they call for help, and do not say with what."""
    lists = word_lists("answers")
    return _all_about(text, lists["help"], lists["calling"] | lists["polite"] | word_lists("courtesy")["greetings"])


def _all_about(text: str, named: frozenset[str], beside: frozenset[str]) -> bool:
    """Whether one of these words is there, and nothing but them and what says nothing beside them."""
    words = set(fold(text).split(" ", MOST))
    return not named.isdisjoint(words) and words <= named | beside


def meant(options: Sequence[T], text: str, label: Callable[[T], Spoken]) -> T | None:
    """The one option whose label, in any language, holds all these words, besides what means nothing: "en la App Store".

    None when two could be meant, when a word would be lost, or when something is denied.
    """
    lists, words = word_lists("answers"), fold(text).split()
    every = [(option, [fold(one).split() for one in label(option).words.values()]) for option in options]
    found = [option for option, labels in every if words and words in labels]
    named = set(words) - lists["beside"] - lists["polite"]
    if not found and named and len(words) <= MOST and lists["not"].isdisjoint(words):
        found = [option for option, labels in every if any(_holds(one, named) for one in labels)]
    return found[0] if len(found) == 1 else None


def _holds(label: Sequence[str], named: Iterable[str]) -> bool:
    """Whether all these stand in it, one or many of it: "factura" in "Facturas y plan"."""
    words = {form for word in label for form in _forms(word)}
    return all(not words.isdisjoint(_forms(word)) for word in named)


def calls_only(text: str, names: Iterable[str]) -> bool:
    """Whether they say by one of its names which they mean, and nothing of it: "es de la SUP-1001, por favor"."""
    lists, named = word_lists("answers"), {word for name in names for word in fold(name).split()}
    return named.union(lists["beside"], lists["polite"], lists["yes"], lists["requests"]).issuperset(fold(text).split())


def _forms(word: str) -> tuple[str, ...]:
    return (word,) if len(word) < FEW else (word, word.removesuffix("s"), word.removesuffix("es"))


def counted(text: str, many: int) -> int:
    """Which of so many they name by its number: "2", "la segunda", "the last one". 0: none."""
    lists = word_lists("answers")
    named = set(fold(text).split(" ", MOST)) - lists["beside"] - lists["polite"]
    word = next(iter(named)) if len(named) == 1 else ""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) < 3 and int(word) <= many else 0
    if word in lists["last"]:
        return many
    return next((n for n in range(1, min(many, 5) + 1) if word in lists[str(n)]), 0)


def starred(text: str) -> int:
    """How many of five they give, and nothing more: "4", "4 de 5", "very good", "⭐⭐⭐⭐". 0: it is something else."""
    found = _given().fullmatch(text.strip())
    if found is None:
        return 0
    if found["stars"]:
        return len(re.findall("[⭐★]", found["stars"]))
    said, lists = found["number"].casefold(), word_lists("stars")
    return next((n for n in range(1, 6) if said == str(n) or said in lists[f"phrases {n}"]), 0)


@cache
def _given() -> re.Pattern[str]:
    lists = word_lists("stars")
    before, between, named = ("|".join(sorted(lists[part])) for part in ("before", "phrases of", "named"))
    words = "|".join(word for n in range(1, 6) for word in sorted(lists[f"phrases {n}"]))
    all_five = "|".join(sorted(lists["phrases 5"]))
    return re.compile(
        rf"(?:(?:{before})\s+)?(?P<number>[1-5]|{words})(?:\s*(?:/|{between})\s*(?:5|{all_five}))?"
        rf"(?:\s*(?:{named}))?\s*[.!⭐★]*|(?P<stars>(?:[⭐★]\ufe0f?\s*){{1,5}})",
        re.IGNORECASE,
    )
