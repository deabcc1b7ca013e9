"""Good manners in what somebody is about to send: shouting, two subjects in one, code that is not ours.

Each finds something to offer; whoever wrote it may always keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

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
MOST = 200
"""Sentences that are looked at."""
OPENING = 60
"""Letters in which a sentence says that it opens a subject."""
ITEM = re.compile(r"\A(?:\d{1,2}[.)]|[-*\u2022\u2013])\s")
PART = 3
"""Words a subject has at least."""

CODE = re.compile(
    r"^[ \t]{0,80}(?:```|~~~)"
    r"|<(?=[/?!a-z])(?:/?(?:div|span|script|style|html|head|body|iframe|table|t[rdh]|ul|li|p|a|img|meta|link|form|input|button|section|h[1-6])"
    r"\b[^<>\n]{0,500}>|\?php|!DOCTYPE)"
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


def shouts(title: str, names: tuple[str, ...] = ()) -> bool:
    """`names`: a desk's own, which are written as they are."""
    letters, known = [c for c in title if c.isalpha()], _names(names)
    loud = [word for word in re.findall(r"\w+", title) if word.isupper() and word.casefold() not in known]
    told = len(loud) >= FEW or any(len(word) > SHORT for word in loud)
    return len(letters) >= LETTERS and told and sum(c.isupper() for c in letters) >= LOUD * len(letters)


def calm(title: str, names: tuple[str, ...] = ()) -> str:
    """The same in a normal voice: names as they are written, one mark where there were many."""
    words = re.sub(r"\w+(?:\.\w+)*", lambda found: _quiet(found[0], _names(names)), title)
    words = re.sub(r"([!?])[!?]+", r"\1", re.sub(r"([¡¿])[¡¿]+", r"\1", words))
    return (
        re.sub(r"\w", lambda found: found[0].upper(), words, count=1)
        if words[:1].islower() or not words[:1].isalnum()
        else words
    )


def _quiet(word: str, names: Mapping[str, str]) -> str:
    known = names.get(word.casefold())
    return known or (word if any(c.isdigit() for c in word) else word.lower())


@lru_cache(maxsize=16)
def _names(own: tuple[str, ...]) -> Mapping[str, str]:
    return {**NAMES, **{name.casefold(): name for name in own}}


def subjects(text: str) -> tuple[str, str] | None:
    """What is said of a first subject and of a second: a sentence begins with "another thing" or the like, or with
    "also" and speaks of something else altogether, as an item of a list may.
    """
    text = text[:LONGEST]
    starts = {found.end() for found in SENTENCE.finditer(text)} | {at.start(1) for at in _inside().finditer(text)}
    for start in sorted(starts)[:MOST]:
        first, second = text[:start].strip(" \n,;"), text[start:].strip()
        if _opens(first, second) and len(first.split()) >= PART and len(second.split()) > PART:
            return first, second
    return None


@lru_cache(maxsize=1)
def _inside() -> re.Pattern[str]:
    return re.compile(rf"\s({'|'.join(sorted(word_lists('subjects')['phrases inside']))})\b", re.IGNORECASE)


def _opens(first: str, second: str) -> bool:
    lists, words = word_lists("subjects"), f"{fold(second[:OPENING])} "
    if _begins(words, lists["phrases"] | lists["phrases inside"]):
        return True
    perhaps, also = (
        _begins(words, lists["phrases perhaps"]),
        _begins(words, lists["phrases also"]) or ITEM.match(second),
    )
    if not perhaps and not also:
        return False
    before, after = _topics(first), _topics(SENTENCE.split(ITEM.sub("", second, count=1), maxsplit=1)[0])
    return bool(after - before) if perhaps else bool(before and after) and before.isdisjoint(after)


def _begins(words: str, phrases: frozenset[str]) -> bool:
    return any(words.startswith((f"{phrase} ", f"y {phrase} ", f"and {phrase} ")) for phrase in phrases)


def _topics(text: str) -> frozenset[str]:
    """What it speaks of."""
    return frozenset(_topic(word) for word in re.findall(r"[\w-]+", fold(text))) - {""}


@lru_cache(maxsize=4096)  # people use the same words
def _topic(word: str) -> str:
    lists = word_lists("topics")
    return next((name for name, known in lists.items() if any(_is(word, one) for one in known)), "")


def _is(word: str, known: str) -> bool:
    return word.startswith(known[:-1]) if known.endswith("*") else word == known


def holds_code(text: str) -> bool:
    return sum(1 for _found in CODE.finditer(text[:LONGEST])) >= TELLING


def without_code(text: str) -> str:
    """Without the lines that are code, and without fenced blocks."""
    bare = FENCED.sub("", text)
    lines = [line for line in bare.splitlines() if not CODE.search(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
