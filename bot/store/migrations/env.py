"""Runs migrations on the connection that `schema.py` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from bot.store.indexes import META

context.configure(
    connection=context.config.attributes["connection"], target_metadata=META, transaction_per_migration=False
)
context.run_migrations()
