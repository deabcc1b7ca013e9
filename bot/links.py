"""Finds links in what people write."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINK = re.compile(
    r"""(?<!\w)(?:https?://(?=\w)|www\.(?=[\w-]+\.\w))[^\s"'<>«»“”„\u2018\u2019`{}|\\^…]+""", re.IGNORECASE
)
_TAIL = frozenset(".,;:!?*")
_CLOSERS = {")": "(", "]": "["}


def links_in(text: str) -> tuple[str, ...]:
    """Every address once, in order, without the punctuation around it; `www.…` gets its `https://`."""
    return tuple(dict.fromkeys(link for _piece, link in pieces(text) if link))


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the address it is; empty: it is words."""
    at = 0
    for found in _LINK.finditer(text):
        link = _trimmed(found[0])
        if found.start() > at:
            yield text[at : found.start()], ""
        yield link, f"https://{link}" if link[:4].lower() == "www." else link
        at = found.start() + len(link)
    if at < len(text):
        yield text[at:], ""


def without_links(text: str) -> str:
    """What the person said besides; empty when there is no word left."""
    rest = "".join(piece for piece, link in pieces(text) if not link)
    rest = re.sub(r"[ \t]+(?=[.,;:!?)\]]|$)|(?<=[(\[])[ \t]+", "", re.sub(r"[ \t]+", " ", rest), flags=re.MULTILINE)
    return rest.strip() if re.search(r"\w", rest) else ""


def _trimmed(link: str) -> str:
    """Without punctuation at its end, and without closers that were opened before it began."""
    spare = {closer: link.count(closer) - link.count(opener) for closer, opener in _CLOSERS.items()}
    end = len(link)
    while link[end - 1] in _TAIL or spare.get(link[end - 1], 0) > 0:
        end -= 1
        if link[end] in spare:
            spare[link[end]] -= 1
    return link[:end]
