"""Customers and agents, and the doors where a person meets us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.events import Address

PersonId = int


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the team, as their platform names them."""

    id: str
    """`telegram:77`: the channel and its user id."""
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, whichever doors they come through."""

    id: PersonId
    name: str
    language: str
    """The language we speak with them; settled at the first meeting."""
    chosen: bool = False
    """They said so themselves; nothing else may change it then."""
    where: Address | None = None
    """The chat where they last were: answers go there."""
    sure: bool = True
    """False: neither their platform nor their words told us the language; it is the desk's."""
    requests: int = 0
    """How many tickets they have opened so far."""
    solved: datetime | None = None
    """When the last of them was solved."""
    day: int = 0
    """The last day on which they opened one (`date.toordinal`, by the desk's clock) …"""
    today: int = 0
    """… and how many they opened on it."""
    blocked: datetime | None = None
    """Until when nothing they write is taken."""
    reason: str = ""
    """Why; they read it."""
    new: bool = False
    """This is the first time."""


_WORD = re.compile(r"join[-_]([a-z2-7]{26})")


def word_in(text: str) -> str:
    """The word that somebody brings to join one of their doors with another, as people write it and as a deep link
    carries it; empty: they say something else.
    """
    found = _WORD.fullmatch(text.strip().lower()) if len(text) < 60 else None
    return found[1] if found else ""
