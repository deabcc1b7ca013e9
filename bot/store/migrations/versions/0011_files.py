"""What became of a request's files is looked up for each page that is open, every second."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_file_ticket", "file", ["ticket"])
