"""The present schema, made by the migrations once for each process of tests, and copied from then on."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from bot.store import migrate


@cache
def schema() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "schema.db"
        migrate(f"sqlite:///{whole}")
        return whole.read_bytes()


def laid(path: Path) -> str:
    """The address of a new SQLite database that has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(schema())
    return f"sqlite:///{path}"
