"""The parameters of one call, wherever they came from: a form, JSON, or the query; in a form, structures are JSON."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from bot.sandbox.slack.refusals import Refused, missing
from bot.sandbox.slack.shapes import Json


@dataclass
class Call:
    method: str
    given: Mapping[str, object]
    token: str | None = None
    # The basic authorization of oauth.v2.access: client id and secret.
    client: tuple[str, str] | None = None
    read: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        """Empty when it is not there."""
        self.read.add(name)
        value = self.given.get(name)
        return "" if value is None else str(value)

    def need(self, name: str) -> str:
        if not (value := self.text(name)):
            raise missing(name)
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"1", "true"}

    def number(self, name: str, otherwise: int) -> int:
        try:
            return int(self.text(name) or otherwise)
        except ValueError:
            raise Refused("invalid_arguments", messages=[f"[ERROR] must be a number: {name}"]) from None

    def structure(self, name: str, error: str = "invalid_arguments") -> object:
        """JSON, or None when it is not there."""
        self.read.add(name)
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            decoded: object = msgspec.json.decode(value) if value else None
        except msgspec.DecodeError:
            raise Refused(error) from None
        return decoded

    def page(self, values: list[Json], most: int = 100) -> tuple[list[Json], Json]:
        """A page of the values, and the response_metadata that leads to the next."""
        limit = self.number("limit", most)
        if not 1 <= limit <= 1000:
            raise Refused("invalid_limit")
        start = _start(self.text("cursor"))
        more = base64.b64encode(f"next:{start + limit}".encode()).decode() if start + limit < len(values) else ""
        return values[start : start + limit], {"response_metadata": {"next_cursor": more}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise Refused("invalid_cursor") from None
