"""People whose voices are known: those that an owner keeps, and those that were introduced with one job."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "known_speakers",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sample", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("speech", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
    )
    kept, introduced = sa.text("job_id IS NULL"), sa.text("job_id IS NOT NULL")
    op.create_index(
        "known_speakers_kept",
        "known_speakers",
        ["owner", "name"],
        unique=True,
        postgresql_where=kept,
        sqlite_where=kept,
    )
    op.create_index(
        "known_speakers_of_job",
        "known_speakers",
        ["job_id"],
        postgresql_where=introduced,
        sqlite_where=introduced,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("known_speakers")
