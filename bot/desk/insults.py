"""Is this an insult to whoever reads it? A remark to the writer comes of it, never a refusal.

Words for bad things are people's own affair ("the app is shit"); what counts is aimed at somebody: a strong word, a name
for people beside a "you", beside a word for one of us or called out by itself, a bad word after "you are", or one of
some fixed phrases. What is quoted, or told of somebody else's words, is aimed at nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.desk.config import Manners
from bot.desk.likeness import bare
from bot.desk.lists import word_lists
from bot.language import QUOTED

MOST = 4_000
"""Letters that are looked at."""
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
APART = re.compile(r"(?<!\w)(?:\w[ .\-_]){2,}\w(?!\w)")
"""Letters set apart: "f.u.c.k"."""
SENTENCE = re.compile(r"[.!?¡¿\n]+")
CLAUSE = re.compile(r"[,;:()]+")
WORD = re.compile(r"[\w*]+")
LETTERS = str.maketrans("0134578@$", "oieastbas")
CLOSE = 3
"""Words between "I am" or "you are" and what somebody is called."""
WHOLE = 6
"""Words of a clause that only calls out a name."""
YOU_FORM = re.compile(r"\w{2,}(?:ais|eis)")


def hurts(manners: Manners, text: str) -> bool:
    """As this desk sees it, if it minds."""
    return manners.insults and insulting(text, manners.rude, manners.fine)


@lru_cache(maxsize=128)  # the same words are looked at in several turns
def insulting(text: str, rude: tuple[str, ...] = (), fine: tuple[str, ...] = ()) -> bool:
    """`rude`: a desk's own words that always count; `fine`: those that never do."""
    always, never = _own(rude), _own(fine)
    clauses = (tuple(word for word in clause if word not in never) for clause in _clauses(text[:MOST]))
    return any(not always.isdisjoint(clause) or _aimed(clause) for clause in clauses)


def _clauses(text: str) -> Iterator[tuple[str, ...]]:
    said = bare(QUOTED.sub(" , ", UNSEEN.sub("", unicodedata.normalize("NFKC", text))))
    said = APART.sub(lambda found: re.sub(r"\W|_", "", found[0]), said).replace("'", " ").replace("\u2019", " ")
    said = re.sub(r"[@$](?=\w)|(?<=\w)[@$]", lambda found: found[0].translate(LETTERS), said)
    for sentence in SENTENCE.split(said):
        clauses = [tuple(map(_word, WORD.findall(clause))) for clause in CLAUSE.split(sentence)]
        if not any(_list("reported").intersection(clause) for clause in clauses):
            yield from filter(None, clauses)


@lru_cache(maxsize=4096)  # people use the same words
def _word(word: str) -> str:
    """As it is meant: digits and held letters read as letters, a hidden letter guessed, and as it sounds."""
    word = re.sub(r"([^*])\1{2,}", r"\1", word)
    if any(c.isdigit() for c in word) and any(c.isalpha() for c in word):
        word = word.translate(LETTERS)
    word = _sound(word)
    if "*" in word[1:] and word[0] != "*":
        return next((known for known in _bad().get(len(word), ()) if _is(word, known)), word)
    return word


def _sound(word: str) -> str:
    """Spelled as many spell it: one sign for what sounds alike in Spanish."""
    word = re.sub(r"c(?=[ei])", "s", word.replace("z", "s").replace("v", "b"))
    return word[1:] if re.match(r"h[aeiou]", word) else word


def _is(word: str, known: str) -> bool:
    return all(c in ("*", letter) for c, letter in zip(word, known, strict=True))


@lru_cache(maxsize=16)
def _own(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_word(bare(word)) for word in words)


# -- the lists -------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _list(name: str) -> frozenset[str]:
    return frozenset(map(_sound, word_lists("insults")[name]))


@lru_cache(maxsize=1)
def _bad() -> Mapping[int, tuple[str, ...]]:
    """By length; the commonest first."""
    words = [word for name in ("expletives", "strong", "people", "traits") for word in sorted(_list(name))]
    return {length: tuple(w for w in words if len(w) == length) for length in {len(w) for w in words}}


@lru_cache(maxsize=8)
def _phrases(name: str) -> re.Pattern[str]:
    """Of each line the words in their order; `/` stands between those that may take one place, `*` for any word."""
    return re.compile("|".join(_phrase(line.split()) for line in sorted(word_lists("insults")[name])))


def _phrase(places: Iterable[str]) -> str:
    return "".join(rf" {_place(place)}(?= )" if place != "$" else " $" for place in places)


def _place(place: str) -> str:
    return r"\S+" if place == "*" else f"(?:{'|'.join(re.escape(_sound(word)) for word in place.split('/'))})"


# -- what is aimed ---------------------------------------------------------------------------------------


def _aimed(words: tuple[str, ...]) -> bool:
    said = f" {' '.join(words)} "
    if not _list("strong").isdisjoint(words) or _phrases("phrases").search(said):
        return not _phrases("phrases told").search(said)
    people, traits = _list("people"), _list("traits")
    names = [n for n, word in enumerate(words) if word in people and not _unmeant(words, n)]
    if names and (_has_you(words) or not _list("ours").isdisjoint(words) or _called_out(words, names)):
        return True
    bad = [n for n, word in enumerate(words) if (word in traits or word in people) and not _unmeant(words, n)]
    return any(_of_you(words, n) for n in bad) or (bool(bad) and _called_out(words, bad, alone=False))


def _has_you(words: tuple[str, ...]) -> bool:
    no_you = _list("no_you")
    return any(word in _list("you") or (YOU_FORM.fullmatch(word) and word not in no_you) for word in words)


def _of_you(words: tuple[str, ...], at: int) -> bool:
    """Shortly after "you are", or right behind "you" or a whole pack of you."""
    near = f" {' '.join(words[max(0, at - CLOSE - 2) : at])} "
    return bool(_phrases("phrases are").search(near) or _phrases("phrases before").search(f"{near}$ "))


def _unmeant(words: tuple[str, ...], at: int) -> bool:
    return bool(_phrases("phrases unmeant").search(f" {' '.join(words[max(0, at - CLOSE) : at])} "))


def _called_out(words: tuple[str, ...], names: list[int], *, alone: bool = True) -> bool:
    """The clause is the name, and perhaps what goes with it."""
    known = _list("people") | _list("along") | _list("traits")
    enough = alone or not _list("harsh").isdisjoint(words)
    return enough and len(words) <= WHOLE and names[-1] == len(words) - 1 and all(word in known for word in words)
