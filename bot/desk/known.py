"""A known issue: something that is wrong for many, which nobody needs to write to us about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from bot.dialogue.words import Spoken
from bot.events import Address
from bot.language import detect
from bot.values import replace

State = Literal["new", "open", "fixed", "gone"]
"""`new`: the team has not said yet what it is about; `gone`: and never will."""
LONGEST = 120
"""Letters of its title, in any language."""


class Issue(Struct, frozen=True, kw_only=True):
    """What the team says of it, and how many have it."""

    id: str
    titles: Mapping[str, str]
    """By language; the team's own first."""
    team: Address
    """Where its card is."""
    by: str
    category: str = ""
    subcategory: str = ""
    """Empty: the whole category."""
    since: datetime
    state: State = "new"
    round: int = 0
    """How often its followers had or have to be told something new."""
    followers: int = 0
    broken: int = 0
    """Those for whom it is not fixed."""
    mine: bool = False
    """Whoever we speak with follows it …"""
    troubled: bool = False
    """… and says that it is still broken. Like the numbers, read beside it."""

    @property
    def title(self) -> Spoken:
        return Spoken(self.titles)

    def about(self, category: str, subcategory: str) -> bool:
        return self.state == "open" and category == self.category and self.subcategory in ("", subcategory)

    def opened(self, now: datetime) -> Issue:
        """Known from now on; or again."""
        since = self.since if self.state == "fixed" else now
        return replace(self, state="open", since=since, round=self.round + 1)

    def fixed(self) -> Issue:
        return replace(self, state="fixed", round=self.round + 1)


def titles(text: str, language: str, languages: tuple[str, ...]) -> Mapping[str, str]:
    """`Login is down | No se puede entrar`: a part for each language, told by its beginning (`es: …`) or its words."""
    parts = list(_parts(text, languages))
    named = {code for code, _words in parts if code}
    found: dict[str, str] = {}
    for code, words in parts:
        own = language if not found and language not in named else ""
        known = code or (detect(words, own) if len(parts) > 1 else own)
        if not known or known in found or (not code and known in named):
            known = next((c for c in languages if c not in found and c not in named), "")
        if words and known:
            found[known] = " ".join(words.split())[:LONGEST]
    return {code: found[code] for code in (language, *found) if code in found}


def _parts(text: str, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for part in text.split("|"):
        code, colon, rest = part.strip().partition(":")
        named = bool(colon) and code.strip().lower() in languages
        yield (code.strip().lower(), rest.strip()) if named else ("", part.strip())
