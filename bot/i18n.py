"""Catalogues and Babel's dates: a sentence becomes its final words in the reader's language, its facts escaped."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location
from babel.numbers import get_decimal_symbol
from msgspec import Struct

from bot.dialogue import markup
from bot.dialogue.words import (
    Call,
    City,
    Fact,
    In,
    Lines,
    Link,
    Mention,
    Number,
    Quote,
    RoomLink,
    Speech,
    Spoken,
    Text,
    Tongue,
    _,
)
from bot.values import replace

FOLDER = Path(__file__).resolve().parent.parent / "locales"
SOURCE = "en"
"""The language the sentences are written in."""

# Weekday, day, month and time, in the order and with the words of each language; and a day alone. Others: as is usual there.
MOMENT = {"es": "EEEE d 'de' MMMM 'a las' H:mm", "en": "EEEE d MMMM 'at' HH:mm"}
ONE = {"es": "EEEE d 'de' MMMM 'a la' H:mm"}
WITH_YEAR = {"es": "MMMM 'de' y", "en": "MMMM y"}
"""What takes the place of the month when the year is in doubt."""
NEAR = timedelta(days=270)
"""So far away, before or behind, a day and its month leave no doubt of the year."""
DAY = {"es": "d 'de' MMMM 'de' y", "en": "d MMMM y"}


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages we speak: one folder each. The source language comes first."""
    found = sorted(p.parent.parent.name for p in FOLDER.glob("*/LC_MESSAGES/conserje.po"))
    return (SOURCE, *(code for code in found if code != SOURCE))


@lru_cache(maxsize=16)
def catalogue(language: str) -> gettext.NullTranslations:
    """The sentences of a language, compiled in memory so that no stale file can be read."""
    path = FOLDER / language / "LC_MESSAGES" / "conserje.po"
    if not path.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # needed once, and not by who starts
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    return gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))


def _no_room(_link: RoomLink) -> str:
    return ""


class Words(Struct, frozen=True):
    """Turns speech into final words for a desk: its address for links, its time zone for dates."""

    base: str
    zone: ZoneInfo
    call: str = "/"
    """What stands before a command's name on the reader's platform."""
    room: Callable[[RoomLink], str] = _no_room
    """The address that leads the reader to a request's room; empty: none does."""
    now: Callable[[], datetime] | None = None
    """When it is read: of days that are far away the year is said; without it of none."""

    def read_on(self, call: str, room: Callable[[RoomLink], str] = _no_room) -> Words:
        """The same for a reader on another platform."""
        return replace(self, call=call, room=room)

    def say(self, speech: Speech, language: str) -> str:
        """In small markup, what others wrote escaped."""
        return _spoken(speech, language, self, markup.escape)

    def plain(self, speech: Speech, language: str) -> str:
        """Without any markup: for buttons, titles of threads, toasts."""
        if isinstance(speech, Text) and not speech.facts:  # as nearly all labels
            return _label(speech.sentence, speech.context, language)
        return _plain(self.say(speech, language))


@lru_cache(maxsize=4096)
def label(sentence: str, context: str, language: str) -> str:
    """The translation of a sentence that has no facts, as it stands in the catalogue."""
    found = catalogue(language)
    return found.pgettext(context, sentence) if context else found.gettext(sentence)


_plain = lru_cache(maxsize=4096)(markup.plain)  # the same labels stand under every question


@lru_cache(maxsize=4096)
def _label(sentence: str, context: str, language: str) -> str:
    return _plain(label(sentence, context, language))


def typed(speech: Speech, language: str) -> str:
    """A label as somebody would type it: without links or dates, which labels do not carry."""
    if isinstance(speech, Text) and not speech.facts:
        return _label(speech.sentence, speech.context, language)
    return _plain(_spoken(speech, language, NOWHERE, markup.escape))


def written(words: Mapping[str, str], language: str) -> str:
    """The desk's own words in a language, or in the first that there is."""
    return words.get(language) or next(iter(words.values()), "")


