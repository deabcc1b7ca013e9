"""JSON that msgspec refuses: half surrogate pairs and numbers beyond measure, which the standard library reads, and
fields of another shape than the platform's documents say, each of which costs only itself.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

MOST_ODD = 20
"""Fields of another shape in one payload."""
_PLACE = re.compile(r" - at `\$(.*)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_log = logging.getLogger(__name__)


def repaired(body: bytes) -> bytes:
    """The same JSON with a question mark for each half of a pair. Raises `ValueError` and `RecursionError`."""
    return json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")


def leniently(body: bytes, shape: type[T]) -> T | None:
    """None for JSON of another shape. Raises `ValueError` and `RecursionError` for what is no JSON."""
    found = json.loads(body)
    for _ in range(MOST_ODD):
        try:
            return msgspec.convert(found, shape)
        except msgspec.ValidationError as odd:
            if not _without(found, str(odd)):
                break
        except (ValueError, RecursionError):  # half a pair in place of a number is a `ValueError`
            break
    _log.warning("a payload of an unknown shape is passed over: %s", shape.__name__)
    return None


def _without(found: Any, trouble: str) -> bool:
    """Takes what msgspec complains of out of it. False: it is all of it, or stands nowhere."""
    named = _PLACE.search(trouble)
    steps = _steps(named[1]) if named else []
    if not steps:
        return False
    for step in steps[:-1]:
        found = found[step]
    del found[steps[-1]]
    _log.warning("an odd field is passed over: %s", trouble)
    return True


def _steps(path: str) -> list[str | int]:
    """As far as it is named: of a mapping's keys msgspec says nothing."""
    known = path.partition("[...]")[0]
    return [name or int(number) for name, number in _STEP.findall(known)]
