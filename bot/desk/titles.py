"""A title for what somebody wrote all at once: its first sentence that says something, in whole words."""

from __future__ import annotations

import re

from bot.desk.courtesy import greeting
from bot.links import without_links

SENSIBLE = 80
"""Letters; a sentence that is longer ends at a pause, or at a word."""
FEW_WORDS = 3
SMALL = 3
"""Letters of a word that leads to another one."""
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
PAUSE = re.compile(r"(?:\s?[,;:(]|\s[-\u2013\u2014])\s")
ENDS = " .,;:-\u2013\u2014"


def proposed(text: str, least: int, most: int) -> str:
    """Empty when nothing in it makes a title."""
    found = (_bare(sentence) for sentence in SENTENCE.split(without_links(text).strip()))
    first = next((words for words in found if len(words) >= least), "")
    if len(first) <= min(most, SENSIBLE):
        return first[:1].upper() + first[1:]
    short = _shorter(first, least, min(most, SENSIBLE))
    return short[:1].upper() + short[1:]


def _bare(sentence: str) -> str:
    """Without the greeting it begins with, and as one line."""
    parts = re.split(r"([,!.]\s+)", " ".join(sentence.split()))
    while len(parts) > 1 and greeting(parts[0]):
        parts = parts[2:]
    words = "".join(parts).rstrip(ENDS)
    return "" if greeting(words) else words


def _shorter(words: str, least: int, most: int) -> str:
    pauses = [words[: found.start()] for found in PAUSE.finditer(words, 0, most + 1)]
    fitting = [part for part in pauses if least <= len(part) <= most and len(part.split()) >= FEW_WORDS]
    if fitting:
        return fitting[-1]
    cut = words[: most - 1].rsplit(" ", 1)[0].split()
    while len(cut) > FEW_WORDS and len(cut[-1]) <= SMALL:
        cut.pop()  # no title ends in "of the …"
    return " ".join(cut).rstrip(ENDS) + "…"
