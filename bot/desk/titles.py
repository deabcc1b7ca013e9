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

MAIL_HEAD = re.compile(r"(?:from|to|cc|date|sent|subject|de|para|fecha|enviado(?: el)?|asunto)[ \t]*:", re.IGNORECASE)
SUBJECT = re.compile(
    r"^(?:subject|asunto)[ \t]*:[ \t]*(?:(?:re|fwd?|rv)[ \t]*:[ \t]*)*(.+)$", re.IGNORECASE | re.MULTILINE
)
RULER = re.compile(r"[-_=*]{3,}")
"""The lines at the head of a mail, its subject, and what stands between it and what it answers."""


def proposed(text: str, least: int, most: int) -> str:
    """Empty when nothing in it makes a title. A mail that was pasted has one: its subject."""
    sentences = SENTENCE.split(without_links(text).strip())
    if sum(MAIL_HEAD.match(sentence) is not None for sentence in sentences) > 1:
        subjects = [found[1] for found in SUBJECT.finditer(text)]
        sentences = [*subjects, *(s for s in sentences if not MAIL_HEAD.match(s) and not RULER.match(s))]
    found = (_bare(sentence) for sentence in sentences)
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
