"""Names of files as people may see them: never a path, never a trap."""

from __future__ import annotations

import re
from unicodedata import normalize

from bot.dialogue.markup import tame

_MOST = 80
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u2028\u2029]+')


def shown_name(name: str, fallback: str = "file") -> str:
    """At most 80 characters; of a path only its last part; the extension stays readable. A Mac parts letters from their
    accents: whoever looks for a name types them as one.
    """
    last = re.split(r"[/\\]", tame(name))[-1]
    clean = _UNFIT.sub("_", normalize("NFC", last)).strip(" .")
    if not clean:
        return fallback
    return _cut("_" + clean if _RESERVED.match(clean) else clean)


def extension(name: str) -> str:
    """In small letters and with its dot; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem and last.isalnum() else ""


def _cut(name: str) -> str:
    if len(name) <= _MOST:
        return name
    end = extension(name)[:12]
    return name[: _MOST - len(end) - 1].rstrip(" .") + "…" + end
