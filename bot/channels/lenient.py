"""JSON that msgspec refuses and the standard library reads: half surrogate pairs, numbers beyond measure."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

T = TypeVar("T")


def repaired(body: bytes) -> bytes:
    """The same JSON with a question mark for each half of a pair. Raises `ValueError` and `RecursionError`."""
    return json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")


def leniently(body: bytes, shape: type[T]) -> T | None:
    """None for JSON of another shape. Raises `ValueError` and `RecursionError` for what is no JSON."""
    found = json.loads(body)
    try:
        return msgspec.convert(found, shape)
    except (msgspec.ValidationError, ValueError, RecursionError):  # half a pair in place of a number is a `ValueError`
        return None
