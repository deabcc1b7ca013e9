"""Words that ask for nothing: a thank-you, a greeting. They open nothing again."""

from __future__ import annotations

import re

from bot.desk.likeness import fold
from bot.desk.lists import word_lists

LONGEST = 200
"""A thank-you that is longer says something else as well."""
FEW = 6
"""Words of a thank-you, mostly."""
ALONG = frozenset("\ufe0f\u200d🏻🏼🏽🏾🏿")
"""What an emoji may carry: its style, a joiner, a skin."""
AGAIN = frozenset({"again", "vez", "nuevo"})
MARKS = frozenset("\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022")
"""Dashes, quotes, dots."""


def thanks(text: str, whom: str = "") -> bool:
    """Whether somebody only thanks, or says that all is well: in words, emoji, or one sticker. `whom`: a name that may
    stand in it.
    """
    if not text.strip() or len(text) > LONGEST or "?" in text:
        return False
    lists = word_lists("courtesy")
    words = _with_phrases([_plain(word) for word in fold(text).split()])
    signs = {sign for sign in text if ord(sign) > 0x2000 and not sign.isalnum()} - ALONG - MARKS
    if not signs <= lists["glad"]:
        return False
    if not words:
        return bool(signs)
    known = lists["thanks"] | lists["fillers"] | set(fold(whom).split())
    known |= lists["here"] if AGAIN.isdisjoint(words) else set()
    return not lists["thanks"].isdisjoint(words) and all(word in known for word in words)


def may_thank(text: str) -> bool:
    """Whether `thanks` is worth asking: every message is looked at, and few are so short and have a word or sign of it."""
    lists, words = word_lists("courtesy"), text.casefold().split()
    return len(words) <= FEW and any(
        word.strip("¡!.,") in lists["thanks"] or not lists["glad"].isdisjoint(word) for word in words
    )


def on_help(text: str) -> bool:
    """Whether it speaks of how somebody was helped, and not of what is wrong: "la verdad, muy rápidos". For what is said
    right after a rating; in doubt it is not.
    """
    if len(text) > LONGEST or "?" in text:
        return False
    lists, words = word_lists("courtesy"), fold(text).split()
    return not lists["helped"].isdisjoint(words) and lists["objections"].isdisjoint(words)


def greeting(text: str) -> bool:
    """Whether it is a greeting and nothing more."""
    words = fold(text).split()
    return bool(words) and all(word in word_lists("courtesy")["greetings"] for word in words)


def _with_phrases(words: list[str]) -> list[str]:
    """With a thank-you in the place of phrases that are one; but "got it again" is none."""
    whole = f" {' '.join(words)} "
    for phrase in sorted(word_lists("courtesy")["phrases"], key=len, reverse=True):
        whole = whole.replace(f" {phrase} ", " gracias ")
    found = whole.split()
    return found if AGAIN.isdisjoint(found) else words


def _plain(word: str) -> str:
    """Without letters held down: "graciasss", "thankssss"."""
    return re.sub(r"(.)\1{2,}", r"\1", word)
