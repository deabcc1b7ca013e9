"""Known issues, and who follows them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "known",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("followers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("broken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_known_state", "known", ["state"])
    op.create_table(
        "follower",
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("broken", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("issue", "person", name=op.f("pk_follower")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follower_issue_told", "follower", ["issue", "told"])
    op.create_index(op.f("ix_follower_person"), "follower", ["person"])
