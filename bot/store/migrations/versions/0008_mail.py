"""A person's e-mail address, and the codes by which they show that it is theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("person", sa.Column("mail", sa.Text(), server_default="", nullable=False))
    op.add_column("person", sa.Column("mails", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("person", sa.Column("off", sa.Text(), server_default="", nullable=False))
    some = sa.text("off <> ''")
    op.create_index("ix_person_off", "person", ["off"], sqlite_where=some, postgresql_where=some)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "proof",
        sa.Column("id", number, nullable=False),
        sa.Column("person", number, nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.Column("until", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
    )
    op.create_index("ix_proof_person_at", "proof", ["person", "at"])
    op.create_index("ix_proof_address_at", "proof", ["address", "at"])
    op.create_index("ix_proof_at", "proof", ["at"])
