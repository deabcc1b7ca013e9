"""SECRET_KEY during a rotation: two keys with a comma between. The first makes what is new, and what either made is good."""

from __future__ import annotations

LEAST = 32
"""Letters of a key. A comma within a shorter one is a letter of it."""


def keys_of(secret_key: str) -> tuple[str, ...]:
    """The newest first; none: there is no key."""
    parts = tuple(secret_key.split(","))
    if not secret_key:
        return ()
    return parts if all(len(part) >= LEAST for part in parts) else (secret_key,)
