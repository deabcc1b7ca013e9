"""A flow drawn on one page: its questions as fields, for platforms that can show forms."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bot.dialogue.words import Choice, File, Speech

Kind = Literal["choice", "line", "text", "links", "files", "date"]


class Field(Struct, frozen=True):
    """One question of a form."""

    name: str
    """The step's."""
    label: Speech
    kind: Kind
    hint: Speech | None = None
    choices: tuple[Choice, ...] = ()
    value: str = ""
    """What the draft says already: the name of a choice, an ISO date, or words."""
    files: tuple[File, ...] = ()
    """What is attached already; a form only adds."""
    optional: bool = False
    most: int = 0
    """Letters, or files; 0: no limit of ours."""
    turns: bool = False
    """Its answer decides which fields follow: a change is reported at once."""
    trouble: Speech | None = None
    """Why the answer will not do; shown at the field."""


class Form(Struct, frozen=True):
    """What is shown at once."""

    name: str
    """It comes back as `Filled.form`."""
    title: Speech
    """At most 24 letters in any language (Slack's limit for the title and the buttons of a modal)."""
    fields: tuple[Field, ...]
    send: Speech
    close: Speech
    head: Speech | None = None
    """Words above the fields."""
