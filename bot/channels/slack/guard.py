"""Whether a request comes from Slack: its signature, over the raw bytes, before anything reads them. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from hashlib import blake2b, sha256

SIGNATURE = b"x-slack-signature"
STAMP = b"x-slack-request-timestamp"
WINDOW = 300
"""Seconds a request may be old, or ahead of our clock (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""


def secrets_of(setting: str) -> tuple[bytes, ...]:
    """Two during a rotation, with a comma between."""
    return tuple(part.encode() for part in setting.split(",") if part)


def signed(secret: bytes, stamp: bytes, body: bytes) -> bytes:
    return b"v0=" + hmac.new(secret, b"v0:" + stamp + b":" + body, sha256).hexdigest().encode()


def admits(headers: Mapping[bytes, bytes], body: bytes, secrets: Sequence[bytes], now: float) -> bool:
    stamp = headers.get(STAMP, b"")
    if not (stamp.isdigit() and len(stamp) <= 12) or abs(now - int(stamp)) > WINDOW:
        return False
    return is_signed(headers, body, secrets)


def is_signed(headers: Mapping[bytes, bytes], body: bytes, secrets: Sequence[bytes]) -> bool:
    """Whenever it was. Every secret is tried, so that the time taken says nothing of which one fits."""
    stamp, signature = headers.get(STAMP, b""), headers.get(SIGNATURE, b"")
    fits = [hmac.compare_digest(signed(secret, stamp, body), signature) for secret in secrets]
    return any(fits)


def digest(word: bytes) -> str:
    """The key of something that Slack gives no id: a press, a command."""
    return blake2b(word, digest_size=12).hexdigest()
