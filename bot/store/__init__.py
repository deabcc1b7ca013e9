"""Rows in, typed values out: what happened, who asked, what waits."""

from __future__ import annotations

from bot.store.rules import Words
from bot.store.schema import migrate, schema_is_current
from bot.store.store import Store
from bot.store.tx import Conflict, Tx

__all__ = ["Conflict", "Store", "Tx", "Words", "migrate", "schema_is_current"]
