"""Where the demo's new tickets go: the shipped desk with a team's chat written into each of its categories."""

import re
from collections.abc import Mapping, Sequence
from itertools import cycle

# By the name the page knows it: the chats that take turns, category by category.
Routes = Mapping[str, Sequence[str]]
_CATEGORY = re.compile(r"^\[categories\.[a-z0-9-]+\]$", re.MULTILINE)


def directed(desk: str, chats: Sequence[str]) -> str:
    """The text of desk.toml with `agents` in each category; several chats take turns."""
    turn = cycle(chats)
    return _CATEGORY.sub(lambda match: f'{match[0]}\nagents = "{next(turn)}"', desk)
