"""A letter: words on their way out, final and packed. What all know of it who write it down, claim it or send it.

A lane is the line of one chat or one ticket's room; what stands in it leaves in order.
"""

from __future__ import annotations

from msgspec import Struct, field
from sqlalchemy import bindparam, select

from bot.channels import Parcel
from bot.effects import Room
from bot.events import Address
from bot.store import tables as t
from bot.store.prepared import Prepared

LEASE = 10.0
"""Seconds a claim holds; who still has it in hand claims it for longer long before (`lanes.keep`), so it is as long as
a process may be slow, and as short as people like to wait when one has died.
"""
BEGIN = 3.0
"""Seconds after which the call of a claimed letter may no longer begin: its process has been slow for too long."""

WAITING, FLYING, SENT, DEAD = 0, 1, 2, 3
NO_WORDS = {"lane": "", "body": "{}", "slot": "", "error": "", "receipt": "", "news": 0, "state": SENT}
"""What is left of a letter whose words go: its number, so that no other ever gets it."""

# Whoever asks for one state asks for this as well: without it neither database uses the index `ix_outbox_waiting`.
unsent = (t.outbox.c.lane == bindparam("in_lane"), t.outbox.c.state < SENT)

LOCK = Prepared(select(t.lane.c.key).where(t.lane.c.key == bindparam("in_lane")).with_for_update())


class Letter(Struct, frozen=True, kw_only=True):
    """One claimed message with its way: this process and no other sends it now."""

    id: int
    lane: str
    to: Address
    parcel: Parcel
    attempts: int = 0
    after: float = 0
    """Not before this moment (seconds since 1970)."""
    room: Room | None = None
    """The room that has to be opened first; None: it is open, or it is a chat."""
    again: bool = False
    """It has been on its way before, and nobody knows whether it arrived."""
    by: float = 0
    """The call must have begun by this moment (see `BEGIN`)."""
    void: str = ""
    """Why it is of no use any more: it has waited too long (`Limits.stale`, `Say.until`), or its reader wants no such mails now."""
    behind: bool = False
    """It may leave only after those of its lane that this process has in hand already."""


class Way(Struct):
    """What one turn puts into one lane."""

    to: Address
    pace: str
    hot: bool
    ticket: int = 0
    title: str = ""
    parcels: list[Parcel] = field(default_factory=list)
    withdrawn: dict[str, str] = field(default_factory=dict)
    """The slots that are emptied, and who is told when that fails (`Unsay.receipt`)."""
    pieces: dict[str, int] = field(default_factory=dict)
    """Of how many messages the words in a slot are now."""
    newest: int = 0
    """The number of its last letter, once they are written down."""


def receipt_of(letter: int) -> str:
    """The id of the event that tells what became of it."""
    return f"receipt:{letter}"


def lane_key(at: Address, ticket: int = 0, *, whispers: bool = False) -> str:
    tail = "!" if whispers else f"#{ticket}" if ticket else at.thread
    return f"{whole_chat(at.channel, at.chat)}|{tail}"


def whole_chat(channel: str, chat: str) -> str:
    """A chat with all its rooms: what they may send in all is counted in one bucket of this name."""
    return f"{channel}|{chat}"
