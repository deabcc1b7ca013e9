"""Is this the same subject as one of those?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

ALIKE = 80
"""Of 100. Measured with `token_sort_ratio`; the set ratios call everything a duplicate."""
LONGEST = 300
_BETWEEN = re.compile(r"\W+")


def like(title: str, others: Sequence[T], key: Callable[[T], str]) -> T | None:
    """The one whose words are most like these, if they are the same subject at all."""
    folded = fold(title)
    if not folded or not others:
        return None
    from rapidfuzz import fuzz, process  # few requests are compared at all, and a start has other things to do

    found = process.extractOne(
        folded, [fold(key(other)) for other in others], scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE
    )
    return others[found[2]] if found else None


def fold(text: str) -> str:
    """What is left when case, accents and punctuation do not count. The ñ stays: it makes another word."""
    return _folded(text[:LONGEST])


@lru_cache(maxsize=64)  # a turn asks several times what one answer means
def _folded(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", bare(text)).split())


def bare(text: str) -> str:
    """In small letters, without accents; the ñ stays."""
    small = text.casefold()
    if small.isascii():
        return small
    parted = unicodedata.normalize("NFD", small).replace("n\u0303", "ñ")
    return "".join(c for c in parted if not unicodedata.combining(c))
