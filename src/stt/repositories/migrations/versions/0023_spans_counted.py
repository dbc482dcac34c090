"""Spans that were heard again, which count for a day as audio of their owner."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the table; spans that are heard again by a process of an older version are not counted."""
    op.create_table(
        "rehearings",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("begun_at", sa.Double(), nullable=False),
    )
    op.create_index("rehearings_of_owners", "rehearings", ["owner", "begun_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("rehearings")
