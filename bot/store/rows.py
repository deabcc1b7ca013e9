"""Values to JSON and back: the one place where a row becomes something with a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from bot.channels import Parcel
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File
from bot.events import Address

DAY = 86_400.0
"""In seconds, as all spans in rows."""

Row = tuple[Any, ...]
Value = str | int | float | None


class Cursor(Protocol):
    """What we use of a driver's cursor."""

    @property
    def rowcount(self) -> int: ...

    @property
    def lastrowid(self) -> Any: ...

    def execute(self, operation: Any, parameters: Any = ..., /) -> object: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Any: ...


_encode = msgspec.json.Encoder().encode
read_ticket = msgspec.json.Decoder(Ticket).decode
read_entry = msgspec.json.Decoder(Entry).decode
read_parcel = msgspec.json.Decoder(Parcel).decode


class Fetch(Struct, frozen=True):
    """The chore of fetching a file (kind `fetch`)."""

    file: File
    where: Address


read_fetch = msgspec.json.Decoder(Fetch).decode


def json(value: object) -> str:
    return _encode(value).decode()


def stamp(at: datetime | None) -> float:
    """0: it never was."""
    return at.timestamp() if at else 0.0


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


class Drafts:
    """Reads conversations back, each flow's draft as its own type."""

    def __init__(self, types: Mapping[str, type]) -> None:
        self._read: dict[str, Callable[[str], Dialogue[Any]]] = {
            flow: msgspec.json.Decoder(_of(draft)).decode for flow, draft in types.items()
        }

    def read(self, flow: str, body: str) -> Dialogue[Any] | None:
        """None when this release knows no such flow or cannot read the draft."""
        read = self._read.get(flow)
        if read is None:
            return None
        try:
            return read(body)
        except msgspec.MsgspecError:
            return None


def _of(draft: type) -> type[Dialogue[Any]]:
    return Dialogue[draft]  # type: ignore[valid-type] # the type is a value here
