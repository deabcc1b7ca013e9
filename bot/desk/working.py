"""Reads how the team works together from `desk.toml`: `[team]`, and its canned answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import Literal

from bot.desk.canned import DEEDS, MOST, PLACES, TAG, at_odds, promises, unknown
from bot.desk.config import Canned, Deed, Team
from bot.desk.fields import LABEL, Table, meant
from bot.desk.opening_hours import TERM, term

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def read_team(table: Table) -> Team:
    usual = Team()
    silence = table.text("baton", f"{TERM.pattern}|off", 'like "8 hours" or "1 day", or "off"', "")
    baton = None if silence == "off" else (term(table, "baton") if TERM.fullmatch(silence) else None) or usual.baton
    team = Team(baton=baton, digest=_digest(table))
    table.close()
    return team


def _digest(table: Table) -> time | Literal["opening", "off"]:
    like = 'the "opening" of the day, a time such as "8:30", or "off"'
    word = table.text("digest", f"opening|off|{_TIME.pattern}", like, "opening")
    found = _TIME.fullmatch(word)
    if found:
        return time(int(found[1]), int(found[2]))
    return "off" if word == "off" else "opening"


def read_canned(table: Table) -> tuple[Canned, ...]:
    return tuple(_canned(name, below) for name, below in table.named("canned"))


def _canned(name: str, table: Table) -> Canned:
    canned = Canned(
        name=name, label=table.spoken("label", LABEL), words=table.spoken("words", MOST), does=tuple(_does(table))
    )
    for why in at_odds(canned.does):
        table.wrong(why, "does")
    for language, words in canned.words.words.items():
        for place in unknown(words):
            table.wrong(f"nobody can fill in {{{place}}}; {meant(place, PLACES)}", "words", language)
        if promises(words) and {"solve", "wait"} & set(canned.does):
            table.wrong("nothing is promised after it solves or waits, so {promise} has no date", "words", language)
    return canned


def _does(table: Table) -> Iterator[Deed]:
    for number, item in enumerate(table.items("does")):
        if isinstance(item, str) and (item in DEEDS or TAG.fullmatch(item)):
            yield item
        else:
            table.wrong(f"should be one of {', '.join(DEEDS)}, or a tag such as #bank", "does", number)
