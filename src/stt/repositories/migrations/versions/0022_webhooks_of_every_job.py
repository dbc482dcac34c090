"""Webhooks that are told of every job of their owner."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("webhooks", sa.Column("every_job_url", sa.Text()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("webhooks", "every_job_url")
