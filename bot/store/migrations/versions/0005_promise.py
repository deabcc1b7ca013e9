"""When a ticket had its first answer, and whether it came too late; who is blocked, and how much they opened today."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("answered", sa.Double(), server_default="0", nullable=False))
    op.add_column("ticket", sa.Column("late", sa.SmallInteger(), server_default="0", nullable=False))
    some = sa.text("answered > 0")
    op.create_index("ix_ticket_answered", "ticket", ["answered", "late"], sqlite_where=some, postgresql_where=some)
    for name in ("day", "today"):
        op.add_column("person", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("person", sa.Column("blocked", sa.Double(), server_default="0", nullable=False))
    op.add_column("person", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "tally",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
