"""How many files somebody has sent of late is looked up."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_file_who_at", "file", ["who", "at"])
