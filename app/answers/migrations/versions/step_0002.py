"""The question as it was put, and the way by which the answer came."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both unknown of answers that are older."""
    op.add_column("answer", sa.Column("question", sa.Text(), nullable=True))
    op.add_column("answer", sa.Column("source", sa.String(40), nullable=True))


def downgrade() -> None:
    """Without both."""
    op.drop_column("answer", "source")
    op.drop_column("answer", "question")
