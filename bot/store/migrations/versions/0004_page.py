"""Who is let in at the ticket page, and when a line of a history was last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "login",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", number, nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.Column("until", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_login")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_login_person", "login", ["person"])
    op.create_index("ix_login_until", "login", ["until"])
    op.create_table(
        "knock",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", number, nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.Column("until", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_knock")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_knock_person_at", "knock", ["person", "at"])
    op.create_index("ix_knock_at", "knock", ["at"])
    op.create_table(
        "invite",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", number, nullable=False),
        sa.Column("until", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invite")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invite_person", "invite", ["person"])
    op.add_column("entry", sa.Column("changed", sa.Double(), server_default="0", nullable=False))
