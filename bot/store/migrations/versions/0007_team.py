"""Until when a ticket is put aside; who has been seen in a team's chat; canned answers that were added there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("asleep", sa.Double(), server_default="0", nullable=False))
    op.create_table(
        "colleague",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", "user", name=op.f("pk_colleague")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "canned",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_canned")),
        sqlite_with_rowid=False,
    )
