"""Rows in, typed values out: what happened, who asked, what waits."""

from __future__ import annotations

from bot.store.schema import migrate, schema_is_current
from bot.store.store import Store
from bot.store.tx import Tx

__all__ = ["Store", "Tx", "migrate", "schema_is_current"]
