"""Answers that reached no door of somebody: they are brought up again when that person is back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("person", sa.Column("missed", sa.Text(), server_default="", nullable=False))
