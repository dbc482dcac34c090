"""Whose a job is, and the keys by which owners are known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OPEN = sa.text("completed_at IS NULL")


def upgrade() -> None:
    """Add the column and the table; jobs that are there, and those of a process of the version before, had no key."""
    op.add_column("jobs", sa.Column("owner", sa.Text(), nullable=False, server_default="anonymous"))
    op.create_index("jobs_owned", "jobs", ["owner", "created_at", "id"])
    op.create_index("jobs_open", "jobs", ["owner"], postgresql_where=_OPEN, sqlite_where=_OPEN)
    op.create_table(
        "keys",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, unique=True),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("lifetime", sa.Double()),
        sa.Column("expires_at", sa.Double()),
        sa.Column("revoked_at", sa.Double()),
        sa.Column("last_used_at", sa.Double()),
    )


def downgrade() -> None:
    """Drop them; every job is everybody's again."""
    op.drop_table("keys")
    op.drop_index("jobs_open", "jobs")
    op.drop_index("jobs_owned", "jobs")
    op.drop_column("jobs", "owner")
