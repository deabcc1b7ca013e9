"""Is this an insult to whoever reads it? A remark to the writer comes of it, never a refusal.

Words for bad things are people's own affair ("the app is shit"); what counts is aimed at somebody: a strong word, a name
for people beside a "you" or called out by itself, a bad word after "you are", or one of some fixed phrases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.desk.lists import word_lists

MOST = 4_000
"""Letters that are looked at."""
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
APART = re.compile(r"(?<!\w)(?:\w[ .\-_]){2,}\w(?!\w)")
"""Letters set apart: "f.u.c.k"."""
CLAUSE = re.compile(r"[,.;:!?¡¿\n()]+\s*")
WORD = re.compile(r"[\w*]+")
LETTERS = str.maketrans("0134578@$", "oieastbas")
CLOSE = 3
"""Words between "I am" and what the writer calls himself."""
WHOLE = 6
"""Words of a clause that only calls out a name."""
YOU_FORM = re.compile(r"\w{2,}(?:ais|eis)")


@lru_cache(maxsize=128)  # the same words are looked at in several turns
def insulting(text: str) -> bool:
    lists = word_lists("insults")
    return any(_aimed(clause, lists["people"]) for clause in _clauses(text[:MOST]))


def _clauses(text: str) -> Iterator[tuple[str, ...]]:
    bare = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    bare = unicodedata.normalize("NFD", bare).replace("n\u0303", "ñ")
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = APART.sub(lambda found: re.sub(r"\W|_", "", found[0]), bare)
    for clause in CLAUSE.split(re.sub(r"[@$](?=\w)|(?<=\w)[@$]", lambda found: found[0].translate(LETTERS), bare)):
        words = tuple(_word(word) for word in WORD.findall(clause))
        if words:
            yield words


def _word(word: str) -> str:
    """As it is meant: digits and held letters read as letters, a hidden letter guessed."""
    word = re.sub(r"(.)\1{2,}", r"\1", word)
    if any(c.isdigit() for c in word) and any(c.isalpha() for c in word):
        word = word.translate(LETTERS)
    if "*" in word[1:]:
        return next((known for known in _bad().get(len(word), ()) if _is(word, known)), word)
    return word


def _is(word: str, known: str) -> bool:
    return all(c in ("*", letter) for c, letter in zip(word, known, strict=True))


@lru_cache(maxsize=1)
def _bad() -> Mapping[int, tuple[str, ...]]:
    """By length."""
    lists = word_lists("insults")
    words = sorted(lists["strong"] | lists["people"] | lists["things"] | lists["expletives"])
    return {length: tuple(w for w in words if len(w) == length) for length in {len(w) for w in words}}


def _aimed(words: tuple[str, ...], people: frozenset[str]) -> bool:
    lists = word_lists("insults")
    if not lists["strong"].isdisjoint(words) or _has_phrase(words, lists["phrases"]):
        return True
    names = [n for n, word in enumerate(words) if word in people and not _unmeant(words, n)]
    if names and (_has_you(words) or _called_out(words, names)):
        return True
    said = f"_{'_'.join(words)}_"
    return not lists["things"].isdisjoint(words) and any(f"_{are}_" in said for are in lists["are"])


def _has_phrase(words: tuple[str, ...], phrases: frozenset[str]) -> bool:
    said = f" {' '.join(words)} $ "
    return any(f" {phrase} " in said for phrase in phrases)


def _has_you(words: tuple[str, ...]) -> bool:
    lists = word_lists("insults")
    return any(word in lists["you"] or (YOU_FORM.fullmatch(word) and word not in lists["no_you"]) for word in words)


def _unmeant(words: tuple[str, ...], at: int) -> bool:
    before = f"_{'_'.join(words[max(0, at - CLOSE) : at])}_"
    return any(f"_{me}_" in before for me in word_lists("insults")["unmeant"])


def _called_out(words: tuple[str, ...], names: list[int]) -> bool:
    """The clause is the name, and perhaps what goes with it."""
    lists = word_lists("insults")
    known = lists["people"] | lists["along"] | lists["things"]
    return len(words) <= WHOLE and words[names[-1]] == words[-1] and all(word in known for word in words)
