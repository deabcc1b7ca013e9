"""A small language for what Block Kit allows: every rule looks at a value and notes, with its place, what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notes:
    """Where we are, and the list all complaints land in."""

    path: str = ""
    found: list[str] = field(default_factory=list)

    def at(self, step: str | int) -> "Notes":
        return Notes(f"{self.path}/{step}", self.found)

    def wrong(self, why: str) -> None:
        self.found.append(f"[ERROR] {why} [json-pointer:{self.path or '/'}]")


Rule = Callable[[object, Notes], None]
Fields = Mapping[str, Rule]


def complaints(rule: Rule, value: object, path: str) -> list[str]:
    """As they stand in `response_metadata.messages`."""
    notes = Notes(path)
    rule(value, notes)
    return notes.found


def words(most: int, least: int = 0) -> Rule:
    def rule(value: object, notes: Notes) -> None:
        if not isinstance(value, str):
            notes.wrong("must provide a string")
        elif len(value) > most:
            notes.wrong(f"must be less than {most + 1} characters")
        elif len(value) < least:
            notes.wrong(f"must be more than {least - 1} characters")

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(value: object, notes: Notes) -> None:
        if value not in allowed:
            notes.wrong("must be a valid enum value")

    return rule


def whole(least: int, most: int) -> Rule:
    def rule(value: object, notes: Notes) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            notes.wrong("must provide an integer")
        elif not least <= value <= most:
            notes.wrong(f"must be between {least} and {most}")

    return rule


def flag(value: object, notes: Notes) -> None:
    if not isinstance(value, bool):
        notes.wrong("must provide a boolean")


def above_zero(value: object, notes: Notes) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        notes.wrong("must be more than 0")


def anything(_value: object, _notes: Notes) -> None:
    """What nobody has written limits for."""


def several(item: Rule, least: int = 0, most: int = 1000) -> Rule:
    def rule(value: object, notes: Notes) -> None:
        if not isinstance(value, list):
            notes.wrong("must provide an array")
            return
        if len(value) > most:
            notes.wrong(f"no more than {most} items allowed")
        if len(value) < least:
            notes.wrong(f"must provide at least {least} items")
        for number, one in enumerate(value):
            item(one, notes.at(number))

    return rule


def thing(required: Fields, optional: Fields | None = None, *more: Rule) -> Rule:
    """An object with these fields and no others, of which `more` may say what holds between them."""
    known = {**required, **(optional or {})}

    def rule(value: object, notes: Notes) -> None:
        if not isinstance(value, dict):
            notes.wrong("must provide an object")
            return
        for name in required:
            if value.get(name) is None:
                notes.wrong(f"missing required field: {name}")
        for name, one in value.items():
            if name not in known and name != "type":
                notes.wrong(f"invalid additional property: {name}")
            elif name in known and one is not None:
                known[name](one, notes.at(name))
        for each in more:
            each(value, notes)

    return rule


def typed(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it follows."""

    def rule(value: object, notes: Notes) -> None:
        if not isinstance(value, dict):
            notes.wrong("must provide an object")
        elif not isinstance(kind := value.get("type"), str):
            notes.wrong("missing required field: type")
        elif kind not in kinds:
            notes.wrong(f"unsupported type: {kind}")
        else:
            kinds[kind](value, notes)

    return rule


def exactly_one(*names: str) -> Rule:
    def rule(value: object, notes: Notes) -> None:
        given = [name for name in names if isinstance(value, dict) and value.get(name) is not None]
        if not given:
            notes.wrong(f"missing required field: {names[0]}")
        if len(given) > 1:
            notes.wrong(f"only one of {', '.join(names)} allowed")

    return rule


def plain(most: int, least: int = 1) -> Rule:
    """A text object that cannot hold markup."""
    return typed({"plain_text": thing({"text": words(most, least)}, {"emoji": flag})})


def mrkdwn(most: int, least: int = 1) -> Rule:
    return typed({"mrkdwn": thing({"text": words(most, least)}, {"verbatim": flag})})


def text(most: int, least: int = 1) -> Rule:
    return typed({"plain_text": plain(most, least), "mrkdwn": mrkdwn(most, least)})
