"""Answers with who and when, and their withdrawal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, empty."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "answer",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("server", sa.String(500), nullable=False),
        sa.Column("patient", sa.String(80), nullable=False),
        sa.Column("trial", sa.String(100), nullable=False),
        sa.Column("ref", sa.String(40), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(100), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_at", instant, nullable=False),
        sa.Column("recorded_at", instant, nullable=False),
        sa.Column("withdrawn_at", instant, nullable=True),
        sa.Column("withdrawn_by", sa.String(100), nullable=True),
    )
    op.create_index("ix_answer_patient", "answer", ["server", "patient"])


def downgrade() -> None:
    """Without the table, and all that is in it."""
    op.drop_index("ix_answer_patient", "answer")
    op.drop_table("answer")
