"""A page of ours inside Telegram: the signed slip that says who opened it (https://core.telegram.org/bots/webapps)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qsl

import msgspec

from bot.channels.proof import Proof, Unproved
from bot.channels.telegram.read import CHANNEL

LATE, EARLY = 15 * 60.0, 60.0
"""Seconds: how old a slip may be, and how far ahead of our clock Telegram's may be."""
MOST, MOST_FIELDS = 8_192, 32


class _User(msgspec.Struct):
    id: int


class MiniApp:
    """Its repr shows nothing: a key made of the token is in it."""

    host = "https://web.telegram.org"

    def __init__(self, token: str, now: Callable[[], datetime], username: Callable[[], str] = lambda: "") -> None:
        self._key, self._now = hmac.digest(b"WebAppData", token.encode(), sha256), now
        self._username = username

    def chat(self, word: str, /) -> str:
        """A deep link (https://core.telegram.org/bots/features#deep-linking)."""
        return f"https://t.me/{name}?start={word}" if (name := self._username()) else ""

    def read(self, slip: str, /) -> Proof:
        """Of our own bot, unchanged and fresh. Raises `Unproved`."""
        try:
            pairs = parse_qsl(slip[:MOST], keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS)
            fields = dict(pairs)
            said, at = fields.pop("hash"), int(fields["auth_date"])
            known = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
            right = hmac.new(self._key, known.encode(), sha256).hexdigest()
            user = msgspec.json.decode(fields["user"], type=_User)
        except (KeyError, ValueError, msgspec.MsgspecError):
            raise Unproved from None
        age = self._now().timestamp() - at
        fresh = -EARLY <= age <= LATE
        # Of a field that stands there twice, nobody could say which of the two was signed.
        if len(pairs) != len(fields) + 1 or not fresh or not hmac.compare_digest(right.encode(), said.encode()):
            raise Unproved
        return Proof(CHANNEL, str(user.id), once=right)
