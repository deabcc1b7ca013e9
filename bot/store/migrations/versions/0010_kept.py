"""What is counted of requests that are kept no longer; who did what no request tells of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), server_default="0", nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "past",
        sa.Column("id", number, nullable=False),
        _time("opened"),
        _text("category"),
        _text("language"),
        _time("answered"),
        sa.Column("late", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("rating", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past")),
    )
    op.create_index("ix_past_opened", "past", ["opened"])
    op.create_table(
        "act",
        sa.Column("id", number, nullable=False),
        _time("at"),
        _text("by"),
        _text("what"),
        _text("about"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
