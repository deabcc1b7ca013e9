"""Good manners in what somebody is about to send: shouting, two subjects in one, code that is not ours.

Each finds something to offer; whoever wrote it may always keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.desk.likeness import fold
from bot.desk.lists import word_lists

LETTERS = 8
"""A title with fewer is no shouting."""
LOUD = 0.7
"""Of its letters, in capitals."""
SHORT, FEW = 4, 3
"""A word or two in capitals up to this length may be names of things; three are a voice."""
NAMES: Mapping[str, str] = {name.casefold(): name for name in word_lists("names")["names"]}
SENTENCE = re.compile(r"(?<=[.!?\n])\s+|\n+")
LONGEST = 4_000
PART = 3
"""Words a subject has at least."""

CODE = re.compile(
    r"^[ \t]{0,80}(?:```|~~~)"
    r"|</?(?:div|span|script|style|html|head|body|iframe|table|t[rdh]|ul|li|p|a|img|meta|link|form|input|button|section|h[1-6])"
    r"\b[^<>\n]{0,500}>"
    r"|<\?php|<!DOCTYPE"
    r"|^[ \t]{0,80}[.#@]?\w[^{};\n]{0,80}\{[ \t]{0,80}$"
    r"|^[ \t]{0,80}[\w-]{1,40}[ \t]{0,4}:[^;{}\n]{1,200};[ \t]{0,80}$"
    r"|\bfunction\b[ \t]{0,4}\w{0,40}[ \t]{0,4}\([^)\n]{0,100}\)[ \t]{0,4}\{"
    r"|^[ \t]{0,80}(?:var|let|const)[ \t]{1,4}\w{1,40}[ \t]{0,4}=|\bdocument\.\w|\$\([ \t]{0,4}[\"'.#]|=>[ \t]{0,4}[{(]"
    r"|^[ \t]{0,80}\}[ \t]{0,4};?[ \t]{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)
"""Every part is bounded: what people write may be long and odd."""
FENCED = re.compile(r"^[ \t]{0,80}(```|~~~).*?(?:^[ \t]{0,80}\1[ \t]{0,80}$|\Z)", re.MULTILINE | re.DOTALL)
TELLING = 2
"""So many signs make it code; one may be a slip, or the name of a thing."""


def shouts(title: str) -> bool:
    letters = [c for c in title if c.isalpha()]
    loud = [word for word in re.findall(r"\w+", title) if word.isupper() and word.casefold() not in NAMES]
    told = len(loud) >= FEW or any(len(word) > SHORT for word in loud)
    return len(letters) >= LETTERS and told and sum(c.isupper() for c in letters) >= LOUD * len(letters)


def calm(title: str) -> str:
    """The same in a normal voice: names as they are written, one mark where there were many."""
    words = re.sub(r"\w+(?:\.\w+)*", lambda found: _quiet(found[0]), title)
    words = re.sub(r"([!?])[!?]+", r"\1", re.sub(r"([¡¿])[¡¿]+", r"\1", words))
    return (
        re.sub(r"\w", lambda found: found[0].upper(), words, count=1)
        if words[:1].islower() or not words[:1].isalnum()
        else words
    )


def _quiet(word: str) -> str:
    if any(c.isdigit() for c in word):
        return word
    return NAMES.get(word.casefold(), word.lower())


def subjects(text: str) -> tuple[str, str] | None:
    """What is said of a first subject and of a second, when a sentence begins with "another thing" or the like."""
    text = text[:LONGEST]
    starts = [0, *(found.end() for found in SENTENCE.finditer(text))]
    for start in starts[1:]:
        words = fold(text[start : start + 60])
        if any(
            words.startswith((phrase, f"y {phrase}", f"and {phrase}")) for phrase in word_lists("subjects")["phrases"]
        ):
            first, second = text[:start].strip(), text[start:].strip()
            if len(first.split()) >= PART and len(second.split()) > PART:
                return first, second
    return None


def holds_code(text: str) -> bool:
    return sum(1 for _found in CODE.finditer(text[:LONGEST])) >= TELLING


def without_code(text: str) -> str:
    """Without the lines that are code, and without fenced blocks."""
    bare = FENCED.sub("", text)
    lines = [line for line in bare.splitlines() if not CODE.search(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
