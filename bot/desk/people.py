"""Customers and agents, and the doors where a person meets us."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from bot.events import Address, EntryId

PersonId = int


class Agent(Struct, frozen=True):
    """Somebody of the team, as their platform names them."""

    id: str
    """`telegram:77`: the channel and its user id."""
    name: str


class Person(Struct, frozen=True):
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
    mail: str = ""
    """An e-mail address that they have shown to be theirs."""
    mails: bool = False
    """They want a mail for every answer, not only for those that no chat of theirs takes."""
    off: str = ""
    """The word in the link by which whoever reads these mails ends them, without logging in."""
    missed: tuple[EntryId, ...] = ()
    """Answers that no door of theirs took: they come first when this person is back."""

    def is_blocked(self, now: datetime) -> bool:
        return self.blocked is not None and now < self.blocked


MAIL = "email"
"""The channel of e-mail. It is a door that only leads out: nobody is met there."""
HOOK = "hook"
"""The channel by which another system hears what happens to requests. It only leads out, too; what is done from there
comes by the API, and whoever did it is an agent of this one: `hook:Ana`.
"""

_WORD = re.compile(r"join[-_]([a-z2-7]{26})")
_CODE = re.compile(r"\s*[0-9]{3}\s?[0-9]{3}\s*")
MOST_ADDRESS = 254
_MAILTO = re.compile(r"<?(?:mailto:)?([^<>|]*)(?:\|[^>]*)?>?", re.IGNORECASE)
"""As some apps write an address they have recognised: `<mailto:ana@example.es|ana@example.es>`."""
_MAILBOX = re.compile(
    r"(?P<name>[A-Za-z0-9_+-][A-Za-z0-9!#$&'*/=?^_`{}~+-]{0,63}(?:\.[A-Za-z0-9!#$&'*/=?^_`{}~+-]{1,63}){0,9})"
    r"@(?P<host>[\w.-]{1,190})"
)
_HOST = re.compile(
    r"(?=.{4,190}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])"
)


AROUND = 5
"""Words at most, with the address, of whoever only says what it is."""

TRIES, CODES = 5, 3
"""Of a code that was sent to an address; and codes within a day, for one person, and for one address whoever asks."""


class Proof(Struct, frozen=True):
    """A code on its way to an address."""

    address: str
    code: str
    """Sealed (`sealed`)."""
    left: int
    """Tries."""


class Mailing(Struct, frozen=True):
    """What is known when somebody is about to add an address, or to show that it is theirs."""

    pending: Proof | None = None
    today: int = 0
    """Codes they have asked for within a day."""
    crowded: bool = False
    """As many as one address gets within a day went to this one, whoever asked."""


def sealed(person: PersonId, code: str) -> str:
    """How a code lies in the tables."""
    return sha256(f"{person}:{code}".encode()).hexdigest()


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def address_in(text: str) -> str:
    """The e-mail address that somebody writes, as mail servers know it; empty: there is none, or one we cannot use.

    Ordinary ones alone: nothing in it may mean anything in a header, and servers differ about all the others.
    """
    found = _MAILBOX.fullmatch(_MAILTO.sub(r"\1", text.strip())[:MOST_ADDRESS])
    if found is None:
        return ""
    try:
        host = found["host"].encode("idna").decode()
    except UnicodeError:
        return ""
    return f"{found['name']}@{host.lower()}" if _HOST.fullmatch(host) and len(found["name"]) <= 64 else ""


def address_said(text: str) -> str:
    """The one address in a few words: "es ana@example.es"; empty: they say something else."""
    words = text.split(maxsplit=AROUND)
    named = [word.rstrip(".,;!") for word in words if "@" in word]
    return address_in(named[0]) if len(words) <= AROUND and len(named) == 1 else ""


def word_in(text: str) -> str:
    """The word that somebody brings to join one of their doors with another, as people write it and as a deep link
    carries it; empty: they say something else.
    """
    found = _WORD.fullmatch(text.strip().lower()) if len(text) < 60 else None
    return found[1] if found else ""
