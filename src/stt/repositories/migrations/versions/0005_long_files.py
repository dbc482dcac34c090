"""Which files take long to prepare."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; files that wait already pass for short ones until it turns out otherwise."""
    op.add_column("jobs", sa.Column("is_long", sa.Boolean(), nullable=False, server_default=sa.false()))
    short = sa.text("available_at IS NOT NULL AND NOT is_long")
    op.create_index(
        "jobs_short_claimable", "jobs", ["rank", "available_at"], postgresql_where=short, sqlite_where=short
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_index("jobs_short_claimable", "jobs")
    op.drop_column("jobs", "is_long")
