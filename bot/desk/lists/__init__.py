"""Word lists, read once from the files beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=8)
def word_lists(name: str) -> Mapping[str, frozenset[str]]:
    """The sections of a file. Words stand apart by blanks; in a section of phrases each line is one."""
    found: dict[str, set[str]] = {}
    section = ""
    for line in Path(__file__).with_name(f"{name}.txt").read_text("utf-8").splitlines():
        words = line.strip()
        if words.startswith("["):
            section = words.strip("[]")
            found[section] = set()
        elif words and not words.startswith("#"):
            found[section].update([words] if section.startswith("phrases") else words.split())
    return {section: frozenset(words) for section, words in found.items()}
