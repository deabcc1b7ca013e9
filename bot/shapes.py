"""What the value of a setting must look like, and how it is said."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

T = TypeVar("T")

LINE = re.compile(
    r"""\s*(?:\#.*|(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'](?:(?!\s\#).)*?)?)\s*(?:\s\#.*)?)?""",
    re.VERBOSE,
)
"""A line of `.env`: blank, a comment, or `NAME=value`, quoted or not, with or without a comment behind it."""

MOST_PORT = 65_535


def own_folder(path: Path) -> None:
    """Made, where there is none, for whoever runs the desk alone: what is kept in it was written to nobody else."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def words_of(file: str, data: bytes) -> str:
    """What a file says; some editors put a mark before it. Raises `ValueError` with a sentence for whoever saved it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as no:
        line = data.count(b"\n", 0, no.start) + 1
        raise ValueError(f"{file}:{line}: this is not UTF-8: save the file anew in that encoding") from None


class Secret:
    """A value that does not show itself: not in `repr`, not in messages, not in logs."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)" if self._value else "Secret()"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Shape(Struct, Generic[T], frozen=True):
    like: str
    """How it should be, as the end of "X should be …"."""
    read: Callable[[str], T]
    """Raises `ValueError`."""


def one_of(words: tuple[T, ...]) -> Shape[T]:
    def read(text: str) -> T:
        return words[[str(w) for w in words].index(text.lower())]

    return Shape(" or ".join(str(w) for w in words), read)


def token(prefix: str) -> Shape[Secret]:
    return Shape(f"a token that begins with {prefix}", lambda text: Secret(_matching(rf"{prefix}\S+", text)))


def _matching(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError
    return text


def _address(text: str, *schemes: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment or parts.port == 0:
        raise ValueError
    return _matching(r"[^\s\\]+", text).rstrip("/")


def _database(text: str) -> Secret:
    """Hosting platforms write `postgres://`, others name a driver; which driver is our affair."""
    scheme, _, rest = text.partition("://")
    kind = re.sub(r"\+\w+$", "", scheme)
    if kind not in {"sqlite", "postgres", "postgresql"} or not rest or (kind == "sqlite" and rest[0] != "/"):
        raise ValueError
    _ = urlsplit(text).port  # raises when it is no number
    return Secret(f"sqlite://{rest}" if kind == "sqlite" else f"postgresql://{_one_at(rest)}")


def _one_at(rest: str) -> str:
    """People paste passwords as they are: whoever reads the address next takes the first `@` for their end."""
    place, *more = re.split(r"(?=[/?])", rest, maxsplit=1)
    user, at, host = place.rpartition("@")
    return "".join((user.replace("@", "%40"), at, host, *more))


def _mail(text: str) -> Secret:
    _address(text, "smtp", "smtps")
    return Secret(text)


def _hook(text: str) -> Secret:
    """As it is: of an address for a program every sign may matter, and it may hold a key."""
    _address(text.partition("?")[0], "http", "https")
    return Secret(_matching(r"[!-~]+", text))


def _hook_secret(text: str) -> Secret:
    key = b64decode(_matching(r"whsec_\S+", text).removeprefix("whsec_"), validate=True)
    if not 24 <= len(key) <= 64:
        raise ValueError
    return Secret(text)


def _port(text: str) -> int:
    port = int(_matching(r"[0-9]{1,5}", text))
    if not 1 <= port <= MOST_PORT:
        raise ValueError
    return port


WORD = Shape("a word", lambda text: _matching(r"[^\x00-\x1f]+", text))
PORT = Shape("a port between 1 and 65535", _port)
ADDRESS = Shape("an address such as https://desk.example.com", lambda text: _address(text, "http", "https"))
FOLDER_ADDRESS = Shape("an address such as https://slack.com/api/", lambda text: _address(text, "http", "https") + "/")
SIGNS = "; a / # or ? in the password is written %2F %23 or %3F"
DATABASE = Shape(f"sqlite:///data/conserje.db or postgresql://user:password@host/name{SIGNS}", _database)
MEDIA = Shape(
    "file:data/media or s3://bucket/prefix", lambda text: _matching(r"file:\S+|s3://[a-z0-9.-]+(/\S*)?", text)
)
SMTP = Shape(f"smtp://user:password@host:port{SIGNS}", _mail)
MAILBOX = Shape(
    "an e-mail address such as support@example.com",
    lambda text: _matching(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]+", text),
)
HOOK = Shape("an address such as https://crm.example.com/conserje", _hook)
HOOK_SECRET = Shape(
    "whsec_ and 24 to 64 random bytes in base64: `echo whsec_$(openssl rand -base64 32)` makes one", _hook_secret
)
KEY = Shape("32 or more random characters", lambda text: Secret(_matching(r".{32,}", text)))
KEPT = Shape("8 or more characters without blanks", lambda text: Secret(_matching(r"\S{8,}", text)))
BOT_TOKEN = Shape("a token such as 123456789:AAF…", lambda text: Secret(_matching(r"[0-9]+:[A-Za-z0-9_-]{3,}", text)))
GROUP = Shape("a group's id such as -1001234567890", lambda text: _matching(r"-[0-9]{1,20}", text))
CHANNEL = Shape("a channel id such as C0123456789", lambda text: _matching(r"[CG][A-Z0-9]{2,}", text))
LEVEL = Shape(
    "DEBUG, INFO, WARNING or ERROR", lambda text: _matching("DEBUG|INFO|WARNING|ERROR|CRITICAL", text.upper())
)
