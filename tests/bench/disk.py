"""What this machine's disk gives, beside which the rates are to be read."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter


def syncs(seconds: float) -> float:
    """How often a second a block of 4 kB can be written and made durable."""
    with TemporaryDirectory() as folder, (Path(folder) / "block").open("wb", buffering=0) as file:
        begun, times, block = perf_counter(), 0, bytes(4096)
        while (took := perf_counter() - begun) < seconds:
            file.write(block)
            os.fdatasync(file.fileno())
            times += 1
        return times / took


def commits(seconds: float) -> float:
    """Transactions of one row a second, in SQLite with WAL and synchronous = FULL."""
    with TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "rows.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, body TEXT)")
        begun, times = perf_counter(), 0
        while (took := perf_counter() - begun) < seconds:
            db.execute("INSERT INTO row (body) VALUES (?)", ("x" * 200,))
            times += 1
        return times / took
