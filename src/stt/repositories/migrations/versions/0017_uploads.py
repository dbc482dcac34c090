"""Uploads that go on after a lost line."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("kept_seconds", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.Column("held_until", sa.Double()),
        sa.Column("finished_at", sa.Double()),
        sa.Column("created_at", sa.Double(), nullable=False),
    )
    op.create_index("uploads_by_end", "uploads", ["expires_at"])
    op.create_index("uploads_owned", "uploads", ["owner"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("uploads")
