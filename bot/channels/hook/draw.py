"""An event as a request, signed by the Standard Webhooks scheme (standardwebhooks.com), for which receivers have libraries. Pure."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

from msgspec import Struct

from bot.channels import Parcel
from bot.events import Address

PREFIX = "whsec_"
"""Begins every secret of that scheme; what follows is the key, in base64."""


class Call(Struct, frozen=True):
    headers: dict[str, str]
    body: bytes


def key_of(secret: str) -> bytes:
    return b64decode(secret.removeprefix(PREFIX))


def draw(to: Address, parcel: Parcel, key: bytes, at: float) -> Call:
    """`at`: now, in seconds; receivers refuse what is some minutes old, so it is signed anew at every try."""
    body, unique, moment = parcel.text.encode(), _unique(to, parcel), str(int(at))
    signed = hmac.digest(key, b".".join((unique.encode(), moment.encode(), body)), sha256)
    headers = {
        "content-type": "application/json",
        "user-agent": "Conserje",
        "webhook-id": unique,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }
    return Call(headers, body)


def _unique(to: Address, parcel: Parcel) -> str:
    """The same whenever this very letter is sent again, and no other one's, in a restored copy of the database either."""
    return "evt_" + sha256(f"{parcel.letter}|{to.chat}|{parcel.text}".encode()).hexdigest()[:40]