def _spoken(speech: Speech, language: str, desk: Words, escape: Callable[[str], str]) -> str:
    match speech:
        case Text():
            return _sentence(speech, language, desk, escape)
        case Spoken(words):
            return escape(written(words, language))
        case Quote(text, marked):
            return "\n".join(f"> {line}" for line in (marked or escape(text)).strip().splitlines())
        case In(theirs, inner):
            return _spoken(inner, theirs, desk, escape)
        case Lines(parts, between):
            said = (_spoken(part, language, desk, escape) for part in parts)
            return between.join(words for words in said if words)


def _sentence(text: Text, language: str, desk: Words, escape: Callable[[str], str]) -> str:
    if text.plural:
        words = catalogue(language).ngettext(text.sentence, text.plural, _count(text))
    else:
        words = label(text.sentence, text.context, language)
    if not text.facts:
        return words
    facts = _named(text.facts, words) if "" in text.facts.values() else text.facts
    return words.format_map({name: _fact(fact, language, desk, escape) for name, fact in facts.items()})


AGENT = (_("Somebody of the team"), _("somebody of the team"))
CUSTOMER = (_("The customer"), _("the customer"))
SOMEBODY: Mapping[str, tuple[Text, Text]] = {"agent": AGENT, "by": AGENT, "who": AGENT, "name": CUSTOMER}
"""How one speaks of somebody whose name no platform has told, by what a sentence calls them: where it begins, and within."""


def _named(facts: Mapping[str, Fact], words: str) -> Mapping[str, Fact]:
    """Nobody is a gap in a sentence."""
    gaps = {name for name, fact in facts.items() if fact == "" and name in SOMEBODY}
    first = words.lstrip("*").partition("}")[0]
    return {**facts, **{name: SOMEBODY[name][first != f"{{{name}"] for name in gaps}}


def _moment(at: datetime, desk: Words, language: str) -> str:
    shown = at.astimezone(desk.zone).replace(second=0, microsecond=0, tzinfo=None)
    return _on_the_wall(shown, language, year=desk.now is not None and abs(at - desk.now()) > NEAR)


@lru_cache(maxsize=1024)  # a desk's promises end at the same few times
def _on_the_wall(at: datetime, language: str, *, year: bool) -> str:
    """A day and a time. Where one o'clock has words of its own they are used: "a la 1:05", "a las 2:05"."""
    shape = (ONE.get(language) if at.hour == 1 else None) or MOMENT.get(language)
    if shape is None:
        shape = _usual(language)
    elif year:
        shape = shape.replace("MMMM", WITH_YEAR[language])
    return format_datetime(at, shape, locale=language)


def _usual(language: str) -> str:
    """How a language writes a day and a time when nobody has said how we do: with the year."""
    known = Locale.parse(language)
    day, clock = known.date_formats["full"].pattern, known.time_formats["short"].pattern
    return str(known.datetime_formats["full"]).replace("{1}", day).replace("{0}", clock)


def _count(text: Text) -> int:
    n = text.facts["n"]
    return n if isinstance(n, int) else 0


def _fact(fact: Fact, language: str, desk: Words, escape: Callable[[str], str]) -> str:
    match fact:
        case str():
            return markup.isolated(escape(fact))
        case int():
            return str(fact)
        case datetime():
            return markup.moment(fact.timestamp(), escape(_moment(fact, desk, language)))
        case date():
            return format_date(fact, DAY.get(language, "long"), locale=language)
        case Link(path):
            return desk.base + path
        case RoomLink():
            return escape(desk.room(fact)) or desk.base + fact.page
        case Call():
            return desk.call
        case Tongue(code):
            return str(Locale.parse(language).languages.get(code, code))
        case _:
            return _further(fact, language, desk, escape)


def _further(fact: Mention | Number | City | Speech, language: str, desk: Words, escape: Callable[[str], str]) -> str:
    match fact:
        case Mention(number, name):
            return markup.mention(number, escape(name or number))  # the platform shows the name it knows
        case Number(digits):
            return digits.replace(".", get_decimal_symbol(language))
        case City():
            return _city(desk.zone.key, language)
        case _:
            return _spoken(fact, language, desk, escape)


@lru_cache(maxsize=16)
def _city(zone: str, language: str) -> str:
    """The last part of those that have no name of their own: "Argentina/Buenos Aires"."""
    return get_timezone_location(zone, locale=language, return_city=True).rpartition("/")[2]


NOWHERE = Words("", ZoneInfo("UTC"))
