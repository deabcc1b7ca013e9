"""Canned answers: the places in them that are filled in, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.desk.config import PRIORITIES, Deed

PLACES = ("name", "number", "title", "category", "link", "promise", "agent")
DEEDS: tuple[Deed, ...] = ("solve", "wait", *PRIORITIES, "mine")
TAG = re.compile(r"#[a-z0-9][a-z0-9-]{0,19}")
MOST = 1500
"""Letters of one: with its facts it still fits a message."""

_PLACE = re.compile(r"\{([^\W\d_]\w{0,29})\}")
_APART: tuple[frozenset[Deed], ...] = (frozenset({"solve", "wait"}), frozenset(PRIORITIES))
"""Of these it can do one."""


def tags(does: Sequence[Deed]) -> tuple[str, ...]:
    return tuple(deed for deed in does if deed not in DEEDS)


def filled(words: str, facts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: facts.get(place[1], place[0]), words)


def unknown(words: str) -> tuple[str, ...]:
    """The places that nobody can fill."""
    return tuple(dict.fromkeys(place for place in _PLACE.findall(words) if place not in PLACES))


def promises(words: str) -> bool:
    return "promise" in _PLACE.findall(words)


def at_odds(does: Sequence[Deed]) -> Iterator[str]:
    """What it cannot do at once."""
    for those in _APART:
        both = [deed for deed in does if deed in those]
        if len(both) > 1:
            yield f"can do only one of {', '.join(both)}"
