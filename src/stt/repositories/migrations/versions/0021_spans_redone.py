"""Versions of transcripts of which a span was heard again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("transcript_versions", sa.Column("redo", sa.JSON()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("transcript_versions", "redo")
