"""What the tests' hook can do inside the program (`hook/sitecustomize.py`), by the names of its variables.

`CONSERJE_FAULT=point:n` ends the program as a power cut would, at the nth passage of that point;
with `CONSERJE_WAIT=1` it counts from the moment on when a file `now` lies in its folder;
`CONSERJE_POISON=word` breaks the turn of everything that holds the word, at its very end;
`CONSERJE_LOOSE=1` lets it talk as fast as it can, where a test is not about pace;
`CONSERJE_FULL=1` lets `full` in its folder keep the database from growing;
`CONSERJE_LATER=seconds` makes its clock so much later than ours.
"""

from __future__ import annotations

from collections.abc import Mapping

LOOSE: Mapping[str, str] = {"CONSERJE_LOOSE": "1"}

TURN: Mapping[str, str] = {
    "received": "an update is here, and nothing has been done with it",
    "accepted": "in its transaction, its number is written",
    "looked": "the facts are read",
    "written": "all it does is written and not committed",
    "committed": "committed; the platform has not heard of it, and nothing is sent",
    "heard": "committed, and what it says is being sent; the platform has not heard of it",
}
"""Where a turn can be cut."""
INSIDE = ("accepted", "looked", "written", "committed")
"""Those of them that are the same on every platform."""
LETTER: Mapping[str, str] = {
    "claimed": "a message is claimed and not sent",
    "sent": "the platform has it, and we have not read the answer",
    "answered": "its answer is read and not noted",
    "noted": "its fate is written and not committed",
}
"""Where a delivery can be cut."""
ROOM: Mapping[str, str] = {"opened": "a topic is open, and we have not noted it"}
CHORE: Mapping[str, str] = {
    "fetching": "a chore is claimed",
    "fetched": "a file is fetched and not kept",
    "kept": "a file is kept, and nobody knows",
    "told": "the desk knows of the file, and the chore is not crossed off",
}
"""Where the fetching of a file can be cut."""
CLOCK: Mapping[str, str] = {"rung": "an alarm is claimed and not rung"}


def falls_at(point: str, nth: int = 1, *, waits: bool = False) -> dict[str, str]:
    return {"CONSERJE_FAULT": f"{point}:{nth}"} | ({"CONSERJE_WAIT": "1"} if waits else {})
