"""A person's e-mail address, and the codes by which they show that it is theirs; what the numbers are counted from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


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
    op.add_column("ticket", sa.Column("language", sa.Text(), server_default="", nullable=False))
    op.add_column("ticket", sa.Column("rating", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("ticket", sa.Column("reopened", sa.Integer(), server_default="0", nullable=False))
    read = "body::json->>'{}'" if op.get_bind().dialect.name == "postgresql" else "json_extract(body, '$.{}')"
    language, rating = read.format("language"), f"CAST({read.format('rating')} AS INTEGER)"
    filled = f"language = coalesce({language}, ''), rating = coalesce({rating}, 0)"
    op.execute(f"UPDATE ticket SET {filled} WHERE body <> ''")  # noqa: S608 - nothing in it comes from anybody
    counted = ["opened", "category", "language", "state", "answered", "late", "due", "rating", "reopened"]
    op.create_index("ix_ticket_numbers", "ticket", counted)
