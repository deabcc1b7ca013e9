"""Other people's word for who somebody is: what a platform's page of ours, or its sign-in, has to offer."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Unproved(Exception):
    """Forged, too old, of somebody else, or the platform would not say."""


class Proof(Struct, frozen=True):
    """A platform says who somebody is."""

    channel: str
    user: str
    """`Caller.id`."""
    once: str
    """What makes this proof the only one of its kind: it is good once."""


class Slip(Protocol):
    """A platform opens our page inside itself and hands it a signed slip (Telegram's Mini Apps)."""

    host: str
    """Whose pages may frame ours."""

    def read(self, slip: str, /) -> Proof:
        """Raises `Unproved`."""

    def chat(self, word: str, /) -> str:
        """An address that opens our chat there and brings us that word; empty while we do not know our own name."""


class SignIn(Protocol):
    """A platform's own sign-in, to which a browser is sent and from which it comes back (OpenID Connect)."""

    name: str
    """In the addresses of its pages."""
    label: str
    """As people know it."""

    def page(self, back: str, state: str, nonce: str, /) -> str:
        """Where the browser is sent."""

    async def heard(self, code: str, back: str, nonce: str, /) -> Proof:
        """What it came back with. Raises `Unproved`."""
