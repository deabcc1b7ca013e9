"""What people write where they could have pressed: a yes, a no, a part of a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from bot.desk.likeness import fold
from bot.desk.lists import word_lists
from bot.dialogue.words import Spoken

T = TypeVar("T")

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
    """Whether they say that they have none, and nothing more: "no tengo ninguno", "I don't have any"."""
    lists, words = word_lists("answers"), fold(text).split()
    denied = lists["no"] | lists["without"]
    known = denied | lists["having"] | lists["polite"]
    return len(words) <= MOST and not denied.isdisjoint(words) and known.issuperset(words)


def agrees(text: str) -> bool:
    """Whether it is a yes and nothing more."""
    return nod(fold(text)) == "yes"


def meant(options: Sequence[T], text: str, label: Callable[[T], Spoken]) -> T | None:
    """The one option whose label, in any language, holds all these words, besides what means nothing: "en la App Store".

    None when two could be meant, when a word would be lost, or when something is denied.
    """
    lists, words = word_lists("answers"), fold(text).split()
    every = [(option, [fold(one).split() for one in label(option).words.values()]) for option in options]
    found = [option for option, labels in every if words and words in labels]
    named = set(words) - lists["beside"] - lists["polite"]
    if not found and named and len(words) <= MOST and lists["not"].isdisjoint(words):
        found = [option for option, labels in every if any(named <= set(one) for one in labels)]
    return found[0] if len(found) == 1 else None
